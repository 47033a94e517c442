/*
 * What happened to the values of a column: how many of each kind, and the first of them for
 * the message.
 *
 * Most columns have nothing to count, and a file may have thousands of them: so a tally is only
 * made when its first value is noted, and tallies are an array of pointers, NULL where there was
 * nothing.
 */
#ifndef MAPPING_TALLY_H
#define MAPPING_TALLY_H

#include "base/span.h"

enum tally_kind {
	TALLY_KEPT,	/* could not be normalized: kept as written */
	TALLY_SPOILED,	/* identifiers that a spreadsheet has changed */
	TALLY_ROUNDED,	/* or may have: 16 digits and more with zeros behind */
	TALLY_WHOLE,	/* "17.0", written as 17 */
	TALLY_SEVERAL,	/* phones with another behind the first */
	TALLY_DIFFERS,	/* kept by its name, beside another value that its field has */
	TALLY_CUT,	/* amounts rounded to MONEY_SCALE decimals */
	TALLY_CLOCKS,	/* times of the day without a day, and durations: kept as properties */
	TALLY_NOTHING,	/* words for no value: left out */
	TALLY_NAMES,	/* such words that are kept, for they are names as well */
	TALLY_DELETED,	/* records of people whom their source has deleted */
	TALLY_TCF,	/* strings of TCF that cannot be read */
	TALLY_NO_DAY,	/* of opt-ins, that are none */
	TALLY_NO_DAY_OUT,	/* of opt-outs: they count all the same */
	TALLY_PERCENT,	/* rates where amounts could stand: kept as written */
	TALLY_SKIPPED,	/* times in the hour that the zone skips in spring */
	TALLY_TWICE,	/* times in the hour that it has twice in autumn */
	TALLY_KINDS,
};

struct tally {
	uint64_t counts[TALLY_KINDS];
	char *samples[TALLY_KINDS];	/* owned: the first value, quoted; NULL: none */
	int winner;			/* of TALLY_DIFFERS: the column of the other value, the first time */
};

/* COUNT of them, all NULL; owned: tallies_free. */
struct tally **tallies_new(size_t count);

/* Nothing is noted any more. */
void tallies_clear(struct tally **tallies, size_t count);

void tallies_free(struct tally **tallies, size_t count);

/* One more value of KIND, of which TEXT is an example. */
void tally_note(struct tally **tally, enum tally_kind kind, struct span text);

/* One more of TALLY_DIFFERS: column WINNER has the field. */
void tally_note_differing(struct tally **tally, int winner);

/* *SUM += PART, which may be NULL, keeping SUM's samples where it has some. */
void tally_add(struct tally **sum, const struct tally *part);

#endif

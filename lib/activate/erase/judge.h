/*
 * What a record has to do with those who are sought.
 *
 * It is THEIRS where it names them: an event or a profile by its identifiers or as one of their events, a
 * row, a line and any other object by any value that is an identifier of theirs.  But an object that has such
 * values only in objects of a list, as a page of customers has, is not: its elements are judged by themselves.  An event or a profile of
 * somebody else that has such a value, as a friend's address in a referral, MENTIONS them: that
 * value goes, the record stays.  Where an identifier stands in the middle of a text, as in a note, nobody
 * can say whose record it is: it is LEFT, and said.
 */
#ifndef ERASE_JUDGE_H
#define ERASE_JUDGE_H

#include <stdbool.h>
#include <stdint.h>

#include "activate/erase/subject.h"
#include "base/buf.h"

enum verdict {
	VERDICT_NONE,
	VERDICT_LEFT,
	VERDICT_MENTIONED,
	VERDICT_NESTED,		/* only elements of a list in it are: nested.h */
	VERDICT_THEIRS,
};

/* Bytes of a record that are blanked. */
struct judge_edit {
	size_t begin, end;
};

struct judge {
	const struct subject *subject;
	bool redact;		/* what is theirs is blanked, too */
	bool texts;		/* so is a text that has an identifier in its middle, whoever's record it is in */
	char delimiter;		/* of a table */
	struct span *columns;	/* their names; borrowed */
	size_t column_count;

	/* Of the record judged last. */
	enum verdict verdict;
	uint32_t who;		/* an identifier that it has; SUBJECT_NONE: one of their events */
	bool inside;		/* it has one as a part of another value */
	bool near;		/* it has what may be their phone number */
	bool profile;
	struct judge_edit *edits;	/* ascending, apart */
	size_t edit_count, edit_cap;
	struct buf text;
	struct buf rest;
};

void judge_release(struct judge *j);

/* RECORD: a JSON value; a row of a table; a line.  Each without its line end. */
void judge_json(struct judge *j, struct span record);
void judge_row(struct judge *j, struct span record);
void judge_line(struct judge *j, struct span record);

/* Appends RECORD with its edits blanked: in JSON by null, in a table by nothing. */
void judge_put_blanked(const struct judge *j, struct span record, bool json, struct buf *out);

/* Cuts the next cell off *ROW: its text without quotes, in SCRATCH where it had any.  False: no more. */
bool judge_cell(struct span *row, char delimiter, struct span *raw, struct span *text, struct buf *scratch);

#endif

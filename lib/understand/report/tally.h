/*
 * Counts and exact money by text key; adds up with another, and is read in
 * the order of keys or of counts: the order of arrival never shows.
 */
#ifndef REPORT_TALLY_H
#define REPORT_TALLY_H

#include "base/arena.h"
#include "base/decimal.h"
#include "base/error.h"
#include "base/map.h"

#define TALLY_COUNTS 7

struct tally_row {
	struct span key;		/* borrowed from the tally */
	uint64_t counts[TALLY_COUNTS];
	struct decimal money;
	struct span example;		/* the smallest text seen, or absent */
};

struct tally {
	struct map keys;
	struct tally_row *rows;
	size_t cap;
	struct arena examples;
};

#define TALLY_INIT ((struct tally){0})

void tally_release(struct tally *t);

/* The row of KEY, made when new; valid until the next key. */
struct tally_row *tally_row(struct tally *t, struct span key);

/* Its number, which stays. */
size_t tally_index(struct tally *t, struct span key);

/* -1 when the sum does not fit into 38 digits. */
int tally_add_money(struct tally_row *row, struct decimal money,
		    struct error *err);

/* Keeps the smaller of the example and TEXT (cut to 60 bytes). */
void tally_example(struct tally *t, struct tally_row *row, struct span text);

/* Adds OTHER's rows.  -1 when a sum of money does not fit. */
int tally_merge(struct tally *t, const struct tally *other, struct error *err);

/* Sorts the rows in place; the tally takes no more keys then. */
void tally_sort_by_key(struct tally *t);
void tally_sort_by_count(struct tally *t);	/* counts[0] descending, then key */

static inline size_t tally_size(const struct tally *t)
{
	return t->keys.count;
}

#endif

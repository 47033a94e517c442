/*
 * What each type of identifier is worth, measured by labels: of the pairs of
 * labelled records that share a value of the type, as the events have it and
 * whatever the rules made of it, how many are one person; how many of all pairs of
 * one person that are; and how many are one customer, rightly and wrongly.
 *
 * "Alone" are pairs that share nothing else: what is lost, and what is mended, when
 * the type ties no more (through others apart).  A blocked value is none.  Values
 * that more labels have than EVAL_TYPE_PAIRS in all allows are left out, those of
 * most labels first.
 */
#ifndef MEASURE_EVAL_TYPES_H
#define MEASURE_EVAL_TYPES_H

#include "base/error.h"
#include "unify/merge/merge.h"

#define EVAL_TYPE_PAIRS 5000000

struct type_view {
	struct span name;	/* of EVAL_TYPES.names */
	uint64_t pairs, right;	/* that share a value; of these: one person */
	uint64_t joined_right, joined_wrong;
	uint64_t alone_right, alone_wrong;	/* one customer, and nothing else shared */
};

struct eval_types {
	struct map names;
	struct type_view *list;	/* by priority, then by name */
	size_t count;
	uint64_t left_out;	/* values of too many labels */
};

#define EVAL_TYPES_INIT ((struct eval_types){0})

/* When customers and truth are settled, before merge_write.  -1: events cannot be read. */
int eval_types_run(struct eval_types *e, const struct merge *m, struct error *err);
void eval_types_release(struct eval_types *e);

/* TRUE_PAIRS: of all labels.  A table for people, and a JSON array. */
void eval_types_describe(const struct eval_types *e, uint64_t true_pairs, struct buf *out);
void eval_types_put(const struct eval_types *e, uint64_t true_pairs, struct buf *out);

#endif

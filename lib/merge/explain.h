/*
 * Answers to "why is this one customer?" and "why are these two, or not?".
 *
 * A key is a customer id, an identifier (type=value, or the bare value) or a
 * record (source/id).  One key: its customers, what ties each together, and what
 * was refused.  Two: the path between them in the maximum spanning forest, with
 * every weight; or, when they are two customers, all reasons that are known.
 */
#ifndef MERGE_EXPLAIN_H
#define MERGE_EXPLAIN_H

#include "merge/evidence.h"
#include "merge/waterfall.h"

struct merge;

/* What a key stands for. */
struct place {
	uint32_t customer;	/* CUSTOMER_NONE: the event has no identifier */
	uint32_t node;		/* UINT32_MAX: a whole customer, or nothing */
	uint32_t event;		/* EVENTS_MAX: not an event */
};

struct places {
	struct place *list;
	size_t count;
	size_t cap;
};

/* A run of explaining. */
struct explainer {
	const struct merge *merge;
	struct evidence evidence;
	struct forest forest;
	struct explain_style style;
	struct buf *out;
	struct error *err;
};

/*
 * After merge_settle, instead of merge_write.  OTHER absent: one key.  0, 1
 * when nobody has a key (OUT says so), or -1.
 */
int merge_explain(const struct merge *m, struct span key, struct span other,
		  const struct explain_style *style, struct buf *out, struct error *err);

/* explain_find.c */
void explain_find(const struct explainer *x, struct span key, struct places *out);
bool explain_is_blocked(const struct explainer *x, struct span key);

/* explain_tie.c: a tie as a paragraph, or as a member of a JSON array. */
int explain_tie(struct explainer *x, const struct tie *t, size_t number);
void explain_comparisons(struct explainer *x, uint32_t a, uint32_t b);
int explain_node(struct explainer *x, uint32_t node);	/* its name, cleaned */

/* explain_why.c: two customers. */
int explain_why_not(struct explainer *x, const struct place *a, const struct place *b);

#endif

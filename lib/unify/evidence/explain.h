/*
 * Answers to "why is this one customer?" and "why are these two, or not?".
 *
 * A key is a customer id, an identifier (type=value, or the bare value) or a
 * record (source/id).  One key: its customers, what ties each together, and what
 * was refused.  Two: the path between them in the maximum spanning forest, with
 * every weight; or, when they are two customers, all reasons that are known.
 */
#ifndef EVIDENCE_EXPLAIN_H
#define EVIDENCE_EXPLAIN_H

#include "unify/evidence/evidence.h"
#include "unify/evidence/waterfall.h"

struct merge;

/* What a key stands for. */
struct place {
	uint32_t customer;	/* CUSTOMER_NONE: the event has no identifier */
	uint32_t node;		/* UINT32_MAX: a whole customer, or nothing */
	uint32_t event;		/* EVENTS_MAX: not an event */
};

/* Different ones: no two are of one customer and one node. */
struct places {
	struct place *list;
	size_t count;
	size_t cap;
	struct map known;	/* customer and node */
};

/* A run of explaining. */
struct explainer {
	const struct merge *merge;
	struct evidence evidence;
	struct forest forest;
	struct explain_style style;
	struct buf *out;
	struct error *err;
	bool decided;		/* the ledger had a say in what was told */
};

/*
 * After merge_settle, instead of merge_write.  OTHER absent: one key.  0, 1
 * when nobody has a key (OUT says so), or -1.
 */
int merge_explain(const struct merge *m, struct span key, struct span other,
		  const struct explain_style *style, struct buf *out, struct error *err);

/* For more than one answer.  Owned: explainer_release. */
void explainer_init(struct explainer *x, const struct merge *m, const struct explain_style *style,
		    struct buf *out, struct error *err);
void explainer_release(struct explainer *x);

/* Why A and B, which KEY and OTHER name, are one, or are not: as merge_explain answers
 * for two keys, or, where the style is brief, a sentence without its end. */
int explain_pair(struct explainer *x, struct span key, struct span other,
		 const struct place *a, const struct place *b);

/* Where the way to P begins: a whole customer is asked for by its first identifier, or record. */
uint32_t explain_node_of(const struct explainer *x, const struct place *p);

/* explain_brief.c: "through email=x, crm/1, news/2 (alike, +6.5 bits)". */
int explain_brief_way(struct explainer *x, const struct place *a, const struct place *b);
int explain_brief_why_not(struct explainer *x, const struct place *a, const struct place *b);

/* explain_find.c.  Owned: places_release. */
void places_release(struct places *p);
void explain_find(const struct explainer *x, struct span key, struct places *out);
bool explain_is_blocked(const struct explainer *x, struct span key);

/* explain_tie.c: a tie as a paragraph, or as a member of a JSON array. */
int explain_tie(struct explainer *x, const struct tie *t, size_t number);
/* Text: the table and waterfall of two records. */
void explain_comparisons(struct explainer *x, uint32_t a, uint32_t b);
int explain_node(struct explainer *x, uint32_t node);	/* its name, cleaned */

/* explain_why.c: two customers. */
int explain_why_not(struct explainer *x, const struct place *a, const struct place *b);

struct why {
	struct explainer *x;
	uint32_t a, b;		/* customers */
	size_t reasons;
};

/* A reason: its NAME for programs, TEXT for people, which is cleared. */
void explain_give(struct why *w, const char *name, struct buf *text);

/* Are X and Y the two customers? */
bool explain_is_between(const struct why *w, uint32_t x, uint32_t y);

/* explain_blocked.c: a value that both have, and that is blocked. */
void explain_blocked(struct why *w, struct buf *text);

/* explain_votes.c: what likeness says of them. */
int explain_votes(struct why *w, struct buf *text);

#endif

/*
 * Why two customers are not one: everything that is known to keep them apart, or that
 * nothing brings them together.
 */
#ifndef EVIDENCE_EXPLAIN_WHY_H
#define EVIDENCE_EXPLAIN_WHY_H

#include "unify/evidence/explain_find.h"

/* All reasons why the customers of A and B are two. */
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

#endif

/*
 * Two places in one sentence, without its end.
 */
#ifndef EVIDENCE_EXPLAIN_BRIEF_H
#define EVIDENCE_EXPLAIN_BRIEF_H

#include "unify/evidence/explain_find.h"

/* The way from A to B, who are one: "through email=x, crm/1, news/2 (alike, +6.5 bits)". */
int explain_brief_way(struct explainer *x, const struct place *a, const struct place *b);

/* Why A and B are not one. */
int explain_brief_why_not(struct explainer *x, const struct place *a, const struct place *b);

#endif

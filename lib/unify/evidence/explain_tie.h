/*
 * One tie, as text or as JSON.
 */
#ifndef EVIDENCE_EXPLAIN_TIE_H
#define EVIDENCE_EXPLAIN_TIE_H

#include "unify/evidence/explainer.h"

/* T as a paragraph, or as member NUMBER of a JSON array. */
int explain_tie(struct explainer *x, const struct tie *t, size_t number);

/* Text: the table and waterfall of two records. */
void explain_comparisons(struct explainer *x, uint32_t a, uint32_t b);

/* The name of NODE, cleaned. */
int explain_node(struct explainer *x, uint32_t node);

#endif

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

#include "unify/evidence/explain_find.h"
#include "unify/evidence/explainer.h"

struct merge;

/*
 * After merge_settle, instead of merge_write.  OTHER absent: one key.  0, 1
 * when nobody has a key (OUT says so), or -1.
 */
int merge_explain(const struct merge *m, struct span key, struct span other,
		  const struct explain_style *style, struct buf *out, struct error *err);

/* Why A and B, which KEY and OTHER name, are one, or are not: as merge_explain answers
 * for two keys, or, where the style is brief, a sentence without its end. */
int explain_pair(struct explainer *x, struct span key, struct span other,
		 const struct place *a, const struct place *b);

/* Where the way to P begins: a whole customer is asked for by its first identifier, or record. */
uint32_t explain_node_of(const struct explainer *x, const struct place *p);

#endif

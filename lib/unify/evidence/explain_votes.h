/*
 * What likeness says of two customers: which of their records are more alike than chance,
 * which are less, and whether matching looked at all.
 */
#ifndef EVIDENCE_EXPLAIN_VOTES_H
#define EVIDENCE_EXPLAIN_VOTES_H

#include "unify/evidence/explain_why.h"

/* Gives what the records of both say. */
int explain_votes(struct why *w, struct buf *text);

#endif

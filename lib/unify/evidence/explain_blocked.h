/*
 * A value that two customers would share, but that means nobody.
 */
#ifndef EVIDENCE_EXPLAIN_BLOCKED_H
#define EVIDENCE_EXPLAIN_BLOCKED_H

#include "unify/evidence/explain_why.h"

/* Gives the reason, when there is such a value. */
void explain_blocked(struct why *w, struct buf *text);

#endif

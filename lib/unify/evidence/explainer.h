/*
 * A run of explaining: what all its parts read, and where they write.
 */
#ifndef EVIDENCE_EXPLAINER_H
#define EVIDENCE_EXPLAINER_H

#include "unify/evidence/evidence.h"
#include "unify/evidence/forest.h"
#include "unify/evidence/waterfall.h"

struct merge;

/* A run of explaining. */
struct explainer {
	const struct merge *merge;
	struct evidence evidence;
	struct forest forest;
	struct explain_style style;
	struct buf *out;
	struct error *err;
	bool decided;		/* the answer rests on the ledger */
};

/* For more than one answer.  Owned: explainer_release. */
void explainer_init(struct explainer *x, const struct merge *m, const struct explain_style *style,
		    struct buf *out, struct error *err);
void explainer_release(struct explainer *x);

#endif

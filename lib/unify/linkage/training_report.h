/*
 * What training learned, as JSON for --stats.
 */
#ifndef LINKAGE_TRAINING_REPORT_H
#define LINKAGE_TRAINING_REPORT_H

#include "unify/linkage/training.h"

/*
 * Appends what was learned and why, as members of a JSON object: lambda, each level of
 * each column with m, u, weight, its expected matches and what is doubtful about it,
 * and each session with its fate.  With a model that was read T is empty, and what only
 * training knows is left out.
 */
void training_put(const struct training *t, const struct weights *w,
		  const struct columns *c, const struct blocking *b, struct buf *out);

#endif

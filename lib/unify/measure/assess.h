/*
 * How right a run is: labels (truth.h) against its customers (eval.h), what each
 * type of identifier is worth (eval_types.h), what other thresholds would do
 * (unify/linkage/ladder.h), and the mistakes with their explanation (explain.h).
 */
#ifndef MEASURE_ASSESS_H
#define MEASURE_ASSESS_H

#include "unify/merge/merge.h"

/* Before anything is read: labels from PATH.  -1: a usage error with its place. */
int merge_truth(struct merge *m, const char *path, struct error *err);

/* Between merge_settle and merge_write, where there are labels: lines for people, and a
 * JSON object.  -1: events cannot be read. */
int merge_tell_eval(const struct merge *m, struct buf *out, struct error *err);
int merge_put_eval(const struct merge *m, struct buf *out, struct error *err);

#endif

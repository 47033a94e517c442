/*
 * How right a run is: labels (truth.h) against its customers (eval.h), what
 * other thresholds would do (match/ladder.h), and the mistakes with their
 * evidence (pair_evidence.h).
 */
#ifndef MERGE_ASSESS_H
#define MERGE_ASSESS_H

#include "merge/merge.h"

/* Before anything is read: labels from PATH.  -1: a usage error with its place. */
int merge_truth(struct merge *m, const char *path, struct error *err);

/* After merge_settle, where there are labels: lines for people, and a JSON object. */
void merge_tell_eval(const struct merge *m, struct buf *out);
void merge_put_eval(const struct merge *m, struct buf *out);

#endif

/*
 * The options of cdp-merge about customers who leave (unify/graph/exclude.h) and stay forgotten
 * (unify/graph/suppressed.h), and what there is to tell of them.
 */
#ifndef CMD_MERGE_EXCLUDE_H
#define CMD_MERGE_EXCLUDE_H

#include "cmd/tool.h"
#include "unify/merge/merge.h"

struct exclude_given {
	const char *list;	/* --exclude */
	const char *path;	/* --excluded */
	const char *suppress;	/* --suppress */
	const char *tombstones;	/* --tombstones */
	const char *key_file;	/* --suppress-key */
};

/* Reads the list, opens the output; or ends. */
void exclude_given_load(struct tool *t, struct exclude_given *g, struct merge *m);

/* Writes the tombstones of those who leave, once they are known. */
void exclude_given_save(struct tool *t, const struct exclude_given *g, const struct merge *m);

/* What stands in the way, after merge_pin. */
void exclude_given_report(struct tool *t, const struct exclude_given *g, const struct merge *m);

/* The counts for --stats. */
void exclude_given_stats(struct tool *t, const struct exclude_given *g, const struct merge *m);

/* Appends " + 5 excluded in 1 profile" of the balance: nothing without a list. */
void exclude_given_put(const struct exclude_given *g, const struct merge *m, struct buf *out);

#endif

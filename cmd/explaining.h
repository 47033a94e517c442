/*
 * cdp-merge --explain: answers instead of profiles.
 */
#ifndef CMD_EXPLAINING_H
#define CMD_EXPLAINING_H

#include "cmd/tool.h"
#include "unify/merge/merge.h"

struct explaining {
	struct opt_list keys;	/* one or two */
	const char *shape;	/* text or json */
};

/* A usage error for what does not go together; true when there is a key. */
bool explaining_wanted(struct tool *t, const struct explaining *e);

/* Opens the output, writes the answer after merge_settle; the exit status: 1 when
 * nobody has a key. */
int explaining_run(struct tool *t, const struct explaining *e, const struct merge *m);

#endif

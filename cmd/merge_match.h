/*
 * The options of cdp-merge that are about matching by likeness, and what it has
 * to tell.
 */
#ifndef CMD_MERGE_MATCH_H
#define CMD_MERGE_MATCH_H

#include "cmd/tool.h"
#include "merge/merge.h"

struct match_given {
	const char *match;
	const char *eval;
};

/* --match; ends with 2 when it is none of the modes. */
enum match_mode match_given_mode(struct tool *t, const struct match_given *g);

/* Reads what the options name, before anything else is read; or ends. */
void match_given_load(struct tool *t, const struct match_given *g, struct merge *m);

/* Sentences, after merge_settle. */
void match_given_tell(struct tool *t, const struct match_given *g, const struct merge *m);

/* The members of --stats. */
void match_given_stats(struct tool *t, const struct match_given *g, const struct merge *m);

#endif

/*
 * The options of cdp-merge that are about matching by likeness, and what it has
 * to tell.
 */
#ifndef CMD_MERGE_MATCH_H
#define CMD_MERGE_MATCH_H

#include "cmd/tool.h"
#include "unify/merge/merge.h"

/* What --match and --link can be. */
extern const char *const match_choices[];
extern const char *const link_choices[];

struct match_given {
	const char *match;
	const char *eval;
	const char *model, *link;
	bool learns;		/* the model's file does not exist yet */
	uint64_t pairs;
	uint64_t review;
	struct buf assessed;	/* the member "eval" of --stats: made before events are gone */
};

/* Checks the options and puts them into O; ends with 2 when they are none. */
void match_given_check(struct tool *t, struct match_given *g, struct merge_options *o);

/* Reads what the options name, before anything else is read; or ends. */
void match_given_load(struct tool *t, const struct match_given *g, struct merge *m);

/* Sentences, after merge_settle. */
void match_given_report(struct tool *t, struct match_given *g, const struct merge *m);

/* Writes the model that was learned; or ends. */
void match_given_save(struct tool *t, const struct match_given *g, const struct merge *m);

/* With --review: writes the list and returns true. */
bool match_given_review(struct tool *t, const struct match_given *g, const struct merge *m);

/* The members of --stats. */
void match_given_stats(struct tool *t, struct match_given *g, const struct merge *m);

#endif

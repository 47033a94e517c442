/*
 * Conditions of a list of customers who leave (exclude.h): lines
 *
 *	where ends_with(email, '@test.example.org') or traits.tester = 'yes'
 *
 * Each is an expression of cdp-expr(7) over the profile as cdp-merge writes it, with computed traits
 * and all events, also those that the profile leaves out.  Unknown is no match.
 */
#ifndef GRAPH_EXCLUDE_WHERE_H
#define GRAPH_EXCLUDE_WHERE_H

#include "base/arena.h"
#include "base/buf.h"
#include "expr/profile_money.h"
#include "expr/profile_scope.h"

struct exclude_condition {
	const char *file;	/* owned by the arena, as is TEXT */
	uint64_t line;
	struct span text;	/* in canonical form */
	struct expr *expr;
	uint64_t count;		/* customers whom it takes, some of whom leave by other lines, too */
	uint64_t failed;	/* customers for whom it could not be computed */
};

struct exclude_where {
	struct profile_scope *scope;
	struct exclude_condition *list;	/* as they stand in the file */
	size_t count, cap;
	struct arena texts;
	struct money_watches money;
	struct money_seen seen;
	struct buf warnings;	/* lines: names that no profile has, money of several currencies */
	struct buf uses;	/* lines: what of files of values no profile has */
};

/* Is LINE, without blanks around, a condition?  Then *TEXT is what stands behind the word. */
bool exclude_where_is(struct span line, struct span *text);

void exclude_where_release(struct exclude_where *w);

/* TEXT stands at FILE:LINE:COLUMN.  -1: a usage error with its place. */
int exclude_where_add(struct exclude_where *w, struct span text, const char *file, uint64_t line, uint64_t column,
		      struct error *err);

/* Does a condition look into events? */
bool exclude_where_reads_events(const struct exclude_where *w);

/* Does one of W's take the profile of RUN's row?  Each that does counts it. */
bool exclude_where_takes(struct exclude_where *w, struct expr_run *run);

/* Behind the last profile: what there is to say of all that ROW has seen goes to w->warnings and w->uses. */
void exclude_where_end(struct exclude_where *w, const struct profile_row *row);

/* Appends all as a JSON array, with their counts. */
void exclude_where_put(const struct exclude_where *w, struct buf *out);

#endif

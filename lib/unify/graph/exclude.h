/*
 * Customers who leave: test accounts, people who ask for erasure or for their
 * data.  A list names identifiers, a line each:
 *
 *	# asked for erasure, 2026-03-01
 *	email=anna@example.com
 *	user_id=qa-17
 *
 * or conditions, "where country = 'DE'" (exclude_where.h), which take whose profile they are true of.
 *
 * Type and value end at the first '='; blanks around both do not count.  A value is
 * compared as it stands in the data, byte for byte, and by its spelling (spelling.h), where that is
 * sure; one that the data do not have, where it has '*' in it, is a pattern: '*' stands for any
 * text.  Who holds a listed identifier when customers are settled leaves whole, also who has a
 * shared one as a copy (shared_values.h, sharing.h); who held it before, or lost it to a limit,
 * stays.
 *
 * Who comes back although an exclusion has taken him out leaves as suppressed.h says, with a list or without;
 * a line of the list that such an exclusion has settled takes nobody any more.
 *
 * What else only those who leave hold is what the list lacks: later data that have nothing but
 * that would make them customers again.  A value that somebody who stays has, too, in any
 * spelling, is none of it, for its line would take that customer out.
 */
#ifndef GRAPH_EXCLUDE_H
#define GRAPH_EXCLUDE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/map.h"
#include "unify/graph/customers.h"
#include "unify/graph/exclude_where.h"
#include "unify/graph/shared_values.h"

/* A line of a list. */
struct exclude_line {
	const char *file;	/* owned by the list's arena */
	uint64_t line;
	uint32_t near;		/* an identifier of another spelling; IDENTIFIER_NONE: none */
	uint32_t spelled;	/* the first entry of the list that is its value in some spelling */
};

/* IDENTIFIER is what ENTRY of the list says. */
struct exclude_match {
	uint32_t identifier;
	uint32_t entry;
};

struct exclude {
	struct map list;	/* type NUL value; number 1: somebody holds it */
	struct exclude_line *lines;	/* by entry of the list */
	size_t line_cap;
	struct arena texts;
	struct exclude_where where;
	struct exclude_match *matches;	/* by identifier, after exclude_find */
	size_t match_count, match_cap;
	bool *listed;		/* by identifier, below listed_count: it is in matches */
	size_t listed_count;
	bool *customers;	/* by customer, after exclude_settle: it leaves */
	uint64_t count;		/* how many leave */
	uint64_t events;	/* of theirs */
	uint64_t returned;	/* of these customers, who came back under a new number or name */
	uint64_t nobodys;	/* listed and held by nobody */
	uint32_t *lacking;	/* identifiers, by identifier_compare: what only those who leave
				   hold, and the list lacks */
	size_t lacking_count, lacking_cap;
};

#define EXCLUDE_INIT ((struct exclude){0})

void exclude_release(struct exclude *x);

/*
 * Adds the list TEXT, of file NAME.  -1: a usage error with file and line.  A
 * list may be empty.
 */
int exclude_parse(struct exclude *x, struct span text, const char *name, struct error *err);

/* The same for a file: also -1 when it cannot be read. */
int exclude_load(struct exclude *x, const char *path, struct error *err);

/*
 * Appends the first listed identifier that nobody holds, and what may be meant, for a message; false:
 * there is none.
 */
bool exclude_put_nobodys(const struct exclude *x, const struct identifiers *t, struct buf *out);

/* Once, after identifiers_settle: which of T are listed. */
void exclude_find(struct exclude *x, const struct identifiers *t, const struct suppressed *s);

/* Calls TAKE with the type and the value of each line of the list that somebody holds, but patterns and those to
 * SKIP. */
void exclude_each_held(const struct exclude *x, const bool *skip, void (*take)(void *context, struct span type, struct span value),
		       void *context);

/* After exclude_find, and not of copies. */
static inline bool exclude_is_listed(const struct exclude *x, uint32_t identifier)
{
	return identifier < x->listed_count && x->listed[identifier];
}

/* Once, after customers_settle: who of C leaves, by the list, by V's suppressed ones, and by conditions: those
 * of C for whom TAKES, which may be NULL, is true.  The list lacks nothing of these. */
void exclude_settle(struct exclude *x, const struct identifiers *t, const struct graph *g,
		    const struct customers *c, const struct shared_values *v, const bool *takes);

/* Appends x->lacking[NUMBER] as a line of a list, without newline. */
void exclude_put_lacking(const struct exclude *x, const struct identifiers *t, size_t number,
			 struct buf *out);

/* Before exclude_settle nobody leaves. */
static inline bool exclude_has(const struct exclude *x, size_t customer)
{
	return x->customers && x->customers[customer];
}

#endif

/*
 * Files of values that expressions over profiles look into (value_list.h), and which of
 * their values somebody has: a value that nobody has is misspelt, or somebody is missing.
 *
 * Values of identifiers are looked for among all that a customer has of the type, whatever
 * an expression evaluates, so that the count is the run's and not the condition's.
 */
#ifndef EXPR_PROFILE_LISTS_H
#define EXPR_PROFILE_LISTS_H

#include "expr/profile_row.h"
#include "expr/value_list.h"

/* A file that is asked for an identifier, or (no TYPE) for anything else. */
struct profile_list {
	struct value_list values;
	struct span type;	/* of identifier */
	bool newest;		/* the newest of a customer's is asked for, not all */
};

struct profile_lists {
	struct profile_list **list;	/* do not move: expressions hold them */
	size_t count;
	size_t cap;
};

void profile_lists_release(struct profile_lists *l);

/*
 * The values of PATH for identifiers of TYPE (empty: others), the NEWEST or all, read once; NULL
 * with a usage error.
 */
const struct value_list *profile_lists_open(struct profile_lists *l, struct span path, struct span type,
					    bool newest, struct arena *texts, struct error *err);

/* What one row has seen of them. */
struct lists_row;

struct lists_row *lists_row_new(void);
void lists_row_free(struct lists_row *r);

/* Notes the values that P has. */
void lists_row_note(struct lists_row *r, const struct profile_lists *l, const struct profile *p);

/*
 * Appends a line, ended by a newline, for each file with values of identifiers that none of the
 * COUNT rows has seen, and one for values that were seen, but as an older identifier of their
 * customer where the newest is asked for: how many, and one of them.
 */
void profile_lists_put(const struct profile_lists *l, const struct profile_row *const *rows,
		       size_t count, struct buf *out);

const struct profile_lists *profile_scope_lists(const struct profile_scope *s);

#endif

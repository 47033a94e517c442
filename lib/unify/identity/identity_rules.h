/*
 * The rules of the identity graph: which types of identifiers there are to
 * tell people apart, how strong each is, how many values of it a customer may
 * have, which values mean nobody, and when a value is shared by too many.
 *
 * The default is right for most: user_id, email, phone, device_id,
 * anonymous_id by priority, then all others by name; one user_id a customer,
 * five values of any other type, more of one person, but any number of orders (types that end in
 * order_id), which nobody shares; the placeholders of blocked.h; shared values
 * as in unify/graph/shared_values.h.  Numbers that each source gives by itself are its own
 * (unify/graph/own_types.h), but what identity_rules_is_shared says.  A file changes
 * what it names:
 *
 *	priority = user_id, email, loyalty_id
 *	limit email = 3
 *	limit phone = 3 per 30d
 *	limit loyalty_id = 3 or one person
 *	limit others = none
 *	shared = customer_id
 *	block email = "till@example.com"
 *	block email ~ "^(info|sales)@"
 *	allow user_id = test
 *	generic email = 10 records, 3 people
 *	household = off
 *
 *	survive city = most_frequent
 *	trait vip_days = days_since("Order Completed")
 *
 * A later line of one name replaces an earlier one; those of `shared` add up.  Lines of
 * the profile, not of identity, as the last two, go to whoever asked for them.
 */
#ifndef IDENTITY_IDENTITY_RULES_H
#define IDENTITY_IDENTITY_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "unify/identity/blocked.h"

#define LIMIT_NONE UINT32_MAX

/* A customer may hold LIMIT values of a type; with a window only those count
 * together that one span shorter than WINDOW (ms) finds in use (unify/graph/uses.h). */
struct type_limit {
	uint32_t limit;		/* LIMIT_NONE */
	int64_t window;		/* 0: ever */
	bool person;		/* one person may have more (unify/graph/holding.h) */
};

/* A value is generic when more records or people than these have it. */
struct generic_rule {
	uint32_t records;	/* LIMIT_NONE: no rule */
	uint32_t people;
};

struct identity_rules {
	struct arena texts;
	struct blocked blocked;
	struct span *priority;	/* the strongest first */
	size_t priority_count;
	struct map limits;	/* type -> number in limit_list */
	struct type_limit *limit_list;
	size_t limit_cap;
	struct type_limit other_limit;
	struct map generics;	/* type -> number in generic_list */
	struct generic_rule *generic_list;
	size_t generic_cap;
	struct generic_rule other_generic;
	struct map shared;	/* types whose values mean the same in every source */
	bool household;
	/* Takes "survive" and "trait" with what follows them, which stands at
	 * FILE:LINE:COLUMN; -1 with a usage error.  NULL: nobody does. */
	int (*profile_line)(void *context, struct span word, struct span rest,
			    const char *file, uint64_t line, uint64_t column,
			    struct error *err);
	void *context;
};

/* The default.  Owned: identity_rules_release. */
void identity_rules_init(struct identity_rules *r);
void identity_rules_release(struct identity_rules *r);

/* Adds the rules of a file ("-": stdin), or of a text that NAME stands for in
 * messages.  -1: a usage error with line and column, or an unreadable file. */
int identity_rules_load(struct identity_rules *r, const char *path, struct error *err);
int identity_rules_parse(struct identity_rules *r, struct span text,
			 const char *name, struct error *err);

/* Adds one rule, a line of such a file: the option --rule.  -1: a usage error with the
 * option and the column. */
int identity_rules_add(struct identity_rules *r, struct span text, struct error *err);

/* Appends all rules as a file that parses to the same. */
void identity_rules_put(const struct identity_rules *r, struct buf *out);

/* By priority: < 0 when type A goes before B. */
int identity_rules_compare(const struct identity_rules *r, struct span a, struct span b);

struct type_limit identity_rules_limit_of(const struct identity_rules *r, struct span type);
struct generic_rule identity_rules_generic_of(const struct identity_rules *r, struct span type);

/*
 * Do values of TYPE mean the same in every source?  Those that R
 * names do, the numbers of orders, and what does not end in "_id": a tax_number
 * says what it is, not whose.
 */
bool identity_rules_is_shared(const struct identity_rules *r, struct span type);

/* For the reader of files, and tests. */
void identity_rules_set_priority(struct identity_rules *r, const struct span *types,
				 size_t count);
void identity_rules_set_limit(struct identity_rules *r, struct span type,
			      struct type_limit limit);
void identity_rules_set_generic(struct identity_rules *r, struct span type,
				struct generic_rule rule);
void identity_rules_add_shared(struct identity_rules *r, struct span type);

/* "30d", "2w", "6mo", "1y", "12h" in milliseconds; or false. */
bool identity_rules_window(struct span text, int64_t *out);

#endif

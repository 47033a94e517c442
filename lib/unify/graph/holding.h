/*
 * What a customer in the making holds, as far as rules can refuse more: values
 * by type, and the uses of values whose limit has a window.
 *
 * holding_unite says whether two may be one.  A limit with `person` keeps people apart,
 * but does not split what is one person's: a link from an identifier of a person to a value
 * of the type is taken whatever the number, when both together have one value only of
 * a type that names a person (user_id, email, phone) and is as strong as that
 * identifier's.  So eight cookies are one user's, and eleven guest numbers one
 * address's; but a phone does not bring a sixth address with it.
 */
#ifndef GRAPH_HOLDING_H
#define GRAPH_HOLDING_H

#include <stdint.h>

#include "base/arena.h"
#include "unify/identity/identifier.h"
#include "unify/identity/identity_rules.h"
#include "unify/graph/uses.h"

/* How many values of a type. */
struct tally {
	uint32_t type;
	uint32_t count;
	struct uses *uses;	/* of a type with a window, else NULL */
};

struct holding {
	struct tally *tallies;	/* by type */
	uint32_t tally_count, tally_cap;
};

enum refusal_reason {
	REFUSED_BY_LIMIT,	/* which: the type */
	REFUSED_BY_LEDGER,	/* which: the pair of decisions that stay apart */
	REFUSAL_REASONS,
	REFUSED_NOT = REFUSAL_REASONS,
};

struct holding_check {
	enum refusal_reason reason;
	uint32_t which;
};

struct holding_rules {
	const struct identifiers *identifiers;
	const struct use *uses;	/* by identifier; NULL: no limit has a window */
};

/* Of one identifier, in the memory of *OUT, which is made in A. */
void holding_make(struct holding *out, const struct holding_rules *r, uint32_t identifier,
		  struct arena *a);

/* A link: its identifiers.  Both IDENTIFIER_NONE: it is a decision, and no rule counts. */
struct holding_link {
	uint32_t a, b;
};

/*
 * Makes *INTO both, and MORE dead, unless LINK between them breaks a rule: then
 * nothing changes.  Of several reasons the limit of the strongest type goes first.
 */
struct holding_check holding_unite(struct holding *into, struct holding *more, struct holding_link link,
			     const struct holding_rules *r, struct arena *a);

#endif

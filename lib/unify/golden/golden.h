/*
 * The golden record by rules (survival.h), with the values that lost: of all
 * events of one customer, and so slower than traits.h, which knows one rule.
 *
 * A value (golden_value.h) shows as the event that decided wrote it.
 */
#ifndef GOLDEN_GOLDEN_H
#define GOLDEN_GOLDEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "unify/golden/computed.h"
#include "unify/golden/golden_value.h"
#include "unify/index/moment_event.h"
#include "unify/golden/survival.h"

struct blocked;
struct fragments;
struct sources;

#define GOLDEN_NONE UINT32_MAX

struct golden_trait {
	struct span key;	/* as JSON, without quotes */
	size_t rule;
	size_t place;		/* in its unit */
	uint32_t values;	/* where its own begin in the order */
	uint32_t value_count;
	uint32_t winner;	/* value, or GOLDEN_NONE */
	uint32_t event;		/* that it is taken from */
	uint32_t seen;		/* the event looked at last */
};

/* What one event says of a unit. */
struct golden_record {
	uint32_t rule;
	uint32_t event;
	uint32_t values[SURVIVAL_UNIT_MAX];	/* by place */
};

/* One for each thread, reused.  Spans are borrowed from the events. */
struct golden {
	const struct survival *survival;
	const struct blocked *blocked;
	const struct fragments *fragments;
	const struct sources *sources;
	const struct moment_event *events;	/* of the customer at hand */
	uint32_t *ranks;	/* by rule and source: the best is 0 */
	size_t source_count;
	struct golden_trait *traits;
	size_t trait_count, trait_cap;
	struct map trait_map;
	struct golden_value *values;
	size_t value_count, value_cap;
	struct map value_map;	/* trait and meaning -> value */
	struct golden_record *records;
	size_t record_count, record_cap;
	struct map record_map;
	uint32_t *order;	/* values by trait, the winner first */
	uint32_t *sorted;	/* traits by key */
	struct arena arena;	/* keys written with escapes */
	struct dropped *dropped;	/* NULL: what says nothing is not noted */
	struct buf scratch;
};

void golden_init(struct golden *g, const struct survival *s,
		 const struct blocked *blocked, const struct fragments *fragments,
		 const struct sources *sources);
void golden_release(struct golden *g);

/* Chooses among what EVENTS say, COUNT of them, sorted oldest first. */
void golden_choose(struct golden *g, const struct moment_event *events,
		   size_t count);

/* Has a trait nothing but a doubtful value (validity.h)? */
bool golden_is_doubtful(const struct golden *g);

/* Appends the object `traits`, by key. */
void golden_put(const struct golden *g, struct buf *out);

/*
 * Appends the object `lineage`, by key: of each trait the rule, what it was taken
 * from, and the values that lost; the expressions of C.
 */
void golden_put_lineage(const struct golden *g, const struct computed *c,
			struct buf *out);

#endif

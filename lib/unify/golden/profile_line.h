/*
 * A customer's profile line out of its events: cdp-records(5).  Events later
 * than as_of stay on the line and count in nothing.
 */
#ifndef GOLDEN_PROFILE_LINE_H
#define GOLDEN_PROFILE_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "unify/golden/consents.h"
#include "unify/graph/customers.h"
#include "unify/golden/findings.h"
#include "unify/evidence/evidence.h"
#include "unify/evidence/forest.h"
#include "unify/golden/golden.h"
#include "unify/index/purchase.h"
#include "unify/index/sources.h"
#include "unify/golden/traits.h"

/* What all profiles of a run have in common. */
struct profile_inputs {
	const struct identifiers *identifiers;
	const struct customers *customers;
	const struct sources *sources;
	const struct fragments *fragments;
	int64_t as_of;		/* MOMENT_NONE: nothing is dated */
	bool events;		/* keep them on the line */
	bool full;		/* with ids, traits and consent */
	uint64_t max_events;	/* the newest */
	const struct survival *survival;
	const struct blocked *blocked;
	bool lineage;		/* where traits come from, as a member */
	const struct evidence *evidence;	/* for the links as a member; NULL: none */
	const struct computed *computed;
	const struct zone *zone;	/* of computed traits */
};

/* Oldest first, undated before all; ties by source, id, bytes. */
void moment_events_sort(struct moment_event *list, size_t count,
			const struct profile_inputs *profile_inputs);

/* What the profiles add up to. */
struct sums {
	struct monies revenue;		/* in profiles */
	struct monies written;		/* of their events, each by itself */
	struct monies later;		/* of events later than as_of */
	struct monies unidentified;
	struct monies unidentified_later;	/* later than as_of, not in the one before */
	struct monies excluded;		/* all of theirs, later or not */
	uint64_t later_events;
	uint64_t omitted;		/* events that --max-events left out */
	uint64_t moneyless;		/* order events without revenue */
	uint64_t monies[ORDER_MONIES];	/* order events by what their money is of; NONE: orders alone,
					   not refunds nor what was never paid */
	uint64_t rounded;		/* order events whose money had too many decimals */
	uint64_t several_currencies;	/* profiles */
	struct findings findings;
	struct dropped nothing;		/* traits that say nothing */
	uint64_t doubtful;		/* profiles born, it seems, on the first day of Unix time */
	uint64_t replaced;		/* traits of the data by computed ones */
	uint64_t uncomputed;		/* computed traits that failed */
};

void sums_release(struct sums *s);
void sums_clear(struct sums *s);
int sums_add(struct sums *to, const struct sums *more, struct error *err);

/* Scratch; one for each thread. */
struct profile_line {
	const struct profile_inputs *profile_inputs;
	struct traits traits;
	struct golden golden;	/* where recency alone does not decide */
	bool by_rules;		/* it holds the customer at hand */
	struct computing computing;
	struct forest forest;
	struct buf draft;	/* the profile before traits are computed */
	struct consents consents;
	struct purchases purchases;
	uint32_t *ids;
	size_t id_cap;
	bool *seen;		/* by source */
	uint32_t *sources;	/* those seen */
	size_t source_count;
};

void profile_line_init(struct profile_line *p, const struct profile_inputs *s);
void profile_line_release(struct profile_line *p);

/*
 * Appends the profile of CUSTOMER, whose COUNT events are sorted, and a
 * newline to OUT, and what it counts to SUMS.
 */
int profile_line_put(struct profile_line *p, uint32_t customer,
		 const struct moment_event *events, size_t count,
		 struct sums *sums, struct buf *out, struct error *err);

#endif

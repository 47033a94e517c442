/*
 * From scored pairs to fragments: signed (correlation) clustering by greedy
 * contraction.
 *
 * Joining whatever is connected by a probable pair makes black holes: of ten
 * million records at probability 0.5, one "person" of 220,000.  So pairs that
 * speak against each other count, too.  What is to be joined are units, each
 * of one or more records.  The two units with the greatest sum of weights
 * between them become one, their weights to others add up, and so on until no
 * sum is positive: one strong "different" outvotes several weak "same".
 *
 * Only positive pairs are given.  The others are scored when they are needed:
 * all pairs of a component of up to 200 records, and in larger ones all pairs
 * between two units before they are joined.
 *
 * A union that would break a limit on identifiers, or make a customer of more
 * than CONTRACTION_RECORDS_MAX records, is refused and listed.
 *
 * What the sources forbid (linking.h) is a cannot-link: never joined, whatever
 * speaks for it.
 *
 * Components are independent, so threads change nothing; ties go to the
 * smaller record numbers.
 */
#ifndef LINKAGE_CONTRACTION_H
#define LINKAGE_CONTRACTION_H

#include <stddef.h>
#include <stdint.h>

#include "unify/identity/identifier.h"
#include "unify/linkage/linking.h"

#define CONTRACTION_RECORDS_MAX 200
/* So many records of what already holds together speak for it. */
#define CONTRACTION_SPEAKERS_MAX 50

struct scored_pair {
	uint32_t a;		/* records, a < b */
	uint32_t b;
	float weight;		/* > 0 */
};

/* A list cut into parts: items[starts[i]] to starts[i + 1]. */
struct unit_list {
	const uint32_t *items;
	const uint32_t *starts;
};

struct contraction {
	size_t units;
	const uint32_t *unit_of;	/* by record */
	struct unit_list records;	/* by unit, ascending */
	struct unit_list identifiers;	/* by unit, ascending */
	const struct identifiers *table;	/* whose limits hold */
	enum link_mode link;
	const uint64_t *sources;		/* by unit; not of LINK_BOTH */
	/* Cannot-links by unit, ascending: number * 2 + the end that the unit is
	 * of; items NULL: there are none.  Both ends never become one. */
	struct unit_list apart;
	const struct scored_pair *pairs;
	size_t pair_count;
	/* The weight of a pair, positive or not.  Called by several threads. */
	double (*score)(const void *context, uint32_t a, uint32_t b);
	const void *context;
	unsigned workers;
};

struct contraction_refusal {
	uint32_t a, b;		/* the first records of both fragments */
	int type;		/* whose limit; -1: too many records; -2: a cannot-link */
};

struct contraction_result {
	uint32_t *fragments;	/* by unit: the smallest unit of its person */
	struct contraction_refusal *refusals;
	size_t refusal_count;
	size_t refusal_cap;
	uint64_t joined;	/* contractions */
	uint64_t ties;		/* of those: with LINK_BETWEEN another one was as good */
};

void contraction_release(struct contraction_result *r);
void contraction_run(const struct contraction *c, struct contraction_result *r);

#endif

/*
 * Chains of steps: how far one customer, or session, got.
 *
 * A chain begins with an event of the first step; its last step comes at most the window after that.  By the order
 *
 *	SEQUENTIAL	each further step is the next event of its kind; others may lie between
 *	INCREASING	the same, but each step is later than the one before, not of the same moment
 *	NO_REPEAT	the same as sequential, but a step that is done again before the next ends the chain
 *	STRICT		no other event lies between two steps
 *	ANY		the steps come in any order: it begins with an event of whichever step, and an event does every step
 *			that it can be
 *
 * An event that is excluded ends every chain that has begun.  Events of one moment are taken in the order of the first
 * step that each can be, those that are none behind them.  The chain that gets farthest counts, of several the one that
 * began first: the steps reached are those of windowFunnel() in ClickHouse and of Mixpanel's unique counts; theirs say
 * as little about which of two chains it is.
 *
 * All chains are followed at once.  One that began earlier has never done less than one that
 * began later, and its window ends no later: so in the order of their beginnings the chains that
 * have done n steps stand in a row behind those that have done more, and those whose window has
 * passed stand in front.  Each chain moves on at most once for each step: the cost is events and
 * chains times steps.  In any order, the first time of each step behind an event says all: one walk backwards.
 */
#ifndef REPORT_FUNNEL_CHAIN_H
#define REPORT_FUNNEL_CHAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FUNNEL_STEPS_MAX 32		/* as in ClickHouse */

enum funnel_order {
	FUNNEL_SEQUENTIAL,
	FUNNEL_INCREASING,
	FUNNEL_NO_REPEAT,
	FUNNEL_STRICT,
	FUNNEL_ANY,
};

struct funnel_rules {
	size_t steps;		/* 1 .. FUNNEL_STEPS_MAX */
	int64_t window;		/* ms */
	enum funnel_order order;
};

struct funnel_chain {
	size_t done;		/* steps */
	int64_t times[FUNNEL_STEPS_MAX];	/* of each that was done, ascending; ms */
};

/* Reused for one customer after another; zeroed at the start. */
struct funnel_chains {
	const struct funnel_rules *rules;
	struct funnel_chain best;
	int64_t *times;		/* of the chains, [chain][step] */
	uint64_t *last;		/* and the number of the event that each did last; 0: it has ended */
	size_t count, cap;
	size_t from[FUNNEL_STEPS_MAX];	/* the first chain that has done no more than so many steps */
	size_t alive;		/* those before this one: their window has passed, or they have ended */
	uint64_t number;	/* of the event at hand */
	struct funnel_event {
		int64_t time;
		uint32_t steps;		/* that it can be, as bits */
		bool excluded;
	} *list;		/* of one time, before they are taken; of FUNNEL_ANY all */
	size_t list_count, list_cap;
};

/* Before the first event.  RULES are borrowed. */
void funnel_chains_start(struct funnel_chains *c, const struct funnel_rules *rules);

/* The next event, oldest first. */
void funnel_chains_feed(struct funnel_chains *c, int64_t time, uint32_t steps, bool excluded);

/* Ends the events: the chain that got farthest, until C is started again. */
const struct funnel_chain *funnel_chains_finish(struct funnel_chains *c);

void funnel_chains_release(struct funnel_chains *c);

#endif

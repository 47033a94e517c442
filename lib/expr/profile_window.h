/*
 * Windows over a profile's events: (as_of - length, as_of], or a period of the calendar
 * (period.h); with a `where`, the events in it that pass.  For profile_*.c only.
 *
 * Merge keeps the newest events.  So a window is whole when it begins at or
 * after the oldest event that was kept, or when the oldest kept is undated, for
 * the undated rank oldest: then every dated one is there.
 */
#ifndef EXPR_PROFILE_WINDOW_H
#define EXPR_PROFILE_WINDOW_H

#include "expr/profile_row.h"

struct window {
	struct profile_cache *cache;
	struct span name;	/* absent: any event */
	struct span prop;	/* of which values are wanted; absent: of none */
	int64_t begin;		/* exclusive; MOMENT_NONE: no beginning */
	int64_t end;		/* inclusive */
	bool whole;		/* omitted events cannot change it */
	struct expr_run *run;
	struct error *err;
	bool failed;		/* with *err: a filter could not be evaluated */
};

/*
 * The window of an optional duration or period (NULL: all time).  1, 0 when nothing is
 * known about it, -1 with *ERR.  What it gave is for window_close in the end.
 */
int window_open(struct expr_run *run, const struct datum *length,
		struct window *w, struct error *err);

/* What the function returns: -1 where GOT is that, or the walk failed, else 0. */
int window_close(const struct window *w, int got);

/*
 * The orders of the window's customer, settled: those whose time lies in the
 * window count in it.  -1 when a sum does not fit.
 */
int window_orders(struct expr_run *run, const struct window *w,
		  const struct orders **orders, struct error *err);

/*
 * The next older order event that is not after now, counting *I down from cache->count:
 * 1 with *ORDER and whether it lies in the window, 0 behind the last, -1 where orders have
 * to be settled before they add up.  For caches that are plain.
 */
int window_plain_order(struct expr_run *run, const struct window *w, size_t *i,
		       struct order *order, bool *within);

/* Does TIME lie in the window?  An undated event lies in none, and in all time. */
bool window_holds(const struct window *w, int64_t time);

/* The next older event of the window, counting *I down from cache->count; NULL: none, or failed. */
const struct past_event *window_next(struct window *w, size_t *i);

/* Does E pass the call's filter?  True where window_walk asks each of its elements. */
bool window_passes(struct window *w, const struct past_event *e);

/*
 * As profile_walk_property, for the window's property of E.  Where that leads through an array
 * the filter is asked of each element, and names that lead through the same array look at
 * that element alone: the prices of cups, not those of orders with a cup.
 */
int window_walk(struct window *w, const struct past_event *e,
		int (*take)(void *context, struct value v), void *context);

/* Does the window count this order, refund or line?  Where a refund's order passes, so does the refund. */
bool window_counts(struct window *w, const struct orders *orders, const struct order_entry *e);

/* Argument I, which may be left out: NULL. */
const struct datum *window_length(const struct datum *args, size_t count,
				  size_t i);

/* Sums that stop being one as soon as two currencies meet. */
struct window_money {
	struct decimal sum;
	struct span currency;	/* empty: none was named */
	bool any;
	bool mixed;
};

/* Adds AMOUNT, of an event with PROPS; -1: the sum does not fit. */
int window_add_money(struct expr_run *run, struct window_money *m,
		     struct value props, struct decimal amount, struct error *err);

/* Is PROP money, which is not added across currencies? */
bool window_is_money(struct span prop);

/*
 * profile_properties.c: what events say in one property, as Segment's computed
 * traits define it.
 */
typedef int property_function(struct expr_run *run, const struct datum *args,
			      size_t count, struct datum *out,
			      struct error *err);

property_function property_sum, property_avg, property_min, property_max,
	property_first, property_last, property_most_frequent, property_unique,
	property_distinct;

/* profile_journey.c: the order of events. */
property_function journey_funnel, journey_sessions;

#endif

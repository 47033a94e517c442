/*
 * When the values of one type were in use, and how many at once: what a limit with
 * a window counts.
 *
 * A value is in use from its first to its last event.  Values count together when
 * one span shorter than the window touches the uses of all of them; those of
 * undated events, which are at no time, count together, too.  With more events
 * uses only grow, and with more values their number: so what was too many stays
 * too many, whatever is added.  (By their last events alone, a number that rings
 * once more would set two customers free to be one.)
 *
 * The span from WINDOW before the first event to the last is two marks, +1 and -1;
 * how many of these spans overlap at most is the greatest sum of marks in the order
 * of time.  Marks are a treap (Aragon, Seidel 1989) whose nodes know the sum and the
 * greatest sum of what is below them: of two customers the smaller is looked up in
 * the larger, and poured into it, by the logarithm of its size a mark.  With sorted
 * lists a customer of 100,000 phone numbers took minutes.
 */
#ifndef GRAPH_USES_H
#define GRAPH_USES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "time/moment.h"

/* Of one value. */
struct use {
	int64_t first;		/* MOMENT_NONE: no dated event */
	int64_t last;
	bool undated;		/* it has an undated event */
};

#define USE_NEVER ((struct use){MOMENT_NONE, MOMENT_NONE, false})

void use_add(struct use *u, int64_t time);

struct use_mark;

struct uses {
	struct use_mark *root;	/* NULL: no dated ones */
	uint32_t count;		/* dated values */
	uint32_t undated;
};

/* Of the one value NUMBER, which has use U; marks are in the memory of A. */
void uses_make(struct uses *out, const struct use *u, int64_t window, uint32_t number,
	       struct arena *a);

/* How many values of X and Y count together at most, where both have some. */
uint32_t uses_most(const struct uses *x, const struct uses *y);

/* INTO gets what MORE has, which is dead from now on. */
void uses_unite(struct uses *into, struct uses *more);

/* How many count together at most. */
uint32_t uses_peak(const struct uses *u);

#endif

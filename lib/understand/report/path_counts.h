/*
 * What follows what: how often which steps came one after the other, and what stood behind and in front of one of them.
 *
 * A unit is a customer or a session.  Its steps are given oldest first, by their names; a step that is done again at
 * once is one with the first, unless repeats are kept.  Then a path lasts from the last time of its first step to the
 * first time of its last.  Counted are
 *
 *	paths	2 to LENGTH steps that follow each other, wherever they stand, within WINDOW: how often, and by how many units
 *	after	of units with the step FROM: the first LENGTH steps behind the first such, within WINDOW of it
 *	before	the same of TO, backwards
 *
 * A way of the trees that has fewer steps ends with PATH_END, so that what is counted for a node is the sum of what is
 * counted for those below it.
 */
#ifndef REPORT_PATH_COUNTS_H
#define REPORT_PATH_COUNTS_H

#include <stdint.h>

#include "base/arena.h"
#include "base/map.h"
#include "understand/report/partial.h"

#define PATH_LENGTH_MAX 10
#define PATH_END UINT32_MAX	/* in place of a name's number */

/* Marks of a name. */
enum { PATH_FROM = 1, PATH_TO = 2 };

struct path_rules {
	size_t length;		/* 2 to PATH_LENGTH_MAX */
	int64_t window;		/* milliseconds */
	bool keep_repeats;
	bool after, before;	/* which trees; that of `after` begins in front of all steps where FROM_START */
	bool from_start;
};

struct path_count {
	uint64_t units, times;
	uint64_t last;		/* unit that was counted last, from 1 */
};

/* By the names' numbers, one behind the other. */
struct path_table {
	struct map keys;
	struct path_count *rows;
	size_t cap;
};

struct path_step {
	uint32_t name;
	int64_t start, end;
};

/* One for each worker; zeroed. */
struct path_counts {
	struct map names;	/* with the marks of each */
	struct path_table paths, after, before;
	uint64_t units, steps, repeats;

	/* The unit at hand. */
	struct path_step *list;
	size_t count, cap;
};

void path_counts_release(struct path_counts *c);

/* The next step of the unit: the NAMEth of names. */
void path_counts_step(struct path_counts *c, const struct path_rules *rules, uint32_t name, int64_t time);
/* The unit ends; one without a step is none. */
void path_counts_end(struct path_counts *c, const struct path_rules *rules);
void path_counts_merge(struct path_counts *c, const struct path_counts *other);

/* What was counted, written or added (partial.h). */
void path_counts_carry(struct path_counts *c, struct partial *p);

/* A path of a table, to be shown. */
struct path_row {
	uint64_t units, times;
	const uint32_t *names;	/* of path_list.labels; the last may be PATH_END */
	size_t length;
};

/* The names in their order, and the rows of one table. */
struct path_list {
	struct span *labels;
	struct path_row *rows;
	size_t count;
	struct arena numbers;
};

/*
 * Lists TABLE of C, whose names it borrows: the shorter before the longer, then those of most units, most times, then in the
 * order of names; TREE: those of most units first, so that a node is in front of all below it.
 */
void path_list_make(struct path_list *l, const struct path_counts *c, const struct path_table *table, bool tree);
void path_list_release(struct path_list *l);

#endif

/*
 * What all customers bought, put into carts and looked at, for the models: of each customer each item
 * once, with how much it says of his taste; of each item how often it is bought again.
 *
 * An item weighs 1 when it was bought, 0.5 in a cart, 0.2 looked at, the most of these; with a half-life each
 * is halved for every so many days of its age.  Weights are whole numbers of 1/HISTORY_ONE, so that sums over
 * customers do not depend on their order.
 *
 * Days are whole ones of 24 hours before as_of.  What has no time is as old as can be.
 *
 * For a test, the last day on which a customer bought is held out: what is learned of it is what came
 * before that day, with ages counted from it.
 */
#ifndef RECOMMEND_HISTORIES_H
#define RECOMMEND_HISTORIES_H

#include "base/hash.h"
#include "understand/recommend/bought.h"
#include "understand/recommend/items.h"

#define HISTORY_ONE 4095
#define AGE_UNKNOWN INT32_MAX

/* The weight of each signal: 1, 0.5 and 0.2. */
extern const double signal_weights[SIGNALS];

struct touch {
	uint32_t item;		/* of the part */
	int32_t age;		/* days */
	enum signal signal;
};

/* What one worker gathers. */
struct history_part {
	struct item_part items;
	struct map segments;	/* name -> number in the part */
	struct touch *touches;
	size_t count, cap;
	struct history_end {
		size_t touches, segments;	/* where a customer's end */
		struct hash128 line;	/* of the profile */
	} *ends;
	size_t customers, customer_cap;
	uint32_t *in_segments;
	size_t in_count, in_cap;
};

void history_part_add(struct history_part *p, const struct bought *b, const struct profile *profile);
void history_part_release(struct history_part *p);

/* One item of one customer. */
struct liking {
	uint32_t item;
	int32_t age;		/* since it was bought last; else since its last signal */
	uint16_t weight;	/* 1 .. HISTORY_ONE; 0: he has it, but too many newer ones to count */
	uint16_t times;		/* days on which it was bought; 0: it was not */
};

/* How an item is bought again. */
struct repeat {
	uint32_t again;		/* customers who bought it on two days and more */
	uint32_t interval;	/* the median of the days between two of them; 0: nobody did */
};

struct segment {
	struct span name;
	uint32_t customers;
	uint32_t count;		/* of the most bought items, most first */
	uint32_t *items, *buyers;
};

#define SEGMENT_ITEMS_MAX 400

struct histories {
	struct items items;	/* by how many customers bought them */
	uint32_t customers;	/* who have items */
	uint32_t buyers;	/* who bought something */
	size_t *starts;		/* customers + 1 */
	struct hash128 *lines;	/* of their profiles, by customer */
	uint32_t *by_line;	/* customer + 1 in the first free place behind his hash; 0: free */
	size_t line_mask;	/* places - 1 */
	struct liking *list;	/* of each customer by item */
	struct repeat *repeats;	/* by item */
	struct segment *segments;
	struct map segment_names;
	uint64_t capped;	/* customers of whom the newest items count alone */
	/* Of a test: the items of the last day, ascending. */
	size_t *held_starts;
	uint32_t *held;
	uint64_t undated;	/* customers who bought, and nobody knows when */
};

struct histories_asked {
	uint32_t half_life_days;	/* 0: none */
	uint32_t items_max;		/* of a customer: the newest */
	bool hold_out;
};

/* Takes what the COUNT parts have, with as many threads, and releases them.  Owned: histories_release. */
void histories_join(struct histories *h, struct history_part *parts, size_t count,
		    const struct histories_asked *asked);
void histories_release(struct histories *h);

/*
 * The likings of the customer whose profile LINE is, as they were joined, and how many; NULL where that line gave none.
 * Not of a hold-out.
 */
const struct liking *histories_of_line(const struct histories *h, struct span line, size_t *count);

/*
 * The likings of one customer whose lines B lists, by H's items, into LIST of b->count places; how many there are.  The
 * same as histories_join makes of him.
 */
size_t histories_likings(const struct histories *h, const struct histories_asked *asked, const struct bought *b,
			 int64_t as_of, struct liking *list);

#endif

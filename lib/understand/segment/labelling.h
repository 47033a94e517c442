/*
 * One run of cdp-segment: the labellers that were asked for, over all profiles.
 *
 *	labelling_options	the options of all labellers, for the option table
 *	labelling_declare	once they are read: names and numbers all segments
 *	labelling_learn, _absorb, _settle
 *				a first pass over the profiles, where one learns
 *	labelling_label		each profile with its segments, on any thread
 *	labelling_count		how many each segment has
 */
#ifndef SEGMENT_LABELLING_H
#define SEGMENT_LABELLING_H

#include "understand/segment/labeller.h"

#define LABELLING_OPTIONS_MAX 32

struct labelling_worker;

struct labelling {
	struct rules *segments;
	void **states;			/* by labeller */
	int *asked;			/* by labeller: what declare said */
	struct labelling_worker *workers;
	unsigned worker_count;
	bool explain;			/* add the member segments_why */
	bool overlaps;			/* count how many customers two segments share */
	struct labeller_notes notes;	/* of the last declare, settle or finish */
};

void labelling_init(struct labelling *l);
void labelling_release(struct labelling *l);

/* Appends the options of all labellers to OUT; how many. */
size_t labelling_options(struct labelling *l, struct opt *out);

/*
 * 1, 0 when nothing asks for any segment, or -1 with *ERR.  RUN->segments is
 * set here.
 */
int labelling_declare(struct labelling *l, struct labeller_run *run,
		      struct error *err);

/* Is there something to learn? */
bool labelling_learns(const struct labelling *l);

/*
 * LEARN, on the thread WORKER, appends to OUT what is to be known of the profile P: 0, or -1 for one
 * that is to be passed over, with OUT as it was.
 */
int labelling_learn(const struct labelling *l, unsigned worker, const struct profile *p,
		    struct buf *out);
int labelling_absorb(struct labelling *l, struct span bytes, struct error *err);
int labelling_settle(struct labelling *l, struct error *err);

/*
 * Before the first profile is labelled.  LABEL appends the line of P with its
 * segments and a newline to OUT and counts it.  -1 with *ERR: a profile that
 * holds something malformed; it is not counted.
 */
void labelling_start(struct labelling *l, const struct zone *zone, unsigned workers);
int labelling_label(struct labelling *l, unsigned worker, const struct profile *p,
		    struct buf *out, struct error *err);

/*
 * Decides P's segments and writes nothing.  Then PUT gets each part of each rule, which `and` and
 * `or` join, and of other labellers the reason for each segment that P is in, or that is unknown.
 * Truths are 1 yes, 0 no, -1 unknown.
 */
struct label_part {
	struct span segment;
	int in;			/* is the customer in the segment? */
	struct span part;
	int held;
	struct span values;	/* what was read: "orders = 4, revenue = 612.4" */
};

int labelling_parts(struct labelling *l, unsigned worker, const struct profile *p,
		    void (*put)(void *context, const struct label_part *part), void *context,
		    struct error *err);

struct label_count {
	struct span name;
	uint64_t customers;	/* that are in it */
	uint64_t unknown;	/* of whom nobody knows */
};

/* Behind the last profile: what labellers report then, into l->notes. */
void labelling_finish(struct labelling *l);

/* Behind the last profile: a line for each doubt about rules, see rules_put_warnings. */
void labelling_put_warnings(const struct labelling *l, struct buf *out);

/* Behind the last profile: segment I, in the byte order of their names; false behind the last. */
bool labelling_count(const struct labelling *l, size_t i, struct label_count *out);

/*
 * Customers in both of two different segments.  False when there are too many segments
 * for that (overlaps.h), or nobody asked.
 */
bool labelling_overlap(const struct labelling *l, size_t a, size_t b, uint64_t *customers);

/* Profiles that are in any segment. */
uint64_t labelling_labelled(const struct labelling *l);

#endif

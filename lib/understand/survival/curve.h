/*
 * The curve of a group without any assumption about its form: Kaplan and Meier's estimate of the share S(t) that lasts
 * beyond t, and Nelson and Aalen's of the cumulative hazard H(t).  cdp-models(7) has the formulas.
 *
 * At a time t there are n at risk (entry < t <= exit) and d events:
 *
 *	S = prod (1 - d/n)	V = sum d / (n (n - d)), Greenwood;  se(S) = S sqrt(V)
 *	H = sum d/n		var(H) = sum d/n^2
 *
 * Behind a time at which all at risk have the event S is 0 and V has no value.
 */
#ifndef SURVIVAL_CURVE_H
#define SURVIVAL_CURVE_H

#include "understand/survival/lifetimes.h"

struct curve_point {
	double time;
	uint64_t at_risk, events, censored;
	uint64_t all_events;	/* up to here */
	double survival;
	double greenwood;	/* V; NAN: S is 0 */
	double hazard, hazard_variance;
};

struct curve {
	struct curve_point *points;	/* by distinct exit, rising; owned */
	size_t count;
	uint64_t rows, events;
	double *entries;		/* rising; NULL: all are there from the beginning; owned */
};

enum curve_interval {
	CURVE_LOG_LOG,	/* S ^ exp(+-z se / |ln S|) */
	CURVE_LOG,	/* S exp(+-z se) */
	CURVE_PLAIN,	/* S +- z S se */
};
extern const char *const curve_interval_names[];

/* Of the COUNT rows of L in ORDER (rising exits). */
void curve_make(struct curve *c, const struct lifetimes *l, const uint32_t *order, size_t count);
void curve_release(struct curve *c);

/* The last point at or before TIME; NULL: none, S is 1. */
const struct curve_point *curve_at(const struct curve *c, double time);

/* How many are at risk at TIME, and how many events there were up to it. */
uint64_t curve_at_risk(const struct curve *c, double time);
uint64_t curve_events(const struct curve *c, double time);

/* The interval of S for the level whose normal quantile is Z (1.96: 95 %), within 0..1.  NANs where there is none. */
void curve_limits(const struct curve_point *p, enum curve_interval kind, double z, double *low, double *high);

/*
 * The first time at which S is at most SHARE; where S equals it for a while, and falls later, the middle of that
 * while.  NAN: never.  LOW and HIGH by the same rule on the limits of S.
 */
struct curve_quantile {
	double value, low, high;
};
struct curve_quantile curve_quantile(const struct curve *c, double share, enum curve_interval kind, double z);

/*
 * The mean lifetime up to TAU, which is the area under S up to it, and its standard error.  Behind the last
 * exit S stays where it was.
 */
struct curve_mean {
	double mean, se;
};
struct curve_mean curve_restricted_mean(const struct curve *c, double tau);

/* The mean of what is left at TIME, up to TAU, to those who last so long; NAN: nobody does. */
double curve_remaining(const struct curve *c, double time, double tau);

#endif

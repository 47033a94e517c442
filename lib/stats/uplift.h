/*
 * Whose behaviour an offer changes: curves of uplift over rows that are ranked by it.
 *
 * Of the first K rows, Y_T and Y_C are the outcomes of the N_T who had the offer and of the N_C
 * who had not.
 *
 *	qini(k)	Y_T - Y_C * N_T / N_C		outcomes that the offer brought (Radcliffe 2007)
 *	gain(k)	(Y_T / N_T - Y_C / N_C) * k	what it would bring if all K had it
 *
 * Where the first K have none of one kind, qini takes nothing off and gain is 0.  Areas are over
 * the fraction k / n by the trapezoid rule, from the point (0, 0); packages divide them by this
 * and that, so they stand here raw.  The line of a random order ends at the same value.
 */
#ifndef STATS_UPLIFT_H
#define STATS_UPLIFT_H

#include <stddef.h>
#include <stdint.h>

struct uplift_rows {
	size_t count;
	const double *uplift;		/* predicted; ranked from the highest, ties by row number */
	const unsigned char *treated;	/* 1: had the offer */
	const unsigned char *y;		/* 1: the outcome that is wanted */
};

struct uplift_curves {
	uint64_t treated, controls;
	double effect;			/* outcome of the treated minus that of the others */
	double qini_area, qini_end;	/* a random order has half of the end */
	double gain_area, gain_end;
};

/* QINI and GAIN, of COUNT + 1 points each, may be NULL. */
void uplift_measure(const struct uplift_rows *rows, struct uplift_curves *out, double *qini, double *gain);

#endif

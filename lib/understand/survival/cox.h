/*
 * Cox's proportional hazards: h(t) = h0(t) exp(x'b), with an h0 of its own for each stratum that nobody assumes anything of.
 *
 * Efron's approximation where several events come at one time: with risk set R and the events D,
 *
 *	l(b) = sum over times { sum over D of x'b - sum over l = 0 .. d - 1 of ln(S0 - (l/d) D0) },
 *
 * S0 and D0 the sums of exp(x'b) over R and D.  Newton's steps, halved where the likelihood falls.  The matrix of information has
 * sums over risk sets, which become one sum over rows: a row takes part with exp(x'b) times the hazard of the times at
 * which it is at risk.  So a step is one pass backwards over sorted rows for S0 and S1, and one product of matrices.
 */
#ifndef SURVIVAL_COX_H
#define SURVIVAL_COX_H

#include "base/error.h"
#include "base/span.h"
#include "understand/survival/lifetimes.h"

struct cox_data {
	const struct lifetimes *l;
	const double *x;	/* l->count rows of WIDTH numbers, none missing */
	size_t width;		/* >= 1 */
	const struct span *names;	/* of the columns, for messages */
	const uint32_t *strata;	/* by row; NULL: one */
	uint32_t stratum_count;
	const uint32_t *clusters;	/* by row: whose errors belong together; NULL: each row by itself */
	uint32_t cluster_count;
	bool robust;
};

/* A time with events, in its stratum. */
struct cox_time {
	double time;
	uint32_t stratum;
	uint32_t events;
	uint64_t at_risk;
	double hazard;		/* of those whose x is the mean: the sum of 1 / (S0 - (l/d) D0) */
};

struct cox {
	size_t rows, width;
	uint64_t events;
	double *coef;		/* WIDTH; owned, as all that follows */
	double *variance;	/* WIDTH x WIDTH: the inverse of the information */
	double *robust;		/* WIDTH x WIDTH, from the rows' or clusters' influences; NULL: not asked for */
	double *means;		/* of the columns */
	double log_likelihood, null_log_likelihood;
	double score_test, wald_test;	/* Wald's by the robust variance where there is one */
	double concordance, concordance_se;	/* NAN: no two rows can be compared */
	unsigned steps;
	struct cox_time *times;	/* by stratum and time */
	size_t time_count;
	struct cox_sorted *sorted;
};

/*
 * -1 with a usage error that names the column: one that has a single value, that others make up, or whose coefficient has no
 * finite best value; or no events at all.  Owned: cox_release, after a failure too.
 */
int cox_fit(struct cox *c, const struct cox_data *data, struct error *err);
void cox_release(struct cox *c);

/* The cumulative hazard at TIME in STRATUM of somebody whose x is 0 throughout; the factor that makes it of the times' hazards. */
double cox_baseline(const struct cox *c, uint32_t stratum, double time);
double cox_baseline_factor(const struct cox *c);

/*
 * Do the hazards stay proportional?  The score test of x g(t) beside x, by Grambsch and Therneau as R's cox.zph
 * has it since 3.0, for g(t) of:
 */
enum cox_transform {
	COX_KM,		/* 1 - S(t-), of all rows */
	COX_RANK,	/* of t among all exits */
	COX_IDENTITY,
	COX_LOG,
};
extern const char *const cox_transform_names[];

struct cox_check {
	double chi_square;	/* NAN: it was at risk at too few times */
	size_t df;
};

/*
 * L is what C was fitted to.  TERM_OF says by column which term it belongs to: OUT gets a test of each of the TERM_COUNT terms and, behind them, of all together.
 * -1 with a usage error: COX_LOG and an event at 0.
 */
int cox_check_hazards(const struct cox *c, const struct lifetimes *l, enum cox_transform transform, const size_t *term_of, size_t term_count,
		      struct cox_check *out, struct error *err);

#endif

/*
 * Beside x'b the model gets x'c g(t): at c = 0 the derivatives by c are those by b, each time weighted by g, and those of second
 * order are weighted by g and by g^2.  So three passes give the test: with U the gradient by c and I the parts of the information,
 *
 *	chi^2 = U' (I_cc - I_cb I_bb^-1 I_bc)^-1 U,
 *
 * of a term with its rows and columns of I_cc alone.  g is measured from its least value: what is added to g changes nothing at
 * the best b, where the gradient by b is 0.
 */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stats/linear.h"
#include "understand/survival/cox_sorted.h"
#include "understand/survival/curve.h"

const char *const cox_transform_names[] = {"km", "rank", "identity", "log", NULL};

/* 1 - S(t-) of all rows, whatever their stratum. */
static void set_km(const struct cox_sorted *s, const struct lifetimes *l, double *g)
{
	uint32_t *order = lifetimes_order(l->exit, l->count);
	struct curve curve;

	curve_make(&curve, l, order, l->count);
	for (size_t k = 0; k < s->time_count; k++) {
		const struct curve_point *p = curve_at(&curve, s->times[k].time);

		g[k] = p > curve.points ? 1 - p[-1].survival : 0;
	}
	curve_release(&curve);
	mem_free(order);
}

/* The rank of a time among all exits; equal ones share their mean. */
static void set_ranks(const struct cox_sorted *s, const struct lifetimes *l, double *g)
{
	uint32_t *order = lifetimes_order(l->exit, l->count);
	struct curve curve;
	double before = 0;

	curve_make(&curve, l, order, l->count);
	for (size_t i = 0; i < curve.count; i++) {
		double here = (double)(curve.points[i].events + curve.points[i].censored);

		curve.points[i].survival = before + (here + 1) / 2;
		before += here;
	}
	for (size_t k = 0; k < s->time_count; k++)
		g[k] = curve_at(&curve, s->times[k].time)->survival;
	curve_release(&curve);
	mem_free(order);
}

static int set_transform(const struct cox_sorted *s, const struct lifetimes *l, enum cox_transform transform, double *g, struct error *err)
{
	double least = INFINITY;

	if (transform == COX_KM)
		set_km(s, l, g);
	else if (transform == COX_RANK)
		set_ranks(s, l, g);
	else
		for (size_t k = 0; k < s->time_count; k++)
			g[k] = transform == COX_LOG ? log(s->times[k].time) : s->times[k].time;
	for (size_t k = 0; k < s->time_count; k++)
		least = fmin(least, g[k]);
	for (size_t k = 0; k < s->time_count; k++)
		g[k] -= least;
	if (!isfinite(least))
		return error_usage(err, "an event at the time 0 has no logarithm: take another transform for --check-hazards");
	return 0;
}

/* The test of the columns that belong to TERM; SIZE_MAX: of all. */
static struct cox_check test_term(const double *u, const double *schur, size_t width, const size_t *term_of, size_t term)
{
	double *part = mem_zero(width * width + 1, sizeof *part), *score = mem_zero(width + 1, sizeof *score);
	double *solved = mem_zero(width + 1, sizeof *solved);
	struct cox_check check = {NAN, 0};
	size_t n = 0;

	for (size_t i = 0; i < width; i++)
		n += term == SIZE_MAX || term_of[i] == term;
	check.df = n;
	for (size_t i = 0, a = 0; i < width; i++) {
		if (term != SIZE_MAX && term_of[i] != term)
			continue;
		for (size_t j = 0, b = 0; j < width; j++)
			if (term == SIZE_MAX || term_of[j] == term)
				part[a * n + b++] = schur[i * width + j];
		score[a++] = u[i];
	}
	memcpy(solved, score, n * sizeof *solved);
	if (n && !linear_factor(part, n)) {
		linear_solve(part, n, solved, 1);
		check.chi_square = 0;
		for (size_t i = 0; i < n; i++)
			check.chi_square += score[i] * solved[i];
	}
	mem_free(part);
	mem_free(score);
	mem_free(solved);
	return check;
}

/*
 * I_cc - I_cb I_bb^-1 I_bc into CC.  What is left of a value on the diagonal may be rounding alone, where a column was at risk at
 * one time only: then it is 0.  MOST is the greatest g^2, so that I_cc is nowhere above MOST I_bb.
 */
static void reduce(double *cc, double *bb, const double *bc, double most, size_t width)
{
	double *least = mem_alloc((width + 1) * sizeof *least);
	double *solved = mem_alloc((width * width + 1) * sizeof *solved);
	double *product = mem_alloc((width * width + 1) * sizeof *product);

	memcpy(solved, bc, width * width * sizeof *solved);
	for (size_t i = 0; i < width; i++)
		least[i] = 1e-9 * most * bb[i * width + i];
	if (linear_factor(bb, width)) {
		memset(cc, 0, width * width * sizeof *cc);
	} else {
		linear_solve(bb, width, solved, width);
		linear_multiply(product, solved, bc, width, width, width);
		for (size_t i = 0; i < width * width; i++)
			cc[i] -= product[i];
		for (size_t i = 0; i < width; i++)
			if (cc[i * width + i] < least[i])
				cc[i * width + i] = 0;
	}
	mem_free(least);
	mem_free(solved);
	mem_free(product);
}

int cox_check_hazards(const struct cox *c, const struct lifetimes *l, enum cox_transform transform, const size_t *term_of, size_t term_count,
		      struct cox_check *out, struct error *err)
{
	const struct cox_sorted *s = c->sorted;
	size_t width = c->width;
	double *g = mem_alloc((s->time_count + 1) * sizeof *g), *b = mem_alloc((width + 1) * sizeof *b);
	struct cox_sums plain = cox_sums_new(s), once = cox_sums_new(s), twice = cox_sums_new(s);
	int bad = set_transform(s, l, transform, g, err);
	double most = 0;

	for (size_t j = 0; j < width; j++)
		b[j] = c->coef[j] * s->scale[j];
	if (!bad) {
		cox_pass(s, b, NULL, false, &plain);
		cox_pass(s, b, g, false, &once);
		for (size_t k = 0; k < s->time_count; k++) {
			g[k] *= g[k];
			most = fmax(most, g[k]);
		}
		cox_pass(s, b, g, false, &twice);
		reduce(twice.information, plain.information, once.information, most, width);
		for (size_t t = 0; t < term_count; t++)
			out[t] = test_term(once.gradient, twice.information, width, term_of, t);
		out[term_count] = test_term(once.gradient, twice.information, width, term_of, SIZE_MAX);
	}
	cox_sums_free(&plain);
	cox_sums_free(&once);
	cox_sums_free(&twice);
	mem_free(g);
	mem_free(b);
	return bad;
}

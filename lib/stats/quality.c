#include "stats/quality.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stats/sum.h"

struct row {
	double score;
	size_t number;
	bool happened;
};

/* The greatest score first; equal ones by row number, so it is one order. */
static int compare(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->score != y->score)
		return x->score < y->score ? 1 : -1;
	return (x->number > y->number) - (x->number < y->number);
}

/* Owned: mem_free. */
static struct row *sorted_rows(const double *scores, const bool *happened,
			       size_t n)
{
	struct row *rows = mem_zero(n + 1, sizeof *rows);

	for (size_t i = 0; i < n; i++)
		rows[i] = (struct row){scores[i], i, happened[i]};
	qsort(rows, n, sizeof *rows, compare);
	return rows;
}

/*
 * Pairs (happened, not) counted twice over: 2 where the order is right, 1 where
 * the scores are equal.  Integers, so that the result is exact.
 */
double quality_auc(const double *scores, const bool *happened, size_t n)
{
	struct row *rows = sorted_rows(scores, happened, n);
	uint64_t yes = 0, no = 0, halves = 0;

	for (size_t i = 0; i < n;) {
		uint64_t tied_yes = 0, tied_no = 0;
		double score = rows[i].score;

		for (; i < n && rows[i].score == score; i++) {
			tied_yes += rows[i].happened;
			tied_no += !rows[i].happened;
		}
		/* Those above are all that happened with a greater score. */
		halves += tied_no * (2 * yes + tied_yes);
		yes += tied_yes;
		no += tied_no;
	}
	mem_free(rows);
	if (!yes || !no)
		return NAN;
	return (double)halves / 2 / ((double)yes * (double)no);
}

double quality_brier(const double *p, const bool *happened, size_t n)
{
	struct sum total = SUM_ZERO;

	for (size_t i = 0; i < n; i++)
		sum_add(&total, (p[i] - happened[i]) * (p[i] - happened[i]));
	return n ? sum_value(&total) / (double)n : NAN;
}

double quality_log_loss(const double *p, const bool *happened, size_t n)
{
	const double least = 1e-15;
	struct sum total = SUM_ZERO;

	for (size_t i = 0; i < n; i++) {
		double given = happened[i] ? p[i] : 1 - p[i];

		sum_add(&total, -log(fmin(fmax(given, least), 1 - least)));
	}
	return n ? sum_value(&total) / (double)n : NAN;
}

double quality_lift(const double *scores, const bool *happened, size_t n,
		    double share)
{
	struct row *rows = sorted_rows(scores, happened, n);
	size_t top = (size_t)floor(share * (double)n);
	size_t in_top = 0, in_all = 0;

	for (size_t i = 0; i < n; i++) {
		in_top += i < top && rows[i].happened;
		in_all += rows[i].happened;
	}
	mem_free(rows);
	if (!top || !in_all)
		return NAN;
	return (double)in_top / (double)top / ((double)in_all / (double)n);
}

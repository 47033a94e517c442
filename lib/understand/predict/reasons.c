#include "understand/predict/reasons.h"

#include <math.h>

#include "base/mem.h"
#include "understand/predict/buyer.h"

#define LEAST 0.05

size_t reasons_find(const double *adds, size_t count, size_t out[REASONS_MAX])
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		size_t at = found;

		if (!(fabs(adds[i]) >= LEAST))
			continue;
		while (at && fabs(adds[i]) > fabs(adds[out[at - 1]]))
			at--;
		if (at == REASONS_MAX)
			continue;
		found = found < REASONS_MAX ? found + 1 : found;
		for (size_t k = found - 1; k > at; k--)
			out[k] = out[k - 1];
		out[at] = i;
	}
	return found;
}

/*
 * A buyer's features say few things in many ways, whose contributions lean on each other: days silent and gaps overdue,
 * say.  So they are added up by what they speak of, and that is named by its plainest number.
 */
static const struct {
	enum buyer_feature first, last;	/* of the group */
	enum buyer_feature shown;
	const char *words;		/* behind its number */
} groups[] = {
	{BUYER_LAST, BUYER_OVERDUE, BUYER_SILENT, "days silent"},
	{BUYER_ORDERS, BUYER_REPEATS, BUYER_ORDERS, "orders"},
	{BUYER_DAYS_30, BUYER_DAYS_180, BUYER_DAYS_180, "buying days in 180"},
	{BUYER_TOTAL, BUYER_SPENT_180, BUYER_TOTAL, "spent"},
};

enum { GROUPS = sizeof groups / sizeof *groups };

/* A feature as it was before it was scaled. */
static double unscaled(double x)
{
	return x < 0 ? -expm1(-x) : expm1(x);
}

void buyer_put_reasons(const struct learned *m, const double *raw, struct buf *out)
{
	double adds[BUYER_FEATURES] = {0}, by_group[GROUPS] = {0};
	size_t list[REASONS_MAX], count;

	learned_explain(m, raw, adds);
	for (size_t g = 0; g < GROUPS; g++)
		for (size_t i = groups[g].first; i <= groups[g].last && i < m->encoding.count; i++)
			by_group[g] += adds[i];
	count = reasons_find(by_group, GROUPS, list);
	for (size_t i = 0; i < count; i++) {
		double value = raw[groups[list[i]].shown];

		buf_text_put(out, i ? ", " : "; ");
		if (isnan(value))
			buf_lit(out, "unknown");
		else
			buf_printf(out, "%.4g", unscaled(value));
		buf_printf(out, " %s (%+.2f)", groups[list[i]].words, by_group[list[i]]);
	}
}

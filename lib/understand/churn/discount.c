/*
 * With E(t) the purchases expected by t and e^-D the discount of a unit of time, by parts
 *	integral of e^(-Dt) dE(t) = D * integral of e^(-Dt) E(t) dt,  t from 0 to infinity,
 * which needs no derivative of E.  With c + t = c e^v the integrand is smooth in v for E of any model (whose scale is
 * alpha + T and more); behind Dt = 40 nothing is left of it.
 */
#include "understand/churn/discount.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define YEAR 365.25
#define CUT 40.0
#define PARTS 6

int discount_read(const char *text, double *rate, struct error *err)
{
	char *end;

	*rate = strtod(text, &end);
	if (end > text && !strcmp(end, "%"))
		*rate /= 100;
	else if (*end)
		*rate = 0;
	if (*rate > 0 && *rate <= 1)
		return 0;
	return error_usage(err, "--discount: '%s' is no rate a year: write 10%% or 0.1 (above 0, at most 100%%)", text);
}

double discount_of(double rate, double days)
{
	return expm1(log1p(rate) * days / YEAR);
}

static double expected(const struct model *m, double x, double t_x, double T, double t)
{
	return m->kind->expected(m->purchases, x, t_x, T, t);
}

double discount_within(const struct model *m, double x, double t_x, double T, double days, double rate)
{
	double units = days / time_unit_days(m->unit), fall = log1p(discount_of(rate, time_unit_days(m->unit)));
	double total = 0, before = 0;

	for (double k = 1; k < units + 1; k++) {
		double to = fmin(k, units), now = expected(m, x, t_x, T, to);

		total += (now - before) * exp(-fall * to);
		before = now;
	}
	return total;
}

/* Gauss and Legendre's rule of ten nodes (Abramowitz and Stegun 25.4.30). */
static const struct {
	double at, weight;
} rule[] = {
	{0.14887433898163121088, 0.29552422471475287017},
	{0.43339539412924719080, 0.26926671930999635509},
	{0.67940956829902440623, 0.21908636251598204400},
	{0.86506336668898451073, 0.14945134915058059315},
	{0.97390652851717172008, 0.06667134430868813759},
};

double discount_residual(const struct model *m, double x, double t_x, double T, double rate)
{
	double fall = log1p(discount_of(rate, time_unit_days(m->unit))), c = T + 1;
	double step = log1p(CUT / (fall * c)) / PARTS, half = step / 2, total = 0;

	for (int part = 0; part < PARTS; part++)
		for (size_t i = 0; i < 2 * sizeof rule / sizeof *rule; i++) {
			double v = step * part + half * (1 + (i % 2 ? -1 : 1) * rule[i / 2].at), t = c * expm1(v);

			total += half * rule[i / 2].weight * (t + c) * exp(-fall * t) * expected(m, x, t_x, T, t);
		}
	return fall * total;
}

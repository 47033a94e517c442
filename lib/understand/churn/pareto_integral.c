/*
 * With c the smaller of A and B, d the other and c + y = c e^v,
 *	J = c * integral of e^(-(p+q-1) v) ((1 + delta e^-v) / (1 + delta))^-w dv,
 * delta = (d-c)/c >= 0 and w the exponent of d.  The integrand falls, or rises by no more
 * than e^v and then falls; beyond V, where less than e^-40 of it is left, it is cut off.
 * Gauss and Legendre's rule (Abramowitz and Stegun 25.4.30) then gives twelve digits, for
 * thousands of purchases as for one (tests/diff/purchase_models.sh): of eight nodes over a
 * short way, of sixteen over a longer, and in two parts where many powers of e are spanned.
 */
#include "understand/churn/pareto_integral.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#define CUT 40.0
#define SPAN_OF_ONE_PART 8.0
#define SPAN_OF_EIGHT 2.5
#define LENGTH_OF_EIGHT 1.5

struct node {
	double at;	/* and -at */
	double weight;
};

static const struct node rule_8[] = {
	{0.96028985649753623168, 0.1012285362903762591},
	{0.79666647741362673959, 0.22238103445337447054},
	{0.52553240991632898582, 0.31370664587788728734},
	{0.18343464249564980494, 0.36268378337836198297},
};

static const struct node rule_16[] = {
	{0.9894009349916499326, 0.027152459411754094852},
	{0.94457502307323257608, 0.062253523938647892863},
	{0.86563120238783174388, 0.09515851168249278481},
	{0.7554044083550030339, 0.12462897125553387205},
	{0.61787624440264374845, 0.14959598881657673208},
	{0.45801677765722738634, 0.16915651939500253819},
	{0.28160355077925891323, 0.18260341504492358887},
	{0.095012509837637440185, 0.18945061045506849629},
};

struct integrand {
	double kappa;	/* p + q - 1 */
	double delta;
	double w;
	double log_delta;	/* ln(1 + delta) */
};

struct sums {
	double all;
	double v;
	double log_d;	/* of ln(1 + delta e^-v) */
	double per_c;	/* of e^-v */
	double per_d;	/* of e^-v / (1 + delta e^-v) */
};

static void add_node(const struct integrand *f, double weight, double v, double fall,
		     struct sums *s)
{
	double d = 1 + f->delta * fall, log_d = log(d);
	double value = weight * exp(-f->kappa * v - f->w * (log_d - f->log_delta));

	s->all += value;
	s->v += value * v;
	s->log_d += value * log_d;
	s->per_c += value * fall;
	s->per_d += value * fall / d;
}

static void add_part(const struct integrand *f, const struct node *rule, size_t count,
		     double from, double to, struct sums *s)
{
	double half = (to - from) / 2, middle = from + half, fall = exp(-middle);

	for (size_t i = 0; i < count; i++) {
		double off = half * rule[i].at, power = exp(off), weight = half * rule[i].weight;

		add_node(f, weight, middle - off, fall * power, s);
		add_node(f, weight, middle + off, fall / power, s);
	}
}

/* How far the integrand has fallen at V, in powers of e. */
static double fallen(const struct integrand *f, double v)
{
	return f->kappa * v + f->w * (log1p(f->delta * exp(-v)) - f->log_delta);
}

/* The end in v: LENGTH's, or where only e^-CUT is left. */
static double find_end(const struct integrand *f, double c, double d, double own, double length)
{
	double v = log1p(length / c);

	if (f->kappa * v <= CUT)
		return v;	/* it cannot fall faster */
	v = fmin(v, (CUT + f->w * f->log_delta) / f->kappa);
	if (f->w > 0)
		v = fmin(v, log1p(d / c * expm1(fmin((CUT + fmax(0, 1 - own) * v) / f->w, 500))));
	return v;
}

void pareto_integrate(double a, double p, double b, double q, double length,
		      struct pareto_integral *out)
{
	bool by_a = a <= b;
	double c = by_a ? a : b, d = by_a ? b : a, end, at, span, log_c = log(c);
	struct integrand f = {p + q - 1, (d - c) / c, by_a ? q : p, log(d / c)};
	struct sums s = {0};

	*out = (struct pareto_integral){.log_value = -INFINITY};
	if (!(length > 0))
		return;
	end = find_end(&f, c, d, by_a ? p : q, length);
	span = f.kappa * end;	/* the most */
	if (span > SPAN_OF_EIGHT)
		span = fallen(&f, end);
	if (span <= SPAN_OF_EIGHT && end <= LENGTH_OF_EIGHT) {
		add_part(&f, rule_8, 4, 0, end, &s);
	} else {
		at = span > SPAN_OF_ONE_PART ? end / 4 : end;
		add_part(&f, rule_16, 8, 0, at, &s);
		if (at < end)
			add_part(&f, rule_16, 8, at, end, &s);
	}
	out->log_value = log_c + log(s.all);
	out->log_a = log_c + (s.v + (by_a ? 0 : s.log_d)) / s.all;
	out->log_b = log_c + (s.v + (by_a ? s.log_d : 0)) / s.all;
	out->per_a = (by_a ? s.per_c : s.per_d) / (s.all * c);
	out->per_b = (by_a ? s.per_d : s.per_c) / (s.all * c);
}

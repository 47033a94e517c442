/*
 * With n = T occasions the likelihood of a customer is
 *	B(alpha+x, beta+n-x) B(gamma, delta+n) + sum over i < n - t_x of
 *	B(alpha+x, beta+t_x-x+i) B(gamma+1, delta+t_x+i),  all by B(alpha, beta) B(gamma, delta):
 * he is active, or left before the occasion t_x + i + 1.  The terms of the sum fall, and each
 * is the last one times a ratio of four numbers: so are the derivatives of their logarithms,
 * a digamma function's next value being its last and a reciprocal.  All are taken by the first
 * term, whose logarithm stands outside.
 */
#include "understand/churn/bgbb.h"

#include <math.h>

#include "stats/special.h"
#include "stats/sum.h"
#include "understand/churn/model_numbers.h"

/* What all rows of an evaluation share. */
struct shared {
	double beta_ab, beta_gd;		/* ln B(alpha, beta), ln B(gamma, delta) */
	double psi_a, psi_b, psi_ab;
	double psi_g, psi_d, psi_gd;
};

static void compute_shared(const struct bgbb *m, bool gradient, struct shared *s)
{
	*s = (struct shared){.beta_ab = special_lbeta(m->alpha, m->beta)};
	if (gradient) {
		s->psi_a = special_digamma(m->alpha);
		s->psi_b = special_digamma(m->beta);
		s->psi_ab = special_digamma(m->alpha + m->beta);
	}
	if (m->bb)
		return;
	s->beta_gd = special_lbeta(m->gamma, m->delta);
	if (gradient) {
		s->psi_g = special_digamma(m->gamma);
		s->psi_d = special_digamma(m->delta);
		s->psi_gd = special_digamma(m->gamma + m->delta);
	}
}

/* Derivatives of the logarithm of B(alpha+x, beta+n-x) B(gamma, delta+n), of a customer who is active at n. */
static void active_slopes(const struct bgbb *m, const struct shared *s, double x, double n, double slopes[4])
{
	double both = special_digamma(m->alpha + m->beta + n);

	slopes[0] = special_digamma(m->alpha + x) - both - s->psi_a + s->psi_ab;
	slopes[1] = special_digamma(m->beta + n - x) - both - s->psi_b + s->psi_ab;
	slopes[2] = slopes[3] = 0;
	if (m->bb)
		return;
	both = special_digamma(m->gamma + m->delta + n);
	slopes[2] = s->psi_gd - both;
	slopes[3] = special_digamma(m->delta + n) - both - s->psi_d + s->psi_gd;
}

/* The same of one who left before the occasion n + 1. */
static void left_slopes(const struct bgbb *m, const struct shared *s, double x, double n, double slopes[4])
{
	double both = special_digamma(m->gamma + m->delta + n + 1);

	active_slopes(m, s, x, n, slopes);
	slopes[2] = special_digamma(m->gamma + 1) - both - s->psi_g + s->psi_gd;
	slopes[3] = special_digamma(m->delta + n) - both - s->psi_d + s->psi_gd;
}

static double log_active(const struct bgbb *m, const struct shared *s, double x, double n)
{
	double ll = special_lbeta(m->alpha + x, m->beta + n - x) - s->beta_ab;

	return m->bb ? ll : ll + special_lbeta(m->gamma, m->delta + n) - s->beta_gd;
}

/* The terms of those who left, by the first of them; slopes times terms in SLOPES, where asked for. */
static double sum_left(const struct bgbb *m, const struct purchase_row *row, double *by, double *slopes)
{
	double term = 1, total = 0, left = row->T - row->t_x;

	for (double i = 0; i < left; i++) {
		double b = m->beta + row->t_x - row->x + i, ab = m->alpha + m->beta + row->t_x + i;
		double d = m->delta + row->t_x + i, gd = m->gamma + m->delta + row->t_x + 1 + i;

		total += term;
		for (size_t k = 0; slopes && k < 4; k++)
			slopes[k] += term * by[k];
		term *= b / ab * (d / gd);
		if (!slopes)
			continue;
		by[0] -= 1 / ab;
		by[1] += 1 / b - 1 / ab;
		by[2] -= 1 / gd;
		by[3] += 1 / d - 1 / gd;
	}
	return total;
}

static double row_likelihood(const struct bgbb *m, const struct shared *s, const struct purchase_row *row,
			     double *gradient)
{
	double active = log_active(m, s, row->x, row->T), first, share, by[4], total[4] = {0};

	if (gradient)
		active_slopes(m, s, row->x, row->T, gradient);
	if (m->bb || row->T <= row->t_x)
		return active;
	first = special_lbeta(m->alpha + row->x, m->beta + row->t_x - row->x) - s->beta_ab +
		special_lbeta(m->gamma + 1, m->delta + row->t_x) - s->beta_gd;
	if (gradient)
		left_slopes(m, s, row->x, row->t_x, by);
	active = exp(active - first);
	share = active + sum_left(m, row, by, gradient ? total : NULL);
	for (size_t k = 0; gradient && k < 4; k++)
		gradient[k] = (active * gradient[k] + total[k]) / share;
	return first + log(share);
}

double bgbb_log_likelihood(const struct bgbb *m, const struct purchase_row *rows, size_t count, double gradient[4])
{
	struct sum total = SUM_ZERO, sums[4] = {SUM_ZERO};
	struct shared s;
	double by[4];

	compute_shared(m, gradient != NULL, &s);
	for (size_t i = 0; i < count; i++) {
		sum_add(&total, rows[i].weight * row_likelihood(m, &s, &rows[i], gradient ? by : NULL));
		for (size_t k = 0; gradient && k < 4; k++)
			sum_add(&sums[k], rows[i].weight * by[k]);
	}
	for (size_t k = 0; gradient && k < 4; k++)
		gradient[k] = sum_value(&sums[k]);
	return sum_value(&total);
}

/* Predictions. */

double bgbb_p_alive(const struct bgbb *m, double x, double t_x, double T)
{
	const struct purchase_row row = {x, t_x, T, 1};
	struct shared s;

	compute_shared(m, false, &s);
	return m->bb ? 1 : exp(log_active(m, &s, x, T) - row_likelihood(m, &s, &row, NULL));
}

/*
 * If active: he leaves before the occasion j + 1, with the chance S(j) - S(j+1), and has bought at none of j; or he
 * leaves at none of t.  No term that is too small to be seen is looked for.
 */
static double none_of(const struct bgbb *m, double x, double T, double t)
{
	double stays = 1, none = 1, total = 0;

	for (double j = 0; j < t && stays * none > 1e-17; j++) {
		double next = m->bb ? stays : stays * (m->delta + T + j) / (m->gamma + m->delta + T + j);

		total += (stays - next) * none;
		none *= (m->beta + T - x + j) / (m->alpha + m->beta + T + j);
		stays = next;
	}
	return total + stays * none;
}

/* Near this gamma the two powers of the sum are alike, and their difference is a logarithm. */
#define NEAR_ONE 1e-6

/* From here on Stirling's series, with these terms, has all digits that a double holds. */
#define STIRLING_LEAST 30

/* What lgamma(z + s) - lgamma(z) has of the inverse powers. */
static double stirling_rest(double z, double s)
{
	double w = z + s;

	return (1 / w - 1 / z) / 12 - (pow(w, -3) - pow(z, -3)) / 360 + (pow(w, -5) - pow(z, -5)) / 1260;
}

/*
 * The logarithm of G(z + s + t) G(z) / (G(z + s) G(z + t)), G the gamma function.  Of a large z it is some s t / z, beside
 * which the four logarithms are large: there it is Stirling's series, with the large terms taken off each other by hand.
 */
static double log_growth(double z, double s, double t)
{
	if (fmin(z, z + s) < STIRLING_LEAST)
		return special_lgamma(z + s + t) - special_lgamma(z + s) - (special_lgamma(z + t) - special_lgamma(z));
	return s * log1p(t / (z + s)) + t * log1p(s / (z + t)) + (z - 0.5) * log1p(-s * t / ((z + t) * (z + s))) +
	       stirling_rest(z + t, s) - stirling_rest(z, s);
}

/* The sum over j from 1 to t of the chance S(j) to stay for j occasions more: Gosper's telescope. */
static double stays_for(const struct bgbb *m, double T, double t)
{
	double from = m->delta + T, power = 1 - m->gamma;

	if (m->bb)
		return t;
	if (fabs(power) < NEAR_ONE)
		return from * (special_digamma(from + 1 + t) - special_digamma(from + 1));
	return from * expm1(log_growth(m->gamma + from, power, t)) / power;
}

static double expected_of_whole(const struct bgbb *m, double x, double T, double t)
{
	return (m->alpha + x) / (m->alpha + m->beta + T) * stays_for(m, T, t);
}

double bgbb_expected_if_alive(const struct bgbb *m, double x, double T, double t)
{
	double whole = floor(t), part = t - whole, so_far = expected_of_whole(m, x, T, whole);

	return part > 0 ? so_far + part * (expected_of_whole(m, x, T, whole + 1) - so_far) : so_far;
}

double bgbb_p_none(const struct bgbb *m, double x, double t_x, double T, double t)
{
	double whole = floor(t), part = t - whole, none = none_of(m, x, T, whole);

	if (part > 0)
		none += part * (none_of(m, x, T, whole + 1) - none);
	return 1 - bgbb_p_alive(m, x, t_x, T) * (1 - none);
}

/* Fitting. */

static const char *const parameter_names[] = {"alpha", "beta", "gamma", "delta"};

static double full_likelihood(const void *context, const struct purchase_data *data, const double *theta,
			      double *gradient)
{
	const struct bgbb m = {theta[0], theta[1], theta[2], theta[3], false};

	(void)context;
	return bgbb_log_likelihood(&m, data->rows, data->count, gradient);
}

static double bb_likelihood(const void *context, const struct purchase_data *data, const double *theta,
			    double *gradient)
{
	const struct bgbb m = {.alpha = theta[0], .beta = theta[1], .bb = true};
	double all[4], ll = bgbb_log_likelihood(&m, data->rows, data->count, all);

	(void)context;
	gradient[0] = all[0];
	gradient[1] = all[1];
	return ll;
}

/* Next to nobody leaves at an occasion, or only behind more of them than there were. */
static bool nobody_leaves(const double *theta, double longest)
{
	(void)longest;
	return theta[2] / (theta[2] + theta[3]) < 1e-5 || theta[3] > 1e4;
}

/* All have one chance to leave, or leave at once or never; or all buy with one chance. */
static bool is_ridge(const double *theta)
{
	return theta[2] + theta[3] > 1e5 || theta[2] + theta[3] < 1e-2 || theta[0] + theta[1] > 1e5;
}

static void start(size_t number, const double *bb, double longest, double *theta)
{
	const double starts[][4] = {
		{1, 1, 1, 3},
		{bb[0], bb[1], 0.5, 5},
		{0.5, 2, 0.3, longest / 5 + 1},
	};

	for (size_t i = 0; i < 4; i++)
		theta[i] = starts[number][i];
}

static void take_model(struct bgbb_fit *fit)
{
	const struct dropout_optimum *o = &fit->optimum;

	fit->model = (struct bgbb){o->theta[0], o->theta[1], o->theta[2], o->theta[3], o->nbd};
}

static bool any_repeat(const struct purchase_data *data)
{
	for (size_t i = 0; i < data->count; i++)
		if (data->rows[i].x > 0)
			return true;
	return false;
}

int bgbb_fit(const struct purchase_data *data, struct bgbb_fit *fit, struct error *err)
{
	const struct dropout_search s = {full_likelihood, bb_likelihood, NULL, nobody_leaves, is_ridge, 3, start};

	*fit = (struct bgbb_fit){0};
	if (!any_repeat(data))
		return error_failed(err, "nobody has bought in a later period than his first that is over: there is nothing to learn from (a shorter --unit has more periods)");
	if (dropout_find(&s, data, &fit->optimum, err))
		return -1;
	take_model(fit);
	return 0;
}

/* The parts of a purchase model. */

static int fit_rounded(void *fitted, const struct purchase_data *data, struct error *err)
{
	struct bgbb_fit *fit = fitted;

	if (bgbb_fit(data, fit, err))
		return -1;
	dropout_round(&fit->optimum);
	take_model(fit);
	return 0;
}

static const struct bgbb *model_of(const void *fitted)
{
	return &((const struct bgbb_fit *)fitted)->model;
}

static double log_likelihood_of(const void *fitted, const struct purchase_data *data)
{
	return bgbb_log_likelihood(model_of(fitted), data->rows, data->count, NULL);
}

static double p_alive_of(const void *fitted, double x, double t_x, double T)
{
	return bgbb_p_alive(model_of(fitted), x, t_x, T);
}

static double p_none_of(const void *fitted, double x, double t_x, double T, double t)
{
	return bgbb_p_none(model_of(fitted), x, t_x, T, t);
}

static double expected_of(const void *fitted, double x, double t_x, double T, double t)
{
	(void)t_x;
	return bgbb_expected_if_alive(model_of(fitted), x, T, t);
}

static bool is_odd(const void *fitted)
{
	const struct bgbb *m = model_of(fitted);
	const double theta[] = {m->alpha, m->beta, m->gamma, m->delta};

	return !m->bb && is_ridge(theta);
}

static void save_members(const void *fitted, struct node *root)
{
	const struct bgbb_fit *fit = fitted;

	dropout_save(&fit->optimum, parameter_names, root);
}

static int load_members(void *fitted, const struct node *root, struct error *err)
{
	struct bgbb_fit *fit = fitted;

	if (dropout_load(&fit->optimum, parameter_names, root, err))
		return -1;
	take_model(fit);
	return 0;
}

static void describe_fit(const void *fitted, const char *unit, struct buf *sentence, struct buf *warnings)
{
	const struct bgbb_fit *fit = fitted;

	dropout_describe(&fit->optimum, "BG/BB", "BB", parameter_names, unit, sentence, warnings);
	if (is_odd(fitted))
		buf_printf(warnings, "the chances have collapsed to one point (alpha + beta %.3g, gamma + delta %.3g): do not lean on p_alive; no risk is named\n",
			   fit->model.alpha + fit->model.beta, fit->model.gamma + fit->model.delta);
}

const struct purchase_model bgbb_purchase_model = {
	.option = "bgbb",
	.name = "bgbb",
	.discrete = true,
	.fitted_size = sizeof(struct bgbb_fit),
	.fit = fit_rounded,
	.log_likelihood = log_likelihood_of,
	.p_alive = p_alive_of,
	.p_none = p_none_of,
	.expected = expected_of,
	.is_odd = is_odd,
	.save = save_members,
	.load = load_members,
	.describe = describe_fit,
};

#include "understand/churn/contract_model.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stats/mle.h"
#include "stats/special.h"
#include "stats/sum.h"
#include "understand/churn/model_numbers.h"

/* Everybody who left, and how many renewals all have lived through. */
static void count_all(const struct contract_data *d, double *ended, double *renewed)
{
	*ended = *renewed = 0;
	for (size_t n = 0; n < d->count; n++) {
		*ended += d->ended[n];
		*renewed += d->still[n] * (double)n + (n ? d->ended[n] * (double)(n - 1) : 0);
	}
}

/*
 * The beta models.
 */

/* So late that nobody is left; digits enough to add alpha and beta. */
#define POWER_MOST 1e300

/* ln S(n) and its derivatives by alpha, beta and c. */
static double log_beta_survival(const double *theta, double n, double *gradient)
{
	double m = n > 0 ? fmin(pow(n, theta[2]), POWER_MOST) : 0, sum = theta[0] + theta[1], both, b;

	if (gradient) {
		both = special_digamma(sum + m);
		b = special_digamma(theta[1] + m);
		gradient[0] = special_digamma(sum) - both;
		gradient[1] = b - both - special_digamma(theta[1]) + special_digamma(sum);
		gradient[2] = n > 0 ? (b - both) * m * log(n) : 0;
	}
	return special_lbeta(theta[0], theta[1] + m) - special_lbeta(theta[0], theta[1]);
}

struct beta {
	const struct contract_data *data;
	size_t parameters;
};

static double beta_likelihood(void *context, const double *theta, double *gradient)
{
	const struct beta *b = context;
	const struct contract_data *d = b->data;
	const double full[] = {theta[0], theta[1], b->parameters > 2 ? theta[2] : 1};
	struct sum total = SUM_ZERO, sums[CONTRACT_PARAMETERS] = {SUM_ZERO};
	double before = 0, slopes_before[CONTRACT_PARAMETERS] = {0}, slopes[CONTRACT_PARAMETERS];

	for (size_t n = 0; n < d->count; n++) {
		double log_s = log_beta_survival(full, (double)n, slopes), ratio = exp(log_s - before);
		double left = n ? -expm1(log_s - before) : 1;

		sum_add(&total, d->still[n] * log_s);
		if (n && d->ended[n] > 0)
			sum_add(&total, d->ended[n] * (before + log(left)));
		for (size_t k = 0; k < b->parameters; k++) {
			sum_add(&sums[k], d->still[n] * slopes[k]);
			if (n && d->ended[n] > 0)
				sum_add(&sums[k], d->ended[n] * (slopes_before[k] - ratio * slopes[k]) / left);
		}
		before = log_s;
		memcpy(slopes_before, slopes, sizeof slopes);
	}
	for (size_t k = 0; k < b->parameters; k++)
		gradient[k] = sum_value(&sums[k]);
	return sum_value(&total);
}

/* Everybody has the same chance at each renewal. */
static void take_one_chance(struct contract_fit *fit, const struct contract_data *d)
{
	double ended, renewed, theta;

	count_all(d, &ended, &renewed);
	theta = ended / (ended + renewed);
	*fit = (struct contract_fit){.kind = fit->kind, .one_chance = true, .theta = {theta},
				     .standard_errors = {sqrt(theta * (1 - theta) / (ended + renewed))}};
	fit->log_likelihood = ended * log(theta) + (renewed > 0 ? renewed * log1p(-theta) : 0);
}

/* Two parameters for one that gain less are an accident of the search. */
#define GAIN_LEAST 0.1

static int fit_beta(struct contract_fit *fit, const struct contract_data *data, struct error *err)
{
	static const double starts[][CONTRACT_PARAMETERS] = {{1, 2, 1}, {0.5, 5, 0.7}, {2, 10, 1.5}};
	struct beta b = {data, fit->kind->parameters};
	struct mle_fit got, best = {.peaked = false};

	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
		const struct mle m = {b.parameters, starts[i], beta_likelihood, &b};

		if (!mle_fit(&m, &got, NULL) && got.peaked && (!best.peaked || got.log_likelihood > best.log_likelihood))
			best = got;
	}
	take_one_chance(fit, data);
	if (best.peaked && best.log_likelihood > fit->log_likelihood + GAIN_LEAST) {
		*fit = (struct contract_fit){.kind = fit->kind, .log_likelihood = best.log_likelihood};
		memcpy(fit->theta, best.theta, b.parameters * sizeof *fit->theta);
		memcpy(fit->standard_errors, best.standard_errors, b.parameters * sizeof *fit->theta);
		return 0;
	}
	if (b.parameters == 2)
		return 0;
	return error_failed(err, "the beta-discrete-Weibull has no inner optimum on these customers");
}

static double survive_beta(const struct contract_fit *fit, double n)
{
	const double full[] = {fit->theta[0], fit->theta[1], fit->kind->parameters > 2 ? fit->theta[2] : 1};

	return fit->one_chance ? n * log1p(-fit->theta[0]) : log_beta_survival(full, n, NULL);
}

static const struct contract_model sbg = {
	.name = "sbg", .label = "sBG", .parameters = 2, .names = {"alpha", "beta"},
	.fit = fit_beta, .log_survival = survive_beta,
};

static const struct contract_model bdw = {
	.name = "bdw", .label = "beta-discrete-Weibull", .parameters = 3, .names = {"alpha", "beta", "c"},
	.fit = fit_beta, .log_survival = survive_beta,
};

/*
 * The shares themselves.
 */

static double share_of(double ended, double there)
{
	return (ended + 0.5) / (there + 1);
}

static int fit_hazards(struct contract_fit *fit, const struct contract_data *d, struct error *err)
{
	double there = 0, ended = 0, seen = 0;
	size_t last = 0;

	(void)err;
	fit->hazards = mem_zero(d->count + 1, sizeof *fit->hazards);
	for (size_t n = d->count; n-- > 1;) {
		there += d->ended[n] + d->still[n];
		fit->hazards[n - 1] = share_of(d->ended[n], there);
		if (ended < CONTRACT_ENDED_LEAST) {
			ended += d->ended[n];
			seen += there;
			last = n - 1;
		}
		if (d->ended[n] > 0)
			fit->log_likelihood += d->ended[n] * log(d->ended[n] / there);
		if (there > d->ended[n])
			fit->log_likelihood += (there - d->ended[n]) * log1p(-d->ended[n] / there);
	}
	fit->hazard_count = last;
	fit->tail = share_of(ended, seen);
	return 0;
}

static double survive_hazards(const struct contract_fit *fit, double n)
{
	double total = 0, whole = floor(n);

	for (size_t i = 0; i < fit->hazard_count && (double)i < whole; i++)
		total += log1p(-fit->hazards[i]);
	if (whole > (double)fit->hazard_count)
		total += (whole - (double)fit->hazard_count) * log1p(-fit->tail);
	if (n > whole)
		total += (n - whole) * log1p(-(whole < (double)fit->hazard_count ? fit->hazards[(size_t)whole] : fit->tail));
	return total;
}

static const struct contract_model hazard = {
	.name = "hazard", .label = "hazards by renewal", .parameters = 0,
	.fit = fit_hazards, .log_survival = survive_hazards,
};

/*
 * All of them.
 */

const struct contract_model *const contract_models[] = {&sbg, &bdw, &hazard, NULL};

const struct contract_model *contract_model_named(struct span name)
{
	for (size_t i = 0; contract_models[i]; i++)
		if (span_equal(name, span_of(contract_models[i]->name)))
			return contract_models[i];
	return NULL;
}

static void round_fit(struct contract_fit *fit)
{
	for (size_t i = 0; i < CONTRACT_PARAMETERS; i++)
		model_round_number(&fit->theta[i]);
	for (size_t i = 0; i < fit->hazard_count; i++)
		model_round_number(&fit->hazards[i]);
	model_round_number(&fit->tail);
}

int contract_fit_make(struct contract_fit *fit, const struct contract_model *kind, const struct contract_data *data,
		      struct error *err)
{
	double ended, renewed;

	*fit = (struct contract_fit){.kind = kind};
	count_all(data, &ended, &renewed);
	if (ended < CONTRACT_ENDED_LEAST)
		return error_failed(err, "%.0f customer%s left so far: too few to tell who leaves (%d are needed)", ended,
				    ended == 1 ? " has" : "s have", CONTRACT_ENDED_LEAST);
	if (!(renewed > 0))
		return error_failed(err, "nobody has renewed yet: there is nothing to learn from");
	if (kind->fit(fit, data, err)) {
		contract_fit_release(fit);
		return -1;
	}
	round_fit(fit);
	return 0;
}

void contract_fit_release(struct contract_fit *fit)
{
	mem_free(fit->hazards);
	*fit = (struct contract_fit){.kind = NULL};
}

double contract_log_survival(const struct contract_fit *fit, double n)
{
	return fit->kind->log_survival(fit, n);
}

/* So many renewals are summed one by one; of those behind them a block of k / BLOCK_PARTS by its middle. */
#define TERMS_ONE_BY_ONE 100000
#define BLOCK_PARTS 1000

double contract_residual(const struct contract_fit *fit, double n, double rate, double most)
{
	double from = contract_log_survival(fit, n), fall = log1p(rate), total = 0, length;

	for (double k = 0; most <= 0 || k < most; k += length) {
		double at, term;

		length = k < TERMS_ONE_BY_ONE ? 1 : floor(k / BLOCK_PARTS);
		if (most > 0)
			length = fmin(length, most - k);
		at = k + (length + 1) / 2;
		term = length * exp(contract_log_survival(fit, n + at) - from - at * fall);
		total += term;
		if (!(term > 1e-12 * total))
			break;
	}
	return total;
}

void contract_describe(const struct contract_fit *fit, struct buf *out)
{
	const struct contract_model *k = fit->kind;

	if (fit->one_chance) {
		buf_printf(out, "one chance for all to leave at a renewal, %.6g", fit->theta[0]);
		return;
	}
	buf_text_put(out, k->label);
	for (size_t i = 0; i < k->parameters; i++)
		buf_printf(out, "%s %s %.6g", i ? "," : ":", k->names[i], fit->theta[i]);
	if (fit->hazards)
		buf_printf(out, ": of %zu renewals, and %.3g behind them", fit->hazard_count, fit->tail);
}

static const char *const one_name[] = {"theta"};

void contract_fit_put(const struct contract_fit *fit, struct node *object)
{
	const struct contract_model *k = fit->kind;
	struct node *array;

	if (fit->hazards) {
		array = node_add_array(object, "hazards");
		for (size_t i = 0; i < fit->hazard_count; i++)
			node_add_number(array, NULL, fit->hazards[i], MODEL_DIGITS);
		model_add_number(object, "hazard_behind", fit->tail);
	} else {
		model_add_numbers(object, "parameters", fit->one_chance ? one_name : k->names, fit->theta,
				  fit->one_chance ? 1 : k->parameters);
		model_add_numbers(object, "standard_errors", fit->one_chance ? one_name : k->names,
				  fit->standard_errors, fit->one_chance ? 1 : k->parameters);
	}
	model_add_number(object, "log_likelihood", fit->log_likelihood);
}

static bool is_chance(double p)
{
	return p > 0 && p < 1;
}

/* Above it the digits of a double do not tell one renewal from the next. */
#define PARAMETER_MOST 1e9

static int check_parameters(const struct contract_fit *fit, struct error *err)
{
	if (fit->one_chance && !is_chance(fit->theta[0]))
		return error_usage(err, "is not a model of cdp-churn: 'theta' must be between 0 and 1");
	for (size_t i = 0; i < fit->kind->parameters; i++)
		if (fit->theta[i] > PARAMETER_MOST)
			return error_usage(err, "is not a model of cdp-churn: '%s' must be at most %.0f", fit->kind->names[i], PARAMETER_MOST);
	return 0;
}

static int read_hazards(struct contract_fit *fit, const struct node *object, struct error *err)
{
	const struct node *array = node_get(object, "hazards");
	size_t count = array && node_is_array(array) ? node_count(array) : 0;
	bool good = array && node_is_array(array) && node_number(node_get(object, "hazard_behind"), &fit->tail) &&
		    is_chance(fit->tail);

	fit->hazards = mem_zero(count + 1, sizeof *fit->hazards);
	for (; fit->hazard_count < count && good; fit->hazard_count++) {
		double *h = &fit->hazards[fit->hazard_count];

		good = node_number(node_at(array, fit->hazard_count), h) && is_chance(*h);
	}
	return good ? 0 : error_usage(err, "is not a model of cdp-churn: 'hazards' and 'hazard_behind' must be numbers between 0 and 1");
}

int contract_fit_get(struct contract_fit *fit, const struct contract_model *kind, const struct node *object,
		     struct error *err)
{
	const struct node *parameters = node_get(object, "parameters");
	double theta;

	*fit = (struct contract_fit){.kind = kind};
	if (!kind->parameters)
		return read_hazards(fit, object, err);
	fit->one_chance = parameters && node_number(node_get(parameters, one_name[0]), &theta);
	if (model_need_numbers(parameters, fit->one_chance ? one_name : kind->names, fit->theta,
			       fit->one_chance ? 1 : kind->parameters, err))
		return -1;
	return check_parameters(fit, err);
}

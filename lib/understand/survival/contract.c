#include "understand/survival/contract.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "understand/churn/discount.h"
#include "understand/churn/model_numbers.h"
#include "understand/survival/subscription_event.h"

/* Steps of 5 %: 30 days and a month are one, 28 days and a month are not. */
#define GRID 20.0
/* About a renewal: months differ by three days. */
#define TOLERANCE 0.1	/* of a period, but at most */
#define TOLERANCE_DAYS 4.0
#define DAYS_MOST 40000

static double period_or_month(double period)
{
	return period > 0 ? period : CONTRACT_MONTH;
}

static long grid_of(double period)
{
	return lround(GRID * log(period));
}

/* As a share of a period of so many days. */
static double tolerance(double period)
{
	return fmin(TOLERANCE, TOLERANCE_DAYS / period);
}

static struct contract_period *find_period(struct contract_sample *s, double days)
{
	long grid = grid_of(days);

	for (size_t i = 0; i < s->count; i++)
		if (s->periods[i].grid == grid)
			return &s->periods[i];
	s->periods = mem_room(s->periods, s->count, &s->cap, sizeof *s->periods);
	s->periods[s->count] = (struct contract_period){.grid = grid, .days = days};
	return &s->periods[s->count++];
}

static void reach_days(struct contract_period *p, size_t days)
{
	size_t cap = p->count ? p->count : 64;

	if (days < p->count)
		return;
	while (cap <= days)
		cap *= 2;
	p->ended = mem_grow(p->ended, cap, sizeof *p->ended);
	p->still = mem_grow(p->still, cap, sizeof *p->still);
	for (size_t i = p->count; i < cap; i++)
		p->ended[i] = p->still[i] = 0;
	p->count = cap;
}

void contract_sample_add(struct contract_sample *s, const struct contract_spell *spell)
{
	double days = period_or_month(spell->period);
	struct contract_period *p = find_period(s, days);
	size_t at = spell->days < 0 ? 0 : spell->days > DAYS_MOST ? DAYS_MOST : (size_t)spell->days;

	if (days < p->days)
		p->days = days;
	reach_days(p, at);
	(spell->ended ? p->ended : p->still)[at]++;
	p->spells++;
	s->spells++;
	p->ends += spell->ended != 0;
	s->ends += spell->ended != 0;
}

void contract_sample_release(struct contract_sample *s)
{
	for (size_t i = 0; i < s->count; i++) {
		mem_free(s->periods[i].ended);
		mem_free(s->periods[i].still);
	}
	mem_free(s->periods);
	*s = CONTRACT_SAMPLE_INIT;
}

/*
 * Fitting.
 */

static int compare_periods(const void *a, const void *b)
{
	const struct contract_period *x = a, *y = b;

	if (x->spells != y->spells)
		return x->spells > y->spells ? -1 : 1;
	return (x->grid > y->grid) - (x->grid < y->grid);
}

/* Do half of the ends or more lie on renewals? */
static bool leaves_at_renewals(const struct contract_period *p)
{
	double on_time = 0;

	for (size_t d = 0; d < p->count; d++) {
		double periods = (double)d / p->days, nearest = round(periods);

		if (nearest >= 1 && fabs(periods - nearest) <= tolerance(p->days))
			on_time += p->ended[d];
	}
	return 2 * on_time >= (double)p->ends;
}

/* The renewals that somebody who is there after DAYS has behind him. */
static double renewals_after(const struct contract_clock *c, double days)
{
	return floor(days / c->days + (c->at_renewals ? tolerance(c->days) : 0));
}

/* The renewal at which ended who was there for DAYS. */
static double renewal_of_end(const struct contract_clock *c, double days)
{
	return c->at_renewals ? fmax(1, ceil(days / c->days - tolerance(c->days))) : floor(days / c->days) + 1;
}

static void count_renewals(const struct contract_clock *c, const struct contract_period *p, double *ended, double *still)
{
	for (size_t d = 0; d < p->count; d++) {
		ended[(size_t)renewal_of_end(c, (double)d)] += p->ended[d];
		still[(size_t)renewals_after(c, (double)d)] += p->still[d];
	}
}

/*
 * The clock of the period OWN, by KIND or, unless it MUST be by that, by the first of models that has an optimum; the OTHERS,
 * periods which have none, are counted by it.
 */
static int fit_clock(struct contract_clock *c, const struct contract_model *kind, const struct contract_period *own,
		     const struct contract_period *others, size_t other_count, bool must, struct error *err)
{
	struct contract_data d = {.count = 0};
	double *ended, *still;
	size_t days = own->count;
	int bad;

	*c = (struct contract_clock){.grid = own->grid, .days = own->days, .at_renewals = leaves_at_renewals(own),
				     .spells = own->spells, .ends = own->ends};
	for (size_t i = 0; i < other_count; i++)
		days = others[i].count > days ? others[i].count : days;
	d.count = (size_t)((double)days / c->days) + 3;
	ended = mem_zero(d.count, sizeof *ended);
	still = mem_zero(d.count, sizeof *still);
	count_renewals(c, own, ended, still);
	for (size_t i = 0; i < other_count; i++) {
		count_renewals(c, &others[i], ended, still);
		c->spells += others[i].spells;
		c->ends += others[i].ends;
	}
	while (d.count > 1 && ended[d.count - 1] <= 0 && still[d.count - 1] <= 0)
		d.count--;
	d.ended = ended;
	d.still = still;
	bad = contract_fit_make(&c->fit, kind, &d, err) &&
	      (must || contract_fit_make(&c->fit, contract_models[0], &d, NULL));
	mem_free(ended);
	mem_free(still);
	return bad;
}

static bool is_enough(const struct contract_period *p)
{
	return p->spells >= CONTRACT_SPELLS_LEAST && p->ends >= CONTRACT_ENDED_LEAST;
}

int contract_fit(struct contract *c, const struct contract_model *kind, struct contract_sample *s, struct error *err)
{
	struct contract_period *small = mem_zero(s->count + 1, sizeof *small);
	size_t small_count = 0;

	*c = (struct contract){.kind = kind, .clocks = mem_zero(s->count + 1, sizeof *c->clocks), .count = 1};
	if (s->count > 1)
		qsort(s->periods, s->count, sizeof *s->periods, compare_periods);
	for (size_t i = 1; i < s->count; i++) {
		struct contract_clock *clock = &c->clocks[c->count];

		if (is_enough(&s->periods[i]) && !fit_clock(clock, kind, &s->periods[i], NULL, 0, false, NULL))
			c->count++;
		else
			small[small_count++] = s->periods[i];
	}
	if (s->spells < CONTRACT_SPELLS_LEAST)
		error_failed(err, "%llu subscription%s too few to tell who leaves (%d are needed)", (unsigned long long)s->spells,
			     s->spells == 1 ? " is" : "s are", CONTRACT_SPELLS_LEAST);
	else if (!fit_clock(&c->clocks[0], kind, &s->periods[0], small, small_count, true, err))
		small_count = SIZE_MAX;
	mem_free(small);
	if (small_count == SIZE_MAX)
		return 0;
	contract_release(c);
	return -1;
}

static void release_clock(struct contract_clock *c)
{
	contract_fit_release(&c->fit);
	mem_free(c->residuals);
}

void contract_release(struct contract *c)
{
	for (size_t i = 0; c->clocks && i < c->count; i++)
		release_clock(&c->clocks[i]);
	mem_free(c->clocks);
	*c = (struct contract){.kind = NULL};
}

/*
 * What it says.
 */

static const struct contract_clock *clock_of(const struct contract *c, const struct contract_holder *h)
{
	long grid = grid_of(period_or_month(h->period));

	for (size_t i = 0; i < c->count; i++)
		if (c->clocks[i].grid == grid)
			return &c->clocks[i];
	return &c->clocks[0];
}

/* ln S after DAYS. */
static double log_survival_after(const struct contract_clock *c, double days)
{
	double n = renewals_after(c, days), rest = days / c->days - n;
	double at = contract_log_survival(&c->fit, n);

	if (c->at_renewals || rest <= 0)
		return at;
	return at + rest * (contract_log_survival(&c->fit, n + 1) - at);
}

double contract_p_end(const struct contract *c, const struct contract_holder *h, double days)
{
	const struct contract_clock *clock = clock_of(c, h);

	if (h->leaves_in >= 0)
		return h->leaves_in <= days;
	return -expm1(fmin(0, log_survival_after(clock, h->age + days) - log_survival_after(clock, h->age)));
}

/* COUNT payments, at the ends of as many periods. */
static double annuity(double count, double step)
{
	return count > 0 ? -expm1(-count * log1p(step)) / step : 0;
}

/*
 * Behind renewal n comes the payment at the next, of who is there then, and all behind that:
 * R(n) = S(n+1) / S(n) * (1 + R(n+1)) / (1 + step).
 */
static void prepare_clock(struct contract_clock *c, double step)
{
	size_t last = (size_t)(DAYS_MOST / c->days) + 1;
	double fall = log1p(step), behind = contract_log_survival(&c->fit, (double)last);

	mem_free(c->residuals);
	c->residuals = mem_zero(last + 1, sizeof *c->residuals);
	c->residual_count = last + 1;
	c->residual_step = step;
	c->residuals[last] = contract_residual(&c->fit, (double)last, step, 0);
	for (size_t n = last; n--;) {
		double at = contract_log_survival(&c->fit, (double)n);

		c->residuals[n] = exp(behind - at - fall) * (1 + c->residuals[n + 1]);
		behind = at;
	}
}

void contract_prepare(struct contract *c, double rate)
{
	for (size_t i = 0; i < c->count && rate > 0; i++)
		prepare_clock(&c->clocks[i], discount_of(rate, c->clocks[i].days));
}

static double residual_behind(const struct contract_clock *c, double n, double step)
{
	if (n < (double)c->residual_count && step == c->residual_step)
		return c->residuals[(size_t)n];
	return contract_residual(&c->fit, n, step, 0);
}

void contract_expect(const struct contract *c, const struct contract_holder *h, double days, double rate,
		     struct contract_payments *out)
{
	const struct contract_clock *clock = clock_of(c, h);
	double from = renewals_after(clock, h->age), due = renewals_after(clock, h->age + days) - from, left;
	double step = discount_of(rate, clock->days);

	*out = (struct contract_payments){.due = due};
	if (h->leaves_in >= 0) {
		left = fmax(0, ceil((h->age + h->leaves_in) / clock->days - tolerance(clock->days)) - 1 - from);
		out->expected = fmin(left, due);
		out->discounted = step > 0 ? annuity(out->expected, step) : 0;
		out->residual = step > 0 ? annuity(left, step) : 0;
		return;
	}
	out->expected = due > 0 ? contract_residual(&clock->fit, from, 0, due) : 0;
	if (!(step > 0))
		return;
	out->discounted = due > 0 ? contract_residual(&clock->fit, from, step, due) : 0;
	out->residual = residual_behind(clock, from, step);
}

double contract_period_of(const struct contract *c, const struct contract_holder *h)
{
	return h->period > 0 ? h->period : clock_of(c, h)->days;
}

void contract_describe_clocks(const struct contract *c, struct buf *out)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct contract_clock *k = &c->clocks[i];

		buf_printf(out, "paid every %.3g days, %llu subscriptions of which %llu have ended %s: ", k->days,
			   (unsigned long long)k->spells, (unsigned long long)k->ends,
			   k->at_renewals ? "at renewals" : "at any time");
		contract_describe(&k->fit, out);
		buf_char(out, '\n');
	}
}

/*
 * In a file.
 */

void contract_put(const struct contract *c, struct node *root)
{
	struct node *list = node_add_array(root, "periods");

	for (size_t i = 0; i < c->count; i++) {
		const struct contract_clock *k = &c->clocks[i];
		struct node *one = node_add_object(list, NULL);

		model_add_number(one, "days", k->days);
		node_add_text(one, "model", span_of(k->fit.kind->name));
		node_add_truth(one, "at_renewals", k->at_renewals);
		node_add_integer(one, "subscriptions", (long long)k->spells);
		node_add_integer(one, "ended", (long long)k->ends);
		contract_fit_put(&k->fit, one);
	}
}

static int read_clock(struct contract_clock *c, const struct node *n, struct error *err)
{
	static const char *const names[] = {"days"};
	double ends = 0, spells = 0;
	struct span name;
	const struct contract_model *kind;

	*c = (struct contract_clock){0};
	if (model_need_numbers(n, names, &c->days, 1, err) || model_need_text(n, "model", &name, err))
		return -1;
	if (c->days < SUBSCRIPTION_PERIOD_LEAST || c->days > SUBSCRIPTION_PERIOD_MOST)
		return error_usage(err, "is not a model of cdp-churn: 'days' of a period must be from 1 to %d", SUBSCRIPTION_PERIOD_MOST);
	kind = contract_model_named(name);
	if (!kind)
		return error_usage(err, "is not a model of cdp-churn: a period's 'model' is sbg, bdw or hazard");
	if (!node_truth(node_get(n, "at_renewals"), &c->at_renewals))
		return error_usage(err, "is not a model of cdp-churn: 'at_renewals' of a period must be true or false");
	if (node_number(node_get(n, "subscriptions"), &spells) && spells >= 0 && spells < 1e15)
		c->spells = (uint64_t)spells;
	if (node_number(node_get(n, "ended"), &ends) && ends >= 0 && ends < 1e15)
		c->ends = (uint64_t)ends;
	c->grid = grid_of(c->days);
	return contract_fit_get(&c->fit, kind, n, err);
}

int contract_get(struct contract *c, const struct contract_model *kind, const struct node *root, struct error *err)
{
	const struct node *list = node_get(root, "periods");
	size_t count = list && node_is_array(list) ? node_count(list) : 0;

	*c = (struct contract){.kind = kind};
	if (!count)
		return error_usage(err, "is not a model of cdp-churn: it has no list 'periods'");
	c->clocks = mem_zero(count, sizeof *c->clocks);
	for (; c->count < count; c->count++)
		if (read_clock(&c->clocks[c->count], node_at(list, c->count), err)) {
			c->count++;
			contract_release(c);
			return -1;
		}
	return 0;
}

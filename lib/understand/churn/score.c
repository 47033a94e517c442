#include "understand/churn/score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "record/document.h"
#include "record/scan.h"
#include "understand/churn/discount.h"
#include "understand/churn/model_calibration.h"
#include "understand/churn/model_numbers.h"

const char *const risk_names[RISKS] = {"low", "medium", "high"};

/*
 * The spend of one buying day.  A customer who bought on one day alone is
 * expected to spend like the population; one whose spend is unknown is not
 * given anybody else's.
 */
static bool order_value(const struct model *m, const struct history *h,
			double *out)
{
	const struct spend_model *spend = h->currency_mixed ? NULL : model_spend(m, h->currency);
	bool repeats = h->repeats > 0;

	if (!spend)
		return false;
	if (repeats && (!h->spend_known || h->spend < 0))
		return false;
	*out = gamma_gamma_expected(&spend->fit.model, h->repeats,
				    repeats ? h->spend : 0);
	return true;
}

bool score_names_risk(const struct scoring *s)
{
	const struct model *m = s->model;

	return m && !m->kind->is_odd(m->purchases) &&
	       !(m->longest && (uint32_t)m->longest < s->horizon_days);
}

int score_read_bands(struct scoring *s, const char *text, struct error *err)
{
	char *end;

	s->medium_from = strtod(text, &end);
	s->high_from = *end == ',' ? strtod(end + 1, &end) : -1;
	if (!*end && s->medium_from >= 0 && s->medium_from <= s->high_from && s->high_from <= 1)
		return 0;
	return error_usage(err, "--bands: '%s' is not two chances in rising order: write " SCORE_BANDS, text);
}

enum risk score_risk(const struct scoring *s, double p_churn)
{
	return p_churn >= s->high_from ? RISK_HIGH : p_churn >= s->medium_from ? RISK_MEDIUM : RISK_LOW;
}

static void make(const struct scoring *s, const struct history *h, struct score *out)
{
	const struct model *m = s->model;
	double days, x, t_x, T, horizon, expected, p_none;

	if (!m) {
		*out = (struct score){.p_churn = s->base.rate};
		return;
	}
	days = time_unit_days(m->unit);
	x = m->kind->discrete ? h->occasions.repeats : h->repeats;
	t_x = m->kind->discrete ? h->occasions.last : h->last / days;
	T = m->kind->discrete ? h->occasions.age : h->age / days;
	horizon = s->horizon_days / days;
	expected = m->kind->expected(m->purchases, x, t_x, T, horizon);
	p_none = m->kind->p_none(m->purchases, x, t_x, T, horizon);
	*out = (struct score){
		.modelled = true,
		.p_churn = s->horizon_days == m->calibrated_days ? calibration_chance(&m->calibration, p_none) : p_none,
		.p_alive = m->kind->p_alive(m->purchases, x, t_x, T),
	};
	out->expected_purchases = out->p_alive * expected;
	out->risk = score_risk(s, out->p_churn);
	out->risk_named = score_names_risk(s);
	out->value_known = order_value(m, h, &out->expected_order_value);
	out->other_currency = !h->currency_mixed && model_has_spend(m) &&
			      !model_knows_currency(m, h->currency);
	if (s->discount > 0)
		out->residual_purchases = out->p_alive * discount_residual(m, x, t_x, T, s->discount);
	if (!out->value_known)
		return;
	out->expected_value =
		out->expected_purchases * out->expected_order_value;
	out->value_at_risk =
		out->p_churn * out->expected_order_value * expected;
	if (s->discount > 0) {
		out->clv = out->p_alive * discount_within(m, x, t_x, T, s->horizon_days, s->discount) *
			   out->expected_order_value;
		out->residual_value = out->residual_purchases * out->expected_order_value;
	}
}

/* Is one of the numbers none? */
static bool lacks_number(const struct score *s)
{
	return !isfinite(s->p_churn + s->p_alive + s->expected_purchases + s->expected_value + s->value_at_risk + s->clv +
			 s->residual_purchases + s->residual_value);
}

void score_make(const struct scoring *s, const struct history *h, struct score *out)
{
	make(s, h, out);
	out->without_number = lacks_number(out);
	out->risk_named &= isfinite(out->p_churn);
}

/* "bought every 9 days": the mean gap between buying days. */
static void put_rhythm(const struct history *h, struct buf *out)
{
	long gap = lround((double)h->last / h->repeats);

	if (gap == 1)
		buf_lit(out, "bought every day");
	else
		buf_printf(out, "bought every %ld days", gap);
}

void score_put_reason(const struct history *h, struct buf *out)
{
	int silent = h->age - h->last;

	if (!h->repeats)
		buf_lit(out, "bought once");
	else
		put_rhythm(h, out);
	if (!silent)
		buf_lit(out, ", last today");
	else if (h->repeats)
		buf_printf(out, ", silent for %d", silent);
	else
		buf_printf(out, ", %d %s ago", silent,
			   silent == 1 ? "day" : "days");
}

/*
 * What is smaller than NOTHING is 0: six digits of it would need more decimals
 * than the exact numbers of rules and reports hold.
 */
#define NOTHING 1e-12

static void put_number(struct buf *out, const char *key, double number)
{
	if (!isfinite(number))
		return;
	record_key(out, key);
	document_put_number(out, number < NOTHING ? 0 : number, MODEL_DIGITS);
}

static void put_text(struct buf *out, const char *key, const char *text)
{
	record_key(out, key);
	text_encode(out, span_of(text));
}

void score_put(const struct scoring *s, const struct history *h,
	       const struct score *score, struct buf *out)
{
	buf_char(out, '{');
	put_number(out, "p_churn", score->p_churn);
	if (score->modelled) {
		put_number(out, "p_alive", score->p_alive);
		put_number(out, "expected_purchases", score->expected_purchases);
	} else {
		put_number(out, "p_churn_low", s->base.low);
		put_number(out, "p_churn_high", s->base.high);
	}
	if (score->modelled && s->discount > 0)
		put_number(out, "residual_purchases", score->residual_purchases);
	if (score->value_known) {
		put_number(out, "expected_order_value",
			   score->expected_order_value);
		put_number(out, "expected_value", score->expected_value);
		put_number(out, "value_at_risk", score->value_at_risk);
		if (s->discount > 0) {
			put_number(out, "clv", score->clv);
			put_number(out, "residual_value", score->residual_value);
		}
		if (*h->currency)
			put_text(out, "currency", h->currency);
	}
	if (score->risk_named)
		put_text(out, "risk", risk_names[score->risk]);
	record_key(out, "horizon_days");
	buf_u64(out, s->horizon_days);
	record_key(out, "reason");
	buf_char(out, '"');
	score_put_reason(h, out);
	buf_lit(out, "\"}");
}

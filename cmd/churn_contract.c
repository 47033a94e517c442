#include "cmd/churn_contract.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "record/text.h"
#include "time/moment.h"
#include "understand/churn/duration.h"
#include "understand/churn/model_calibration.h"
#include "understand/churn/model_numbers.h"
#include "understand/predict/cutoff.h"
#include "understand/predict/panel.h"

/* What one worker reads with. */
struct churn_contract_worker {
	struct subscriptions now, then;
	uint64_t unpriced;	/* scored without money */
};

void churn_contract_start(struct churn_contract *c, struct tool *t)
{
	c->tool = t;
	c->workers = mem_zero(t->jobs, sizeof *c->workers);
	for (unsigned i = 0; i < t->jobs; i++)
		c->workers[i].now.zone = c->workers[i].then.zone = t->zone;
	c->test.horizon_days = c->horizon_days;
	c->test.calibrate = !c->no_calibration;
}

bool churn_contract_names(const char *name)
{
	return contract_model_named(span_of(name)) != NULL;
}

bool churn_contract_applies(const struct churn_contract *c, uint64_t buyers)
{
	if (churn_contract_names(c->wanted))
		return true;
	/* Subscriptions that hardly anybody ends, as to a newsletter, are no reason to leave purchases aside. */
	if (strcmp(c->wanted, "auto") || !c->customers || (buyers && c->now.ends < CONTRACT_ENDED_LEAST))
		return false;
	return 2 * c->customers >= buyers + c->customers - c->buyers;
}

/*
 * First pass.
 */

/* What goes from a worker to the run, in front of the spells. */
struct header {
	bool purchase, there, tested;
	uint32_t now, then;		/* spells */
	struct contract_row row;	/* tested */
};

static struct contract_holder holder_of(const struct subscriber *s, int64_t today)
{
	return (struct contract_holder){s->period, (int32_t)(today - s->since),
					s->leaves ? (int32_t)(s->leaves_on - today) : -1};
}

static void put_spells(const struct subscriptions *s, struct buf *out)
{
	for (size_t i = 0; i < s->spell_count; i++) {
		const struct spell *spell = &s->spells[i];
		const struct contract_spell put = {spell->period, (int32_t)(spell->end - spell->start), spell->ended};

		buf_put(out, &put, sizeof put);
	}
}

/* Has the spell that began on SINCE ended by now? */
static bool has_ended(const struct subscriptions *now, int64_t since)
{
	for (size_t i = 0; i < now->spell_count; i++)
		if (now->spells[i].start == since)
			return now->spells[i].ended;
	return false;
}

int churn_contract_put(struct churn_contract *c, unsigned worker, const struct profile *p, bool purchase, struct buf *out,
		       struct error *err)
{
	struct churn_contract_worker *w = &c->workers[worker];
	struct header h = {.purchase = purchase};
	struct profile then = *p;
	struct subscriber now = {.known = false}, before = {.known = false};
	struct cutoffs cutoffs;

	if (subscriptions_likely(p)) {
		cutoffs_make(&cutoffs, p->as_of, c->tool->zone, c->horizon_days, 1);
		then.as_of = cutoffs.moments[0];
		if (subscriptions_read(&w->now, p, &now, err) || subscriptions_read(&w->then, &then, &before, err))
			return -1;
	}
	h.there = now.there;
	h.now = now.known ? (uint32_t)w->now.spell_count : 0;
	h.then = before.known ? (uint32_t)w->then.spell_count : 0;
	h.tested = before.there && !before.leaves;
	if (h.tested)
		h.row = (struct contract_row){panel_key(p->id.raw), holder_of(&before, cutoffs.days[0]),
					      has_ended(&w->now, before.since)};
	buf_put(out, &h, sizeof h);
	if (h.now)
		put_spells(&w->now, out);
	if (h.then)
		put_spells(&w->then, out);
	return 0;
}

static void take_spells(struct contract_sample *s, uint32_t count, struct span *bytes)
{
	struct contract_spell spell;

	for (; count; count--) {
		memcpy(&spell, bytes->ptr, sizeof spell);
		*bytes = span_sub(*bytes, sizeof spell, bytes->len);
		contract_sample_add(s, &spell);
	}
}

void churn_contract_take(struct churn_contract *c, struct span *bytes)
{
	struct header h;

	memcpy(&h, bytes->ptr, sizeof h);
	*bytes = span_sub(*bytes, sizeof h, bytes->len);
	c->customers += h.now > 0;
	c->buyers += h.now > 0 && h.purchase;
	c->there += h.there;
	if (h.tested)
		contract_test_add(&c->test, &h.row);
	take_spells(&c->now, h.now, bytes);
	take_spells(&c->test.then, h.then, bytes);
}

/*
 * Between the passes.
 */

static void add_models(struct churn_contract *c)
{
	struct error why = ERROR_INIT;
	bool one = churn_contract_names(c->wanted) && !c->compare;

	for (size_t i = 0; contract_models[i]; i++)
		if ((!one || !strcmp(c->wanted, contract_models[i]->name)) &&
		    contract_test_model(&c->test, contract_models[i], &why) < 0)
			tool_say(c->tool, "back-test: no %s: %s", contract_models[i]->name, why.message);
}

/* Tests; the model that is chosen, or the one that was asked for, or the first, where nothing could be tested. */
static const struct contract_model *test_models(struct churn_contract *c)
{
	struct error why = ERROR_INIT;
	const struct contract_model *wanted = contract_model_named(span_of(c->wanted));
	const struct evaluation *e = &c->test.evaluation;

	if (contract_test_begin(&c->test, &why)) {
		tool_say(c->tool, "no back-test: %s", why.message);
		return wanted ? wanted : contract_models[0];
	}
	add_models(c);
	if (!e->model_count)
		return wanted ? wanted : contract_models[0];
	c->tested = true;
	c->report = (struct churn_test_report){
		.tool = c->tool, .evaluation = e, .chosen = evaluation_choose(e), .horizon_days = c->horizon_days,
		.compare = c->compare, .force = c->force, .no_calibration = c->no_calibration,
		.who = "customers who subscribed", .lost = "have left since", .chance = "leaving", .ranking = "tenure",
	};
	return contract_model_named(span_of(e->models[c->report.chosen].name));
}

static void take_calibration(struct churn_contract *c)
{
	struct calibration *from = &c->test.evaluation.models[c->report.chosen].calibration;

	c->calibration = *from;
	*from = CALIBRATION_INIT;
	calibration_round(&c->calibration);
	c->calibrated_days = c->horizon_days;
}

static void fall_back(struct churn_contract *c)
{
	uint64_t left, count = contract_test_share(&c->test, &left, &c->share);

	c->any_share = count > 0;
	if (!count) {
		tool_warn(c->tool, "no scores: nobody subscribed %u day%s before the end of the data", c->horizon_days,
			  c->horizon_days == 1 ? "" : "s");
		return;
	}
	tool_warn(c->tool, "p_churn is the same for all, %.3g, and no risk is named: of %llu customer%s who subscribed %u day%s before, %llu %s left since (95 %% interval %.3g to %.3g)",
		  (c->share.low + c->share.high) / 2, (unsigned long long)count, count == 1 ? "" : "s", c->horizon_days,
		  c->horizon_days == 1 ? "" : "s",
		  (unsigned long long)left, left == 1 ? "has" : "have", c->share.low, c->share.high);
}

/*
 * Subscribers who leave are few, and bands that are made for buyers would call nobody a risk: unless they were given,
 * they begin at 1.5 times and 3 times the odds to have left.
 */
static double times_odds(double share, double times)
{
	double p = times * share / (1 - share + times * share);

	model_round_number(&p);
	return p;
}

static void draw_bands(struct churn_contract *c, struct scoring *s)
{
	double share = (double)c->test.evaluation.churned / (double)c->test.evaluation.count;

	if (!c->has_bands) {
		s->medium_from = times_odds(share, 1.5);
		s->high_from = times_odds(share, 3);
	}
	if (!evaluation_bands_rise(&c->test.evaluation, c->report.chosen, s->medium_from, s->high_from)) {
		s->high_from = s->medium_from;
		tool_warn(c->tool, "the riskier band lost fewer customers in the back-test: high risk begins at %.6g, and none is medium",
			  s->medium_from);
	} else if (!c->has_bands) {
		tool_say(c->tool, "risk is medium from p_churn %.3g and high from %.3g: 1.5 and 3 times the odds that one left (--bands names others)",
			 s->medium_from, s->high_from);
	}
	c->bands[0] = s->medium_from;
	c->bands[1] = s->high_from;
}

bool churn_contract_run(struct churn_contract *c, int64_t as_of, struct scoring *scoring)
{
	struct error why = ERROR_INIT;
	struct buf text = BUF_INIT;
	const struct contract_model *kind;

	c->as_of = as_of;
	snprintf(c->zone, sizeof c->zone, "%s", zone_name(c->tool->zone));
	tool_say(c->tool, "contracts: %llu customer%s subscriptions, %llu of them today; churn is to leave, not to buy nothing (--model-kind bgnbd for purchases)",
		 (unsigned long long)c->customers, c->customers == 1 ? " has" : "s have", (unsigned long long)c->there);
	kind = test_models(c);
	if (c->print) {
		if (!c->tested)
			return false;
		churn_test_report_print(&c->report);
		return true;
	}
	if (c->tested)
		churn_test_report_choice(&c->report);
	if (contract_fit(&c->model, kind, &c->now, &why))
		tool_warn(c->tool, "no model: %s", why.message);
	else
		c->fitted = !c->tested || churn_test_report_is_believed(&c->report, "all get the base rate");
	if (!c->fitted) {
		fall_back(c);
		return c->any_share;
	}
	contract_prepare(&c->model, c->discount);
	contract_describe_clocks(&c->model, &text);
	tool_say_lines(c->tool, buf_view(&text));
	buf_release(&text);
	if (c->tested) {
		draw_bands(c, scoring);
		take_calibration(c);
	}
	return true;
}

/*
 * A model's file.
 */

#define CONTRACT_FORMAT 1

void churn_contract_save(const struct churn_contract *c, const char *path)
{
	struct tool *t = c->tool;
	struct document *d = document_new();
	struct node *root = document_root(d);
	struct buf text = BUF_INIT;
	struct output *out;
	char as_of[MOMENT_TEXT];

	if (!c->fitted) {
		error_failed(&t->err, "--save-model: there is no model to keep");
		tool_fail(t);
	}
	out = tool_output(t, path, OUTPUT_PLAIN, OUTPUT_STATE);
	node_add_integer(root, "format", CONTRACT_FORMAT);
	node_add_text(root, "model", span_of(c->model.kind->name));
	moment_format(c->as_of, as_of);
	node_add_text(root, "as_of", (struct span){as_of, sizeof as_of});
	node_add_text(root, "time_zone", span_of(c->zone));
	node_add_integer(root, "customers", (long long)c->customers);
	if (c->bands[1] > 0) {
		model_add_number(root, "medium_from", c->bands[0]);
		model_add_number(root, "high_from", c->bands[1]);
	}
	contract_put(&c->model, root);
	calibration_put(&c->calibration, root);
	if (c->calibration.kind != CALIBRATION_NONE)
		node_add_integer(root, "calibrated_for_days", c->calibrated_days);
	document_put(d, &text);
	document_free(d);
	if (output_write(out, buf_view(&text), &t->err))
		tool_fail(t);
	buf_release(&text);
}

/* A model that was not tested has none; --bands goes before those of the file. */
static int read_bands(const struct churn_contract *c, const struct node *root, struct scoring *scoring, struct error *err)
{
	const struct node *medium = node_get(root, "medium_from"), *high = node_get(root, "high_from");
	double from[2];

	if (!medium && !high)
		return 0;
	if (!node_number(medium, &from[0]) || !node_number(high, &from[1]) || from[0] < 0 || from[0] > from[1] || from[1] > 1)
		return error_usage(err, "is not a model of cdp-churn: 'medium_from' and 'high_from' must be two chances in rising order");
	if (!c->has_bands) {
		scoring->medium_from = from[0];
		scoring->high_from = from[1];
	}
	return 0;
}

static int read_file(struct churn_contract *c, const struct contract_model *kind, const struct node *root,
		     struct scoring *scoring, struct error *err)
{
	double format, days = 0;
	struct span text;

	if (!node_number(node_get(root, "format"), &format) || format != CONTRACT_FORMAT)
		return error_usage(err, "is not a model of a format that this program reads: its 'format' is not %d", CONTRACT_FORMAT);
	if (model_need_text(root, "as_of", &text, err))
		return -1;
	if (!moment_parse_record(text, &c->as_of))
		return error_usage(err, "is not a model of cdp-churn: 'as_of' is no time");
	if (model_need_text(root, "time_zone", &text, err))
		return -1;
	if (text.len >= sizeof c->zone)
		return error_usage(err, "is not a model of cdp-churn: 'time_zone' is too long");
	memcpy(c->zone, text.ptr, text.len);
	if (calibration_get(&c->calibration, root, err))
		return -1;
	if (c->calibration.kind != CALIBRATION_NONE &&
	    (!node_number(node_get(root, "calibrated_for_days"), &days) || !(days >= 1 && days <= HORIZON_DAYS_MAX)))
		return error_usage(err, "is not a model of cdp-churn: its calibration has no horizon in days");
	c->calibrated_days = (uint32_t)days;
	return read_bands(c, root, scoring, err) || contract_get(&c->model, kind, root, err) ? -1 : 0;
}

static void warn_of_file(const struct churn_contract *c)
{
	struct tool *t = c->tool;

	if (strcmp(c->zone, zone_name(t->zone)))
		tool_warn(t, "the model counted days in %s, this run in %s: give --tz %s", c->zone, zone_name(t->zone), c->zone);
	if (c->calibrated_days && c->calibrated_days != c->horizon_days)
		tool_warn(t, "the model was calibrated for %u day%s, not for %u: its chances are as the model has them",
			  c->calibrated_days, c->calibrated_days == 1 ? "" : "s", c->horizon_days);
}

bool churn_contract_load(struct churn_contract *c, const char *path, struct scoring *scoring)
{
	struct document *d = document_load(path, &c->tool->err);
	const struct contract_model *kind = NULL;
	struct span name;

	if (!d)
		tool_fail(c->tool);
	if (node_text(node_get(document_root(d), "model"), &name))
		kind = contract_model_named(name);
	if (kind && read_file(c, kind, document_root(d), scoring, &c->tool->err)) {
		error_place(&c->tool->err, path, 0, 0);
		tool_fail(c->tool);
	}
	document_free(d);
	c->fitted = kind != NULL;
	if (c->fitted) {
		contract_prepare(&c->model, c->discount);
		warn_of_file(c);
	}
	return c->fitted;
}

/*
 * Second pass.
 */

static void put_number(struct buf *out, const char *key, double number)
{
	record_key(out, key);
	document_put_number(out, number < 1e-12 ? 0 : number, MODEL_DIGITS);
}

static double find_chance(const struct churn_contract *c, const struct contract_holder *h)
{
	double p;

	if (h->leaves_in >= 0 || c->fitted) {
		if (h->leaves_in >= 0)
			return h->leaves_in <= (int32_t)c->horizon_days;
		p = contract_p_end(&c->model, h, c->horizon_days);
		return c->calibrated_days == c->horizon_days ? calibration_chance(&c->calibration, p) : p;
	}
	return (c->share.low + c->share.high) / 2;
}

/* The money: a payment is what a month brings times the months of a period. */
static void put_money(const struct churn_contract *c, struct churn_contract_worker *w, const struct subscriber *s,
		      const struct contract_holder *h, double p_churn, struct buf *out)
{
	struct contract_payments pay;
	double price;

	w->unpriced += c->fitted && !s->priced;
	if (!c->fitted || !s->priced)
		return;
	contract_expect(&c->model, h, c->horizon_days, c->discount, &pay);
	price = decimal_double(s->mrr) * contract_period_of(&c->model, h) / CONTRACT_MONTH;
	put_number(out, "expected_value", pay.expected * price);
	put_number(out, "value_at_risk", p_churn * pay.due * price);
	if (c->discount > 0) {
		put_number(out, "clv", pay.discounted * price);
		put_number(out, "residual_value", pay.residual * price);
	}
	if (s->currency.len) {
		record_key(out, "currency");
		text_encode(out, s->currency);
	}
}

static void put_reason(const struct contract_holder *h, struct buf *out)
{
	record_key(out, "reason");
	buf_printf(out, "\"subscribed for %d day%s", h->age, h->age == 1 ? "" : "s");
	if (h->leaves_in >= 0)
		buf_printf(out, ", has cancelled: ends in %d day%s", h->leaves_in, h->leaves_in == 1 ? "" : "s");
	buf_char(out, '"');
}

int churn_contract_score(struct churn_contract *c, unsigned worker, const struct profile *p, const struct scoring *scoring,
			 enum churn_contract_state *state, bool *named, enum risk *risk, struct buf *out, struct error *err)
{
	struct churn_contract_worker *w = &c->workers[worker];
	struct subscriber s = {.known = false};
	struct contract_holder h;
	double p_churn, omitted = 0;

	*named = false;
	*state = CONTRACT_UNKNOWN;
	if (p->events.kind != VALUE_ARRAY || (value_double(p->events_omitted, &omitted) && omitted > 0))
		return 0;
	if (subscriptions_likely(p) && subscriptions_read(&w->now, p, &s, err))
		return -1;
	*state = s.there ? CONTRACT_SCORED : s.known ? CONTRACT_LEFT : CONTRACT_NEVER;
	if (!s.there)
		return 0;
	h = holder_of(&s, zone_day(c->tool->zone, p->as_of));
	p_churn = find_chance(c, &h);
	*named = c->fitted || h.leaves_in >= 0;
	*risk = score_risk(scoring, p_churn);
	buf_char(out, '{');
	put_number(out, "p_churn", p_churn);
	if (!*named) {
		put_number(out, "p_churn_low", c->share.low);
		put_number(out, "p_churn_high", c->share.high);
	}
	put_money(c, w, &s, &h, p_churn, out);
	if (*named) {
		record_key(out, "risk");
		text_encode(out, span_of(risk_names[*risk]));
	}
	if (c->fitted) {
		record_key(out, "model");
		text_encode(out, span_of(c->model.kind->name));
	}
	record_key(out, "horizon_days");
	buf_u64(out, c->horizon_days);
	put_reason(&h, out);
	buf_char(out, '}');
	return 0;
}

void churn_contract_finish(struct churn_contract *c)
{
	uint64_t unpriced = 0;

	for (unsigned i = 0; c->workers && i < c->tool->jobs; i++) {
		unpriced += c->workers[i].unpriced;
		subscriptions_release(&c->workers[i].now);
		subscriptions_release(&c->workers[i].then);
	}
	if (unpriced)
		tool_say(c->tool, "%llu scored customer%s no money: their subscriptions name no price, or prices in several currencies",
			 (unsigned long long)unpriced, unpriced == 1 ? " has" : "s have");
	if (c->tested)
		churn_test_report_stats(&c->report);
	mem_free(c->workers);
	contract_sample_release(&c->now);
	contract_test_release(&c->test);
	contract_release(&c->model);
	calibration_release(&c->calibration);
}

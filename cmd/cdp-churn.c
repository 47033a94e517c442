/* cdp-churn - the chance that a customer does not buy again.  Manual:
 * cdp-churn(1). */
#include "cmd/tool.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "cmd/as_of.h"
#include "cmd/churn_backtest.h"
#include "cmd/churn_contract.h"
#include "cmd/churn_parts.h"
#include "cmd/repeated.h"
#include "record/profile.h"
#include "time/moment.h"
#include "understand/churn/discount.h"
#include "understand/churn/duration.h"
#include "understand/churn/model.h"
#include "understand/churn/model_file.h"
#include "understand/churn/purchase_model.h"
#include "understand/churn/score.h"

static const char *horizon = "90d";
static const char *bands;	/* NULL: not asked for */
static const char *unit;		/* NULL: not asked for: a week, for occasions a month */
static const char *discount;
static const char *model_path;
static const char *save_path;
static const char *rates_path;
static const char *model_kind = "auto";
static const char *const kind_choices[] = {"auto", "bgnbd", "mbgnbd", "pareto-nbd", "bgcnbd", "mbgcnbd", "bgbb", "nbd",
					   "logit", "trees", "sbg", "bdw", "hazard", NULL};
static struct churn_backtest backtest = {.cutoffs = 2};
static struct churn_contract contract;
/* In the order of enum time_unit. */
static const char *const unit_choices[] = {"day", "week", "month", "year", NULL};

static const struct opt opts[] = {
	{OPT_STRING, 0, "horizon", "DURATION", "churn means no purchase within it (90d, 13w, 6mo, 1y; default: 90d)",
	 &horizon, NULL, false},
	{OPT_STRING, 0, "bands", "P,P", "p_churn from which the risk is medium and high (default: " SCORE_BANDS ")",
	 &bands, NULL, false},
	{OPT_CHOICE, 0, "model-kind", "KIND", "the model to fit (default: auto: of contracts where most have one, else bgnbd, or the logit where that is better)", &model_kind, kind_choices, false},
	{OPT_CHOICE, 0, "unit", "UNIT", "time unit of the model (default: week; of bgbb, whose occasions are such periods: month)", &unit, unit_choices, false},
	{OPT_STRING, 0, "discount", "RATE", "what later money is worth less a year (10%): adds clv and what is to come for ever", &discount, NULL, false},
	{OPT_OUTPUT, 0, "save-model", "FILE", "write the fitted model to FILE as JSON", &save_path, NULL, false},
	{OPT_INPUT, 'm', "model", "FILE", "score by the model in FILE instead of fitting one", &model_path, NULL, false},
	{OPT_INPUT, 0, "rates", "FILE", "what currencies are worth: USD = 0.92 EUR; all money is converted", &rates_path, NULL, false},
	{OPT_FLAG, 0, "backtest", NULL, "print how good the model would have been one horizon ago, and score nobody", &backtest.print, NULL, false},
	{OPT_FLAG, 0, "compare", NULL, "the same for all models side by side, with a recommendation", &backtest.compare, NULL, false},
	{OPT_FLAG, 0, "leak-check", NULL, "--backtest, and how well each feature alone tells who buys", &backtest.leak_check, NULL, false},
	{OPT_FLAG, 0, "no-calibration", NULL, "leave the chances as the model has them", &backtest.no_calibration, NULL, false},
	{OPT_NUMBER, 0, "cutoffs", "N", "from how many earlier moments a learned model learns (default: 2)", &backtest.cutoffs, NULL, false},
	{OPT_FLAG, 0, "force", NULL, "score by a model that the back-test does not find better than the baselines", &backtest.force, NULL, false},
	TOOL_OPTION_ALLOW_EMPTY,
	{.kind = OPT_END},
};

/* What one worker keeps; counts add up in any order. */
struct worker {
	struct buf score;
	struct buf scores[2];
	uint64_t states[HISTORY_STATES];
	uint64_t risks[RISKS];
	uint64_t no_risk;	/* scored without naming one */
	uint64_t other_currency;	/* scored without money, which is not the model's */
	uint64_t without_number;	/* scored without some of the members */
	uint64_t mixed;		/* scored without money: paid in several currencies */
	uint64_t converted;	/* whose money was */
	uint64_t contract_states[CONTRACT_STATES];
	uint64_t unrated;	/* some of whose money could not be... */
	char unrated_in[CURRENCY_MAX];	/* ...as this has no rate; the first by its code */
};

struct run {
	struct tool *tool;
	struct worker *workers;
	struct again *again;	/* by worker */
	struct as_of_check now;
	enum time_unit unit;
	struct sample sample;
	const struct purchase_model *kind;	/* of the model, had or not */
	struct model model;
	struct scoring scoring;
	struct rates rates;
	struct history_money money;
	bool contracts;		/* a run of contracts, not of purchases: */
	bool can_score_contracts;
	bool has_model;
	uint64_t profiles;
};

static const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

static int parse_line(struct profile *p, struct span line, struct error *err)
{
	if (profile_parse(p, line, err))
		return -1;
	if (p->as_of == MOMENT_NONE)
		return error_data(err, "the profile has no 'as_of', as none of its run had a time (cdp-ingest --map time=..., or cdp-merge --as-of)");
	return 0;
}

static int read_line(struct run *run, struct span line, struct profile *p,
		     struct history *h, struct error *err)
{
	if (parse_line(p, line, err))
		return -1;
	return history_read(p, run->tool->zone, run->unit, rates_path ? &run->money : NULL, h, err);
}

/* First pass: histories.  Bad lines are told of in the second, where there is one. */
static int learn_line(void *context, unsigned worker, struct span line,
		      struct buf *out, struct error *err)
{
	struct profile p;
	struct history h;
	size_t at;

	if (read_line(context, line, &p, &h, backtest.print ? err : NULL))
		return backtest.print ? -1 : 0;
	if (as_of_put(out, p.as_of, err))
		return -1;
	if (h.state == HISTORY_NO_PURCHASE)
		churn_backtest_note_other(&backtest, worker, &p);
	at = out->len;
	buf_put(out, &h, sizeof h);
	if (churn_backtest_put(&backtest, worker, &p, out, NULL) ||
	    churn_contract_put(&contract, worker, &p, h.state == HISTORY_KNOWN, out, NULL))
		out->len = at;
	return 0;
}

static int learn(void *context, struct span bytes, struct error *err)
{
	struct run *run = context;
	struct history h;

	if (as_of_take(&run->now, &bytes, err))
		return -1;
	while (bytes.len) {
		memcpy(&h, bytes.ptr, sizeof h);
		bytes = span_sub(bytes, sizeof h, bytes.len);
		churn_backtest_take(&backtest, &bytes);
		churn_contract_take(&contract, &bytes);
		if (h.state == HISTORY_KNOWN)
			sample_add(&run->sample, &h);
	}
	return 0;
}

static void note_score(struct worker *w, const struct history *h, const struct score *score)
{
	if (score->risk_named)
		w->risks[score->risk]++;
	else
		w->no_risk++;
	w->other_currency += score->other_currency;
	w->without_number += score->without_number;
	w->mixed += h->currency_mixed;
	w->converted += h->converted;
	w->unrated += *h->unrated != '\0';
	if (*h->unrated && (!*w->unrated_in || strcmp(h->unrated, w->unrated_in) < 0))
		memcpy(w->unrated_in, h->unrated, sizeof w->unrated_in);
}

/* Is there a model, or at least a base rate? */
static bool can_score(const struct run *run)
{
	return run->has_model || run->scoring.base.customers;
}

/* Sets the member KEY of the scores, or takes it away; IN_TURN: of this profile, 0 and then 1. */
static void set_scores(struct worker *w, const struct profile *p, const char *key, struct span value, int in_turn,
		       struct profile_change *change)
{
	struct value scores = p->scores;

	if (!span_absent(change->scores))
		scores = (struct value){.raw = change->scores, .kind = VALUE_OBJECT};
	if (scores.kind != VALUE_OBJECT && span_absent(value))
		return;
	buf_clear(&w->scores[in_turn]);
	value_set_member(scores, span_of(key), value, &w->scores[in_turn]);
	change->scores = buf_view(&w->scores[in_turn]);
}

/* What a learned model says, where one was chosen; its risk counts.  Scores of an earlier run go. */
static int score_learned(struct run *run, unsigned number, const struct profile *p, const struct history *h,
			 struct score *score, struct profile_change *change, struct error *err)
{
	struct worker *w = &run->workers[number];
	struct span value = SPAN_NONE;

	if (backtest.has_learned && h->state == HISTORY_KNOWN) {
		buf_clear(&w->score);
		if (churn_backtest_score(&backtest, number, p, h, &run->scoring, &score->risk, &w->score, err))
			return -1;
		score->risk_named = true;
		value = buf_view(&w->score);
	}
	set_scores(w, p, CHURN_MEMBER, value, 1, change);
	return 0;
}

/* Second pass: scores.  Without a model, scores of an earlier run go. */
static int score_line(void *context, unsigned number, struct span line,
		      struct buf *out, struct error *err)
{
	struct run *run = context;
	struct worker *w = &run->workers[number];
	struct profile_change change = {.scores = SPAN_NONE};
	struct span value = SPAN_NONE;
	struct profile p;
	struct history h;
	struct score score;

	if (read_line(run, line, &p, &h, err) || as_of_put(out, p.as_of, err))
		return -1;
	if (can_score(run) && h.state == HISTORY_KNOWN) {
		buf_clear(&w->score);
		score_make(&run->scoring, &h, &score);
		score_put(&run->scoring, &h, &score, &w->score);
		value = buf_view(&w->score);
	}
	set_scores(w, &p, run->kind->name, value, 0, &change);
	if (score_learned(run, number, &p, &h, &score, &change, err))
		return -1;
	w->states[h.state]++;
	if (can_score(run) && h.state == HISTORY_KNOWN)
		note_score(w, &h, &score);
	if (model_path && h.state == HISTORY_NO_PURCHASE)
		churn_backtest_note_other(&backtest, number, &p);
	profile_put(&p, &change, out);
	again_note(&run->again[number], &p);
	return 0;
}

/* The same in a run of contracts. */
static int score_contract_line(void *context, unsigned number, struct span line, struct buf *out, struct error *err)
{
	struct run *run = context;
	struct worker *w = &run->workers[number];
	struct profile_change change = {.scores = SPAN_NONE};
	enum churn_contract_state state;
	struct profile p;
	enum risk risk = RISK_LOW;
	bool named = false;

	if (parse_line(&p, line, err) || as_of_put(out, p.as_of, err))
		return -1;
	buf_clear(&w->score);
	if (churn_contract_score(&contract, number, &p, &run->scoring, &state, &named, &risk, &w->score, err))
		return -1;
	set_scores(w, &p, CHURN_MEMBER, run->can_score_contracts && w->score.len ? buf_view(&w->score) : SPAN_NONE, 0, &change);
	w->contract_states[state]++;
	if (model_path && state == CONTRACT_NEVER)
		churn_backtest_note_other(&backtest, number, &p);
	if (state == CONTRACT_SCORED && named && run->can_score_contracts)
		w->risks[risk]++;
	else if (state == CONTRACT_SCORED)
		w->no_risk++;
	profile_put(&p, &change, out);
	again_note(&run->again[number], &p);
	return 0;
}

static int write_lines(void *context, struct span bytes, struct error *err)
{
	struct run *run = context;

	return as_of_write(&run->now, run->tool, bytes, err);
}

/* All rates must lead to one currency, which is that of all money. */
static void load_rates(struct run *run)
{
	struct tool *t = run->tool;
	const struct rates *r = &run->rates;

	if (rates_load(&run->rates, rates_path, &t->err))
		tool_fail(t);
	for (size_t i = 1; i < r->count; i++)
		if (strcmp(r->list[i].to, r->list[0].to))
			tool_usage(t, "--rates: %s leads to %s and to %s: leave the rates of one, which all money is to be in",
				   rates_path, r->list[0].to, r->list[i].to);
	run->money = (struct history_money){r, r->list[0].to};
}

static void start_contracts(struct run *run)
{
	contract.wanted = model_kind;
	contract.print = backtest.print;
	contract.compare = backtest.compare;
	contract.force = backtest.force;
	contract.no_calibration = backtest.no_calibration;
	contract.has_bands = bands != NULL;
	contract.horizon_days = run->scoring.horizon_days;
	contract.discount = run->scoring.discount;
	churn_contract_start(&contract, run->tool);
}

static void choose_unit(struct run *run)
{
	run->unit = run->kind->discrete ? UNIT_MONTH : UNIT_WEEK;
	for (size_t i = 0; unit && unit_choices[i]; i++)
		if (!strcmp(unit, unit_choices[i]))
			run->unit = (enum time_unit)i;
	backtest.unit = run->unit;
	run->sample.of_occasions = run->kind->discrete;
}

static void read_options(struct run *run)
{
	struct tool *t = run->tool;
	struct scoring *s = &run->scoring;

	if (horizon_days(horizon, &s->horizon_days, &t->err))
		tool_fail(t);
	if (score_read_bands(s, bands ? bands : SCORE_BANDS, &t->err))
		tool_fail(t);
	if (model_path && save_path)
		tool_usage(t, "--save-model keeps a model that is fitted here: leave out --model");
	if (rates_path)
		load_rates(run);
	if (model_path && strcmp(model_kind, "auto"))
		tool_usage(t, "--model-kind names what to fit, and --model has been fitted: leave out one");
	run->kind = purchase_model_of_option(model_kind);
	if (!run->kind)
		run->kind = purchase_models[0];
	backtest.wanted = model_kind;
	backtest.print |= backtest.compare || backtest.leak_check;
	if (model_path && (backtest.print || backtest.no_calibration))
		tool_usage(t, "a model from a file was tested when it was fitted: leave out --model");
	if (save_path && backtest.print)
		tool_usage(t, "--save-model goes with scores, not with --backtest and --compare");
	backtest.horizon_days = s->horizon_days;
	if (model_path && unit)
		tool_usage(t, "--unit is for a model that is fitted here, and --model has its own: leave out one");
	if (discount && discount_read(discount, &s->discount, &t->err))
		tool_fail(t);
	choose_unit(run);
	churn_backtest_start(&backtest, t);
	start_contracts(run);
}

static void warn_of_horizon(struct run *run)
{
	const struct model *m = &run->model;

	if (m->longest && (uint32_t)m->longest < run->scoring.horizon_days)
		tool_warn(run->tool, "no risk is named: nobody was known for %u day%s, the horizon, but for %d at most: p_churn is a guess",
			  run->scoring.horizon_days, plural(run->scoring.horizon_days), m->longest);
}

static void load_model(struct run *run)
{
	struct tool *t = run->tool;

	run->contracts = run->can_score_contracts = churn_contract_load(&contract, model_path, &run->scoring);
	if (run->contracts)
		return;
	if (model_load(&run->model, model_path, &t->err))
		tool_fail(t);
	if (strcmp(run->model.zone, zone_name(t->zone)))
		tool_warn(t, "the model counted days in %s, this run in %s: give --tz %s",
			  run->model.zone, zone_name(t->zone), run->model.zone);
	churn_backtest_load(&backtest, model_path);
	if (run->model.calibrated_days && run->model.calibrated_days != run->scoring.horizon_days)
		tool_warn(t, "the model was calibrated for %u day%s, not for %u: its chances are as the model has them",
			  run->model.calibrated_days, plural(run->model.calibrated_days), run->scoring.horizon_days);
	run->has_model = true;
	run->scoring.model = &run->model;
	run->kind = run->model.kind;
	run->unit = run->model.unit;
	warn_of_horizon(run);
}

static void save_model(struct run *run)
{
	struct tool *t = run->tool;
	struct buf text = BUF_INIT;
	struct output *out = tool_output(t, save_path, OUTPUT_PLAIN, OUTPUT_STATE);

	model_put(&run->model, churn_backtest_save, &backtest, &text);
	if (output_write(out, buf_view(&text), &t->err))
		tool_fail(t);
	buf_release(&text);
}

static void say_currency(struct run *run, const struct spend_model *m)
{
	struct tool *t = run->tool;
	const struct gamma_gamma *g = &m->fit.model;
	const char *in = *m->currency ? " in " : "";

	if (*m->why) {
		tool_warn(t, "no expected value%s%s: %s", in, m->currency, m->why);
		return;
	}
	if (isnan(m->fit.correlation))
		tool_say(t, "Gamma-Gamma%s%s: p %.6g, q %.6g, gamma %.6g; %llu buyers who all bought equally often",
			 in, m->currency, g->p, g->q, g->gamma, (unsigned long long)m->customers);
	else
		tool_say(t, "Gamma-Gamma%s%s: p %.6g, q %.6g, gamma %.6g; correlation of frequency and spend %.3f",
			 in, m->currency, g->p, g->q, g->gamma, m->fit.correlation);
	if (m->fit.correlation > GAMMA_GAMMA_CORRELATION_MAX ||
	    m->fit.correlation < -GAMMA_GAMMA_CORRELATION_MAX)
		tool_warn(t, "frequency and spend%s%s are correlated, which the Gamma-Gamma model rules out: expected_value is biased",
			  in, m->currency);
}

static void say_spend(struct run *run)
{
	const struct model *m = &run->model;

	if (!m->spend_count && m->repeaters)
		tool_warn(run->tool, "no expected value: no repeat purchase has a revenue");
	for (size_t i = 0; i < m->spend_count; i++)
		say_currency(run, &m->spends[i]);
}

static void say_model(struct run *run)
{
	struct tool *t = run->tool;
	const struct model *m = &run->model;
	struct buf sentence = BUF_INIT, warnings = BUF_INIT;
	struct span rest;

	m->kind->describe(m->purchases, time_unit_name(m->unit), &sentence,
			  &warnings);
	tool_say(t, "%s; log-likelihood %.2f", buf_text(&sentence),
		 m->log_likelihood);
	rest = buf_view(&warnings);
	while (rest.len) {
		struct span warning = span_cut(&rest, '\n');

		tool_warn(t, "%.*s", SPAN_ARG(warning));
	}
	buf_release(&sentence);
	buf_release(&warnings);
	say_spend(run);
}

/* What can be said of too few customers, or of odd ones: how many of them came back. */
static void fall_back(struct run *run, const struct error *why)
{
	struct tool *t = run->tool;
	struct base_rate *b = &run->scoring.base;

	*b = base_rate_count(&run->sample, run->scoring.horizon_days);
	if (!b->customers) {
		tool_warn(t, "no model, no scores: %s", why->message);
		return;
	}
	tool_warn(t, "no model: %s", why->message);
	tool_warn(t, "p_churn is the same for all, %.3g, and no risk is named: of %llu customer%s who had bought %u day%s before, %llu bought nothing since (95 %% interval %.3g to %.3g)",
		  b->rate,
		  (unsigned long long)b->customers, b->customers == 1 ? "" : "s",
		  run->scoring.horizon_days, run->scoring.horizon_days == 1 ? "" : "s", (unsigned long long)b->lost, b->low, b->high);
}

static int learn_model(struct run *run, struct error *why)
{
	uint32_t horizon_length = run->scoring.horizon_days;

	if (sample_check(&run->sample, why) ||
	    model_fit(&run->model, run->kind, &run->sample,
		      backtest.unit, why))
		return -1;
	if (model_follows_recency(&run->model, &run->sample, horizon_length))
		return 0;
	model_release(&run->model);
	return error_failed(why, "by the model whoever bought last is the likeliest to be lost, which is no sense: the sample is an odd one");
}

/* Options that mean nothing to contracts. */
static void refuse_purchase_options(struct run *run)
{
	const char *given = unit ? "--unit" : rates_path ? "--rates" : backtest.cutoffs != 2 ? "--cutoffs" :
			    backtest.leak_check ? "--leak-check" : NULL;

	if (given && churn_contract_names(model_kind))
		tool_usage(run->tool, "%s is for models of purchases, and --model-kind %s is one of contracts: leave out one",
			   given, model_kind);
	if (given)
		tool_warn(run->tool, "%s is for models of purchases, and most customers have subscriptions: it is not used (--model-kind bgnbd looks at their purchases)", given);
}

/* Nobody has done anything yet, ANYBODY says: whoever chose as_of hardly wants that. */
static bool warn_of_later(struct run *run, bool anybody)
{
	uint64_t later = churn_backtest_later(&backtest);
	char as_of[MOMENT_TEXT];

	if (!later || anybody)
		return false;
	moment_format(run->now.as_of, as_of);
	tool_warn(run->tool, "nobody has bought or subscribed by the profiles' as_of, %.*s, and %llu customer%s events later than that, which do not count: run cdp-merge with a later --as-of",
		  MOMENT_TEXT, as_of, (unsigned long long)later, later == 1 ? " has" : "s have");
	return true;
}

static void fit_contracts(struct run *run)
{
	bool later = warn_of_later(run, contract.customers);

	refuse_purchase_options(run);
	if (!contract.customers && !later)
		tool_warn(run->tool, "no profile has events of a subscription, such as 'Subscription Started': --model-kind %s has nothing to learn from", model_kind);
	else if (contract.customers)
		run->can_score_contracts = churn_contract_run(&contract, run->now.as_of, &run->scoring);
	if (save_path)
		churn_contract_save(&contract, save_path);
}

static void fit_model(struct run *run)
{
	struct tool *t = run->tool;
	const struct tool_pass pass = {learn_line, learn, run};
	struct error why = ERROR_INIT;
	bool believed;

	tool_keep_input(t);
	run->profiles = tool_pass(t, &pass);
	run->contracts = churn_contract_applies(&contract, run->sample.customers);
	if (run->contracts) {
		fit_contracts(run);
		return;
	}
	warn_of_later(run, run->sample.customers || contract.customers);
	if (learn_model(run, &why)) {
		if (save_path) {
			t->err = why;
			tool_fail(t);
		}
		if (!backtest.print) {
			fall_back(run, &why);
			return;
		}
		tool_warn(t, "no model: %s", why.message);
	} else {
		run->has_model = true;
		run->scoring.model = &run->model;
		run->model.as_of = run->now.as_of;
		snprintf(run->model.zone, sizeof run->model.zone, "%s", zone_name(t->zone));
	}
	believed = churn_backtest_run(&backtest, run->kind, run->now.any ? run->now.as_of : MOMENT_NONE, &run->model,
				      &run->scoring);
	if (!run->has_model || backtest.print)
		return;
	say_model(run);
	warn_of_horizon(run);
	run->has_model = believed;
}

static void count(struct run *run, struct worker *sum)
{
	for (unsigned i = 0; i < run->tool->jobs; i++) {
		struct worker *w = &run->workers[i];

		for (size_t k = 0; k < HISTORY_STATES; k++)
			sum->states[k] += w->states[k];
		for (size_t k = 0; k < RISKS; k++)
			sum->risks[k] += w->risks[k];
		for (size_t k = 0; k < CONTRACT_STATES; k++)
			sum->contract_states[k] += w->contract_states[k];
		sum->no_risk += w->no_risk;
		sum->other_currency += w->other_currency;
		sum->without_number += w->without_number;
		sum->mixed += w->mixed;
		sum->converted += w->converted;
		sum->unrated += w->unrated;
		if (*w->unrated_in && (!*sum->unrated_in || strcmp(w->unrated_in, sum->unrated_in) < 0))
			memcpy(sum->unrated_in, w->unrated_in, sizeof sum->unrated_in);
		buf_release(&w->score);
		buf_release(&w->scores[0]);
		buf_release(&w->scores[1]);
	}
	mem_free(run->workers);
}

/* A document as the value of a member of another. */
static void indent(struct span text, struct buf *out)
{
	for (size_t i = 0; i < text.len; i++) {
		buf_char(out, text.ptr[i]);
		if (text.ptr[i] == '\n')
			buf_lit(out, "  ");
	}
}

/* What --stats has of purchases and contracts alike. */
static void give_risk_stats(struct run *run, const struct worker *sum)
{
	struct tool *t = run->tool;
	struct buf text = BUF_INIT;

	if (run->now.any) {
		moment_put(&text, run->now.as_of);
		tool_stat_text(t, "as_of", buf_view(&text));
	}
	tool_stat(t, "horizon_days", run->scoring.horizon_days);
	for (size_t i = 0; i < RISKS; i++) {
		buf_clear(&text);
		buf_printf(&text, "risk_%s", risk_names[i]);
		tool_stat(t, buf_text(&text), sum->risks[i]);
	}
	tool_stat(t, "risk_not_named", sum->no_risk);
	buf_release(&text);
}

static void give_stats(struct run *run, const struct worker *sum,
		       uint64_t scored)
{
	struct tool *t = run->tool;

	tool_stat(t, "profiles", run->profiles);
	tool_stat(t, "scored", scored);
	tool_stat(t, "without_model", sum->states[HISTORY_KNOWN] - scored);
	tool_stat(t, "without_purchase", sum->states[HISTORY_NO_PURCHASE]);
	tool_stat(t, "without_events", sum->states[HISTORY_NO_EVENTS]);
	tool_stat(t, "events_omitted", sum->states[HISTORY_OMITTED]);
	give_risk_stats(run, sum);
	if (run->has_model && !model_path) {
		struct buf model = BUF_INIT, text = BUF_INIT;

		model_put(&run->model, NULL, NULL, &model);
		indent(span_trim(buf_view(&model)), &text);
		tool_stat_value(t, "model", buf_view(&text));
		buf_release(&model);
		buf_release(&text);
	}
}

static void put_currencies(const struct model *m, struct buf *out)
{
	for (size_t i = 0; i < m->spend_count; i++) {
		const char *code = m->spends[i].currency;

		if (*m->spends[i].why)
			continue;
		if (out->len)
			buf_lit(out, " or ");
		buf_text_put(out, *code ? code : "money without a currency");
	}
}

static void warn_of_currency(struct run *run, const struct worker *sum)
{
	struct tool *t = run->tool;
	struct buf in = BUF_INIT;

	put_currencies(&run->model, &in);
	if (sum->other_currency)
		tool_warn(t, "%llu customer%s %s not in %s, the model's currency: no expected_value and no value_at_risk for them; a model of their own has them",
			  (unsigned long long)sum->other_currency, sum->other_currency == 1 ? "" : "s",
			  sum->other_currency == 1 ? "pays" : "pay", buf_text(&in));
	if (sum->mixed && in.len)
		tool_warn(t, "%llu customer%s paid in several currencies: no expected_value and no value_at_risk for them, unless --rates FILE says what one is in the other",
			  (unsigned long long)sum->mixed, sum->mixed == 1 ? "" : "s");
	if (sum->converted)
		tool_say(t, "the money of %llu customer%s was converted to %s at the rates of %s",
			 (unsigned long long)sum->converted, sum->converted == 1 ? "" : "s",
			 run->money.to, rates_path);
	if (sum->unrated)
		tool_warn(t, "%llu customer%s paid in %s, which has no rate to %s in %s: no expected_value and no value_at_risk for them",
			  (unsigned long long)sum->unrated, sum->unrated == 1 ? "" : "s",
			  *sum->unrated_in == '?' ? "money without a currency" : sum->unrated_in,
			  run->money.to, rates_path);
	buf_release(&in);
}

/* Reports what comes last, and frees everything. */
static void release(struct run *run)
{
	repeated_report(run->tool, run->again);
	if (!run->contracts && !model_path)
		churn_backtest_hint(&backtest);
	churn_backtest_finish(&backtest);
	churn_contract_finish(&contract);
	sample_release(&run->sample);
	model_release(&run->model);
	rates_release(&run->rates);
}

static int finish(struct run *run)
{
	struct tool *t = run->tool;
	struct worker sum = {0};
	uint64_t scored;
	char unnamed[40] = "";

	count(run, &sum);
	if (save_path)
		save_model(run);
	scored = can_score(run) ? sum.states[HISTORY_KNOWN] : 0;
	if (model_path)
		warn_of_later(run, sum.states[HISTORY_KNOWN]);
	give_stats(run, &sum, scored);
	warn_of_currency(run, &sum);
	if (sum.without_number)
		tool_warn(t, "the model's parameters are such that it has no number for %llu customer%s: the members concerned are left out; fit it anew",
			  (unsigned long long)sum.without_number, plural(sum.without_number));
	release(run);
	if (sum.states[HISTORY_NO_EVENTS])
		tool_warn(t, "%llu profile%s no score: run cdp-merge without --no-events", (unsigned long long)sum.states[HISTORY_NO_EVENTS],
			  sum.states[HISTORY_NO_EVENTS] == 1 ? " carries no events, so it has" : "s carry no events, so they have");
	if (sum.states[HISTORY_OMITTED])
		tool_warn(t, "%llu profile%s no score: raise --max-events of cdp-merge", (unsigned long long)sum.states[HISTORY_OMITTED],
			  sum.states[HISTORY_OMITTED] == 1 ? " had older events left out, so it has" : "s had older events left out, so they have");
	if (sum.no_risk)
		snprintf(unnamed, sizeof unnamed, ", not named %llu", (unsigned long long)sum.no_risk);
	return tool_finish(t, "%llu profiles = %llu scored + %llu without a model + %llu without a purchase + %llu without events + %llu with events left out + %llu rejected; within %u day%s: risk high %llu, medium %llu, low %llu%s",
		(unsigned long long)run->profiles,
		(unsigned long long)scored,
		(unsigned long long)(sum.states[HISTORY_KNOWN] - scored),
		(unsigned long long)sum.states[HISTORY_NO_PURCHASE],
		(unsigned long long)sum.states[HISTORY_NO_EVENTS],
		(unsigned long long)sum.states[HISTORY_OMITTED],
		(unsigned long long)t->rejected,
		run->scoring.horizon_days, run->scoring.horizon_days == 1 ? "" : "s",
		(unsigned long long)sum.risks[RISK_HIGH],
		(unsigned long long)sum.risks[RISK_MEDIUM],
		(unsigned long long)sum.risks[RISK_LOW], unnamed);
}

static void give_contract_stats(struct run *run, const struct worker *sum, uint64_t scored)
{
	struct tool *t = run->tool;

	tool_stat(t, "profiles", run->profiles);
	tool_stat(t, "scored", scored);
	tool_stat(t, "without_model", sum->contract_states[CONTRACT_SCORED] - scored);
	tool_stat(t, "left", sum->contract_states[CONTRACT_LEFT]);
	tool_stat(t, "without_subscription", sum->contract_states[CONTRACT_NEVER]);
	tool_stat(t, "events_unknown", sum->contract_states[CONTRACT_UNKNOWN]);
	give_risk_stats(run, sum);
}

static int finish_contracts(struct run *run)
{
	struct tool *t = run->tool;
	struct worker sum = {0};
	uint64_t scored;
	char unnamed[40] = "";

	count(run, &sum);
	if (sum.no_risk && run->can_score_contracts)
		snprintf(unnamed, sizeof unnamed, ", not named %llu", (unsigned long long)sum.no_risk);
	scored = run->can_score_contracts ? sum.contract_states[CONTRACT_SCORED] : 0;
	if (model_path)
		warn_of_later(run, scored || sum.contract_states[CONTRACT_LEFT]);
	give_contract_stats(run, &sum, scored);
	release(run);
	return tool_finish(t, "%llu profiles = %llu scored + %llu without a model + %llu who have left + %llu without a subscription + %llu whose events are not all there + %llu rejected; within %u day%s: risk high %llu, medium %llu, low %llu%s",
		(unsigned long long)run->profiles, (unsigned long long)scored,
		(unsigned long long)(sum.contract_states[CONTRACT_SCORED] - scored),
		(unsigned long long)sum.contract_states[CONTRACT_LEFT],
		(unsigned long long)sum.contract_states[CONTRACT_NEVER],
		(unsigned long long)sum.contract_states[CONTRACT_UNKNOWN],
		(unsigned long long)t->rejected, run->scoring.horizon_days, run->scoring.horizon_days == 1 ? "" : "s",
		(unsigned long long)sum.risks[RISK_HIGH], (unsigned long long)sum.risks[RISK_MEDIUM],
		(unsigned long long)sum.risks[RISK_LOW], unnamed);
}

/* --backtest and --compare score nobody. */
static int finish_test(struct run *run)
{
	struct worker none = {.states = {0}};
	struct tool *t = run->tool;

	count(run, &none);
	release(run);
	return tool_finish(t, "%llu profiles looked at, none scored", (unsigned long long)run->profiles);
}

/* Parts with options of their own; the names are those of part_words. */
static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} parts[] = {
	{"survival", churn_survival},
	{"table", churn_table},
};

static const char *const part_words[] = {"survival", "table", NULL};

/* The name of a part behind an option is taken for a file: is it meant? */
static void check_operands(struct tool *t)
{
	for (size_t i = 0; t->operand_count && part_words[i]; i++)
		if (!strcmp(t->operands[0], part_words[i]) && access(part_words[i], F_OK))
			tool_usage(t, "'%s' comes before all options: cdp-churn %s [OPTION]... [FILE]...",
				   part_words[i], part_words[i]);
}

int main(int argc, char **argv)
{
	struct tool tool = {
		.name = "cdp-churn",
		.synopsis = "[OPTION]... [FILE]...\n       cdp-churn survival [OPTION]... [FILE]...   (--help of its own)",
		.summary = "Add to each customer the chance that it does not buy again, and the revenue at risk.",
		.opts = opts,
		.examples = {
			{"Score the customers of a shop for the next 90 days",
			 "cdp-ingest -m shop.map --max-rejects 5 orders.csv | cdp-merge | cdp-churn -o scored"},
			{"Keep the fitted model; score by it another time with --model model.json",
			 "cdp-churn --save-model model.json scored > rescored"},
			{NULL, NULL},
		},
		.output_kind = OUTPUT_RECORDS,
		.expects = "profiles of cdp-merge",
		.words = part_words,
		.in_place = true,	/* a profile goes through whole */
		.defer_output = true,	/* profiles, or a test */
	};
	struct run run = {.tool = &tool, .sample = SAMPLE_INIT};
	struct tool_pass pass = {score_line, write_lines, &run};

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (argc > 1 && !strcmp(argv[1], parts[i].name))
			return parts[i].run(argc - 1, argv + 1);
	tool_start(&tool, argc, argv);
	check_operands(&tool);
	read_options(&run);
	if (backtest.print) {
		tool.output_kind = OUTPUT_PLAIN;
		tool.in_place = false;
		tool_check_operands(&tool);
	}
	tool_open_output(&tool);
	run.workers = mem_zero(tool.jobs, sizeof *run.workers);
	run.again = repeated_new(&tool);
	if (tool.as_of != MOMENT_NONE)
		as_of_agree(&run.now, tool.as_of, &tool.err);
	if (model_path)
		load_model(&run);
	else
		fit_model(&run);
	if (backtest.print)
		return finish_test(&run);
	if (run.contracts)
		pass.line = score_contract_line;
	run.profiles = tool_pass(&tool, &pass);
	return run.contracts ? finish_contracts(&run) : finish(&run);
}

#include "cmd/churn_backtest.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "record/document.h"
#include "record/text.h"
#include "understand/churn/model_calibration.h"
#include "understand/churn/model_numbers.h"
#include "understand/predict/reasons.h"
#include "understand/predict/trees.h"
#include "understand/survival/subscription_event.h"

void churn_backtest_start(struct churn_backtest *b, struct tool *t)
{
	b->tool = t;
	if (!b->cutoffs || b->cutoffs >= CUTOFFS_MAX)
		tool_usage(t, "--cutoffs: %llu is not 1 to %d", (unsigned long long)b->cutoffs, CUTOFFS_MAX - 1);
	b->readers = mem_zero(t->jobs, sizeof *b->readers);
	b->scored = mem_zero(t->jobs, sizeof *b->scored);
	b->odd = mem_zero(t->jobs, sizeof *b->odd);
	b->subscribers = mem_zero(t->jobs, sizeof *b->subscribers);
	b->later = mem_zero(t->jobs, sizeof *b->later);
	b->test.unit = b->unit;
	b->test.calibrate = !b->no_calibration;
}

static void make_cutoffs(const struct churn_backtest *b, int64_t as_of, struct cutoffs *c)
{
	cutoffs_make(c, as_of, b->tool->zone, b->horizon_days, (size_t)b->cutoffs + 1);
}

/* The history of P up to CUTOFF, as a purchase model would have read it then. */
static int read_history(const struct churn_backtest *b, const struct profile *p, int64_t cutoff,
			struct history *h, struct error *err)
{
	struct profile then = *p;

	then.as_of = cutoff;
	return history_read(&then, b->tool->zone, b->unit, NULL, h, err);
}

int churn_backtest_put(struct churn_backtest *b, unsigned worker, const struct profile *p, struct buf *out,
		       struct error *err)
{
	struct cutoffs cutoffs;
	struct buyer buyers[CUTOFFS_MAX];
	struct panel_row row = {.key = panel_key(p->id.raw)};
	uint32_t count = 0;
	size_t at = out->len;
	bool known;

	make_cutoffs(b, p->as_of, &cutoffs);
	if (buyer_read(&b->readers[worker], p, b->tool->zone, &cutoffs, buyers, &known, err))
		return -1;
	buf_put(out, &count, sizeof count);
	for (size_t i = 0; i < cutoffs.count && known; i++) {
		if (!buyers[i].known)
			continue;
		row.cutoff = (uint32_t)i;
		row.buyer = buyers[i];
		row.history = (struct history){.state = HISTORY_NO_PURCHASE};
		if (!i && read_history(b, p, cutoffs.moments[0], &row.history, err))
			return -1;
		buf_put(out, &row, sizeof row);
		count++;
	}
	memcpy(out->ptr + at, &count, sizeof count);
	return 0;
}

void churn_backtest_note_other(struct churn_backtest *b, unsigned worker, const struct profile *p)
{
	struct profile_events events;
	struct event e;

	profile_events_start(&events, p);
	while (profile_events_next(&events, &e, NULL) > 0) {
		struct buf scratch = BUF_INIT;
		bool subscribes = e.type == EVENT_TRACK && subscription_kind(value_text(e.name, &scratch)) != SUBSCRIPTION_NONE;

		buf_release(&scratch);
		if (!subscribes && e.time <= p->as_of)
			continue;
		if (e.time > p->as_of)
			b->later[worker]++;
		else
			b->subscribers[worker]++;
		return;
	}
}

static uint64_t add_workers(const struct churn_backtest *b, const uint64_t *counts)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < b->tool->jobs; i++)
		sum += counts[i];
	return sum;
}

uint64_t churn_backtest_later(const struct churn_backtest *b)
{
	return add_workers(b, b->later);
}

/* What else a run without a purchase of some may be looking for. */
void churn_backtest_hint(const struct churn_backtest *b)
{
	uint64_t count = add_workers(b, b->subscribers);

	if (count)
		tool_say(b->tool, "%llu customer%s no purchase, but events of subscriptions: --model-kind sbg scores these, and 'cdp-churn survival' on the same file tells how long they last",
			 (unsigned long long)count, count == 1 ? " has" : "s have");
}

void churn_backtest_take(struct churn_backtest *b, struct span *bytes)
{
	struct panel_row row;
	uint32_t count;

	memcpy(&count, bytes->ptr, sizeof count);
	*bytes = span_sub(*bytes, sizeof count, bytes->len);
	for (; count; count--) {
		memcpy(&row, bytes->ptr, sizeof row);
		*bytes = span_sub(*bytes, sizeof row, bytes->len);
		panel_add(&b->test.panel, &row);
	}
}

static enum learned_kind learned_kind_of(const char *name)
{
	enum learned_kind k = 0;

	while (k < LEARNED_KINDS && strcmp(name, learned_kind_names[k]))
		k++;
	return k;
}

/* Is the learned model KIND to be looked at?  Unasked it is the logit: that does not hang on how the program was built. */
static bool is_wanted(const struct churn_backtest *b, enum learned_kind kind)
{
	return b->compare || !strcmp(b->wanted, learned_kind_names[kind]) ||
	       (!strcmp(b->wanted, "auto") && kind == LEARNED_LOGIT);
}

/* Adds what is to be compared; what cannot be fitted is said where it was asked for. */
static void add_models(struct churn_backtest *b, const struct purchase_model *kind)
{
	struct error why = ERROR_INIT;

	for (size_t i = 0; purchase_models[i]; i++)
		if ((b->compare || purchase_models[i] == kind) && backtest_purchases(&b->test, purchase_models[i], &why) < 0)
			tool_say(b->tool, "back-test: no %s: %s", purchase_models[i]->name, why.message);
	for (enum learned_kind k = 0; k < LEARNED_KINDS; k++)
		if (is_wanted(b, k) && backtest_learned(&b->test, k, &why) < 0 && (b->compare || strcmp(b->wanted, "auto")))
			tool_warn(b->tool, "back-test: no %s: %s", learned_kind_names[k], why.message);
}

/* The model that --model-kind names, where it was tested; else the best. */
static size_t choose(const struct churn_backtest *b)
{
	const struct evaluation *e = &b->test.evaluation;

	for (size_t i = 0; i < e->model_count && !b->compare; i++)
		if (!strcmp(e->models[i].name, b->wanted))
			return i;
	return evaluation_choose(e);
}

static void draw_bands(struct churn_backtest *b, struct scoring *s)
{
	b->redrawn = backtest_redraw(&b->test, b->chosen, &s->medium_from, &s->high_from);
	if (!b->redrawn)
		return;
	model_round_number(&s->medium_from);
	model_round_number(&s->high_from);
	tool_warn(b->tool, "by --bands the riskier band lost fewer customers in the back-test: medium risk begins at %.6g, high at %.6g",
		  s->medium_from, s->high_from);
}

/* What the chosen model needs to score. */
static bool prepare(struct churn_backtest *b, struct model *model)
{
	enum learned_kind kind = learned_kind_of(b->test.evaluation.models[b->chosen].name);
	struct error why = ERROR_INIT;

	model->calibrated_days = b->horizon_days;
	if (kind == LEARNED_KINDS) {
		model->calibration = backtest_calibration(&b->test, b->chosen);
		return true;
	}
	/* The purchase model stands beside it: with its own calibration. */
	for (size_t i = 0; i < b->test.evaluation.model_count; i++)
		if (model->kind && !strcmp(b->test.evaluation.models[i].name, model->kind->name))
			model->calibration = backtest_calibration(&b->test, i);
	b->has_learned = !backtest_learn(&b->test, kind, b->chosen, &b->learned, &why);
	if (!b->has_learned)
		tool_warn(b->tool, "no scores of %s: %s", learned_kind_names[kind], why.message);
	return true;
}

/* A learned model that was asked for and could not be tested does not score, and nothing else in its place. */
static bool is_there(const struct churn_backtest *b)
{
	if (learned_kind_of(b->wanted) == LEARNED_KINDS || b->compare)
		return true;
	for (size_t i = 0; i < b->test.evaluation.model_count; i++)
		if (!strcmp(b->test.evaluation.models[i].name, b->wanted))
			return true;
	tool_warn(b->tool, "no scores: %s is not used without a back-test", b->wanted);
	return false;
}

/*
 * How well each feature alone ranks the rows of the test, either way round.  Nothing behind the cutoff is in them; one that
 * tells nearly all is worth a look all the same: of a shop's file, say, that was made behind its own end.
 */
#define LEAK_AUC 0.95

static double *rank_features(const struct churn_backtest *b)
{
	const struct backtest *t = &b->test;
	double *auc = mem_zero(BUYER_FEATURES, sizeof *auc), *values = mem_zero(t->count + 1, sizeof *values);
	double raw[BUYER_FEATURES];

	for (size_t i = 0; i < t->features; i++) {
		struct quality q;

		for (size_t row = 0; row < t->count; row++) {
			backtest_raw(t, &t->rows[row].buyer, raw);
			values[row] = isnan(raw[i]) ? 0 : raw[i];
		}
		quality_measure(&(struct quality_rows){t->count, values, t->churned}, &q);
		auc[i] = fmax(q.auc, 1 - q.auc);
	}
	mem_free(values);
	return auc;
}

static void print_leaks(struct churn_backtest *b)
{
	double *auc;
	struct buf text = BUF_INIT;

	if (!b->leak_check)
		return;
	auc = rank_features(b);
	buf_lit(&text, "\nEach feature alone, as known at the cutoff\n     AUC  feature\n");
	for (size_t i = 0; i < b->test.features; i++) {
		buf_printf(&text, "  %.4f  %s\n", auc[i], buyer_feature_names[i]);
		if (auc[i] >= LEAK_AUC)
			tool_warn(b->tool, "'%s' alone tells who bought again (AUC %.3f): was it known before?  Look at the times of the orders",
				  buyer_feature_names[i], auc[i]);
	}
	tool_write(b->tool, buf_view(&text));
	buf_release(&text);
	mem_free(auc);
}

bool churn_backtest_run(struct churn_backtest *b, const struct purchase_model *kind, int64_t as_of,
			struct model *model, struct scoring *scoring)
{
	struct error why = ERROR_INIT;

	if (as_of != MOMENT_NONE)
		make_cutoffs(b, as_of, &b->test.cutoffs);
	if (as_of == MOMENT_NONE || backtest_begin(&b->test, &why)) {
		tool_say(b->tool, "no back-test: %s", *why.message ? why.message : "there are no customers");
		return is_there(b);
	}
	add_models(b, kind);
	if (!b->test.evaluation.model_count)
		return is_there(b);
	b->ran = true;
	b->chosen = choose(b);
	b->report = (struct churn_test_report){
		.tool = b->tool, .evaluation = &b->test.evaluation, .chosen = b->chosen, .horizon_days = b->horizon_days,
		.compare = b->compare, .force = b->force, .no_calibration = b->no_calibration,
		.who = "buyers known", .lost = "have not bought since", .chance = "no purchase", .ranking = "recency",
	};
	if (!is_there(b))
		return false;
	if (b->print) {
		churn_test_report_print(&b->report);
		print_leaks(b);
		return true;
	}
	churn_test_report_choice(&b->report);
	if (!churn_test_report_is_believed(&b->report, "no scores"))
		return false;
	draw_bands(b, scoring);
	return prepare(b, model);
}

static void put_number(struct buf *out, const char *key, double number)
{
	record_key(out, key);
	document_put_number(out, number, MODEL_DIGITS);
}

/* For drift. */
static void count_features(struct churn_backtest *b, unsigned worker, const double *raw)
{
	if (!b->scored[worker])
		b->scored[worker] = mem_zero(encoding_count_size(&b->learned.encoding), sizeof **b->scored);
	encoding_count(&b->learned.encoding, raw, b->scored[worker]);
}

/* Of all workers.  Owned: mem_free. */
static uint64_t *sum_features(const struct churn_backtest *b)
{
	size_t size = encoding_count_size(&b->learned.encoding);
	uint64_t *sum = mem_zero(size + 1, sizeof *sum);

	for (unsigned i = 0; i < b->tool->jobs; i++)
		for (size_t k = 0; b->scored[i] && k < size; k++)
			sum[k] += b->scored[i][k];
	return sum;
}

int churn_backtest_score(struct churn_backtest *b, unsigned worker, const struct profile *p,
			 const struct history *h, const struct scoring *scoring, enum risk *risk, struct buf *out,
			 struct error *err)
{
	double raw[BUYER_FEATURES], p_churn;
	struct buyer buyer;
	bool known;

	if (buyer_read_now(&b->readers[worker], p, b->tool->zone, &buyer, &known, err))
		return -1;
	backtest_raw(&b->test, &buyer, raw);
	b->odd[worker] += b->test.features == BUYER_FEATURES && isnan(raw[BUYER_TOTAL]);
	count_features(b, worker, raw);
	learned_predict(&b->learned, raw, 1, &p_churn);
	p_churn = calibration_chance(&b->learned.calibration, p_churn);
	*risk = score_risk(scoring, p_churn);
	buf_char(out, '{');
	put_number(out, "p_churn", p_churn);
	record_key(out, "risk");
	text_encode(out, span_of(risk_names[*risk]));
	record_key(out, "model");
	text_encode(out, span_of(learned_kind_names[b->learned.kind]));
	record_key(out, "horizon_days");
	buf_u64(out, b->horizon_days);
	record_key(out, "reason");
	buf_char(out, '"');
	score_put_reason(h, out);
	buyer_put_reasons(&b->learned, raw, out);
	buf_lit(out, "\"}");
	return 0;
}

void churn_backtest_save(const void *context, struct node *root)
{
	const struct churn_backtest *b = context;
	struct node *learned, *list;
	uint64_t *sum;

	if (!b->has_learned)
		return;
	learned = node_add_object(root, "learned");
	node_add_integer(learned, "horizon_days", b->horizon_days);
	node_add_text(learned, "currency", span_of(b->test.currency));
	learned_put(&b->learned, learned);
	sum = sum_features(b);
	list = node_add_array(learned, "scored");
	for (size_t k = 0; k < encoding_count_size(&b->learned.encoding); k++)
		node_add_integer(list, NULL, (long long)sum[k]);
	mem_free(sum);
}

/* Are the features of M those of a buyer? */
static bool is_of_buyers(const struct learned *m)
{
	bool good = m->encoding.count == BUYER_TOTAL || m->encoding.count == BUYER_FEATURES;

	for (size_t i = 0; i < m->encoding.count && good; i++)
		good = m->encoding.columns[i].kind == ENCODING_NUMBER &&
		       span_equal(m->encoding.columns[i].name, span_of(buyer_feature_names[i]));
	return good;
}

/* Files of earlier versions have no such list. */
static int read_scored(struct churn_backtest *b, const struct node *list, struct error *err)
{
	size_t size = encoding_count_size(&b->learned.encoding);
	double number = 0;

	if (!list)
		return 0;
	if (!node_is_array(list) || node_count(list) != size)
		return error_usage(err, "is not a model of cdp-churn: 'scored' has not a number for each bin of its features");
	b->then = mem_zero(size, sizeof *b->then);
	for (size_t k = 0; k < size; k++) {
		if (!node_number(node_at(list, k), &number) || !(number >= 0 && number < 1e15))
			return error_usage(err, "is not a model of cdp-churn: 'scored' has not a number for each bin of its features");
		b->then[k] = (uint64_t)number;
	}
	return 0;
}

static int read_learned(struct churn_backtest *b, const struct node *n, struct error *err)
{
	double days = 0;
	struct span currency;

	if (learned_get(&b->learned, n, err))
		return -1;
	if (!node_number(node_get(n, "horizon_days"), &days) || !node_text(node_get(n, "currency"), &currency) ||
	    currency.len >= sizeof b->test.currency || !is_of_buyers(&b->learned))
		return error_usage(err, "is not a model of cdp-churn: its learned model is of something else");
	memcpy(b->test.currency, currency.ptr, currency.len);
	b->test.features = b->learned.encoding.count;
	if (read_scored(b, node_get(n, "scored"), err))
		return -1;
	b->has_learned = days == b->horizon_days;
	if (!b->has_learned)
		tool_warn(b->tool, "the learned model is for %.6g days, not for %u: no scores of it", days, b->horizon_days);
	return 0;
}

void churn_backtest_load(struct churn_backtest *b, const char *path)
{
	struct document *d = document_load(path, &b->tool->err);
	const struct node *n = d ? node_get(document_root(d), "learned") : NULL;

	if (!d)
		tool_fail(b->tool);
	if (n && read_learned(b, n, &b->tool->err)) {
		error_place(&b->tool->err, path, 0, 0);
		tool_fail(b->tool);
	}
	document_free(d);
}

/* What of the scored is not as it was when the model was fitted. */
static void warn_of_drift(const struct churn_backtest *b)
{
	const struct encoding *e = &b->learned.encoding;
	uint64_t *now = sum_features(b), rows = 0;
	struct buf text = BUF_INIT;

	for (size_t k = 0; e->count && k < encoding_share_count(&e->columns[0]); k++)
		rows += now[k];
	for (size_t i = 0; i < e->count && rows >= EVALUATION_CLASS_LEAST; i++) {
		double drift = encoding_drift_between(e, i, b->then, now);

		if (drift > ENCODING_DRIFT_WARN)
			buf_printf(&text, "%s%.*s (%.2f)", text.len ? ", " : "", SPAN_ARG(e->columns[i].name), drift);
	}
	if (text.len)
		tool_warn(b->tool, "customers are not as they were when the model was fitted: population stability index over %.2f of %s; its chances may be off: fit it anew, or look at --backtest",
			  ENCODING_DRIFT_WARN, buf_text(&text));
	mem_free(now);
	buf_release(&text);
}

void churn_backtest_finish(struct churn_backtest *b)
{
	uint64_t odd = 0;

	if (b->then && b->has_learned)
		warn_of_drift(b);

	for (unsigned i = 0; b->readers && i < b->tool->jobs; i++) {
		odd += b->odd[i];
		mem_free(b->scored[i]);
		buyer_reader_release(&b->readers[i]);
	}
	if (odd)
		tool_warn(b->tool, "%llu customers have amounts that are unknown or not in %s: the learned model takes the mean for them",
			  (unsigned long long)odd, *b->test.currency ? b->test.currency : "money without a currency");
	if (b->ran)
		churn_test_report_stats(&b->report);
	mem_free(b->readers);
	mem_free(b->scored);
	mem_free(b->then);
	mem_free(b->odd);
	mem_free(b->subscribers);
	mem_free(b->later);
	learned_release(&b->learned);
	backtest_release(&b->test);
}

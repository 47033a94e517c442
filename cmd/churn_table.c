/* cdp-churn table - a learned model of any table with a label.  Manual: cdp-churn(1), cdp-models(7). */
#include "cmd/churn_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cmd/table_reading.h"
#include "cmd/tool.h"
#include "stats/uplift.h"
#include "text/delimited.h"
#include "understand/churn/model_calibration.h"
#include "understand/churn/model_numbers.h"
#include "understand/churn/score.h"
#include "understand/predict/evaluation.h"
#include "understand/predict/labelled.h"
#include "understand/predict/learned.h"
#include "understand/predict/reasons.h"
#include "understand/predict/trees.h"

#define FORMAT 1
#define LEAK_AUC 0.95		/* of one column alone */
#define LEAK_ROWS 50000		/* up to which columns are looked at alone unasked */
#define FOLD_LEAST 10		/* of either class, so that each fold can learn from some */

static struct table_reading reading;
static struct labelled data;
static const char *model_path, *save_path, *uplift_path;
static const char *kind_text, *bands;	/* NULL: not asked for */
static bool leak_check, force;

static const char *const kind_choices[] = {"auto", "logit", "trees", NULL};

static const struct opt opts[] = {
	{OPT_GROUP, 0, NULL, NULL, "To learn", NULL, NULL, false},
	{OPT_STRING, 0, "label", "COLUMN", "who churned (1, yes) and who did not; COLUMN=VALUE for other words", &data.label, NULL, false},
	{OPT_STRING, 0, "id", "COLUMN", "the column that names the rows, which tells nothing", &data.id, NULL, false},
	{OPT_STRING, 0, "leave-out", "COLUMNS", "columns that are not to be learned from: 'a,b'", &data.leave_out, NULL, false},
	{OPT_STRING, 0, "treatment", "COLUMN", "who had an offer: print whom it kept (uplift)", &data.treatment, NULL, false},
	{OPT_OUTPUT, 0, "uplift", "FILE", "with --treatment: write the rows with how much likelier the offer makes each to stay", &uplift_path, NULL, false},
	{OPT_CHOICE, 0, "model-kind", "KIND", "the model (default: auto, the better one)", &kind_text, kind_choices, false},
	{OPT_FLAG, 0, "leak-check", NULL, "print how well each column alone tells who churned", &leak_check, NULL, false},
	{OPT_FLAG, 0, "force", NULL, "save a model that tells no more than the share of all", &force, NULL, false},
	{OPT_OUTPUT, 0, "save-model", "FILE", "write the model to FILE as JSON", &save_path, NULL, false},
	{OPT_GROUP, 0, NULL, NULL, "To score", NULL, NULL, false},
	{OPT_INPUT, 'm', "model", "FILE", "write the rows with p_churn, risk and reason by the model in FILE", &model_path, NULL, false},
	{OPT_STRING, 0, "bands", "P,P", "p_churn from which the risk is medium and high (default: " SCORE_BANDS ")", &bands, NULL, false},
	{OPT_GROUP, 0, NULL, NULL, "The table", NULL, NULL, false},
	TABLE_READING_OPTIONS(reading),
	{.kind = OPT_END},
};

static void say_notes(struct tool *t)
{
	for (size_t i = 0; i < data.count; i++)
		table_reading_say(t, &reading, data.columns[i]);
	tool_say_lines(t, buf_view(&data.notes));
	if (data.unlabelled)
		tool_say(t, "%zu rows left out: no %s", data.unlabelled, data.treatment ? "label or treatment" : "label");
}

/*
 * Chances of each row by a model of the rows of other folds, row number modulo EVALUATION_FOLDS; WHICH is 2 for all
 * rows, else those of one treatment.  -1 with an error.
 */
static int predict_folds(enum learned_kind kind, int which, double *p, struct error *err)
{
	double *raw = mem_zero(data.row_count * data.count + 1, sizeof *raw);
	unsigned char *y = mem_zero(data.row_count + 1, 1);
	int bad = 0;

	for (size_t fold = 0; fold < EVALUATION_FOLDS && !bad; fold++) {
		struct learned m = {0};
		size_t n = 0;

		for (size_t i = 0; i < data.row_count; i++) {
			if (data.rows[i] % EVALUATION_FOLDS == fold || (which < 2 && data.treated[i] != which))
				continue;
			memcpy(raw + n * data.count, data.raw + i * data.count, data.count * sizeof *raw);
			y[n++] = data.y[i];
		}
		labelled_encoding(&data, &reading.frame, &m.encoding);
		bad = learned_fit(&m, kind, raw, y, n, err);
		for (size_t i = 0; i < data.row_count && !bad; i++)
			if (data.rows[i] % EVALUATION_FOLDS == fold)
				learned_predict(&m, data.raw + i * data.count, 1, &p[i]);
		learned_release(&m);
	}
	mem_free(raw);
	mem_free(y);
	return bad ? -1 : 0;
}

/* The mean of the folds' AUC: what packages print. */
static double mean_auc(const double *p)
{
	double *some = mem_zero(data.row_count + 1, sizeof *some), sum = 0;
	unsigned char *y = mem_zero(data.row_count + 1, 1);

	for (size_t fold = 0; fold < EVALUATION_FOLDS; fold++) {
		struct quality q;
		size_t n = 0;

		for (size_t i = 0; i < data.row_count; i++)
			if (data.rows[i] % EVALUATION_FOLDS == fold) {
				some[n] = p[i];
				y[n++] = data.y[i];
			}
		quality_measure(&(struct quality_rows){n, some, y}, &q);
		sum += q.auc / EVALUATION_FOLDS;
	}
	mem_free(some);
	mem_free(y);
	return sum;
}

static bool is_wanted(enum learned_kind kind)
{
	return kind_text && strcmp(kind_text, "auto") ? !strcmp(kind_text, learned_kind_names[kind]) :
	       kind != LEARNED_TREES || trees_available();
}

/* Each model in folds, calibrated. */
static void evaluate(struct tool *t, struct evaluation *e)
{
	double *p = mem_zero(data.row_count + 1, sizeof *p);
	size_t churned = 0;

	for (size_t i = 0; i < data.row_count; i++)
		churned += data.y[i];
	if (churned < FOLD_LEAST || data.row_count - churned < FOLD_LEAST)
		tool_usage(t, "%zu churned and %zu did not: nothing can be learned from so few", churned, data.row_count - churned);
	evaluation_init(e, data.y, NULL, data.row_count, NULL, NULL);
	for (enum learned_kind kind = 0; kind < LEARNED_KINDS; kind++) {
		if (!is_wanted(kind))
			continue;
		if (predict_folds(kind, 2, p, &t->err))
			tool_fail(t);
		evaluation_add(e, learned_kind_names[kind], p, true);
	}
	mem_free(p);
}

static void print_evaluation(struct tool *t, const struct evaluation *e, size_t chosen)
{
	struct buf text = BUF_INIT;

	buf_printf(&text, "%zu rows, of which %.1f %% churned (%.*s: %.*s); %zu columns; each row by a model of the other four fifths (row number modulo %d)\n\n",
		   e->count, 100 * (double)e->churned / (double)e->count,
		   SPAN_ARG(frame_column(&reading.frame, data.label_column)->name), SPAN_ARG(data.positive), data.count,
		   EVALUATION_FOLDS);
	evaluation_put_models(e, &text);
	for (size_t i = 0; i < e->model_count; i++)
		buf_printf(&text, "\n%s: mean AUC of the folds %.6f%s", e->models[i].name, mean_auc(e->models[i].raw),
			   i == chosen && e->model_count > 1 ? ", chosen" : "");
	buf_lit(&text, "\n\n");
	evaluation_put_bins(e, chosen, t->blocks, &text);
	buf_char(&text, '\n');
	evaluation_put_gains(e, chosen, t->blocks, &text);
	tool_write(t, buf_view(&text));
	buf_release(&text);
}

/* May the model be used?  Says what stands against it. */
static bool is_believed(struct tool *t, const struct evaluation *e, size_t chosen)
{
	if (!evaluation_enough(e))
		tool_warn(t, "%llu churned and %llu did not: %d of each are needed to tell how good a model is%s",
			  (unsigned long long)e->churned, (unsigned long long)(e->count - e->churned), EVALUATION_CLASS_LEAST,
			  save_path && !force ? "; no model is saved (--force saves it all the same)" : "");
	else if (!evaluation_is_better(e, chosen))
		tool_warn(t, "the model is no better than giving everybody the share of all%s",
			  save_path && !force ? ": none is saved (--force saves it all the same)" : "");
	else
		return true;
	return force;
}

/* Which columns alone tell too much: perhaps they were filled in afterwards. */
static void check_leaks(struct tool *t, bool print)
{
	struct buf text = BUF_INIT;

	buf_lit(&text, "\nEach column alone, by the logit in folds\n     AUC  column\n");
	for (size_t k = 0; k < data.count; k++) {
		struct labelled all = data;
		double *p = mem_zero(data.row_count + 1, sizeof *p), *raw = mem_zero(data.row_count + 1, sizeof *raw), auc;
		struct span name = frame_column(&reading.frame, data.columns[k])->name;

		for (size_t i = 0; i < data.row_count; i++)
			raw[i] = all.raw[i * all.count + k];
		data.raw = raw;
		data.columns = &all.columns[k];
		data.count = 1;
		auc = predict_folds(LEARNED_LOGIT, 2, p, NULL) ? 0.5 : mean_auc(p);
		data = all;
		buf_printf(&text, "  %.4f  %.*s\n", auc, SPAN_ARG(name));
		if (auc >= LEAK_AUC)
			tool_warn(t, "column '%.*s' alone tells who churned (AUC %.3f): was it known before? --leave-out '%.*s' leaves it out",
				  SPAN_ARG(name), auc, SPAN_ARG(name));
		mem_free(p);
		mem_free(raw);
	}
	if (print)
		tool_write(t, buf_view(&text));
	buf_release(&text);
}

/* The rows as they are, with what the offer adds to the chance to stay; by models that did not learn from them. */
static void write_uplift(struct tool *t, const double *uplift)
{
	struct output *out = tool_output(t, uplift_path, OUTPUT_PLAIN, OUTPUT_ASIDE);
	struct frame *f = &reading.frame;
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < f->column_count; i++) {
		delimited_put(&text, f->columns[i].name, false);
		buf_char(&text, ',');
	}
	buf_lit(&text, "uplift\n");
	for (size_t i = 0; i < data.row_count; i++) {
		for (size_t k = 0; k < f->column_count; k++) {
			delimited_put(&text, frame_cell(f, data.rows[i], k), false);
			buf_char(&text, ',');
		}
		buf_printf(&text, "%.6g\n", uplift[i]);
	}
	if (output_write(out, buf_view(&text), &t->err))
		tool_fail(t);
	buf_release(&text);
}

/* Two models, of those who had the offer and of those who had not, in folds: who stayed because of it. */
static void print_uplift(struct tool *t)
{
	double *with = mem_zero(data.row_count + 1, sizeof *with), *without = mem_zero(data.row_count + 1, sizeof *without);
	unsigned char *stayed = mem_zero(data.row_count + 1, 1);
	struct uplift_rows rows = {data.row_count, without, data.treated, stayed};
	double *qini = mem_zero(data.row_count + 1, sizeof *qini), *gain = mem_zero(data.row_count + 1, sizeof *gain);
	struct uplift_curves c;
	struct buf text = BUF_INIT;

	if (predict_folds(LEARNED_LOGIT, 1, with, &t->err) || predict_folds(LEARNED_LOGIT, 0, without, &t->err))
		tool_fail(t);
	for (size_t i = 0; i < data.row_count; i++) {
		without[i] -= with[i];
		stayed[i] = !data.y[i];
	}
	uplift_measure(&rows, &c, qini, gain);
	if (uplift_path)
		write_uplift(t, without);
	buf_printf(&text, "\nUplift of the offer, by two logits in folds: %llu had it, %llu had not; it kept %.4f of those who had it\n",
		   (unsigned long long)c.treated, (unsigned long long)c.controls, c.effect);
	buf_lit(&text, "  of the rows that it would keep most    kept (Qini)    kept if all had it\n");
	for (size_t tenth = 1; tenth <= 10; tenth++)
		buf_printf(&text, "  %5zu %%                                 %11.1f    %11.1f\n", tenth * 10,
			   qini[tenth * data.row_count / 10], gain[tenth * data.row_count / 10]);
	buf_printf(&text, "  area of the Qini curve %.6g, of a random order %.6g, end %.6g; area of the gain curve %.6g, end %.6g\n",
		   c.qini_area, c.qini_end / 2, c.qini_end, c.gain_area, c.gain_end);
	if (c.qini_area <= c.qini_end / 2)
		buf_lit(&text, "  no better than a random order: the offer works alike on all, or not at all\n");
	tool_write(t, buf_view(&text));
	buf_release(&text);
	mem_free(with);
	mem_free(without);
	mem_free(stayed);
	mem_free(qini);
	mem_free(gain);
}

static void put_measures(const struct evaluation *e, struct node *root)
{
	struct node *means = node_add_object(root, "mean_auc_of_folds");

	for (size_t i = 0; i < e->model_count; i++)
		node_add_number(means, e->models[i].name, mean_auc(e->models[i].raw), MODEL_DIGITS);
	evaluation_put(e, root, "test");
}

static void save(struct tool *t, const struct learned *m, const struct evaluation *e)
{
	struct output *out = tool_output(t, save_path, OUTPUT_PLAIN, OUTPUT_STATE);
	struct document *d = document_new();
	struct node *root = document_root(d);
	struct buf text = BUF_INIT;

	node_add_integer(root, "format", FORMAT);
	node_add_text(root, "made_by", SPAN("cdp-churn table " CDP_VERSION));
	node_add_text(root, "label", frame_column(&reading.frame, data.label_column)->name);
	node_add_text(root, "churned", data.positive);
	node_add_integer(root, "rows", (long long)data.row_count);
	put_measures(e, root);
	learned_put(m, root);
	document_put(d, &text);
	if (output_write(out, buf_view(&text), &t->err))
		tool_fail(t);
	document_free(d);
	buf_release(&text);
}

static void give_stats(struct tool *t, const struct evaluation *e, size_t chosen)
{
	struct document *d = document_new();
	struct buf text = BUF_INIT;

	put_measures(e, document_root(d));
	node_add_text(document_root(d), "chosen", span_of(e->models[chosen].name));
	document_put(d, &text);
	tool_stat_value(t, "model", span_trim(buf_view(&text)));
	document_free(d);
	buf_release(&text);
}

static void learn(struct tool *t)
{
	struct evaluation e;
	struct learned m = {0};
	struct calibration *c;
	size_t chosen;

	if (labelled_make(&data, &reading.frame, &t->err))
		tool_fail(t);
	say_notes(t);
	evaluate(t, &e);
	chosen = evaluation_choose(&e);
	print_evaluation(t, &e, chosen);
	if (leak_check || data.row_count <= LEAK_ROWS)
		check_leaks(t, leak_check);
	if (data.treatment)
		print_uplift(t);
	give_stats(t, &e, chosen);
	if (is_believed(t, &e, chosen) && save_path) {
		labelled_encoding(&data, &reading.frame, &m.encoding);
		if (learned_fit(&m, strcmp(e.models[chosen].name, "trees") ? LEARNED_LOGIT : LEARNED_TREES, data.raw, data.y,
				data.row_count, &t->err))
			tool_fail(t);
		c = &e.models[chosen].calibration;
		calibration_round(c);
		m.calibration = *c;
		save(t, &m, &e);
		m.calibration = CALIBRATION_INIT;
	}
	learned_release(&m);
	evaluation_release(&e);
	labelled_release(&data);
}

static void load(struct tool *t, struct learned *m)
{
	struct document *d = document_load(model_path, &t->err);
	double format = 0;

	if (!d)
		tool_fail(t);
	if (!node_number(node_get(document_root(d), "format"), &format) || format != FORMAT)
		error_usage(&t->err, "is no model of cdp-churn table (format %d)", FORMAT);
	else if (!learned_get(m, document_root(d), &t->err))
		format = -FORMAT;
	document_free(d);
	if (format != -FORMAT) {
		error_place(&t->err, model_path, 0, 0);
		tool_fail(t);
	}
}

/* What is not as it was when the model learned. */
static void warn_of_drift(struct tool *t, const struct learned *m, const double *raw, const size_t *unknown)
{
	size_t rows = reading.frame.row_count;

	for (size_t i = 0; i < m->encoding.count; i++) {
		double drift = encoding_drift(&m->encoding, i, raw, rows);
		size_t missing = encoding_new_missing(&m->encoding, i, raw, rows);

		if (missing)
			tool_warn(t, "column '%.*s': %zu row%s no value, and the model never saw a row without one: chances may be off",
				  SPAN_ARG(m->encoding.columns[i].name), missing, missing == 1 ? " has" : "s have");
		if (unknown[i])
			tool_warn(t, "column '%.*s': %zu row%s a value that the model never saw: it counts as none of its values",
				  SPAN_ARG(m->encoding.columns[i].name), unknown[i], unknown[i] == 1 ? " has" : "s have");
		if (drift > ENCODING_DRIFT_WARN && rows >= EVALUATION_CLASS_LEAST)
			tool_warn(t, "column '%.*s' is not distributed as when the model learned (population stability index %.2f, over %.2f): chances may be off",
				  SPAN_ARG(m->encoding.columns[i].name), drift, ENCODING_DRIFT_WARN);
	}
}

/* "Contract Month-to-month (+0.62), tenure 2 (+0.55)" */
static void put_reason(const struct learned *m, const double *raw, double *adds, struct buf *out)
{
	size_t list[REASONS_MAX], count;

	learned_explain(m, raw, adds);
	count = reasons_find(adds, m->encoding.count, list);
	for (size_t i = 0; i < count; i++) {
		const struct encoding_column *c = &m->encoding.columns[list[i]];
		double value = raw[list[i]];

		buf_printf(out, "%s%.*s ", i ? ", " : "", SPAN_ARG(c->name));
		if (isnan(value))
			buf_lit(out, "missing");
		else if (c->kind == ENCODING_NUMBER)
			buf_printf(out, "%.6g", value);
		else if (value >= 0)
			buf_span(out, c->levels[(size_t)value]);
		else
			buf_lit(out, "of another kind");
		buf_printf(out, " (%+.2f)", adds[list[i]]);
	}
}

static void put_header(struct tool *t)
{
	static const char *const added[] = {"p_churn", "risk", "reason"};
	struct buf line = BUF_INIT;

	for (size_t i = 0; i < reading.frame.column_count; i++) {
		struct span name = reading.frame.columns[i].name;

		for (size_t k = 0; k < 3; k++)
			if (span_equal(name, span_of(added[k])))
				tool_usage(t, "the table has a column '%s' already: rename it", added[k]);
		delimited_put(&line, name, false);
		buf_char(&line, ',');
	}
	buf_lit(&line, "p_churn,risk,reason\n");
	tool_write(t, buf_view(&line));
	buf_release(&line);
}

static void score(struct tool *t, const struct scoring *s)
{
	struct learned m = {0};
	struct frame *f = &reading.frame;
	uint64_t risks[RISKS] = {0};
	struct buf line = BUF_INIT, reason = BUF_INIT;
	double *raw, *p, *adds;
	size_t *unknown;

	load(t, &m);
	unknown = mem_zero(m.encoding.count + 1, sizeof *unknown);
	adds = mem_zero(m.encoding.count + 1, sizeof *adds);
	p = mem_zero(f->row_count + 1, sizeof *p);
	raw = labelled_fill(f, &m.encoding, unknown, &t->err);
	if (!raw)
		tool_fail(t);
	put_header(t);
	learned_predict(&m, raw, f->row_count, p);
	for (size_t row = 0; row < f->row_count; row++) {
		double chance = calibration_chance(&m.calibration, p[row]);
		enum risk risk = score_risk(s, chance);

		buf_clear(&line);
		buf_clear(&reason);
		for (size_t i = 0; i < f->column_count; i++) {
			delimited_put(&line, frame_cell(f, row, i), false);
			buf_char(&line, ',');
		}
		buf_printf(&line, "%.6g,%s,", chance, risk_names[risk]);
		put_reason(&m, raw + row * m.encoding.count, adds, &reason);
		delimited_put(&line, buf_view(&reason), false);
		buf_char(&line, '\n');
		tool_write(t, buf_view(&line));
		risks[risk]++;
	}
	warn_of_drift(t, &m, raw, unknown);
	tool_say(t, "%zu rows scored by the %s: risk high %llu, medium %llu, low %llu", f->row_count, learned_kind_names[m.kind],
		 (unsigned long long)risks[RISK_HIGH], (unsigned long long)risks[RISK_MEDIUM], (unsigned long long)risks[RISK_LOW]);
	learned_release(&m);
	mem_free(unknown);
	mem_free(adds);
	mem_free(raw);
	mem_free(p);
	buf_release(&line);
	buf_release(&reason);
}

static void check_asked(struct tool *t, struct scoring *s)
{
	if (!data.label == !model_path)
		tool_usage(t, data.label ? "--label learns and --model scores: leave one of them out" :
			   "what is to be done? --label COLUMN learns from a table, --model FILE scores one");
	if (model_path && (save_path || leak_check || data.treatment || data.leave_out || data.id || force || kind_text))
		tool_usage(t, "--%s goes with --label", save_path ? "save-model" : leak_check ? "leak-check" :
			   data.treatment ? "treatment" : data.leave_out ? "leave-out" : data.id ? "id" :
			   force ? "force" : "model-kind");
	if (uplift_path && !data.treatment)
		tool_usage(t, "--uplift goes with --treatment");
	if (kind_text && !strcmp(kind_text, "trees") && !trees_available())
		tool_usage(t, "--model-kind trees: this program was built without XGBoost; install libxgboost-dev and build again, or take the logit");
	if (score_read_bands(s, bands ? bands : SCORE_BANDS, &t->err))
		tool_fail(t);
	if (!model_path && bands)
		tool_usage(t, "--bands goes with --model");
}

int churn_table(int argc, char **argv)
{
	struct tool tool = {
		.name = "cdp-churn",
		.part = "table",
		.synopsis = "--label COLUMN | --model FILE [OPTION]... [TABLE]...",
		.summary = "Learn from any table who churns, and score the rows of another.",
		.opts = opts,
		.examples = {
			{"How well can it be told who leaves?  Keep the model, though the table is small",
			 "cdp-churn table --label left --id contract --force --save-model model.json contracts.csv"},
			{"Append chance, risk and reason to the rows of a table",
			 "cdp-churn table --model model.json contracts.csv > scored.csv"},
			{NULL, NULL},
		},
		.defer_output = true,
		.expects = "a table in CSV",
	};
	struct scoring scoring = {.model = NULL};

	tool_start(&tool, argc, argv);
	check_asked(&tool, &scoring);
	tool_open_output(&tool);
	table_reading_read(&tool, &reading);
	if (model_path)
		score(&tool, &scoring);
	else
		learn(&tool);
	table_reading_release(&reading);
	return tool_finish(&tool, NULL);
}

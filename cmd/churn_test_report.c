#include "cmd/churn_test_report.h"

#include "record/document.h"

/* "logit (AUC 0.840, log loss 0.298)" */
static void put_model(const struct evaluated *m, struct buf *out)
{
	buf_printf(out, "%s (AUC %.3f, log loss %.3f)", m->name, m->quality.auc, m->quality.log_loss);
}

static double churned_percent(const struct evaluation *e)
{
	return 100 * (double)e->churned / (double)e->count;
}

static const char *describe_calibration(const struct churn_test_report *c, const struct evaluated *m)
{
	if (m->calibration.kind == CALIBRATION_ISOTONIC)
		return "calibrated by the back-test (isotonic)";
	if (m->calibration.kind == CALIBRATION_PLATT)
		return "calibrated by the back-test (Platt)";
	return c->no_calibration ? "not calibrated" : "as the model has it: no calibration is better";
}

void churn_test_report_choice(const struct churn_test_report *c)
{
	const struct evaluation *e = c->evaluation;
	const struct evaluated *m = &e->models[c->chosen];
	struct buf text = BUF_INIT;

	tool_say(c->tool, "back-test: of %zu %s %u day%s before the end of the data %.1f %% %s", e->count, c->who,
		 c->horizon_days, c->horizon_days == 1 ? "" : "s", churned_percent(e), c->lost);
	put_model(m, &text);
	buf_printf(&text, ", 95 %% intervals %.3f-%.3f and %.3f-%.3f", m->auc.low, m->auc.high, m->log_loss.low,
		   m->log_loss.high);
	tool_say(c->tool, "chosen: %s", buf_text(&text));
	buf_clear(&text);
	for (size_t i = 0; i < e->model_count; i++)
		if (i != c->chosen) {
			put_model(&e->models[i], &text);
			buf_lit(&text, ", ");
		}
	tool_say(c->tool, "beside it: %s%s alone (AUC %.3f), the base rate (log loss %.3f)", buf_text(&text), c->ranking,
		 e->baseline.auc, e->base.log_loss);
	tool_say(c->tool, "p_churn is the chance of %s within %u day%s, %s", c->chance, c->horizon_days,
		 c->horizon_days == 1 ? "" : "s", describe_calibration(c, m));
	buf_release(&text);
}

void churn_test_report_print(const struct churn_test_report *c)
{
	const struct evaluation *e = c->evaluation;
	struct buf text = BUF_INIT;

	buf_printf(&text, "Back-test: %zu %s %u day%s before the end of the data; %.1f %% %s\n\n", e->count, c->who,
		   c->horizon_days, c->horizon_days == 1 ? "" : "s", churned_percent(e), c->lost);
	evaluation_put_models(e, &text);
	buf_printf(&text, "\n%s: %s%s\n\n", c->compare ? "Recommended" : "Chosen", e->models[c->chosen].name,
		   evaluation_is_better(e, c->chosen) ? "" : ", though it is no better than the baselines");
	evaluation_put_bins(e, c->chosen, c->tool->blocks, &text);
	buf_char(&text, '\n');
	evaluation_put_gains(e, c->chosen, c->tool->blocks, &text);
	tool_write(c->tool, buf_view(&text));
	buf_release(&text);
}

bool churn_test_report_is_believed(const struct churn_test_report *c, const char *instead)
{
	const struct evaluated *m = &c->evaluation->models[c->chosen];
	struct buf text = BUF_INIT;

	if (evaluation_is_better(c->evaluation, c->chosen))
		return true;
	if (m->loss_above_base.high < 0)
		buf_printf(&text, "%s alone", c->ranking);
	else
		buf_lit(&text, "giving everybody the base rate");
	tool_warn(c->tool, "in the back-test %s is no better than %s: %s%s", m->name, buf_text(&text),
		  c->force ? "its scores tell little" : instead, c->force ? "" : " (--force gives them all the same)");
	buf_release(&text);
	return c->force;
}

void churn_test_report_stats(const struct churn_test_report *c)
{
	struct document *d;
	struct buf text = BUF_INIT;

	if (!tool_has_stats(c->tool))
		return;
	d = document_new();
	evaluation_put(c->evaluation, document_root(d), "test");
	node_add_text(document_root(d), "chosen", span_of(c->evaluation->models[c->chosen].name));
	document_put(d, &text);
	tool_stat_value(c->tool, "back_test", span_trim(buf_view(&text)));
	document_free(d);
	buf_release(&text);
}

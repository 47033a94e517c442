#include <stdlib.h>

#include "base/mem.h"
#include "stats/quality.h"
#include "time/moment.h"
#include "understand/report/value.h"
#include "understand/report/words.h"

#define CHANCES_LEAST 20	/* customers: fewer say nothing about chances */

/* ---- Money at risk. ---- */

static int band_rank(struct span band)
{
	static const struct span names[] = {SPAN("high"), SPAN("medium"), SPAN("low")};

	for (int i = 0; i < 3; i++)
		if (span_equal(band, names[i]))
			return i;
	return 3;
}

/* By model, then the bands from the worst, then the currency. */
static int compare_bands(const void *a, const void *b)
{
	struct span p = (*(const struct tally_row *const *)a)->key, q = (*(const struct tally_row *const *)b)->key;
	struct span models[2] = {span_cut(&p, '\0'), span_cut(&q, '\0')}, currencies[2] = {span_cut(&p, '\0'), span_cut(&q, '\0')};
	int order = span_compare(models[0], models[1]);

	if (!order)
		order = span_compare(currencies[0], currencies[1]);
	if (!order)
		order = band_rank(p) - band_rank(q);
	return order ? order : span_compare(p, q);
}

static struct cell sum_cell(const struct tally *t, struct span key)
{
	size_t i = map_find(&t->keys, key);

	return i == MAP_NONE ? CELL_EMPTY : cell_number(t->rows[i].money);
}

static void put_band(const struct value_part *all, const struct tally_row *of, struct sheet *sheet, struct section *s)
{
	struct cell *row = section_row(s);
	struct span rest = of->key, model = span_cut(&rest, '\0'), currency = span_cut(&rest, '\0');
	bool worth = map_find(&all->band_expected.keys, of->key) != MAP_NONE;

	row[0] = cell_text(arena_copy(&sheet->texts, model));
	row[1] = cell_text(rest.len ? arena_copy(&sheet->texts, rest) : SPAN("(none named)"));
	if (worth)
		row[2] = cell_text(currency.len ? arena_copy(&sheet->texts, currency) : SPAN("unknown currency"));
	row[3] = cell_count(of->counts[0]);
	row[4] = cell_share(decimal_double(of->money), (double)of->counts[0]);
	row[5] = sum_cell(&all->band_expected, of->key);
	row[6] = sum_cell(&all->band_at_risk, of->key);
}

void value_fill_risk(const struct value_part *all, struct sheet *sheet)
{
	static const struct column columns[] = {
		{"model", "Model", NULL, -1}, {"risk", "Risk", NULL, -1}, {"currency", "Currency", NULL, -1}, {"customers", "Customers", NULL, -1},
		{"mean_p_churn", "Mean chance to churn", NULL, -1}, {"expected_value", "Expected", NULL, 2}, {"value_at_risk", "At risk", NULL, 2},
	};
	struct section *s = sheet_add(sheet, "money_at_risk", "Money at risk", columns, 7);
	size_t count = tally_size(&all->bands);
	const struct tally_row **rows = mem_zero(count + 1, sizeof *rows);

	s->label_columns = 3;
	s->chart = CHART_BARS;
	s->chart_label = 1;
	s->chart_value = 6;
	s->note = "Within the horizon; at risk: value_at_risk of the scores, else p_churn times the expected value";
	s->empty = "no customer has a score: cdp-churn writes them";
	for (size_t i = 0; i < count; i++)
		rows[i] = &all->bands.rows[i];
	qsort(rows, count, sizeof *rows, compare_bands);
	for (size_t i = 0; i < count; i++)
		put_band(all, rows[i], sheet, s);
	mem_free(rows);
}

/* ---- Did the chances come true? ---- */

static int compare_chances(const void *a, const void *b)
{
	const struct value_chance *p = a, *q = b;

	if (p->p != q->p)
		return p->p < q->p ? -1 : 1;
	return p->churned - q->churned;
}

/* Why it cannot be said; NULL: it can. */
static const char *find_reason(const struct value_part *all, const struct zone *zone, struct sheet *sheet)
{
	int64_t until = all->as_of + (int64_t)all->horizon_days * DAY_MS;
	struct buf end = BUF_INIT, newest = BUF_INIT;
	const char *why;

	if (!tally_size(&all->models))
		return "no customer has a score: cdp-churn writes them";
	if (!all->chance_count)
		return "no score of a purchase model stands beside its customer's events: cdp-churn --backtest tests other models";
	if (all->newest >= until)
		return NULL;
	words_put_day(&end, until, zone);
	words_put_day(&newest, all->newest == MOMENT_NONE ? all->as_of : all->newest, zone);
	why = sheet_text(sheet, "the outcomes are not known: the horizon of %llu days ends on %s, the events on %s; give cdp-merge an earlier "
			 "--as-of, score that, and what came later is the outcome",
			 (unsigned long long)all->horizon_days, buf_text(&end), buf_text(&newest));
	buf_release(&end);
	buf_release(&newest);
	return why;
}

static struct section *add_bins(struct sheet *sheet)
{
	static const struct column columns[] = {
		{"model", "Model", NULL, -1}, {"from", "Chance from", NULL, -1}, {"to", "to", NULL, -1}, {"customers", "Customers", NULL, -1},
		{"predicted", "Predicted", NULL, -1}, {"churned", "Churned", NULL, -1}, {"low", "Likely from", NULL, -1}, {"high", "likely to", NULL, -1},
		{"gain", "Gain", NULL, -1}, {"lift", "Lift", NULL, 2},
	};
	struct section *s = sheet_add(sheet, "calibration", "Chances to churn and what happened", columns, 10);

	s->label_columns = 3;
	s->note = "Tenths of the customers by their chance, the highest first; churned: no order within the horizon behind as_of, with its 95 % interval "
		  "(Wilson); gain: the share of all who churned that these and those above have; lift: that by the share of customers";
	return s;
}

static struct section *add_measures(struct sheet *sheet)
{
	static const struct column columns[] = {
		{"model", "Model", NULL, -1}, {"customers", "Customers", NULL, -1}, {"predicted", "Predicted", NULL, -1}, {"churned", "Churned", NULL, -1},
		{"auc", "AUC", NULL, -1}, {"brier", "Brier score", NULL, -1}, {"reliability", "of it miscalibrated", NULL, -1}, {"log_loss", "Log loss", NULL, -1},
	};
	struct section *s = sheet_add(sheet, "chances", "How good the chances were", columns, 8);

	s->note = "AUC: how often who churned had the higher chance, 0.5 is guessing; Brier score: mean square of the error, 0 is best";
	return s;
}

static void put_measures(struct section *s, struct cell model, const struct quality_rows *rows, const struct quality_bin *bins, size_t count)
{
	struct cell *row = section_row(s);
	struct quality q;

	quality_measure(rows, &q);
	row[0] = model;
	row[1] = cell_count(q.count);
	row[2] = cell_share(q.mean_p, 1);
	row[3] = cell_share((double)q.positives, (double)q.count);
	if (q.ranked)
		row[4] = cell_real(q.auc);
	row[5] = cell_real(q.brier);
	row[6] = cell_real(quality_parts(bins, count).reliability);
	row[7] = cell_real(q.log_loss);
}

/* The highest chances first. */
static void put_bins(struct section *s, struct cell model, const struct quality_bin *bins, size_t count, uint64_t customers, uint64_t positives)
{
	uint64_t met = 0, caught = 0;

	while (count--) {
		const struct quality_bin *bin = &bins[count];
		struct quality_interval sure = quality_share(bin->positives, bin->count);
		struct cell *row = section_row(s);

		met += bin->count;
		caught += bin->positives;
		row[0] = model;
		row[1] = cell_share(bin->from, 1);
		row[2] = cell_share(bin->to, 1);
		row[3] = cell_count(bin->count);
		row[4] = cell_share(bin->mean_p, 1);
		row[5] = cell_share((double)bin->positives, (double)bin->count);
		row[6] = cell_share(sure.low, 1);
		row[7] = cell_share(sure.high, 1);
		row[8] = cell_share((double)caught, (double)positives);
		if (positives)
			row[9] = cell_real((double)caught / (double)positives * (double)customers / (double)met);
	}
}

/* Those of MODEL, in the order of their chance; nothing where they are too few. */
static void put_model(const struct value_part *all, size_t model, size_t at_measures, size_t at_bins, struct sheet *sheet)
{
	struct quality_bin bins[QUALITY_BINS];
	double *p = mem_zero(all->chance_count, sizeof *p);
	unsigned char *y = mem_zero(all->chance_count, 1);
	struct quality_rows rows = {0, p, y};
	uint64_t positives = 0;

	for (size_t i = 0; i < all->chance_count; i++) {
		if (all->chances[i].model != model)
			continue;
		p[rows.count] = all->chances[i].p;
		positives += y[rows.count++] = all->chances[i].churned;
	}
	if (rows.count >= CHANCES_LEAST) {
		struct cell name = cell_text(arena_copy(&sheet->texts, all->models.rows[model].key));
		size_t count = quality_bins(&rows, bins);

		put_measures(&sheet->sections[at_measures], name, &rows, bins, count);
		put_bins(&sheet->sections[at_bins], name, bins, count, rows.count, positives);
	}
	mem_free(p);
	mem_free(y);
}

static int compare_models(const void *a, const void *b, void *context)
{
	const struct value_part *all = context;

	return span_compare(all->models.rows[*(const size_t *)a].key, all->models.rows[*(const size_t *)b].key);
}

void value_fill_calibration(const struct value_part *all, const struct zone *zone, struct sheet *sheet)
{
	const char *why = find_reason(all, zone, sheet);
	size_t count = tally_size(&all->models), *order = mem_zero(count + 1, sizeof *order);
	size_t measures = 0, bins;

	if (!why) {
		add_measures(sheet);
		measures = sheet->count - 1;
		sheet->sections[measures].empty = sheet_text(sheet, "fewer than %d customers were scored", CHANCES_LEAST);
	}
	add_bins(sheet)->empty = why ? why : sheet->sections[measures].empty;
	bins = sheet->count - 1;
	for (size_t i = 0; i < count; i++)
		order[i] = i;
	qsort_r(order, count, sizeof *order, compare_models, (void *)all);
	if (all->chance_count)
		qsort(all->chances, all->chance_count, sizeof *all->chances, compare_chances);
	for (size_t i = 0; i < count && !why; i++)
		put_model(all, order[i], measures, bins, sheet);
	mem_free(order);
}

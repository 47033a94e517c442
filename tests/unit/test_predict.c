/* Learned models: what is known at a cutoff, encoding, trees and their explanation, files, the choice. */
#include "support.h"

#include <math.h>

#include "base/mem.h"
#include "stats/random.h"
#include "time/moment.h"
#include "understand/predict/backtest.h"
#include "understand/predict/reasons.h"
#include "understand/predict/trees.h"

#define ORDER(time, id, money) "{\"type\":\"track\",\"time\":\"" time "T09:00:00.000Z\",\"source\":\"shop\"," \
	"\"event\":\"Order Completed\",\"props\":{\"order_id\":\"" id "\",\"revenue\":" money ",\"currency\":\"EUR\"}}"
#define REFUND(time, id) "{\"type\":\"track\",\"time\":\"" time "T09:00:00.000Z\",\"source\":\"shop\"," \
	"\"event\":\"Order Refunded\",\"props\":{\"order_id\":\"" id "\",\"currency\":\"EUR\"}}"
#define PROFILE(events) "{\"type\":\"profile\",\"id\":\"a\",\"as_of\":\"2024-12-31T23:59:59.999Z\",\"events\":[" events "]}"

static struct zone *zone;

static int load_zone(void **state)
{
	(void)state;
	zone = zone_load("UTC", NULL);
	return zone ? 0 : -1;
}

static int free_zone(void **state)
{
	(void)state;
	zone_free(zone);
	return 0;
}

static bool read_buyers(const char *line, uint32_t horizon, struct buyer *out)
{
	struct buyer_reader reader = {0};
	struct cutoffs cutoffs;
	struct profile p;
	struct error err = ERROR_INIT;
	bool known;

	assert_int_equal(profile_parse(&p, span_of(line), &err), 0);
	cutoffs_make(&cutoffs, p.as_of, zone, horizon, 2);
	assert_int_equal(buyer_read(&reader, &p, zone, &cutoffs, out, &known, &err), 0);
	buyer_reader_release(&reader);
	return known;
}

static void assert_same_features(const struct buyer *a, const struct buyer *b)
{
	for (size_t i = 0; i < BUYER_FEATURES; i++)
		assert_close(a->features[i], b->features[i], 0);
}

/* What comes behind the cutoff changes the label and nothing that is known. */
static void nothing_leaks(void **state)
{
	static const char *const later[] = {
		PROFILE(ORDER("2024-09-01", "1", "10") "," ORDER("2024-11-21", "2", "7") "," ORDER("2024-11-22", "3", "5")),
		PROFILE(ORDER("2024-09-01", "1", "10") "," ORDER("2024-11-21", "2", "7") "," REFUND("2024-12-01", "2")),
		PROFILE(ORDER("2024-09-01", "1", "10") "," ORDER("2024-11-21", "2", "7") "," ORDER("2024-12-05", "3", "5") ","
			REFUND("2024-12-06", "3")),
	};
	struct buyer then[2], now[2];

	(void)state;
	assert_true(read_buyers(PROFILE(ORDER("2024-09-01", "1", "10") "," ORDER("2024-11-21", "2", "7")), 40, then));
	assert_true(then[0].known && !then[0].bought);
	assert_int_equal(then[0].repeats, 1);
	assert_int_equal(then[0].age, 81);
	assert_close(then[0].features[BUYER_TOTAL], log1p(17), 1e-15);
	assert_close(then[0].features[BUYER_SPENT_30], log1p(7), 1e-15);
	for (size_t i = 0; i < COUNT_OF(later); i++) {
		read_buyers(later[i], 40, now);
		assert_same_features(&now[0], &then[0]);
		assert_same_features(&now[1], &then[1]);
		assert_true(now[0].bought == (i == 0));
	}
}

/* The day of the cutoff is known; the label begins with the next, and ends with the last day. */
static void the_day_of_the_cutoff_is_known(void **state)
{
	struct buyer b[2];

	(void)state;
	read_buyers(PROFILE(ORDER("2024-12-21", "1", "10")), 10, b);
	assert_true(b[0].known && !b[0].bought && b[0].age == 0);
	assert_true(!b[1].known && b[1].bought);
	read_buyers(PROFILE(ORDER("2024-12-11", "1", "10") "," ORDER("2024-12-22", "2", "10")), 10, b);
	assert_true(b[0].known && b[0].bought && b[1].known && !b[1].bought);
	read_buyers(PROFILE(ORDER("2024-12-11", "1", "10") "," ORDER("2024-12-31", "2", "10")), 10, b);
	assert_true(b[0].bought);
	assert_false(read_buyers("{\"type\":\"profile\",\"id\":\"a\",\"as_of\":\"2024-12-31T23:59:59.999Z\"}", 10, b));
}

/* Which customers are kept does not depend on their order. */
static void panels_do_not_depend_on_order(void **state)
{
	struct panel p = {.max = 100}, q = {.max = 100};
	struct panel_row rows[500] = {{0}};
	uint64_t seed = 9;

	(void)state;
	for (size_t i = 0; i < 500; i++) {
		rows[i].key = random_next(&seed);
		rows[i].cutoff = (uint32_t)(i % 3);
		panel_add(&p, &rows[i]);
	}
	for (size_t i = 500; i-- > 0;)
		panel_add(&q, &rows[i]);
	panel_sort(&p);
	panel_sort(&q);
	assert_true(p.count == q.count && p.count <= 100 && p.count > 25);
	for (size_t i = 0; i < p.count; i++)
		assert_int_equal(p.rows[i].key, q.rows[i].key);
	panel_release(&p);
	panel_release(&q);
}

enum { ROWS = 600, COLUMNS = 3, LEVELS = 3 };

static double raw[ROWS * COLUMNS];
static unsigned char y[ROWS];

/* A number that is missing now and then, a category, and a number without meaning. */
static void draw(void)
{
	uint64_t seed = 4;

	for (size_t i = 0; i < ROWS; i++) {
		double *row = raw + i * COLUMNS, level = (double)random_below(&seed, LEVELS);

		row[0] = i % 10 ? 100 * random_unit(&seed) : NAN;
		row[1] = i % 15 ? level : NAN;
		row[2] = random_unit(&seed);
		y[i] = random_unit(&seed) < logit_chance((isnan(row[0]) ? 1 : row[0] / 25 - 2) + level - 1);
	}
}

static void set_columns(struct learned *m)
{
	const struct span levels[] = {SPAN("blue"), SPAN("gr\"en"), SPAN("red")};

	*m = (struct learned){0};
	encoding_init(&m->encoding, COLUMNS);
	encoding_set(&m->encoding, 0, SPAN("amount"), NULL, 0);
	encoding_set(&m->encoding, 1, SPAN("colour"), levels, LEVELS);
	encoding_set(&m->encoding, 2, SPAN("noise"), NULL, 0);
}

static void encodes(void **state)
{
	const double unknown[] = {NAN, ENCODING_UNKNOWN, 1e9};
	struct learned m;
	double x[16];

	(void)state;
	draw();
	set_columns(&m);
	encoding_learn(&m.encoding, raw, ROWS);
	assert_int_equal(m.encoding.width, 2 + 4 + 1);
	encoding_fill(&m.encoding, raw, 1, true, x);
	assert_true(x[0] == 0 && x[1] == 1 && x[5] == 1 && x[2] + x[3] + x[4] == 0);
	encoding_fill(&m.encoding, unknown, 1, false, x);
	assert_true(isnan(x[0]) && x[1] == 1 && x[2] + x[3] + x[4] + x[5] == 0);
	assert_close(encoding_level(&m.encoding.columns[1], SPAN("red")), 2, 0);
	assert_close(encoding_level(&m.encoding.columns[1], SPAN("pink")), ENCODING_UNKNOWN, 0);
	for (size_t i = 0; i < COLUMNS; i++) {
		assert_close(encoding_drift(&m.encoding, i, raw, ROWS), 0, 1e-12);
		assert_true(encoding_drift(&m.encoding, i, unknown, 1) > ENCODING_DRIFT_WARN);
		assert_close(encoding_drift(&m.encoding, i, raw, 0), 0, 0);
	}
	learned_release(&m);
}

/* From the file a model scores to the last bit as before; what explains a row adds up. */
static void files_score_alike(void **state)
{
	struct error err = ERROR_INIT;
	double p[ROWS], q[ROWS], adds[COLUMNS], again[COLUMNS];

	(void)state;
	draw();
	for (enum learned_kind kind = 0; kind < (trees_available() ? LEARNED_KINDS : 1); kind++) {
		struct document *d = document_new(), *read;
		struct buf text = BUF_INIT;
		struct learned m, n = {0};
		double mean = 0;

		set_columns(&m);
		assert_int_equal(learned_fit(&m, kind, raw, y, ROWS, &err), 0);
		learned_predict(&m, raw, ROWS, p);
		m.calibration = (struct calibration){.kind = CALIBRATION_PLATT, .a = -1.5, .b = 0.25, .least = 0.001};
		learned_put(&m, document_root(d));
		document_put(d, &text);
		read = document_parse(buf_view(&text), "model", &err);
		assert_non_null(read);
		assert_int_equal(learned_get(&n, document_root(read), &err), 0);
		learned_predict(&n, raw, ROWS, q);
		for (size_t i = 0; i < ROWS; i++) {
			assert_close(p[i], q[i], 0);
			mean += p[i] / ROWS;
		}
		assert_true(n.calibration.kind == CALIBRATION_PLATT && n.calibration.a == -1.5);
		learned_explain(&m, raw + 3, adds);
		learned_explain(&n, raw + 3, again);
		for (size_t i = 0; i < COLUMNS; i++)
			assert_close(adds[i], again[i], 0);
		/* What is not explained is one number for all rows. */
		mean = logit_of_chance(p[1]) - adds[0] - adds[1] - adds[2];
		for (size_t i = 0; i < ROWS; i += 50) {
			learned_explain(&m, raw + i * COLUMNS, adds);
			assert_close(logit_of_chance(p[i]) - adds[0] - adds[1] - adds[2], mean, 1e-6);
		}
		learned_release(&m);
		learned_release(&n);
		document_free(read);
		document_free(d);
		buf_release(&text);
	}
}

/* Two trees by hand over three features, the second asking one of them twice. */
static void plant(struct boosted *b)
{
	*b = BOOSTED_INIT;
	boosted_tree(b);
	boosted_add(b, (struct boosted_node){0, 1, 2, true, 5, 100});
	boosted_add(b, (struct boosted_node){1, 3, 4, false, 2, 60});
	boosted_add(b, (struct boosted_node){-1, 0, 0, false, -1, 40});
	boosted_add(b, (struct boosted_node){-1, 0, 0, false, 2, 20});
	boosted_add(b, (struct boosted_node){-1, 0, 0, false, 0.5, 40});
	boosted_tree(b);
	boosted_add(b, (struct boosted_node){2, 1, 2, false, 0, 100});
	boosted_add(b, (struct boosted_node){2, 3, 4, false, -3, 30});
	boosted_add(b, (struct boosted_node){0, 5, 6, true, 7, 70});
	boosted_add(b, (struct boosted_node){-1, 0, 0, false, 3, 10});
	boosted_add(b, (struct boosted_node){-1, 0, 0, false, 1, 20});
	boosted_add(b, (struct boosted_node){-1, 0, 0, false, -2, 35});
	boosted_add(b, (struct boosted_node){-1, 0, 0, false, 4, 35});
}

/* The mean over the ways of a row of which only the features in KNOWN are known. */
static double expect(const struct boosted *b, size_t node, const double *x, unsigned known)
{
	const struct boosted_node *n = &b->nodes[node], *left = &b->nodes[n->left], *right = &b->nodes[n->right];

	if (n->feature < 0)
		return n->value;
	if (known >> n->feature & 1)
		return expect(b, (size_t)((isnan(x[n->feature]) ? n->missing_left : x[n->feature] < n->value) ? n->left : n->right), x, known);
	return (left->cover * expect(b, (size_t)n->left, x, known) + right->cover * expect(b, (size_t)n->right, x, known)) / n->cover;
}

/* Shapley's values by their definition. */
static void explains_trees(void **state)
{
	static const double weights[] = {2, 1, 2};	/* |S|! (2 - |S|)!, over 3! */
	struct boosted b;
	uint64_t seed = 8;

	(void)state;
	plant(&b);
	assert_true(boosted_check(&b, 3));
	assert_false(boosted_check(&b, 2));
	for (int turn = 0; turn < 200; turn++) {
		double x[3], adds[3] = {0}, expected, sum;

		for (size_t i = 0; i < 3; i++)
			x[i] = random_below(&seed, 5) ? 16 * random_unit(&seed) - 5 : NAN;
		expected = boosted_explain(&b, x, adds);
		sum = expected + adds[0] + adds[1] + adds[2];
		assert_close(sum, boosted_odds(&b, x), 1e-12);
		for (unsigned f = 0; f < 3; f++) {
			double value = 0;

			for (unsigned known = 0; known < 8; known++)
				for (size_t t = 0; t < 2 && !(known >> f & 1); t++)
					value += weights[__builtin_popcount(known)] / 6 *
						 (expect(&b, b.roots[t], x, known | 1U << f) - expect(&b, b.roots[t], x, known));
			assert_close(adds[f], value, 1e-12);
		}
	}
	boosted_release(&b);
}

/* The last of a chain of 13 questions, to which a short way leads, too: too deep, though the short way is looked at last. */
static void too_deep_trees_are_refused(void **state)
{
	struct boosted b = BOOSTED_INIT;

	(void)state;
	boosted_tree(&b);
	boosted_add(&b, (struct boosted_node){0, 1, 12, false, 0, 10});
	for (int32_t i = 1; i < 12; i++)
		boosted_add(&b, (struct boosted_node){0, i == 11 ? 13 : i + 1, 14, false, 0, 10});
	boosted_add(&b, (struct boosted_node){0, 13, 14, false, 0, 10});
	boosted_add(&b, (struct boosted_node){0, 14, 15, false, 0, 10});
	boosted_add(&b, (struct boosted_node){-1, 0, 0, false, 1, 10});
	boosted_add(&b, (struct boosted_node){-1, 0, 0, false, 2, 10});
	assert_false(boosted_check(&b, 1));
	boosted_release(&b);
}

/* Files that are none: each is refused, with a word why. */
static void broken_files_are_refused(void **state)
{
	static const char *const files[] = {
		"{}", "{\"model\":\"oracle\"}", "{\"model\":\"logit\"}", "{\"model\":\"logit\",\"features\":[{}]}",
		"{\"model\":\"logit\",\"features\":[{\"name\":\"a\",\"kind\":\"number\",\"missing\":false}]}",
		"{\"model\":\"logit\",\"features\":[{\"name\":\"a\",\"kind\":\"number\",\"missing\":false,\"mean\":1,\"deviation\":1,"
		"\"edges\":[],\"shares\":[1,0]}]}",
		"{\"model\":\"logit\",\"features\":[{\"name\":\"a\",\"kind\":\"number\",\"missing\":false,\"mean\":1,\"deviation\":1,"
		"\"edges\":[],\"shares\":[1,0,0]}],\"coefficients\":{\"intercept\":1,\"of_features\":[1,2]}}",
		"{\"model\":\"trees\",\"features\":[{\"name\":\"a\",\"kind\":\"number\",\"missing\":false,\"mean\":1,\"deviation\":1,"
		"\"edges\":[],\"shares\":[1,0,0]}],\"trees\":[[[0,1,0,1,true,5],[1,2]]]}",
		"{\"model\":\"trees\",\"features\":[{\"name\":\"a\",\"kind\":\"number\",\"missing\":false,\"mean\":1,\"deviation\":1,"
		"\"edges\":[],\"shares\":[1,0,0]}],\"trees\":[[[1,1,1,2,true,5],[1,2],[1,2]]]}",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		struct error err = ERROR_INIT;
		struct document *d = document_parse(span_of(files[i]), "model", &err);
		struct learned m = {0};

		assert_non_null(d);
		assert_int_equal(learned_get(&m, document_root(d), &err), -1);
		assert_true(err.kind == ERROR_USAGE && *err.message);
		learned_release(&m);
		document_free(d);
	}
}

static void finds_reasons(void **state)
{
	const double adds[] = {0.04, -0.5, 0.2, NAN, 1.5, -0.3};
	size_t found[REASONS_MAX];

	(void)state;
	assert_int_equal(reasons_find(adds, 6, found), 3);
	assert_true(found[0] == 4 && found[1] == 1 && found[2] == 5);
	assert_int_equal(reasons_find(adds, 1, found), 0);
}

/* A model that knows the chances is chosen before one that sees half, and noise is not believed. */
static void evaluates(void **state)
{
	double good[ROWS], half[ROWS], none[ROWS], wrong[ROWS], rank[ROWS];
	struct evaluation e;
	uint64_t seed = 2;

	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		double known = 4 * random_unit(&seed) - 2, hidden = 4 * random_unit(&seed) - 2;

		good[i] = logit_chance(known + hidden);
		half[i] = logit_chance(known);
		none[i] = 0.4 + 0.2 * random_unit(&seed);
		wrong[i] = logit_chance(3 * (known + hidden) + 1);
		rank[i] = known;
		y[i] = random_unit(&seed) < good[i];
	}
	evaluation_init(&e, y, NULL, ROWS, rank, "known");
	assert_true(evaluation_enough(&e));
	evaluation_add(&e, "none", none, true);
	evaluation_add(&e, "half", half, true);
	evaluation_add(&e, "good", good, true);
	evaluation_add(&e, "wrong", wrong, true);
	assert_int_equal(evaluation_choose(&e), 2);
	assert_false(evaluation_is_better(&e, 0));
	assert_true(evaluation_is_better(&e, 1));
	assert_true(evaluation_is_better(&e, 2));
	/* A calibration mends what is too sure of itself. */
	assert_int_equal(e.models[3].calibration.kind, CALIBRATION_PLATT);
	assert_close(e.models[3].quality.log_loss, e.models[2].quality.log_loss, 0.01);
	assert_true(e.models[3].raw_quality.log_loss > e.models[3].quality.log_loss + 0.05);
	assert_true(evaluation_bands_rise(&e, 2, 0.3, 0.7));
	evaluation_release(&e);
	memset(y, 0, sizeof y);
	evaluation_init(&e, y, NULL, ROWS, NULL, NULL);
	assert_false(evaluation_enough(&e));
	evaluation_add(&e, "one class", good, true);
	assert_int_equal(e.models[0].calibration.kind, CALIBRATION_NONE);
	assert_true(isfinite(e.models[0].auc.low) && isfinite(e.models[0].log_loss.high));
	evaluation_release(&e);
}

/* Those called high were lost less often than those called medium: the bands are drawn anew, where they rise. */
static void redraws_bands(void **state)
{
	static const double said[] = {0.3, 0.6, 0.9}, happened[] = {0.2, 0.8, 0.5};
	double p[ROWS], medium = 0.5, high = 0.8;
	struct backtest b = {.count = ROWS, .churned = mem_zero(ROWS, 1)};
	uint64_t seed = 6;

	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		p[i] = said[i % 3] + 0.01 * random_unit(&seed);
		b.churned[i] = random_unit(&seed) < happened[i % 3];
	}
	evaluation_init(&b.evaluation, b.churned, NULL, ROWS, NULL, NULL);
	evaluation_add(&b.evaluation, "odd", p, false);
	assert_false(evaluation_bands_rise(&b.evaluation, 0, medium, high));
	assert_true(backtest_redraw(&b, 0, &medium, &high));
	assert_true(evaluation_bands_rise(&b.evaluation, 0, medium, high));
	assert_true(medium > 0.6 && medium <= high);
	assert_false(backtest_redraw(&b, 0, &medium, &high));
	backtest_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_leaks),
		cmocka_unit_test(the_day_of_the_cutoff_is_known),
		cmocka_unit_test(panels_do_not_depend_on_order),
		cmocka_unit_test(encodes),
		cmocka_unit_test(files_score_alike),
		cmocka_unit_test(explains_trees),
		cmocka_unit_test(too_deep_trees_are_refused),
		cmocka_unit_test(broken_files_are_refused),
		cmocka_unit_test(finds_reasons),
		cmocka_unit_test(evaluates),
		cmocka_unit_test(redraws_bands),
	};

	return cmocka_run_group_tests(tests, load_zone, free_zone);
}

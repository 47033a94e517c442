/* Models as files, scores and their words, horizons. */
#include "tests/unit/scratch.h"

#include <math.h>

#include "time/moment.h"
#include "understand/churn/bgnbd_fit.h"
#include "understand/churn/duration.h"
#include "understand/churn/model.h"
#include "understand/churn/model_file.h"
#include "understand/churn/score.h"

static void horizons_are_days(void **state)
{
	static const struct {
		const char *text;
		uint32_t days;
	} table[] = {
		{"90d", 90}, {"13w", 91}, {"1mo", 30}, {"6mo", 183}, {"1y", 365},
		{"2y", 731}, {"36500d", 36500},
	};
	uint32_t days;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(table); i++) {
		assert_int_equal(horizon_days(table[i].text, &days, NULL), 0);
		assert_int_equal(days, table[i].days);
	}
}

static void refuses_other_horizons(void **state)
{
	static const char *const bad[] = {"", "d", "90", "3m", "-1d", "1.5y", "90 d", "ninety"};
	struct error err = ERROR_INIT;
	uint32_t days;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_int_equal(horizon_days(bad[i], &days, &err), -1);
	assert_error(&err, "bad horizon 'ninety': write 90d, 13w, 6mo or 1y");
	assert_int_equal(err.kind, ERROR_USAGE);
	assert_int_equal(horizon_days("0d", &days, &err), -1);
	assert_error(&err, "horizon '0d' must be from 1 day to 100 years");
	assert_int_equal(horizon_days("101y", &days, &err), -1);
	assert_error(&err, "horizon '101y' must be from 1 day to 100 years");
}

static struct history history(int x, int last, int age)
{
	return (struct history){
		.state = HISTORY_KNOWN, .repeats = x, .last = last, .age = age,
		.spend_known = x > 0, .spend = 20 + x, .currency = "EUR",
	};
}

static void reasons_read_like_sentences(void **state)
{
	static const struct {
		int x, last, age;
		const char *reason;
	} table[] = {
		{10, 90, 151, "bought every 9 days, silent for 61"},
		{1, 30, 31, "bought every 30 days, silent for 1"},
		{12, 12, 12, "bought every day, last today"},
		{2, 213, 272, "bought every 107 days, silent for 59"},
		{0, 0, 272, "bought once, 272 days ago"},
		{0, 0, 1, "bought once, 1 day ago"},
		{0, 0, 0, "bought once, last today"},
	};
	struct buf out = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(table); i++) {
		const struct history h = history(table[i].x, table[i].last, table[i].age);

		buf_clear(&out);
		score_put_reason(&h, &out);
		assert_span(buf_view(&out), table[i].reason);
	}
	buf_release(&out);
}

/* A population small enough to read: some come back, some do not. */
static void fill(struct sample *s)
{
	for (int i = 0; i < 60; i++) {
		int x = i % 4 * (i % 3), age = 140 + i % 7 * 10;
		struct history h = history(x, x ? 10 * x + i % 5 : 0, age);

		/* Between customers a factor, within one more the fewer the days. */
		h.spend = x ? (8 + i * 7 % 40) * exp((i * 13 % 31 - 15) / 15.0 / sqrt(x)) : 0;
		sample_add(s, &h);
	}
}

static struct model fitted(void)
{
	struct sample s = SAMPLE_INIT;
	struct model m;
	struct error err = ERROR_INIT;

	fill(&s);
	if (model_fit(&m, purchase_models[0], &s, UNIT_WEEK, &err))
		fail_msg("%s", err.message);
	m.as_of = moment_days(2024, 3, 31) * DAY_MS;
	snprintf(m.zone, sizeof m.zone, "UTC");
	sample_release(&s);
	return m;
}

static const struct bgnbd *bgnbd_of(const struct model *m)
{
	return &((const struct bgnbd_fit *)m->purchases)->model;
}

static struct scoring scoring_of(const struct model *m)
{
	return (struct scoring){m, {0}, 90, 0.5, 0.8, 0};
}

static void scores_hang_together(void **state)
{
	struct model m = fitted();
	const struct scoring s = scoring_of(&m);
	const struct history h = history(3, 60, 90);
	struct score score;

	(void)state;
	assert_true(model_has_spend(&m));
	score_make(&s, &h, &score);
	assert_true(score.value_known);
	assert_close(score.expected_value,
		     score.expected_purchases * score.expected_order_value, 1e-12);
	assert_close(score.value_at_risk,
		     score.p_churn * score.expected_value / score.p_alive, 1e-9);
	assert_close(score.p_churn,
		     bgnbd_p_none(bgnbd_of(&m), 3, 60 / 7.0, 90 / 7.0, 90 / 7.0), 0);
	model_release(&m);
}

static void bands_include_their_edge(void **state)
{
	struct model m = fitted();
	struct scoring s = scoring_of(&m);
	const struct history h = history(3, 60, 90);
	struct score score;

	(void)state;
	score_make(&s, &h, &score);
	s.medium_from = s.high_from = score.p_churn;
	score_make(&s, &h, &score);
	assert_int_equal(score.risk, RISK_HIGH);
	s.high_from = nextafter(score.p_churn, 1);
	score_make(&s, &h, &score);
	assert_int_equal(score.risk, RISK_MEDIUM);
	s.medium_from = s.high_from;
	score_make(&s, &h, &score);
	assert_int_equal(score.risk, RISK_LOW);
	model_release(&m);
}

static bool has_value(const struct model *m, struct history h)
{
	const struct scoring s = scoring_of(m);
	struct score score;

	score_make(&s, &h, &score);
	return score.value_known;
}

static void value_needs_money_that_compares(void **state)
{
	struct model m = fitted();
	struct history h = history(3, 60, 90), other = h, unknown = h;
	struct history once = history(0, 0, 30), negative = h;

	(void)state;
	snprintf(other.currency, sizeof other.currency, "USD");
	unknown.spend_known = false;
	negative.spend = -1;
	assert_true(has_value(&m, h));
	assert_true(has_value(&m, once));
	assert_false(has_value(&m, other));
	assert_false(has_value(&m, unknown));
	assert_false(has_value(&m, negative));
	snprintf(m.spends[0].why, sizeof m.spends[0].why, "none");
	assert_false(has_value(&m, h));
	model_release(&m);
}

static void writes_a_score(void **state)
{
	static struct bgnbd_fit fit = {
		.model = {0.242594513, 4.413601899, 0.792922123, 2.425907224, false, false, 1},
	};
	static struct spend_model spend = {
		.currency = "EUR", .fit.model = {6.249573091, 3.744224455, 15.443518006},
	};
	static const struct model m = {
		.unit = UNIT_WEEK, .kind = &bgnbd_purchase_model, .purchases = &fit,
		.spends = &spend, .spend_count = 1,
	};
	const struct scoring s = {&m, {0}, 273, 0.3, 0.5, 0};
	struct history h = history(2, 213, 272);
	struct score score;
	struct buf out = BUF_INIT;

	(void)state;
	h.spend = (29.73 + 14.96) / 2;
	score_make(&s, &h, &score);
	score_put(&s, &h, &score, &out);
	assert_span(buf_view(&out), "{\"p_churn\":0.445372,\"p_alive\":0.72662,"
		"\"expected_purchases\":1.22599,\"expected_order_value\":24.6539,"
		"\"expected_value\":30.2256,\"value_at_risk\":18.5264,\"currency\":\"EUR\","
		"\"risk\":\"medium\",\"horizon_days\":273,"
		"\"reason\":\"bought every 107 days, silent for 59\"}");
	buf_release(&out);
}

/* What a rule or a report reads must fit its exact numbers. */
static void writes_no_number_that_rules_cannot_read(void **state)
{
	static struct bgnbd_fit fit = {.model = {900, 1, 0, 0, true, false, 1}};
	static const struct model m = {
		.unit = UNIT_DAY, .kind = &bgnbd_purchase_model, .purchases = &fit,
	};
	const struct scoring s = {&m, {0}, 365, 0.5, 0.8, 0};
	const struct history h = history(300, 300, 300);
	struct score score;
	struct buf out = BUF_INIT;

	(void)state;
	score_make(&s, &h, &score);
	assert_true(score.p_churn < 1e-12);
	score_put(&s, &h, &score, &out);
	assert_true(span_starts(buf_view(&out), SPAN("{\"p_churn\":0,")));
	buf_release(&out);
}

static void assert_scores_alike(const struct scoring *s, const struct scoring *t,
				const struct history *h)
{
	struct score one, other;

	score_make(s, h, &one);
	score_make(t, h, &other);
	assert_true(one.p_churn == other.p_churn && one.p_alive == other.p_alive);
	assert_true(one.expected_purchases == other.expected_purchases);
	assert_true(one.value_known && other.value_known);
	assert_true(one.expected_value == other.expected_value);
	assert_true(one.value_at_risk == other.value_at_risk && one.risk == other.risk);
}

static void a_saved_model_scores_alike(void **state)
{
	struct model m = fitted();
	struct model back;
	struct buf text = BUF_INIT;
	struct error err = ERROR_INIT;
	const struct history h = history(3, 60, 90);
	const struct scoring s = scoring_of(&m), t = scoring_of(&back);

	(void)state;
	model_put(&m, NULL, NULL, &text);
	scratch_put("model.json", buf_view(&text));
	if (model_load(&back, scratch_path("model.json"), &err))
		fail_msg("%s", err.message);
	assert_int_equal(back.unit, UNIT_WEEK);
	assert_int_equal(back.as_of, m.as_of);
	assert_string_equal(back.zone, "UTC");
	assert_string_equal(back.spends[0].currency, "EUR");
	assert_scores_alike(&s, &t, &h);
	buf_release(&text);
	model_release(&back);
	model_release(&m);
}

/* A unit is a way of writing alpha: the scores do not see it. */
static void the_unit_changes_no_score(void **state)
{
	struct sample s = SAMPLE_INIT;
	struct model days, weeks = fitted();
	struct error err = ERROR_INIT;
	const struct history h = history(3, 60, 90);
	const struct scoring by_day = scoring_of(&days), by_week = scoring_of(&weeks);
	struct score one, other;

	(void)state;
	fill(&s);
	assert_int_equal(model_fit(&days, purchase_models[0], &s, UNIT_DAY, &err), 0);
	sample_release(&s);
	assert_close(bgnbd_of(&days)->alpha, 7 * bgnbd_of(&weeks)->alpha,
		     1e-4 * bgnbd_of(&days)->alpha);
	score_make(&by_day, &h, &one);
	score_make(&by_week, &h, &other);
	assert_close(one.p_churn, other.p_churn, 1e-5);
	assert_close(one.expected_purchases, other.expected_purchases, 1e-5);
	model_release(&days);
	model_release(&weeks);
}

#define MODEL(model, parameters, spend) \
	"{\"format\":1,\"model\":\"" model "\",\"as_of\":\"2024-03-31T23:59:59.999Z\"," \
	"\"time_zone\":\"UTC\",\"time_unit\":\"week\",\"parameters\":{" parameters "}," \
	"\"spend\":{" spend "}}"

static void refuses_what_is_no_model(void **state)
{
	static const struct {
		const char *text, *message;
	} table[] = {
		{"{}", "is not a model of cdp-churn: it has no number 'format'"},
		{"{\"format\":2}", "is a model of format 2; this program reads format 1"},
		{"{\"format\":1}", "is not a model of cdp-churn: it has no text 'as_of'"},
		{"{\"format\":1,\"as_of\":\"yesterday\"}", "is not a model of cdp-churn: 'as_of' is no time"},
		{"{\"format\":1,\"as_of\":\"2024-03-31T23:59:59.999Z\",\"time_zone\":\"UTC\",\"time_unit\":\"fortnight\"}",
		 "is not a model of cdp-churn: it has no text 'model'"},
		{"{\"format\":1,\"model\":\"nbd\",\"as_of\":\"2024-03-31T23:59:59.999Z\",\"time_zone\":\"UTC\",\"time_unit\":\"fortnight\","
		 "\"parameters\":{\"r\":0.5,\"alpha\":4}}",
		 "has the unknown time_unit 'fortnight': day, week, month or year"},
		{MODEL("pareto", "", ""), "is of the unknown model 'pareto': bgnbd, mbgnbd, pareto_nbd, bgcnbd, mbgcnbd, bgbb or nbd"},
		{MODEL("nbd", "\"r\":0.5", ""), "is not a model of cdp-churn: 'alpha' must be a number above 0"},
		{MODEL("bgnbd", "\"r\":0.5,\"alpha\":-1", ""), "is not a model of cdp-churn: 'alpha' must be a number above 0"},
		{MODEL("nbd", "\"r\":0.5,\"alpha\":4", ""), "is not a model of cdp-churn: it has no text 'model'"},
		{MODEL("nbd", "\"r\":0.5,\"alpha\":4", "\"model\":\"mean\""), "has an unknown spend model: gamma_gamma or none"},
		{MODEL("nbd", "\"r\":0.5,\"alpha\":4",
		       "\"model\":\"gamma_gamma\",\"currency\":\"\",\"parameters\":{\"p\":6,\"q\":0.9,\"gamma\":15}"),
		 "has a spend model with q not above 1: its mean is infinite"},
		{MODEL("nbd", "\"r\":0.5,\"alpha\":4",
		       "\"model\":\"gamma_gamma\",\"currency\":\"PIECES OF EIGHT\",\"parameters\":{\"p\":6,\"q\":2,\"gamma\":15}"),
		 "is not a model of cdp-churn: 'currency' is too long"},
	};
	struct model m;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(table); i++) {
		struct error err = ERROR_INIT;
		const char *path = scratch_put("bad.json", span_of(table[i].text));

		assert_int_equal(model_load(&m, path, &err), -1);
		assert_error(&err, table[i].message);
		assert_int_equal(err.kind, ERROR_USAGE);
		assert_string_equal(err.file, path);
		assert_null(m.purchases);
	}
}

static void accepts_a_model_without_spend(void **state)
{
	struct model m;
	struct error err = ERROR_INIT;

	(void)state;
	scratch_put("nbd.json", SPAN(MODEL("nbd", "\"r\":0.5,\"alpha\":4", "\"model\":\"none\"")));
	assert_int_equal(model_load(&m, scratch_path("nbd.json"), &err), 0);
	assert_true(bgnbd_of(&m)->nbd);
	assert_false(model_has_spend(&m));
	model_release(&m);
}

/* Half of the customers pay in dollars, of half the size: each has a model of his own money. */
static void each_currency_has_its_model(void **state)
{
	struct sample s = SAMPLE_INIT, twice = SAMPLE_INIT;
	struct model m;
	struct error err = ERROR_INIT;
	struct history h = history(3, 60, 90);
	struct score euros, dollars;
	struct scoring by;

	(void)state;
	fill(&s);
	fill(&twice);
	for (size_t i = 0; i < s.spends[0].count; i++) {
		struct history other = history((int)s.spends[0].rows[i].x, 60, 90);

		other.spend = s.spends[0].rows[i].z / 2;
		snprintf(other.currency, sizeof other.currency, "USD");
		sample_add(&twice, &other);
	}
	assert_int_equal(model_fit(&m, purchase_models[0], &twice, UNIT_WEEK, &err), 0);
	assert_int_equal(m.spend_count, 2);
	assert_close(m.spends[1].fit.model.gamma, m.spends[0].fit.model.gamma / 2, 1e-4 * m.spends[0].fit.model.gamma);
	by = scoring_of(&m);
	score_make(&by, &h, &euros);
	snprintf(h.currency, sizeof h.currency, "USD");
	h.spend /= 2;
	score_make(&by, &h, &dollars);
	assert_true(euros.value_known && dollars.value_known);
	assert_close(dollars.expected_value, euros.expected_value / 2, 1e-4 * euros.expected_value);
	h.currency_mixed = true;
	score_make(&by, &h, &dollars);
	assert_false(dollars.value_known || dollars.other_currency);
	model_release(&m);
	sample_release(&twice);
	sample_release(&s);
}

/* Of ten customers known for 90 days seven bought nothing in the last 90; four are younger. */
static void base_rates_are_counted(void **state)
{
	struct sample s = SAMPLE_INIT;
	struct base_rate b;
	struct scoring by = {NULL, {0}, 90, 0.5, 0.8, 0};
	struct score score;
	struct history h;

	(void)state;
	for (int i = 0; i < 14; i++) {
		h = i < 7 ? history(i % 2, i % 2 * 10, 100 + i) :
		    i < 10 ? history(2, 80, 120) : history(0, 0, 30 + i);
		sample_add(&s, &h);
	}
	b = base_rate_count(&s, 90);
	assert_int_equal(b.customers, 10);
	assert_int_equal(b.lost, 7);
	assert_close(b.rate, (0.396778 + 0.892209) / 2, 1e-5);
	assert_close(b.low, 0.396778, 1e-5);
	assert_close(b.high, 0.892209, 1e-5);
	by.base = b;
	score_make(&by, &h, &score);
	assert_close(score.p_churn, b.rate, 0);
	assert_false(score.risk_named || score.modelled || score.value_known);
	assert_int_equal(base_rate_count(&s, 365).customers, 0);
	sample_release(&s);
}

/* Nobody was known for a horizon: whatever the model says, no risk is named. */
static void no_risk_is_named_beyond_what_is_known(void **state)
{
	struct model m = fitted();
	struct scoring s = scoring_of(&m);

	(void)state;
	assert_int_equal(m.longest, 200);
	assert_true(score_names_risk(&s));
	s.horizon_days = 200;
	assert_true(score_names_risk(&s));
	s.horizon_days = 201;
	assert_false(score_names_risk(&s));
	model_release(&m);
}

/* b -> 0: who bought twice is gone, who bought once is not.  That is no order to rank by. */
static void a_model_against_recency_is_noticed(void **state)
{
	static struct bgnbd_fit upside = {.model = {.r = 2, .alpha = 1, .a = 1, .b = 1e-9}};
	const struct model m = {.unit = UNIT_WEEK, .kind = &bgnbd_purchase_model, .purchases = &upside};
	struct sample s = SAMPLE_INIT;
	struct model sane = fitted();

	(void)state;
	for (int i = 0; i < 10; i++) {
		const struct history once = history(0, 0, 20 + i), again = history(1, 20 + i, 21 + i);

		sample_add(&s, &once);
		sample_add(&s, &again);
	}
	assert_false(model_follows_recency(&m, &s, 90));
	assert_true(bgnbd_purchase_model.is_odd(m.purchases));
	sample_release(&s);
	fill(&s);
	assert_true(model_follows_recency(&sane, &s, 90));
	sample_release(&s);
	model_release(&sane);
}

static void says_why_there_is_no_spend_model(void **state)
{
	struct sample s = SAMPLE_INIT;
	struct model m;
	struct error err = ERROR_INIT;
	struct history h;

	(void)state;
	fill(&s);
	assert_int_equal(s.currencies, 1);
	s.spends[0].count = 1;
	assert_int_equal(model_fit(&m, purchase_models[0], &s, UNIT_WEEK, &err), 0);
	assert_false(model_has_spend(&m));
	assert_string_equal(m.spends[0].why, "fewer than two customers with paid repeat purchases: there is no spread of spend to learn from");
	model_release(&m);
	sample_release(&s);
	h = history(0, 0, 9);
	sample_add(&s, &h);
	assert_int_equal(model_fit(&m, purchase_models[0], &s, UNIT_WEEK, &err), -1);
	assert_null(m.purchases);
	assert_error(&err, "no customer has bought on two days: there is no repeat purchase to learn from");
	sample_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(horizons_are_days),
		cmocka_unit_test(refuses_other_horizons),
		cmocka_unit_test(reasons_read_like_sentences),
		cmocka_unit_test(scores_hang_together),
		cmocka_unit_test(bands_include_their_edge),
		cmocka_unit_test(value_needs_money_that_compares),
		cmocka_unit_test(writes_a_score),
		cmocka_unit_test(writes_no_number_that_rules_cannot_read),
		cmocka_unit_test(a_saved_model_scores_alike),
		cmocka_unit_test(the_unit_changes_no_score),
		cmocka_unit_test(refuses_what_is_no_model),
		cmocka_unit_test(accepts_a_model_without_spend),
		cmocka_unit_test(each_currency_has_its_model),
		cmocka_unit_test(base_rates_are_counted),
		cmocka_unit_test(no_risk_is_named_beyond_what_is_known),
		cmocka_unit_test(a_model_against_recency_is_noticed),
		cmocka_unit_test(says_why_there_is_no_spend_model),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}

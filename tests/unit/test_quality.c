/* Measures of predicted chances, by hand and by definition; calibration; curves of uplift. */
#include "support.h"

#include <math.h>

#include "stats/calibrate.h"
#include "stats/quality.h"
#include "stats/random.h"
#include "stats/uplift.h"

enum { N = 400 };

static void measures_by_hand(void **state)
{
	const double p[] = {0.9, 0.4, 0.4, 0.2};
	const unsigned char y[] = {1, 0, 1, 0};
	const struct quality_rows rows = {4, p, y};
	struct quality q;

	(void)state;
	quality_measure(&rows, &q);
	assert_true(q.ranked);
	assert_int_equal(q.positives, 2);
	assert_close(q.auc, 3.5 / 4, 1e-15);
	assert_close(q.average_precision, 0.5 * 1 + 0.5 * 2 / 3, 1e-15);
	assert_close(q.brier, (0.01 + 0.16 + 0.36 + 0.04) / 4, 1e-15);
	assert_close(q.log_loss, -(log(0.9) + log(0.6) + log(0.4) + log(0.8)) / 4, 1e-15);
	assert_close(q.mean_p, 1.9 / 4, 1e-15);
}

static void one_class_and_certainty_are_finite(void **state)
{
	const double p[] = {1, 0, 0.5};
	const unsigned char none[] = {0, 0, 0}, wrong[] = {0, 1, 1};
	struct quality q, each[3];

	(void)state;
	quality_measure(&(struct quality_rows){3, p, none}, &q);
	assert_false(q.ranked);
	assert_close(q.auc, 0.5, 0);
	assert_true(isfinite(q.log_loss));
	quality_measure(&(struct quality_rows){3, p, wrong}, &q);
	assert_close(q.auc, 0, 0);
	assert_true(isfinite(q.log_loss));
	quality_measure(&(struct quality_rows){0, p, none}, &q);
	assert_false(q.ranked);
	assert_close(q.brier, 0, 0);
	quality_resample(&(struct quality_rows){3, p, none}, 1, each, 3);
	assert_false(each[2].ranked);
}

static void draw(double *p, unsigned char *y, unsigned levels)
{
	uint64_t seed = 3;

	for (size_t i = 0; i < N; i++) {
		p[i] = (double)random_below(&seed, levels) / (levels - 1);
		y[i] = random_unit(&seed) < p[i];
	}
}

/* Pair by pair. */
static void auc_by_definition(void **state)
{
	double p[N], above = 0, pairs = 0;
	unsigned char y[N];
	struct quality q;

	(void)state;
	draw(p, y, 12);
	for (size_t i = 0; i < N; i++)
		for (size_t j = 0; j < N; j++) {
			pairs += y[i] && !y[j];
			above += y[i] && !y[j] ? p[i] > p[j] ? 1 : p[i] == p[j] ? 0.5 : 0 : 0;
		}
	quality_measure(&(struct quality_rows){N, p, y}, &q);
	assert_close(q.auc, above / pairs, 1e-12);
}

/* Chances that are right: the interval of AUC holds the measure, and another seed gives nearly the same. */
static void resamples(void **state)
{
	double p[N], values[200];
	unsigned char y[N];
	struct quality q, each[200];
	struct quality_interval first, second;

	(void)state;
	draw(p, y, 100);
	quality_measure(&(struct quality_rows){N, p, y}, &q);
	for (size_t turn = 0; turn < 2; turn++) {
		quality_resample(&(struct quality_rows){N, p, y}, turn, each, 200);
		for (size_t i = 0; i < 200; i++)
			values[i] = each[i].auc;
		*(turn ? &second : &first) = quality_interval(values, 200);
	}
	assert_true(first.low < q.auc && q.auc < first.high);
	assert_close(first.low, second.low, 0.02);
	assert_true(first.high - first.low > 0.03 && first.high - first.low < 0.12);
	assert_int_equal(quality_rounds(10), 200);
	assert_int_equal(quality_rounds(99999), 100);
	assert_int_equal(quality_rounds(10000000), 50);
	assert_close(quality_interval(values, 0).high, 0, 0);
}

static void shares(void **state)
{
	struct quality_interval i = quality_share(8, 10);

	(void)state;
	assert_close(i.low, 0.490162, 1e-6);
	assert_close(i.high, 0.943318, 1e-6);
	assert_close(quality_share(0, 5).low, 0, 0);
	assert_close(quality_share(5, 5).high, 1, 0);
	assert_close(quality_share(0, 0).high, 1, 0);
}

static void bins_hold_every_row_once(void **state)
{
	static const unsigned levels[] = {2, 3, 7, 11, 50, 5000};
	struct quality_bin bins[QUALITY_BINS];
	double p[N];
	unsigned char y[N];

	(void)state;
	for (size_t k = 0; k < COUNT_OF(levels); k++)
		for (size_t n = 1; n <= N; n += n < 40 ? 1 : 60) {
			size_t count, rows = 0;

			draw(p, y, levels[k]);
			count = quality_bins(&(struct quality_rows){n, p, y}, bins);
			assert_true(count >= 1 && count <= QUALITY_BINS);
			for (size_t i = 0; i < count; i++) {
				rows += bins[i].count;
				assert_true(bins[i].from <= bins[i].mean_p + 1e-12 && bins[i].mean_p <= bins[i].to + 1e-12);
				assert_true(!i || bins[i - 1].to < bins[i].from);
			}
			assert_int_equal(rows, n);
		}
}

/* Where a bin holds one chance only, the three parts are all. */
static void parts_add_up(void **state)
{
	struct quality_bin bins[QUALITY_BINS];
	struct quality_parts parts;
	double p[N];
	unsigned char y[N];
	struct quality q;
	size_t count;

	(void)state;
	draw(p, y, 5);
	quality_measure(&(struct quality_rows){N, p, y}, &q);
	count = quality_bins(&(struct quality_rows){N, p, y}, bins);
	parts = quality_parts(bins, count);
	assert_close(parts.reliability - parts.resolution + parts.uncertainty, q.brier, 1e-12);
	parts = quality_parts(bins, 0);
	assert_close(parts.uncertainty, 0, 0);
}

static void gains(void **state)
{
	const double p[] = {0.1, 0.9, 0.9, 0.2, 0.3, 0.5, 0.6, 0.7, 0.8, 0.05};
	const unsigned char y[] = {0, 1, 0, 0, 0, 0, 1, 0, 0, 0}, none[10] = {0};
	struct quality_gain gain = quality_gain(&(struct quality_rows){10, p, y}, 0.1);

	(void)state;
	assert_int_equal(gain.count, 1);
	assert_close(gain.captured, 0.5, 1e-15);
	assert_close(gain.lift, 5, 1e-12);
	assert_close(quality_gain(&(struct quality_rows){10, p, y}, 1).lift, 1, 1e-12);
	assert_close(quality_gain(&(struct quality_rows){10, p, none}, 0.5).lift, 0, 0);
}

static const double scores[] = {-2.1, -1.7, -1.2, -0.9, -0.5, -0.3, 0, 0.2, 0.4, 0.7, 1.1, 1.3, 1.8, 2.2, 2.6};
static const unsigned char labels[] = {0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1};

/* scikit-learn 1.2.1 gives these. */
static void calibrates(void **state)
{
	static const double fitted[] = {0, 0, 0, 1. / 3, 1. / 3, 1. / 3, 0.5, 0.5, 0.5, 0.5, 0.75, 0.75, 0.75, 0.75, 1};
	const double three[] = {5, -4, 1};
	const unsigned char first[] = {1, 0, 0};
	struct error err = ERROR_INIT;
	struct calibration c;

	(void)state;
	assert_int_equal(calibrate_platt(&c, scores, labels, 15, &err), 0);
	assert_close(c.a, -0.5883189, 1e-7);
	assert_close(c.b, 0.2865057, 1e-7);
	assert_int_equal(calibrate_platt(&c, three, first, 3, &err), 0);
	/* Its own test has these, where its search stopped. */
	assert_close(c.a, -0.20261354391187855, 2e-6);
	assert_close(c.b, 0.65236314980010512, 5e-6);
	assert_close(calibration_value(&c, 1e6), 1, 1e-12);
	assert_close(calibrated(&c, 1e6), 1 - 0.5 / 3, 1e-12);
	assert_int_equal(calibrate_isotonic(&c, scores, labels, 15, &err), 0);
	for (size_t i = 0; i < 15; i++)
		assert_close(calibration_value(&c, scores[i]), fitted[i], 1e-12);
	assert_close(calibration_value(&c, 0.1), 0.5, 1e-12);
	assert_close(calibration_value(&c, 1.95), 0.75, 1e-12);
	assert_close(calibration_value(&c, -9), 0, 0);
	assert_close(calibrated(&c, -9), 0.5 / 15, 1e-12);
	assert_close(calibration_value(&c, 9), 1, 0);
	calibration_release(&c);
	assert_close(calibrated(&c, 0.25), 0.25, 0);
}

/* Equal scores are one, whatever their labels' order; one class calibrates nothing. */
static void ties_and_one_class(void **state)
{
	const double equal[] = {1, 1, 1, 1};
	const unsigned char mixed[] = {1, 0, 0, 0}, none[] = {0, 0, 0, 0};
	struct error err = ERROR_INIT;
	struct calibration c;

	(void)state;
	assert_int_equal(calibrate_isotonic(&c, equal, mixed, 4, &err), 0);
	assert_int_equal(c.count, 1);
	assert_close(calibration_value(&c, 0), 0.25, 1e-15);
	assert_close(calibration_value(&c, 1), 0.25, 1e-15);
	calibration_release(&c);
	assert_int_equal(calibrate_platt(&c, equal, mixed, 4, &err), 0);
	assert_true(isfinite(c.a) && isfinite(c.b));
	assert_int_equal(calibrate_isotonic(&c, equal, none, 4, &err), -1);
	assert_int_equal(calibrate_platt(&c, equal, none, 4, &err), -1);
	assert_error(&err, "all rows are of one class: there is nothing to calibrate by");
}

/* Twelve customers, the curves computed by hand. */
static void uplift_curves(void **state)
{
	static const double want_qini[] = {0, 1, 1, 2, 2, 2, 1, 5. / 3, 2, 1.75, 1, 0.6, 1};
	static const double want_gain[] = {0, 0, 2, 3, 8. / 3, 10. / 3, 2, 7 * 5. / 12, 4, 3.15, 2, 1.1, 2};
	const unsigned char treated[] = {1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 1, 0}, y[] = {1, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 0};
	double order[12], qini[13], gain[13];
	struct uplift_rows rows = {12, order, treated, y};
	struct uplift_curves c;

	(void)state;
	for (size_t i = 0; i < 12; i++)
		order[i] = -(double)i;
	uplift_measure(&rows, &c, qini, gain);
	for (size_t k = 0; k <= 12; k++) {
		assert_close(qini[k], want_qini[k], 1e-12);
		assert_close(gain[k], want_gain[k], 1e-12);
	}
	assert_close(c.qini_area, 1.3763889, 1e-7);
	assert_close(c.qini_area - c.qini_end / 2, 0.8763889, 1e-7);
	assert_close(c.gain_area, 2.2638889, 1e-7);
	assert_close(c.effect, 1. / 6, 1e-12);
	rows.treated = y;
	uplift_measure(&(struct uplift_rows){3, order, y + 8, treated}, &c, NULL, NULL);
	assert_true(isfinite(c.qini_area) && isfinite(c.gain_area));
	uplift_measure(&(struct uplift_rows){0, order, y, treated}, &c, NULL, NULL);
	assert_close(c.qini_area, 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(measures_by_hand),
		cmocka_unit_test(one_class_and_certainty_are_finite),
		cmocka_unit_test(auc_by_definition),
		cmocka_unit_test(resamples),
		cmocka_unit_test(shares),
		cmocka_unit_test(bins_hold_every_row_once),
		cmocka_unit_test(parts_add_up),
		cmocka_unit_test(gains),
		cmocka_unit_test(calibrates),
		cmocka_unit_test(ties_and_one_class),
		cmocka_unit_test(uplift_curves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

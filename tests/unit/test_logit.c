/* Logistic regression: against an optimum found by other means, and what has none. */
#include "support.h"

#include <math.h>

#include "stats/logit.h"
#include "stats/random.h"

enum { ROWS = 500, WIDTH = 3 };

static double x[ROWS * WIDTH];
static unsigned char y[ROWS];

static void draw(void)
{
	uint64_t state = 5;

	for (size_t i = 0; i < ROWS; i++) {
		double odds = -0.5;

		for (size_t j = 0; j < WIDTH; j++) {
			x[i * WIDTH + j] = 4 * random_unit(&state) - 2;
			odds += (double)j * x[i * WIDTH + j];
		}
		y[i] = random_unit(&state) < logit_chance(odds);
	}
}

/* The derivative of the objective by each parameter is 0 where it is least. */
static void reaches_the_optimum(void **state)
{
	const struct logit_rows rows = {ROWS, WIDTH, x, y, NULL};
	struct error err = ERROR_INIT;
	double gradient[WIDTH + 1];
	struct logit m;

	(void)state;
	draw();
	assert_int_equal(logit_fit(&m, &rows, 0.5, &err), 0);
	for (size_t j = 0; j < WIDTH; j++)
		gradient[j] = m.coefficients[j] / 0.5;
	gradient[WIDTH] = 0;
	for (size_t i = 0; i < ROWS; i++) {
		double off = logit_chance(logit_odds(&m, x + i * WIDTH)) - y[i];

		for (size_t j = 0; j < WIDTH; j++)
			gradient[j] += off * x[i * WIDTH + j];
		gradient[WIDTH] += off;
	}
	for (size_t j = 0; j <= WIDTH; j++)
		assert_close(gradient[j], 0, 1e-7);
	assert_true(m.passes < 12);
	logit_release(&m);
}

/* A row of weight 2 is two rows. */
static void weights_are_rows(void **state)
{
	double twice[2 * ROWS * WIDTH], weights[ROWS];
	unsigned char labels[2 * ROWS];
	const struct logit_rows rows = {ROWS, WIDTH, x, y, weights};
	struct logit_rows more = {0, WIDTH, twice, labels, NULL};
	struct error err = ERROR_INIT;
	struct logit a, b;

	(void)state;
	draw();
	for (size_t i = 0; i < ROWS; i++) {
		weights[i] = i % 2 ? 2 : 1;
		for (size_t k = 0; k < 1 + i % 2; k++) {
			memcpy(twice + more.count * WIDTH, x + i * WIDTH, WIDTH * sizeof *x);
			labels[more.count++] = y[i];
		}
	}
	assert_int_equal(logit_fit(&a, &rows, 1, &err), 0);
	assert_int_equal(logit_fit(&b, &more, 1, &err), 0);
	for (size_t j = 0; j < WIDTH; j++)
		assert_close(a.coefficients[j], b.coefficients[j], 1e-8);
	assert_close(a.intercept, b.intercept, 1e-8);
	logit_release(&a);
	logit_release(&b);
}

/* A column that is the class itself: the penalty keeps the coefficient, nothing overflows. */
static void separable_stays_finite(void **state)
{
	double one[ROWS];
	const struct logit_rows rows = {ROWS, 1, one, y, NULL};
	struct error err = ERROR_INIT;
	struct logit m;

	(void)state;
	draw();
	for (size_t i = 0; i < ROWS; i++)
		one[i] = y[i] ? 1000 : -1000;
	assert_int_equal(logit_fit(&m, &rows, 1e4, &err), 0);
	assert_true(isfinite(m.coefficients[0]) && m.coefficients[0] > 0);
	assert_true(isfinite(m.intercept));
	logit_release(&m);
}

/* Two equal columns share what one would have; a constant one has nothing. */
static void equal_and_constant_columns(void **state)
{
	double wide[ROWS * 3];
	const struct logit_rows rows = {ROWS, 3, wide, y, NULL};
	struct error err = ERROR_INIT;
	struct logit m;

	(void)state;
	draw();
	for (size_t i = 0; i < ROWS; i++) {
		wide[i * 3] = wide[i * 3 + 1] = x[i * WIDTH + 2];
		wide[i * 3 + 2] = 0;
	}
	assert_int_equal(logit_fit(&m, &rows, 1, &err), 0);
	assert_close(m.coefficients[0], m.coefficients[1], 1e-9);
	assert_close(m.coefficients[2], 0, 0);
	logit_release(&m);
}

static void one_class_is_refused(void **state)
{
	const struct logit_rows rows = {ROWS, WIDTH, x, y, NULL}, none = {0, WIDTH, x, y, NULL},
				wide = {1, LOGIT_WIDTH_MAX + 1, x, y, NULL};
	struct error err = ERROR_INIT;
	struct logit m;

	(void)state;
	memset(y, 1, sizeof y);
	assert_int_equal(logit_fit(&m, &rows, 1, &err), -1);
	assert_error(&err, "all rows are of one class: there is nothing to learn");
	assert_null(m.coefficients);
	assert_int_equal(logit_fit(&m, &none, 1, &err), -1);
	assert_int_equal(logit_fit(&m, &wide, 1, &err), -1);
	assert_error(&err, "4001 columns are too many for a logistic regression: at most 4000");
}

static void scales(void **state)
{
	const double three[] = {1, 7, 2, 7, 6, 7};
	double means[2], deviations[2];

	(void)state;
	logit_scale(three, 3, 2, means, deviations);
	assert_close(means[0], 3, 1e-15);
	assert_close(deviations[0], sqrt(14.0 / 3), 1e-15);
	assert_close(means[1], 7, 1e-15);
	assert_close(deviations[1], 1, 0);
	logit_scale(three, 0, 2, means, deviations);
	assert_close(means[0], 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reaches_the_optimum),
		cmocka_unit_test(weights_are_rows),
		cmocka_unit_test(separable_stays_finite),
		cmocka_unit_test(equal_and_constant_columns),
		cmocka_unit_test(one_class_is_refused),
		cmocka_unit_test(scales),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

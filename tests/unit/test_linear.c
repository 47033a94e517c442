/* Symmetric systems: what is factored solves, is inverted, and is refused where it is singular. */
#include "support.h"

#include <math.h>

#include "stats/linear.h"
#include "stats/random.h"

enum { N = 7, ROWS = 40 };

static void draw(double *to, size_t count, uint64_t seed)
{
	for (size_t i = 0; i < count; i++)
		to[i] = random_unit(&seed) - 0.5;
}

/* The sums by the definition, one by one. */
static void add_gram(double *gram, const double *rows)
{
	for (size_t r = 0; r < ROWS; r++)
		for (size_t i = 0; i < N; i++)
			for (size_t j = 0; j < N; j++)
				gram[i * N + j] += rows[r * N + i] * rows[r * N + j];
}

static void adds_products(void **state)
{
	double rows[ROWS * N], gram[N * N] = {0}, want[N * N] = {0};

	(void)state;
	draw(rows, ROWS * N, 1);
	for (int i = 0; i < 2; i++) {
		linear_add_gram(gram, rows, ROWS, N);
		add_gram(want, rows);
	}
	for (size_t i = 0; i < N * N; i++)
		assert_close(gram[i], want[i], 1e-12);
}

static void solves_and_inverts(void **state)
{
	double rows[ROWS * N], a[N * N] = {0}, factor[N * N], x[2 * N], b[2 * N] = {0}, one[N * N];

	(void)state;
	draw(rows, ROWS * N, 2);
	draw(x, 2 * N, 3);
	add_gram(a, rows);
	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; i < N; i++)
			for (size_t j = 0; j < N; j++)
				b[k * N + i] += a[i * N + j] * x[k * N + j];
	memcpy(factor, a, sizeof a);
	assert_int_equal(linear_factor(factor, N), 0);
	linear_solve(factor, N, b, 2);
	for (size_t i = 0; i < 2 * N; i++)
		assert_close(b[i], x[i], 1e-10);
	linear_invert(factor, N);
	linear_multiply(one, a, factor, N, N, N);
	for (size_t i = 0; i < N * N; i++)
		assert_close(one[i], i % (N + 1) ? 0 : 1, 1e-10);
}

static void multiplies_what_is_not_square(void **state)
{
	const double a[] = {1, 2, 3, 4, 5, 6}, b[] = {1, 0, 2, 1, 0, 3};
	double out[4];

	(void)state;
	linear_multiply(out, a, b, 2, 3, 2);
	assert_close(out[0], 5, 1e-12);
	assert_close(out[1], 11, 1e-12);
	assert_close(out[2], 14, 1e-12);
	assert_close(out[3], 23, 1e-12);
}

static void refuses_singular_ones(void **state)
{
	double same[] = {1, 1, 1, 1}, none[] = {1, 0, 0, 0}, near[] = {1e12, 1e12, 1e12, 1e12 + 1e-3};
	double infinite[] = {1, 0, 0, INFINITY}, nan[] = {NAN};

	(void)state;
	assert_int_equal(linear_factor(same, 2), -1);
	assert_int_equal(linear_factor(none, 2), -1);
	assert_int_equal(linear_factor(near, 2), -1);
	assert_int_equal(linear_factor(infinite, 2), -1);
	assert_int_equal(linear_factor(nan, 1), -1);
}

static void knows_nothing_of_nothing(void **state)
{
	double none[1] = {0};

	(void)state;
	linear_add_gram(none, none, 0, 0);
	assert_int_equal(linear_factor(none, 0), 0);
	linear_solve(none, 0, none, 1);
	linear_invert(none, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adds_products),
		cmocka_unit_test(solves_and_inverts),
		cmocka_unit_test(multiplies_what_is_not_square),
		cmocka_unit_test(refuses_singular_ones),
		cmocka_unit_test(knows_nothing_of_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* How sure clusters are: the gap statistic and stability, over clouds of known truth. */
#include "support.h"

#include <math.h>

#include "stats/gap.h"
#include "stats/kmeans.h"
#include "stats/random.h"
#include "stats/stability.h"

#define POINTS 600
#define K_MAX 6

static const uint32_t no_code;
static double at[POINTS * 2];

static double draw_normal(uint64_t *random)
{
	double u = 1 - random_unit(random), v = random_unit(random);

	return sqrt(-2 * log(u)) * cos(6.283185307179586 * v);
}

/* Two numbers that go together around PLACES corners of a square with sides APART. */
static struct points make_cloud(size_t places, double apart, uint64_t seed)
{
	for (size_t i = 0; i < POINTS; i++) {
		double x = draw_normal(&seed);

		at[2 * i] = x + apart * (double)(i % places % 2);
		at[2 * i + 1] = 0.8 * x + 0.6 * draw_normal(&seed) + apart * (double)(i % places / 2);
	}
	return (struct points){.count = POINTS, .width = 2, .numbers = at, .codes = &no_code};
}

static void measure(const struct points *p, unsigned workers, struct gap curve[K_MAX])
{
	const struct gap_asked asked = {.k_max = K_MAX, .references = 20, .seed = 1, .workers = workers};

	gap_measure(p, &asked, curve);
}

static void gap_counts_clouds(void **state)
{
	static const struct {
		size_t places;
		size_t found;
	} worlds[] = {{1, 1}, {2, 2}, {3, 3}, {4, 4}};

	(void)state;
	for (uint64_t seed = 1; seed <= 5; seed++) {
		for (size_t n = 0; n < COUNT_OF(worlds); n++) {
			struct points p = make_cloud(worlds[n].places, 9, seed);
			struct gap curve[K_MAX], again[K_MAX];

			measure(&p, 1, curve);
			measure(&p, 3, again);
			assert_memory_equal(curve, again, sizeof curve);
			assert_int_equal(gap_choose(curve, K_MAX), worlds[n].found);
			assert_int_equal(gap_has_clusters(curve, K_MAX), worlds[n].places > 1);
		}
	}
}

/* Evenly in a box: no clusters, whatever number is tried. */
static void box_has_none(void **state)
{
	struct points p = make_cloud(1, 0, 1);
	struct gap curve[K_MAX];
	uint64_t random = 5;

	(void)state;
	for (size_t i = 0; i < 2 * POINTS; i++)
		at[i] = random_unit(&random);
	measure(&p, 2, curve);
	assert_false(gap_has_clusters(curve, K_MAX));
}

/* No NaN where nothing is left of the inertia, or there never was any. */
static void nothing_apart(void **state)
{
	struct points p = make_cloud(1, 0, 1);
	struct gap curve[K_MAX];

	(void)state;
	for (size_t i = 0; i < 2 * POINTS; i++)
		at[i] = i % 4 < 2 ? 1 : 3;
	measure(&p, 1, curve);
	for (size_t k = 0; k < K_MAX; k++)
		assert_true(isfinite(curve[k].gap) && isfinite(curve[k].error));
	assert_true(gap_has_clusters(curve, K_MAX));
	for (size_t i = 0; i < 2 * POINTS; i++)
		at[i] = 7;
	measure(&p, 1, curve);
	for (size_t k = 0; k < K_MAX; k++)
		assert_true(isfinite(curve[k].gap) && isfinite(curve[k].error));
	assert_false(gap_has_clusters(curve, K_MAX));
}

static void hold(const struct points *p, size_t k, unsigned workers, double *means)
{
	const struct stability_asked asked = {.halves = 10, .seed = 1, .workers = workers};
	struct kmeans_fit fit;

	kmeans_fit(p, &(struct kmeans){.k = k, .restarts = 10, .workers = 1}, &fit);
	stability_measure(p, &fit.centres, &asked, means);
	kmeans_release(&fit);
}

/* Clouds come back whole; a fifth cluster, half of a cloud, does not. */
static void clouds_come_back(void **state)
{
	struct points p = make_cloud(4, 12, 3);
	double means[6], again[6], least = 1;

	(void)state;
	hold(&p, 4, 1, means);
	for (size_t j = 0; j < 4; j++)
		assert_close(means[j], 1, 1e-9);
	hold(&p, 6, 1, means);
	hold(&p, 6, 3, again);
	assert_memory_equal(means, again, sizeof means);
	for (size_t j = 0; j < 6; j++)
		least = means[j] < least ? means[j] : least;
	assert_true(least < 0.75);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gap_counts_clouds),
		cmocka_unit_test(box_has_none),
		cmocka_unit_test(nothing_apart),
		cmocka_unit_test(clouds_come_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The rule of what stands out (understand/report/figures.h), on worlds where nothing changes and on
 * worlds where something does: of pages about nothing at most one in twenty has a finding, and a
 * figure that halves, doubles or ends is found.
 */
#include "tests/unit/support.h"

#include <math.h>

#include "stats/random.h"
#include "understand/report/figures.h"
#include "understand/report/recent.h"

#define PAGES 1200
#define FIGURES 5

/* Knuth's: a product of chances falls below e^-mean. */
static double draw_poisson(uint64_t *seed, double mean)
{
	double product = random_unit(seed), least = exp(-mean);
	int count = 0;

	for (; product > least; count++)
		product *= random_unit(seed);
	return count;
}

/* About normal, with mean 1000 and spread 100: the sum of 12 chances. */
static double draw_money(uint64_t *seed)
{
	double sum = -6;

	for (int i = 0; i < 12; i++)
		sum += random_unit(seed);
	return 1000 + 100 * sum;
}

static bool is_outside(const struct usual *u, double now)
{
	assert_true(u->known);
	return now < u->low || now > u->high;
}

static double draw(uint64_t *seed, double mean)
{
	return mean > 0 ? draw_poisson(seed, mean) : draw_money(seed);
}

/* Does one of FIGURES independent figures stand out?  MEAN 0: money. */
static bool page_has_finding(uint64_t *seed, size_t periods, double mean)
{
	bool found = false;

	for (int f = 0; f < FIGURES; f++) {
		double history[12];
		struct usual u;

		for (size_t i = 0; i < periods; i++)
			history[i] = draw(seed, mean);
		u = figures_usual(history, periods, mean > 0, FIGURES);
		found |= is_outside(&u, draw(seed, mean));
	}
	return found;
}

static void nothing_is_found_where_nothing_changes(void **state)
{
	static const double means[] = {0.3, 3, 12, 60, 300, 0};
	static const size_t periods[] = {6, 9, 12};
	uint64_t seed = 20;

	(void)state;
	for (size_t m = 0; m < sizeof means / sizeof *means; m++)
		for (size_t p = 0; p < sizeof periods / sizeof *periods; p++) {
			int found = 0;

			for (int i = 0; i < PAGES; i++)
				found += page_has_finding(&seed, periods[p], means[m]);
			/* 0.05, and three standard errors of so many pages. */
			if (found > PAGES * 0.069)
				fail_msg("mean %g, %zu periods: %d of %d pages", means[m], periods[p], found, PAGES);
		}
}

/* How often a figure of MEAN is found when it becomes LATER, after a year. */
static double found_share(double mean, double later)
{
	uint64_t seed = 7;
	int found = 0;

	for (int i = 0; i < PAGES; i++) {
		double history[12];
		struct usual u;

		for (int k = 0; k < 12; k++)
			history[k] = draw_poisson(&seed, mean);
		u = figures_usual(history, 12, true, FIGURES);
		found += is_outside(&u, draw_poisson(&seed, later));
	}
	return found / (double)PAGES;
}

static void what_changes_is_found(void **state)
{
	(void)state;
	assert_true(found_share(60, 25) > 0.8);
	assert_true(found_share(60, 120) > 0.99);
	assert_true(found_share(20, 0) > 0.99);
	assert_true(found_share(300, 200) > 0.9);
}

static void a_short_past_says_nothing(void **state)
{
	const double history[] = {9, 10, 11, 10, 9};

	(void)state;
	assert_false(figures_usual(history, 5, true, FIGURES).known);
}

static void counts_that_were_all_alike_still_vary(void **state)
{
	const double history[] = {10, 10, 10, 10, 10, 10, 10};
	struct usual u = figures_usual(history, 7, true, 1);

	(void)state;
	assert_true(u.known && u.low < 6 && u.high > 15);
	assert_close(u.typical, 10, 1e-9);
}

/* Whole days between two with records, by chance alone. */
static int draw_gap(uint64_t *seed, double mean)
{
	return 1 + (int)(-mean * log(1 - random_unit(seed)));
}

/* Is one of SOURCES, none of which has changed, called silent? */
static bool page_has_silence(uint64_t *seed, int sources, int active, double mean)
{
	bool found = false;

	for (int i = 0; i < sources; i++) {
		int longest = 0, now = (int)(-mean * log(1 - random_unit(seed)));

		for (int gap = 1; gap < active; gap++) {
			int days = draw_gap(seed, mean);

			longest = days > longest ? days : longest;
		}
		found |= recent_is_late(active, now, longest, (size_t)sources);
	}
	return found;
}

static void many_sources_are_not_late_by_chance(void **state)
{
	static const int sources[] = {1, 3, 20, 100}, active[] = {8, 20, 90};
	uint64_t seed = 4;

	(void)state;
	for (size_t s = 0; s < sizeof sources / sizeof *sources; s++)
		for (size_t a = 0; a < sizeof active / sizeof *active; a++) {
			int found = 0;

			for (int i = 0; i < 400; i++)
				found += page_has_silence(&seed, sources[s], active[a], 3);
			/* 0.05, and three standard errors of 400 pages. */
			if (found > 400 * 0.083)
				fail_msg("%d sources, %d days: %d of 400 pages", sources[s], active[a], found);
		}
}

static void what_ended_is_late(void **state)
{
	(void)state;
	assert_true(recent_is_late(60, 5, 2, 12));
	assert_true(recent_is_late(8, 30, 4, 3));
	assert_false(recent_is_late(8, 7, 4, 40));
	assert_false(recent_is_late(60, 2, 1, 1));
	assert_false(recent_is_late(7, 90, 1, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_found_where_nothing_changes),
		cmocka_unit_test(what_changes_is_found),
		cmocka_unit_test(a_short_past_says_nothing),
		cmocka_unit_test(counts_that_were_all_alike_still_vary),
		cmocka_unit_test(many_sources_are_not_late_by_chance),
		cmocka_unit_test(what_ended_is_late),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Events that stand far after the rest. */
#include "tests/unit/support.h"
#include "time/moment.h"
#include "unify/merge/late.h"

#define HOUR ((int64_t)3600 * 1000)
#define DAY (24 * HOUR)
#define YEAR (365 * DAY)

/* COUNT times from FROM, EACH apart. */
struct row {
	int64_t from;
	int64_t each;
	size_t count;
};

#define ROWS 4

static const struct {
	const char *what;
	struct row rows[ROWS];
	uint64_t stray;
	int64_t rest;
} cases[] = {
	{"steady", {{0, HOUR, 500}}, 0, 0},
	{"a clock twelve years ahead, twice", {{0, HOUR, 500}, {12 * YEAR, HOUR, 2}}, 2, 499 * HOUR},
	{"a clock ahead writes one in twenty", {{0, HOUR, 950}, {12 * YEAR, HOUR, 50}}, 50, 949 * HOUR},
	{"a clock ahead writes one in five", {{0, HOUR, 20}, {12 * YEAR, HOUR, 5}}, 5, 19 * HOUR},
	{"as many as that are no mistake", {{0, HOUR, 700}, {12 * YEAR, HOUR, 300}}, 0, 0},
	{"a shop of ten years, and three later", {{0, YEAR, 11}, {13 * YEAR, YEAR, 2}}, 0, 0},
	{"two wrong clocks", {{0, HOUR, 500}, {12 * YEAR, HOUR, 2}, {70 * YEAR, HOUR, 1}}, 3, 499 * HOUR},
	{"one behind a year in ten", {{0, DAY, 10}, {YEAR, DAY, 1}}, 1, 9 * DAY},
	{"a shop reopens after five weeks", {{0, DAY, 365}, {365 * DAY + 36 * DAY, DAY, 1}}, 0, 0},
	{"an epoch of zero long ago hides nothing", {{-56 * YEAR, DAY, 1}, {0, HOUR, 500}, {12 * YEAR, HOUR, 2}}, 2, 499 * HOUR},
	{"the year 9999", {{0, HOUR, 500}, {7900 * YEAR, HOUR, 1}}, 1, 499 * HOUR},
	{"too few to have a rest", {{0, DAY, 8}, {12 * YEAR, DAY, 1}}, 0, 0},
	{"all at once", {{0, 0, 50}}, 0, 0},
};

static uint64_t find(const struct row *rows, bool back, int64_t *rest)
{
	int64_t first = MOMENT_MAX, latest = MOMENT_NONE;
	uint64_t count = 0, found;
	struct late l;

	for (size_t i = 0; i < ROWS && rows[i].count; i++) {
		int64_t last = rows[i].from + (int64_t)(rows[i].count - 1) * rows[i].each;

		first = rows[i].from < first ? rows[i].from : first;
		latest = last > latest ? last : latest;
	}
	late_init(&l, first, latest);
	for (size_t i = 0; i < ROWS; i++) {
		const struct row *r = &rows[back ? ROWS - 1 - i : i];

		for (size_t k = 0; k < r->count; k++)
			late_add(&l, r->from + (int64_t)k * r->each);
		count += r->count;
	}
	found = late_find(&l, count, rest);
	late_release(&l);
	return found;
}

static void strays(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		for (int back = 0; back < 2; back++) {
			int64_t rest = 0;
			uint64_t got = find(cases[i].rows, back, &rest);

			if (got != cases[i].stray || rest != cases[i].rest)
				fail_msg("%s: %llu, rest %lld", cases[i].what,
					 (unsigned long long)got, (long long)rest);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

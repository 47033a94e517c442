/*
 * Values that too many share: those that a naive count finds, and with them, too,
 * every event is in one place and nothing depends on order, workers or memory.
 */
#include "tests/prop/merge_world.h"

#define RUNS 300

/* A set of small numbers. */
static int count_bits(uint64_t set)
{
	return __builtin_popcountll(set);
}

static bool has(const struct happening *h, int type, int value)
{
	return !h->dropped && h->value[type] == value;
}

/* 1: VALUE of TYPE is generic; 2: a household's; 0: neither. */
static int model_shared(const struct world *w, int type, int value)
{
	static const int most[TYPES][2] = {{0, 0}, {7, 3}, {8, 3}, {7, 3}};
	uint64_t users = 0, people = 0, records = 0;
	bool household = false;

	for (size_t i = 0; i < w->count; i++) {
		const struct happening *h = &w->list[i];
		int name = h->first < 0 ? -1 : h->first * 2 + h->last;

		if (!has(h, type, value))
			continue;
		users |= h->value[0] < 0 ? 0 : (uint64_t)1 << h->value[0];
		people |= name < 0 || h->born < 0 ? 0 : (uint64_t)1 << (name * 3 + h->born);
		if (h->value[0] >= 0)
			records |= (uint64_t)1 << h->value[0];
		else if (h->value[3] >= 0)
			records |= (uint64_t)1 << (8 + h->value[3]);
		else if (name >= 0)
			records |= (uint64_t)1 << (16 + name);
		for (size_t j = 0; j < i; j++) {
			const struct happening *o = &w->list[j];

			household = household || (has(o, type, value) && name >= 0 && h->born >= 0 &&
				    o->first >= 0 && o->born >= 0 && o->first != h->first &&
				    o->last == h->last && o->born != h->born);
		}
	}
	if (count_bits(records) > most[type][0] || count_bits(users) > most[type][1] ||
	    count_bits(people) > most[type][1])
		return 1;
	/* A shop's number was given to one person. */
	return household && type != 3 ? 2 : 0;
}

static void check_shared(const struct world *w, const struct outcome *o)
{
	int counts[3] = {0};

	for (int type = 1; type < TYPES; type++) {
		for (int value = 0; value < 6; value++)
			counts[model_shared(w, type, value)]++;
	}
	for (int i = 0; i < 2; i++) {
		char want[40];

		snprintf(want, sizeof want, "{\"count\":%d,", counts[i + 1]);
		assert_true(span_starts(buf_view(&o->shared[i]), span_of(want)));
	}
}

/* So low that small worlds have some. */
static const char low[] =
	"generic others = 7 records, 3 people\ngeneric anonymous_id = 8 records, 3 people\n";

/* Every event is in one place, and no bytes depend on order, workers or memory,
 * with values that too many share, too. */
static void test_shared_values(void **state)
{
	int generic = 0, household = 0;

	(void)state;
	for (uint64_t n = 1; n <= RUNS; n++) {
		uint64_t seed = support_seed(n * 7919);
		struct world w;
		struct outcome first, other;
		int place[EVENTS];

		world_make(&w, &seed);
		model_duplicates(&w);
		run(&w, low, 1 << 30, 1, &seed, &first);
		check_shared(&w, &first);
		generic += !span_starts(buf_view(&first.shared[0]), SPAN("{\"count\":0,"));
		household += !span_starts(buf_view(&first.shared[1]), SPAN("{\"count\":0,"));
		find_places(&first, place);
		for (size_t i = 0; i < w.count; i++)
			assert_int_equal(place[i] == 0, w.list[i].dropped);
		for (unsigned workers = 1; workers <= 3; workers++) {
			run(&w, low, workers == 1 ? 1 : (uint64_t)1 << 30, workers, &seed, &other);
			assert_true(span_equal(buf_view(&first.profiles),
					       buf_view(&other.profiles)));
			assert_true(span_equal(buf_view(&first.unidentified),
					       buf_view(&other.unidentified)));
			assert_true(span_equal(buf_view(&first.shared[0]),
					       buf_view(&other.shared[0])));
			outcome_release(&other);
		}
		outcome_release(&first);
		world_release(&w);
	}
	assert_true(generic > 0 && household > RUNS / 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shared_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

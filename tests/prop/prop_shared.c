/*
 * Values that too many share: those that a naive count finds, and with them, too,
 * every event is in one place and nothing depends on order, workers or memory.
 */
#include "tests/prop/merge_world.h"

#include "base/hash.h"

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

#define SEVERAL 100

/* All who have a value with one name and one date of birth (-1: none). */
struct person {
	uint64_t name;		/* of the full name, as the tool orders them */
	int first, born;
	int numbers[TYPES];	/* by type; -1 none, SEVERAL */
};

static bool are_born_apart(const struct person *a, const struct person *b)
{
	return a->born >= 0 && b->born >= 0 && a->born != b->born;
}

static bool are_other(int a, int b)
{
	return a != b || a == SEVERAL;
}

/* Is this one number of both: a user_id, or the shop's? */
static bool have_one(const struct person *a, const struct person *b, int type)
{
	return a->numbers[type] >= 0 && b->numbers[type] >= 0 && !are_other(a->numbers[type], b->numbers[type]);
}

/* Father and son: born 1975 and 1999; the first of January tells nothing. */
static bool are_generations(const struct person *a, const struct person *b)
{
	return a->born > 0 && b->born > 0 && a->born != b->born &&
	       !have_one(a, b, 0) && !have_one(a, b, 3);
}

/* Two people, who have a value of TYPE: by dates of birth, or by numbers. */
static bool are_two(const struct person *a, const struct person *b, int type)
{
	static const int order[] = {0, 3, 1};

	if (are_generations(a, b))
		return true;
	if (a->first == b->first)
		return false;
	if (are_born_apart(a, b))
		return true;
	for (int i = 0; i < 3; i++) {
		int t = order[i];

		if (a->numbers[t] >= 0 && b->numbers[t] >= 0 && !(t == 1 && type == 1))
			return are_other(a->numbers[t], b->numbers[t]);
	}
	return false;
}

static int by_person(const void *a, const void *b)
{
	const struct person *x = a, *y = b;

	if (x->first != y->first)
		return x->first - y->first;
	if (x->name != y->name)
		return x->name < y->name ? -1 : 1;
	/* By the date itself. */
	static const int years[] = {1980, 1975, 1999};
	return (x->born < 0 ? 0 : years[x->born]) - (y->born < 0 ? 0 : years[y->born]);
}

static size_t list_persons(const struct world *w, int type, int value, struct person *list)
{
	static const char *const names[3][2] = {
		{"ann lee", "ann ray"}, {"bob lee", "bob ray"}, {"cid lee", "cid ray"},
	};
	size_t count = 0;

	for (size_t i = 0; i < w->count; i++) {
		const struct happening *h = &w->list[i];
		size_t at = 0;

		if (!has(h, type, value) || h->first < 0)
			continue;
		uint64_t name = hash_128(span_of(names[h->first][h->last])).low;
		while (at < count && (list[at].name != name || list[at].born != h->born))
			at++;
		if (at == count)
			list[count++] = (struct person){name, h->first, h->born, {-1, -1, -1, -1}};
		for (int t = 0; t < TYPES; t++) {
			int *n = &list[at].numbers[t];

			if (h->value[t] >= 0)
				*n = *n < 0 || *n == h->value[t] ? h->value[t] : SEVERAL;
		}
	}
	qsort(list, count, sizeof *list, by_person);
	return count;
}

/* Have all one user, or one number of the shop that is not the value itself? */
static bool have_one_number(const struct person *list, size_t count, int type)
{
	bool one[TYPES] = {true, false, false, type != 3};

	for (size_t i = 0; i < count; i++) {
		for (int t = 0; t < TYPES; t++)
			one[t] = one[t] && list[i].numbers[t] >= 0 &&
				 !are_other(list[i].numbers[t], list[0].numbers[t]);
	}
	return one[0] || one[3];
}

static int count_people(const struct person *list, size_t count)
{
	size_t firsts[EVENTS];
	int found = 0;

	for (size_t i = 0; i < 2 * count; i++) {
		const struct person *p = &list[i % count];
		bool other = (p->born >= 0) == (i < count);	/* those without a date are last */

		for (int j = 0; j < found; j++) {
			const struct person *q = &list[firsts[j]];

			other = other && (p->name == q->name ? are_generations(p, q)
						: are_born_apart(p, q) || p->first != q->first);
		}
		if (other)
			firsts[found++] = i % count;
	}
	return found;
}

/* Or two dates of birth. */
static bool have_two_names(const struct person *list, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		if (list[i].name != list[0].name || list[i].born != list[0].born)
			return true;
	}
	return false;
}

static int count_users(const struct world *w, int type, int value)
{
	uint64_t users = 0;

	for (size_t i = 0; i < w->count; i++) {
		if (has(&w->list[i], type, value) && w->list[i].value[0] >= 0)
			users |= (uint64_t)1 << w->list[i].value[0];
	}
	return count_bits(users);
}

/* By user, else by name, all of one person together, else by the shop's number. */
static int count_records(const struct world *w, int type, int value, bool one)
{
	uint64_t records = 0;

	for (size_t i = 0; i < w->count; i++) {
		const struct happening *h = &w->list[i];

		if (!has(h, type, value))
			continue;
		if (h->value[0] >= 0)
			records |= (uint64_t)1 << h->value[0];
		else if (h->first >= 0)
			records |= (uint64_t)1 << (16 + (one ? 0 : h->first * 2 + h->last));
		else if (h->value[3] >= 0)
			records |= (uint64_t)1 << (8 + h->value[3]);
	}
	return count_bits(records);
}

/* 1: VALUE of TYPE is generic; 2: a household's; 0: neither. */
static int model_shared(const struct world *w, int type, int value)
{
	static const int most[TYPES][2] = {{0, 0}, {7, 3}, {8, 3}, {7, 3}};
	struct person list[EVENTS];
	size_t count = list_persons(w, type, value, list);
	int users = count_users(w, type, value), people, records;
	bool named = have_two_names(list, count);

	people = named && !have_one_number(list, count, type) ? count_people(list, count) : 1;
	records = count_records(w, type, value, people == 1);
	if (users > people || (people == 1 && !named))
		people = users;
	if (people > most[type][1] || records > most[type][0])
		return 1;
	/* A shop's number was given to one person. */
	for (size_t i = 0; i < count && named && people > 1 && type != 3; i++) {
		for (size_t j = 0; j < i; j++) {
			if (are_two(&list[i], &list[j], type))
				return 2;
		}
	}
	return 0;
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

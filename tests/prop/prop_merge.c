/*
 * The laws of cdp-merge over random events: nothing that comes out depends on
 * the order of lines, the workers, the blocks or the memory; every event is in
 * exactly one place; money in is money out; limits hold; and the customers are
 * those that a naive model finds, which replays every link in the total order.
 */
#include "tests/prop/merge_world.h"

#define RUNS 300

struct model_link {
	int a, b;		/* type * 6 + value */
	int64_t last;
};

static int by_order(const void *a, const void *b)
{
	const struct model_link *x = a, *y = b;

	if (x->b / 6 != y->b / 6)
		return x->b / 6 - y->b / 6;
	if (x->a / 6 != y->a / 6)
		return x->a / 6 - y->a / 6;
	if (x->last != y->last)
		return x->last > y->last ? -1 : 1;
	return x->a != y->a ? x->a - y->a : x->b - y->b;
}

static size_t model_links(const struct world *w, struct model_link *links)
{
	size_t count = 0;

	for (size_t i = 0; i < w->count; i++) {
		const struct happening *h = &w->list[i];
		int home = home_of(h);

		for (int t = home / 6 + 1; home >= 0 && t < TYPES; t++) {
			int b = t * 6 + h->value[t];
			size_t at = 0;

			if (h->dropped || h->value[t] < 0)
				continue;
			while (at < count &&
			       (links[at].a != home || links[at].b != b))
				at++;
			if (at == count)
				links[count++] = (struct model_link){home, b, MOMENT_NONE};
			if (h->time > links[at].last)
				links[at].last = h->time;
		}
	}
	return count;
}

/* GROUP of each identifier, by uniting every link in the total order; SHARED: what a link was refused of. */
static void model_groups(const struct world *w, int group[TYPES * 6], bool shared[TYPES * 6])
{
	struct model_link links[EVENTS * TYPES];
	size_t count = model_links(w, links);

	for (int i = 0; i < TYPES * 6; i++)
		group[i] = i;
	qsort(links, count, sizeof *links, by_order);
	for (size_t i = 0; i < count; i++) {
		int a = group[links[i].a], b = group[links[i].b];
		unsigned sizes[TYPES] = {0};
		bool fits = true;

		if (a == b)
			continue;
		for (int k = 0; k < TYPES * 6; k++)
			sizes[k / 6] += group[k] == a || group[k] == b;
		for (int t = 0; t < TYPES; t++)
			fits = fits && sizes[t] <= limits[t];
		if (!fits)
			shared[links[i].b] = true;
		for (int k = 0; k < TYPES * 6 && fits; k++)
			if (group[k] == b)
				group[k] = a;
	}
}

/* What is done on a shared browser (types[2]) is of who was logged in there last, or came first. */
static int model_home(const struct world *w, size_t number, const int group[TYPES * 6], const bool shared[TYPES * 6])
{
	const struct happening *h = &w->list[number], *before = NULL, *after = NULL;
	int browser = home_of(h);
	bool owned = false;

	if (browser / 6 != 2 || !shared[browser] || h->time == MOMENT_NONE || h->value[3] >= 0)
		return browser;
	for (size_t i = 0; i < w->count; i++) {
		const struct happening *o = &w->list[i];
		const struct happening **best = o->time <= h->time ? &before : &after;
		int home = home_of(o), other = *best ? home_of(*best) : 0;
		bool mine, theirs = *best && group[other] == group[browser];

		if (o->dropped || o->time == MOMENT_NONE || home < 0 || home / 6 >= 2 || o->value[2] != browser % 6)
			continue;
		mine = group[home] == group[browser];
		owned = owned || mine;
		/* Of one time the owner counts, then the larger text; of those after it the other way round. */
		if (!*best || (best == &before ? o->time > (*best)->time : o->time < (*best)->time) ||
		    (o->time == (*best)->time && (best == &before) == (mine != theirs ? mine : home > other)))
			*best = o;
	}
	before = before ? before : after;
	return owned && before ? home_of(before) : browser;
}

static void check_places(const struct world *w, const struct outcome *o)
{
	int place[EVENTS], group[TYPES * 6];
	bool shared[TYPES * 6] = {false};

	find_places(o, place);
	model_groups(w, group, shared);
	for (size_t i = 0; i < w->count; i++) {
		const struct happening *h = &w->list[i];
		int home = home_of(h) < 0 ? -1 : model_home(w, i, group, shared);

		if (h->dropped) {
			assert_int_equal(place[i], 0);
			continue;
		}
		if (home < 0) {
			assert_int_equal(place[i], -1);
			continue;
		}
		assert_true(place[i] > 0);
		for (size_t j = 0; j < i; j++) {
			int other = home_of(&w->list[j]);

			if (w->list[j].dropped || other < 0)
				continue;
			other = model_home(w, j, group, shared);
			assert_int_equal(group[home] == group[other],
					 place[i] == place[j]);
		}
	}
}

/* WHICH: 0 in profiles, 1 later than as_of; 2 and 3 the same, unidentified. */
static void model_money(const struct world *w, int which, struct buf *out)
{
	struct monies m = {0};

	for (size_t i = 0; i < w->count; i++) {
		const struct happening *h = &w->list[i];
		int at = (home_of(h) < 0 ? 2 : 0) + (h->time > 30 * DAY_MS);
		struct purchase p = {.scale = 2, .has_money = true};

		if (h->dropped || at != which)
			continue;
		p.digits[0] = (uint64_t)h->cents;
		p.digits[1] = h->cents < 0 ? UINT64_MAX : 0;
		if (h->euro)
			memcpy(p.currency, "EUR", 4);
		assert_int_equal(monies_add(&m, &p, NULL), 0);
	}
	monies_sort(&m);
	monies_put_json(&m, out);
	monies_release(&m);
}

static void check_money(const struct world *w, const struct outcome *o)
{
	for (int i = 0; i < 4; i++) {
		struct buf want = BUF_INIT;

		model_money(w, i, &want);
		assert_span(buf_view(&o->money[i]), buf_text(&want));
		buf_release(&want);
	}
}

static void test_same_bytes_and_model(void **state)
{
	(void)state;
	for (uint64_t n = 1; n <= RUNS; n++) {
		uint64_t seed = support_seed(n);
		struct world w;
		struct outcome first, other;
		size_t dropped;

		world_make(&w, &seed);
		dropped = model_duplicates(&w);
		run(&w, nothing_shared, 1 << 30, 1, &seed, &first);
		assert_int_equal(first.report.events, w.count);
		assert_int_equal(first.report.duplicates, dropped);
		assert_int_equal(first.report.events,
				 first.report.in_profiles +
				 first.report.duplicates +
				 first.report.unidentified);
		check_places(&w, &first);
		check_money(&w, &first);
		for (unsigned workers = 1; workers <= 3; workers++) {
			run(&w, nothing_shared, workers == 1 ? 1 : (uint64_t)1 << 30,
			    workers, &seed, &other);
			assert_true(span_equal(buf_view(&first.profiles),
					       buf_view(&other.profiles)));
			assert_true(span_equal(buf_view(&first.unidentified),
					       buf_view(&other.unidentified)));
			outcome_release(&other);
		}
		outcome_release(&first);
		world_release(&w);
	}
}

/* With one byte of memory everything goes through the spill. */
static void test_small_memory_spills(void **state)
{
	uint64_t seed = support_seed(7);
	struct world w;
	struct outcome o;

	(void)state;
	world_make(&w, &seed);
	w.list[0].time = 0;
	run(&w, "", 1, 1, &seed, &o);
	assert_true(o.report.spilled);
	outcome_release(&o);
	run(&w, "", 1 << 30, 1, &seed, &o);
	assert_false(o.report.spilled);
	outcome_release(&o);
	world_release(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_bytes_and_model),
		cmocka_unit_test(test_small_memory_spills),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

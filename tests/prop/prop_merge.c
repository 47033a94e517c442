/*
 * The laws of cdp-merge over random events: nothing that comes out depends on
 * the order of lines, the workers, the blocks or the memory; every event is in
 * exactly one place; money in is money out; limits hold; and the customers are
 * those that a naive model finds, which replays every link in the total order.
 */
#include "tests/unit/support.h"

#include "base/mem.h"
#include "merge/merge.h"
#include "record/profile.h"

#define EVENTS 60
#define RUNS 300
#define TYPES 4

/* In the order of their priority. */
static const char *const types[TYPES] = {
	"user_id", "email", "anonymous_id", "shop_id",
};
static const unsigned limits[TYPES] = {1, 2, 3, 5};

struct happening {
	struct buf line;
	int value[TYPES];	/* -1: none */
	int64_t time;
	int key;		/* source and id; -1: no id */
	bool dropped;		/* the model: a duplicate */
	int64_t cents;
	bool euro;
	unsigned number;	/* props.n */
};

struct world {
	struct happening list[EVENTS];
	size_t count;
};

static void put_ids(struct happening *h, uint64_t *seed)
{
	bool any = false;

	buf_lit(&h->line, ",\"ids\":{");
	for (int t = 0; t < TYPES; t++) {
		h->value[t] = support_below(seed, 3) ? -1
						     : (int)support_below(seed, 6);
		if (h->value[t] < 0)
			continue;
		buf_printf(&h->line, "%s\"%s\":\"%c%d\"", any ? "," : "",
			   types[t], types[t][0], h->value[t]);
		any = true;
	}
	buf_char(&h->line, '}');
}

static void put_happening(struct happening *h, unsigned number, uint64_t *seed)
{
	bool refund = !support_below(seed, 5);
	int source = (int)support_below(seed, 2);

	*h = (struct happening){.number = number, .key = -1};
	h->time = support_below(seed, 6)
			  ? (int64_t)support_below(seed, 40) * DAY_MS
			  : MOMENT_NONE;
	h->cents = (int64_t)support_below(seed, 100000);
	h->euro = support_below(seed, 2);
	buf_lit(&h->line, "{\"type\":\"track\"");
	if (support_below(seed, 8)) {
		h->key = (int)support_below(seed, EVENTS) * 2 + source;
		buf_printf(&h->line, ",\"id\":\"i%d\"", h->key / 2);
	}
	if (h->time != MOMENT_NONE) {
		buf_lit(&h->line, ",\"time\":\"");
		moment_put(&h->line, h->time);
		buf_char(&h->line, '"');
	}
	buf_printf(&h->line, ",\"source\":\"s%d\",\"event\":\"Order %s\"", source,
		   refund ? "Refunded" : "Completed");
	put_ids(h, seed);
	if (support_below(seed, 2))
		buf_printf(&h->line, ",\"traits\":{\"t%d\":\"%d\",\"city\":\"%d\"}",
			   (int)support_below(seed, 3), (int)number,
			   (int)support_below(seed, 4));
	buf_printf(&h->line, ",\"props\":{\"n\":%u,\"revenue\":%d.%02d%s}", number,
		   (int)(h->cents / 100), (int)(h->cents % 100),
		   h->euro ? ",\"currency\":\"EUR\"" : "");
	if (!support_below(seed, 3))
		buf_printf(&h->line, ",\"consent\":{\"email\":\"%s\"}",
			   support_below(seed, 2) ? "granted" : "denied");
	buf_char(&h->line, '}');
	if (refund)
		h->cents = -h->cents;
}

static void world_make(struct world *w, uint64_t *seed)
{
	w->count = 1 + support_below(seed, EVENTS);
	for (size_t i = 0; i < w->count; i++)
		put_happening(&w->list[i], (unsigned)i, seed);
}

static void world_release(struct world *w)
{
	for (size_t i = 0; i < w->count; i++)
		buf_release(&w->list[i].line);
}

/* What one run of the merge gives. */
struct outcome {
	struct buf profiles;
	struct buf unidentified;
	struct merge_report report;	/* its sums are in the texts below */
	struct buf money[3];
};

static int put_buf(void *context, struct span bytes, struct error *err)
{
	(void)err;
	buf_span(context, bytes);
	return 0;
}

static void shuffle(size_t *order, size_t count, uint64_t *seed)
{
	for (size_t i = 0; i < count; i++)
		order[i] = i;
	for (size_t i = count; i > 1; i--) {
		size_t j = support_below(seed, i), swap = order[i - 1];

		order[i - 1] = order[j];
		order[j] = swap;
	}
}

/* Feeds the lines in a random order, in random blocks, by random workers. */
static void feed(struct merge *m, const struct world *w, unsigned workers,
		 uint64_t *seed)
{
	size_t order[EVENTS];
	struct buf facts = BUF_INIT;
	struct error err = ERROR_INIT;

	shuffle(order, w->count, seed);
	for (size_t i = 0; i < w->count; i++) {
		unsigned worker = (unsigned)support_below(seed, workers);

		assert_int_equal(merge_line(m, worker,
					    buf_view(&w->list[order[i]].line),
					    &facts, &err), 0);
		if (support_below(seed, 4) && i + 1 < w->count)
			continue;
		assert_int_equal(merge_absorb(m, buf_view(&facts), &err), 0);
		buf_clear(&facts);
	}
	buf_release(&facts);
}

static void run(const struct world *w, uint64_t memory, unsigned workers,
		uint64_t *seed, struct outcome *out)
{
	struct merge_options options = {
		.workers = workers, .memory = memory, .scratch = "/tmp",
		.as_of = 30 * DAY_MS, .events = true, .full_events = true,
		.max_events = 1000,
	};
	struct merge *m = merge_new(&options);
	struct merge_sink profiles = {put_buf, &out->profiles};
	struct merge_sink unidentified = {put_buf, &out->unidentified};
	struct error err = ERROR_INIT;

	*out = (struct outcome){0};
	for (int t = 0; t < TYPES; t++) {
		char text[40];

		snprintf(text, sizeof text, "%s=%u", types[t], limits[t]);
		assert_int_equal(merge_limit(m, span_of(text), &err), 0);
	}
	feed(m, w, workers, seed);
	assert_int_equal(merge_settle(m, &err), 0);
	assert_int_equal(merge_write(m, &profiles, &unidentified, &err), 0);
	out->report = *merge_report(m);
	monies_put_json(&out->report.sums.revenue, &out->money[0]);
	monies_put_json(&out->report.sums.later, &out->money[1]);
	monies_put_json(&out->report.sums.unidentified, &out->money[2]);
	merge_free(m);
}

static void outcome_release(struct outcome *o)
{
	buf_release(&o->profiles);
	buf_release(&o->unidentified);
	for (int i = 0; i < 3; i++)
		buf_release(&o->money[i]);
}

/* Of equal keys the later, then the greater bytes. */
static size_t model_duplicates(struct world *w)
{
	size_t dropped = 0;

	for (size_t i = 0; i < w->count; i++) {
		struct happening *h = &w->list[i];

		h->dropped = false;
		for (size_t j = 0; j < w->count && h->key >= 0; j++) {
			const struct happening *o = &w->list[j];
			int order;

			if (o->key != h->key || i == j)
				continue;
			order = span_compare(buf_view(&o->line),
					     buf_view(&h->line));
			if (o->time > h->time ||
			    (o->time == h->time && (order > 0 || (!order && j < i))))
				h->dropped = true;
		}
		dropped += h->dropped;
	}
	return dropped;
}

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

static int home_of(const struct happening *h)
{
	for (int t = 0; t < TYPES; t++) {
		if (h->value[t] >= 0)
			return t * 6 + h->value[t];
	}
	return -1;
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

/* GROUP of each identifier, by uniting every link in the total order. */
static void model_groups(const struct world *w, int group[TYPES * 6])
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
		for (int k = 0; k < TYPES * 6 && fits; k++)
			if (group[k] == b)
				group[k] = a;
	}
}

static uint64_t event_number(struct value props)
{
	struct value n = value_member(props, SPAN("n"));
	uint64_t number = UINT64_MAX;

	assert_true(span_number(n.raw, &number));
	return number;
}

static void check_limits(struct value ids)
{
	for (int t = 0; t < TYPES; t++) {
		struct value list = value_member(ids, span_of(types[t]));
		struct scan s;
		struct value v;
		unsigned count = 0;

		if (list.kind == VALUE_NONE)
			continue;
		scan_start(&s, list.raw);
		assert_int_equal(scan_enter(&s, '[', NULL), 0);
		while (scan_element(&s, &v, NULL) > 0)
			count++;
		assert_in_range(count, 1, limits[t]);
	}
}

/* PLACE[i]: the profile's number from 1; -1: unidentified; 0: nowhere. */
static void find_places(const struct outcome *o, int place[EVENTS])
{
	struct span rest = buf_view(&o->profiles);
	int number = 0;

	memset(place, 0, EVENTS * sizeof *place);
	while (rest.len) {
		struct profile p;
		struct profile_events walk;
		struct event e;
		struct error err = ERROR_INIT;

		assert_int_equal(profile_parse(&p, span_cut(&rest, '\n'), &err), 0);
		check_limits(p.ids);
		profile_events_start(&walk, &p);
		number++;
		while (profile_events_next(&walk, &e, &err) > 0) {
			assert_int_equal(place[event_number(e.props)], 0);
			place[event_number(e.props)] = number;
		}
	}
	rest = buf_view(&o->unidentified);
	while (rest.len) {
		struct event e;
		struct error err = ERROR_INIT;

		assert_int_equal(event_parse(&e, span_cut(&rest, '\n'), &err), 0);
		assert_int_equal(place[event_number(e.props)], 0);
		place[event_number(e.props)] = -1;
	}
}

static void check_places(const struct world *w, const struct outcome *o)
{
	int place[EVENTS], group[TYPES * 6];

	find_places(o, place);
	model_groups(w, group);
	for (size_t i = 0; i < w->count; i++) {
		const struct happening *h = &w->list[i];
		int home = home_of(h);

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
			assert_int_equal(group[home] == group[other],
					 place[i] == place[j]);
		}
	}
}

/* WHICH: 0 in profiles, 1 later than as_of, 2 unidentified. */
static void model_money(const struct world *w, int which, struct buf *out)
{
	struct monies m = {0};

	for (size_t i = 0; i < w->count; i++) {
		const struct happening *h = &w->list[i];
		int at = home_of(h) < 0 ? 2 : h->time > 30 * DAY_MS;
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
	for (int i = 0; i < 3; i++) {
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
		uint64_t seed = n;
		struct world w;
		struct outcome first, other;
		size_t dropped;

		world_make(&w, &seed);
		dropped = model_duplicates(&w);
		run(&w, 1 << 30, 1, &seed, &first);
		assert_int_equal(first.report.events, w.count);
		assert_int_equal(first.report.duplicates, dropped);
		assert_int_equal(first.report.events,
				 first.report.in_profiles +
				 first.report.duplicates +
				 first.report.unidentified);
		check_places(&w, &first);
		check_money(&w, &first);
		for (unsigned workers = 1; workers <= 3; workers++) {
			run(&w, workers == 1 ? 1 : (uint64_t)1 << 30, workers,
			    &seed, &other);
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
	uint64_t seed = 7;
	struct world w;
	struct outcome o;

	(void)state;
	world_make(&w, &seed);
	w.list[0].time = 0;
	run(&w, 1, 1, &seed, &o);
	assert_true(o.report.spilled);
	outcome_release(&o);
	run(&w, 1 << 30, 1, &seed, &o);
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

/*
 * The laws of the ledger over random events and decisions: what cannot be one is
 * never on one profile, what must be one is, whatever the order of lines, the
 * workers and the memory; and every event is in one place.
 */
#include "tests/prop/merge_world.h"

#include <unistd.h>

#define RUNS 150
#define DECISIONS 3

/* Identifiers, as type * 6 + value. */
struct decision {
	int a, b;
	bool must;
};

static void put_end(int identifier, struct buf *out)
{
	buf_printf(out, " %s=%c%d", types[identifier / 6], types[identifier / 6][0],
		   identifier % 6);
}

static void put_decisions(const struct decision *list, struct buf *out)
{
	for (int i = 0; i < DECISIONS; i++) {
		buf_text_put(out, list[i].must ? "must-link" : "cannot-link");
		put_end(list[i].a, out);
		put_end(list[i].b, out);
		buf_lit(out, " # because\n");
	}
}

static bool shows(struct span profile, int identifier)
{
	struct profile p;
	struct error err = ERROR_INIT;
	struct value list;
	char want[8];

	assert_int_equal(profile_parse(&p, profile, &err), 0);
	list = value_member(p.ids, span_of(types[identifier / 6]));
	snprintf(want, sizeof want, "\"%c%d\"", types[identifier / 6][0], identifier % 6);
	return span_find(list.raw, span_of(want)) < list.raw.len;
}

/* On how many profiles A is, B is, and both are. */
static void check_decision(const struct outcome *o, const struct decision *d)
{
	struct span rest = buf_view(&o->profiles);
	int a = 0, b = 0, both = 0;

	while (rest.len) {
		struct span line = span_cut(&rest, '\n');
		bool x = shows(line, d->a), y = shows(line, d->b);

		a += x;
		b += y;
		both += x && y;
	}
	if (!d->must)
		assert_int_equal(both, 0);
	else if (a && b)
		assert_int_equal(both, 1);
}

/* One merge with the ledger at PATH; 1 when its lines contradict each other. */
static int merge_with(const struct world *w, const char *path, unsigned workers,
		      uint64_t memory, uint64_t *seed, struct outcome *out)
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
	assert_int_equal(identity_rules_parse(merge_rules(m), span_of(nothing_shared), "r", &err), 0);
	if (merge_ledger(m, path, SPAN_NONE, &err)) {
		assert_non_null(strstr(err.message, "cannot-link"));
		merge_free(m);
		return 1;
	}
	feed(m, w, workers, seed);
	assert_int_equal(merge_settle(m, &err), 0);
	assert_int_equal(merge_write(m, &profiles, &unidentified, &err), 0);
	merge_free(m);
	return 0;
}

static void write_file(const char *path, const struct buf *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text->ptr, 1, text->len, f), text->len);
	assert_int_equal(fclose(f), 0);
}

static void check_world(struct world *w, const char *path, uint64_t *seed, int *held)
{
	struct decision list[DECISIONS];
	struct buf text = BUF_INIT;
	struct outcome first, other;
	int place[EVENTS];

	for (int i = 0; i < DECISIONS; i++)
		list[i] = (struct decision){
			(int)support_below(seed, TYPES * 6), (int)support_below(seed, TYPES * 6),
			support_below(seed, 2),
		};
	put_decisions(list, &text);
	write_file(path, &text);
	buf_release(&text);
	if (merge_with(w, path, 1, 1 << 30, seed, &first))
		return;
	++*held;
	for (int i = 0; i < DECISIONS; i++)
		check_decision(&first, &list[i]);
	find_places(&first, place);
	for (size_t i = 0; i < w->count; i++)
		assert_int_equal(place[i] == 0, w->list[i].dropped);
	assert_int_equal(merge_with(w, path, 3, 1, seed, &other), 0);
	assert_true(span_equal(buf_view(&first.profiles), buf_view(&other.profiles)));
	outcome_release(&first);
	outcome_release(&other);
}

static void test_decisions_hold(void **state)
{
	char path[] = "/tmp/cdp-ledger-XXXXXX";
	int fd = mkstemp(path), held = 0;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	for (uint64_t n = 1; n <= RUNS; n++) {
		uint64_t seed = support_seed(n * 15485863);
		struct world w;

		world_make(&w, &seed);
		model_duplicates(&w);
		check_world(&w, path, &seed, &held);
		world_release(&w);
	}
	unlink(path);
	assert_true(held > RUNS / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decisions_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

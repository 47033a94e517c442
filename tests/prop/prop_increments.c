/*
 * A profile with full events is its events: merging in batches, in any tree and
 * order, gives the bytes of one merge.  The unidentified events go along: the
 * newest version of one may be among them.
 */
#include "tests/prop/merge_world.h"

#define RUNS 200
#define BATCHES 4

/* Some values are shared by many in such small worlds. */
static const char low[] =
	"generic others = 7 records, 3 people\ngeneric anonymous_id = 8 records, 3 people\n";

/* Feeds the lines of TEXT in a random order. */
static void feed_text(struct merge *m, const struct buf *text, uint64_t *seed)
{
	struct span rest = buf_view(text), lines[EVENTS];
	size_t order[EVENTS], count = 0;
	struct buf facts = BUF_INIT;
	struct error err = ERROR_INIT;

	while (rest.len)
		lines[count++] = span_cut(&rest, '\n');
	shuffle(order, count, seed);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(merge_line(m, 0, lines[order[i]], &facts, &err), 0);
	assert_int_equal(merge_absorb(m, buf_view(&facts), &err), 0);
	buf_release(&facts);
}

/* What is merged out of the COUNT texts, as one text: profiles, then the
 * unidentified events. */
static struct buf merge_texts(const struct buf *texts, size_t count, const char *rules,
			      uint64_t *seed)
{
	struct merge_options options = {
		.workers = 1, .memory = support_below(seed, 3) ? 1 << 30 : 1, .scratch = "/tmp",
		.as_of = 30 * DAY_MS, .events = true, .full_events = true,
		.max_events = 1000,
	};
	struct merge *m = merge_new(&options);
	struct buf out = BUF_INIT;
	struct merge_sink profiles = {put_buf, &out}, nobody = {put_buf, &out};
	struct error err = ERROR_INIT;
	size_t order[BATCHES];

	assert_int_equal(identity_rules_parse(merge_rules(m), span_of(rules), "rules", &err), 0);
	shuffle(order, count, seed);
	for (size_t i = 0; i < count; i++)
		feed_text(m, &texts[order[i]], seed);
	assert_int_equal(merge_settle(m, &err), 0);
	assert_int_equal(merge_write(m, &profiles, &nobody, &err), 0);
	merge_free(m);
	return out;
}

/* The world's lines, dealt out at random. */
static void deal(const struct world *w, struct buf batches[BATCHES], uint64_t *seed)
{
	for (int i = 0; i < BATCHES; i++)
		batches[i] = BUF_INIT;
	for (size_t i = 0; i < w->count; i++) {
		struct buf *b = &batches[support_below(seed, BATCHES)];

		buf_span(b, buf_view(&w->list[i].line));
		buf_char(b, '\n');
	}
}

static void check_world(const struct world *w, const char *rules, uint64_t *seed)
{
	struct buf batches[BATCHES], whole, one, two, tree;

	deal(w, batches, seed);
	whole = merge_texts(batches, BATCHES, rules, seed);
	/* One day after another: each time with all that was. */
	one = merge_texts(batches, 1, rules, seed);
	for (int i = 1; i < BATCHES; i++) {
		struct buf pair[2] = {one, batches[i]};

		two = merge_texts(pair, 2, rules, seed);
		buf_release(&one);
		one = two;
	}
	assert_true(span_equal(buf_view(&one), buf_view(&whole)));
	/* A tree: halves, then both. */
	struct buf halves[2] = {
		merge_texts(batches, 2, rules, seed),
		merge_texts(batches + 2, BATCHES - 2, rules, seed),
	};
	tree = merge_texts(halves, 2, rules, seed);
	assert_true(span_equal(buf_view(&tree), buf_view(&whole)));
	buf_release(&halves[0]);
	buf_release(&halves[1]);
	buf_release(&tree);
	/* Alone and with itself it is itself. */
	struct buf again[2] = {whole, one};

	two = merge_texts(again, 1, rules, seed);
	assert_true(span_equal(buf_view(&two), buf_view(&whole)));
	buf_release(&two);
	buf_release(&one);
	buf_release(&whole);
	for (int i = 0; i < BATCHES; i++)
		buf_release(&batches[i]);
}

static void test_batches_and_trees(void **state)
{
	static const char *const rules[] = {nothing_shared, "", low, "priority = anonymous_id\n"};

	(void)state;
	for (uint64_t n = 1; n <= RUNS; n++) {
		uint64_t seed = support_seed(n * 104729);
		struct world w;

		world_make(&w, &seed);
		check_world(&w, rules[n % COUNT_OF(rules)], &seed);
		world_release(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_batches_and_trees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The parts of the social report: bursts, the best of many rows, names that are tracked. */
#include "tests/unit/support.h"

#include "base/mem.h"
#include "understand/report/best.h"
#include "understand/report/social_bursts.h"
#include "understand/report/track.h"

/* POSTS posts in HOUR, numbered from *NUMBER. */
static void add_posts(struct burst_hours *b, int64_t hour, int posts, uint64_t *number)
{
	for (int i = 0; i < posts; i++, (*number)++)
		burst_hours_add(b, hour, (struct hash128){*number * 0x9e3779b97f4a7c15u, *number}, SPAN("tea is cold"));
}

/* Four weeks with two posts at nine each day, and sixty at nine and ten of one day. */
static void test_burst(void **state)
{
	struct burst_hours b = {0};
	uint64_t number = 1;
	struct burst *found;
	size_t count;

	(void)state;
	for (int day = 0; day < 28; day++)
		add_posts(&b, day * 24 + 9, 2, &number);
	add_posts(&b, 20 * 24 + 9, 40, &number);
	add_posts(&b, 20 * 24 + 10, 20, &number);
	found = bursts_find(&b, &count);
	assert_int_equal(count, 1);
	assert_int_equal(found->from, 20 * 24 + 9);
	assert_int_equal(found->to, 20 * 24 + 11);
	assert_int_equal(found->posts, 62);
	assert_true(found->usual == 2);
	/* 42 posts where 2 with a deviation of sqrt(2) are usual. */
	assert_true(found->z > 28.28 && found->z < 28.29);
	mem_free(found);
	burst_hours_release(&b);
}

/* Nine posts are too few; ten where there is nothing to compare them with are no burst. */
static void test_no_burst(void **state)
{
	struct burst_hours b = {0};
	uint64_t number = 1;
	size_t count;

	(void)state;
	mem_free(bursts_find(&b, &count));
	assert_int_equal(count, 0);
	add_posts(&b, -30, 10, &number);
	mem_free(bursts_find(&b, &count));
	assert_int_equal(count, 0);
	for (int day = 1; day < 28; day++)
		add_posts(&b, -30 + day * 24, 1, &number);
	mem_free(bursts_find(&b, &count));
	assert_int_equal(count, 1);
	burst_hours_release(&b);
}

static void count_text(void *context, struct span text)
{
	(void)text;
	++*(int *)context;
}

/* The sample is the same whoever counted what. */
static void test_sample(void **state)
{
	struct burst_hours one = {0}, other = {0};
	uint64_t number = 1;
	int count = 0;

	(void)state;
	add_posts(&one, 5, 30, &number);
	add_posts(&other, 5, 30, &number);
	burst_hours_merge(&one, &other);
	bursts_sample(&one, 0, 10, count_text, &count);
	assert_int_equal(count, 40);
	burst_hours_release(&one);
	burst_hours_release(&other);
}

static void test_best(void **state)
{
	struct best list = {.most = 3}, other = {.most = 3};

	(void)state;
	for (uint64_t i = 0; i < 1000; i++) {
		char text[2] = {(char)('a' + i % 26), 0};
		struct best_row row = {{i % 100, 0}, {text, 1}};

		if (best_wants(i % 2 ? &list : &other, row.rank[0]))
			best_put(i % 2 ? &list : &other, &row);
	}
	best_merge(&list, &other);
	best_settle(&list);
	assert_int_equal(list.count, 3);
	assert_int_equal(list.offered, 1000);
	for (int i = 0; i < 3; i++)
		assert_int_equal(list.rows[i].rank[0], 99);
	/* Of one rank by bytes: 99 + 100 k modulo 26. */
	assert_span(list.rows[0].bytes, "b");
	assert_span(list.rows[1].bytes, "f");
	assert_span(list.rows[2].bytes, "j");
	best_release(&list);
	best_release(&other);
}

static void test_tracks(void **state)
{
	static const char *const given[] = {"ours=Acme,acme shop", "rival", "\u30a2=\u30a2\u30af\u30e1"};
	static const struct {
		const char *text;
		uint32_t found;
	} cases[] = {
		{"ACME!", 1}, {"@acme and #Rival", 3}, {"acmes", 0}, {"my acme_x", 1}, {"macme", 0}, {"macme, acme", 1},
		{"Acme Shop", 1}, {"\u30a2\u30af\u30e1\u306f", 4}, {"", 0}, {"\u00e9acme", 0},
	};
	struct count_value value = {given, 3};
	struct arena scratch = ARENA_INIT;
	struct tracks t = {.count = 0};
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(tracks_read(&t, "social", &value, &err), 0);
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		if (tracks_find(&t, span_of(cases[i].text), &scratch) != cases[i].found)
			fail_msg("'%s'", cases[i].text);
	tracks_release(&t);
	arena_release(&scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_burst),
		cmocka_unit_test(test_no_burst),
		cmocka_unit_test(test_sample),
		cmocka_unit_test(test_best),
		cmocka_unit_test(test_tracks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Events, duplicates among them, and the links that they show. */
#include "support.h"

#include "unify/graph/links.h"
#include "unify/index/events.h"
#include "unify/index/twins.h"

struct world {
	struct store store;
	struct fragments fragments;
	struct events events;
	struct duplicates duplicates;
	struct error err;
};

static void init(struct world *w)
{
	*w = (struct world){.err = ERROR_INIT};
	store_init(&w->store, 1 << 20, "/tmp");
	fragments_init(&w->fragments, 1 << 20);
}

static void release(struct world *w)
{
	events_release(&w->events);
	fragments_release(&w->fragments);
	store_release(&w->store);
}

/* An event of SOURCE with ID; all have one key, as if their hashes were equal. */
static void add_event(struct world *w, uint32_t source, const char *id, int64_t time)
{
	struct purchase none = {0};
	struct event event = {0};
	struct entry entry = {.key = {1, 2}, .source = source, .time = time, .fragment = FRAGMENT_NONE};
	struct buf line = BUF_INIT, stored = BUF_INIT;

	buf_printf(&line, "{\"type\":\"track\",\"id\":\"%s\",\"event\":\"e\",\"props\":{\"n\":%d}}", id, (int)time);
	assert_int_equal(event_parse(&event, buf_view(&line), &w->err), 0);
	stored_make(&event, &none, &stored);
	entry.size = (uint32_t)stored.len;
	entry.place = store_put(&w->store, buf_view(&stored));
	assert_int_equal(events_add(&w->events, &entry, &w->err), 0);
	buf_release(&line);
	buf_release(&stored);
}

static void choose(struct world *w)
{
	struct twins twins;

	assert_int_equal(twins_find(&twins, &w->events, 1 << 20, "/tmp", &w->err), 0);
	assert_int_equal(events_choose(&w->events, &w->store, &w->fragments, &twins, &w->duplicates, &w->err), 0);
	twins_release(&twins);
}

static bool is_kept(const struct world *w, uint32_t number)
{
	return w->events.list[number].home != HOME_DUPLICATE;
}

static void test_the_latest_of_a_record_stays(void **state)
{
	struct world w;

	(void)state;
	init(&w);
	add_event(&w, 0, "17", 1);
	add_event(&w, 0, "17", 3);
	add_event(&w, 0, "17", 2);
	choose(&w);
	assert_int_equal(w.duplicates.count, 2);
	assert_int_equal(w.duplicates.differing, 2);
	assert_true(is_kept(&w, 1));
	assert_false(is_kept(&w, 0) || is_kept(&w, 2));
	release(&w);
}

/* Equal hashes of different records lose none of them. */
static void test_equal_keys_are_not_enough(void **state)
{
	struct world w;

	(void)state;
	init(&w);
	add_event(&w, 0, "17", 1);
	add_event(&w, 0, "18", 2);
	add_event(&w, 1, "17", 3);
	add_event(&w, 0, "18", 4);
	add_event(&w, 1, "17", 3);
	choose(&w);
	assert_int_equal(w.duplicates.count, 2);
	assert_int_equal(w.duplicates.differing, 1);
	assert_true(is_kept(&w, 0) && is_kept(&w, 3));
	assert_false(is_kept(&w, 1));
	assert_true(is_kept(&w, 2) != is_kept(&w, 4));
	release(&w);
}

/* Two fragments with one link each, of which one may be. */
static void test_too_many_links(void **state)
{
	struct world w;
	struct links links = LINKS_INIT;
	const uint32_t ids[2][2] = {{0, 1}, {0, 2}};

	(void)state;
	init(&w);
	for (uint32_t i = 0; i < 2; i++) {
		struct fragment_key key = {i, i};

		assert_int_equal(fragments_add(&w.fragments, key, SPAN("x"), ids[i], 2, 0, &w.err), i);
		add_event(&w, 0, i ? "1" : "0", 1);
		w.events.list[i].fragment = i;
		w.events.list[i].home = 0;
	}
	choose(&w);
	links_see_fragments(&links, &w.events, &w.fragments);
	links.most = 1;
	assert_int_equal(links_settle(&links, &w.events, &w.fragments, 3, &w.err), -1);
	assert_string_equal(w.err.message, "more than 1 links between identifiers: merge fewer events at a time");
	links.most = 2;
	assert_int_equal(links_settle(&links, &w.events, &w.fragments, 3, &w.err), 0);
	assert_int_equal(links.count, 2);
	links_release(&links);
	release(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_latest_of_a_record_stays),
		cmocka_unit_test(test_equal_keys_are_not_enough),
		cmocka_unit_test(test_too_many_links),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

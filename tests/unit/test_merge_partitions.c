/* unify/graph/partitions.h: events of hand-made customers, in memory and dealt out. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "unify/graph/partitions.h"

#define CUSTOMERS 7
#define EVENTS 200

struct world {
	struct store store;
	struct fragments fragments;
	struct events events;
	struct customers customers;
	struct partitions partitions;
	struct error err;
};

/* Event I is of customer I % 9: two of nine are a duplicate and unidentified. */
static uint32_t home_of(uint32_t i)
{
	return i % 9 < CUSTOMERS ? i % 9 : i % 9 == 7 ? HOME_DUPLICATE : HOME_NONE;
}

/* A customer's fragment has its number; event 10, of customer 1, says what customer 2 says. */
static uint32_t fragment_of(uint32_t i)
{
	return i == 10 ? 2 : i % 9 == 3 ? FRAGMENT_NONE : i % 9;
}

static void add_event(struct world *w, uint32_t i)
{
	struct purchase none = {0};
	struct event event = {0};
	struct entry e = {.home = home_of(i), .source = i % 3, .time = (int64_t)(EVENTS - i) / 4, .fragment = fragment_of(i)};
	struct buf line = BUF_INIT, stored = BUF_INIT;

	buf_printf(&line, "{\"type\":\"track\",\"id\":\"%u\",\"event\":\"e\"}", i);
	assert_int_equal(event_parse(&event, buf_view(&line), &w->err), 0);
	stored_make(&event, &none, &stored);
	e.size = (uint32_t)stored.len;
	e.place = store_put(&w->store, buf_view(&stored));
	assert_int_equal(events_add(&w->events, &e, &w->err), 0);
	buf_release(&line);
	buf_release(&stored);
}

static void add_fragments(struct world *w)
{
	for (uint32_t i = 0; i < 9; i++) {
		struct buf text = BUF_INIT;

		buf_printf(&text, "\"traits\":{\"n\":\"%u%.*s\"}", i, (int)i, "xxxxxxxxx");
		assert_int_equal(fragments_add(&w->fragments, (struct fragment_key){i + 1, i + 1}, buf_view(&text), NULL, 0, 0, &w->err), i);
		buf_release(&text);
	}
}

static void part_events(struct customers *c)
{
	struct parts *p = &c->events;

	c->count = CUSTOMERS;
	p->starts = mem_zero(CUSTOMERS + 2, sizeof *p->starts);
	p->items = mem_alloc(EVENTS * sizeof *p->items);
	for (uint32_t part = 0, at = 0; part <= CUSTOMERS; part++) {
		for (uint32_t i = 0; i < EVENTS; i++) {
			if (home_of(i) == (part < CUSTOMERS ? part : HOME_NONE))
				p->items[at++] = i;
		}
		p->starts[part + 1] = at;
	}
}

static void make(struct world *w, bool spilled, bool evidence, size_t room)
{
	*w = (struct world){.err = ERROR_INIT};
	store_init(&w->store, 1 << 20, "/tmp");
	fragments_init(&w->fragments, 1 << 20);
	add_fragments(w);
	for (uint32_t i = 0; i < EVENTS; i++)
		add_event(w, i);
	part_events(&w->customers);
	if (spilled)
		assert_int_equal(store_shrink(&w->store, 0, &w->err), 0);
	assert_int_equal(partitions_init(&w->partitions, &w->store, &w->events, &w->fragments, &w->customers, evidence ? PARTITIONS_EVIDENCE : PARTITIONS_LAST,
					 room, &w->err), 0);
}

static void release(struct world *w)
{
	partitions_release(&w->partitions);
	customers_release(&w->customers);
	events_release(&w->events);
	fragments_release(&w->fragments);
	store_release(&w->store);
}

static uint32_t number_of(const struct moment_event *e)
{
	struct span id = stored_id(e->stored);

	return (uint32_t)strtoul(id.ptr + 1, NULL, 10);
}

/* E has all that event NUMBER has, and what it says of itself. */
static void check_event(const struct world *w, const struct moment_event *e, uint32_t number)
{
	struct span got;
	char wanted[64] = "";

	assert_int_equal(e->time, (EVENTS - number) / 4);
	assert_int_equal(e->source, number % 3);
	if (fragment_of(number) == FRAGMENT_NONE) {
		assert_int_equal(e->fragment, FRAGMENT_NONE);
		return;
	}
	got = fragments_of(&w->fragments, e->fragment, e->stored);
	snprintf(wanted, sizeof wanted, "\"traits\":{\"n\":\"%u%.*s\"}", fragment_of(number), (int)fragment_of(number),
		 "xxxxxxxxx");
	assert_int_equal(got.len, strlen(wanted));
	assert_memory_equal(got.ptr, wanted, got.len);
}

/* The events of each customer are in its positions, those of nobody behind them by time. */
static void check_opened(struct world *w, const struct partition *f, bool *seen)
{
	const uint32_t *starts = w->customers.events.starts;
	uint32_t customer = f->customer;

	for (size_t at = f->from; at < f->to; at++) {
		const struct moment_event *e = &w->partitions.opened[at - f->from];
		uint32_t number = number_of(e);

		while (customer < CUSTOMERS && at >= starts[customer + 1])
			customer++;
		assert_int_equal(home_of(number), customer < CUSTOMERS ? customer : HOME_NONE);
		assert_false(seen[number]);
		seen[number] = true;
		check_event(w, e, number);
		if (customer == CUSTOMERS && at > f->from)
			assert_true(e->time >= e[-1].time);
	}
}

static void test_dealt_out(void **state)
{
	static const size_t rooms[] = {0, 1000, 4000, SIZE_MAX};

	(void)state;
	for (size_t r = 0; r < sizeof rooms / sizeof *rooms; r++) {
		bool seen[EVENTS] = {false};
		struct world w;
		size_t at = 0;

		make(&w, true, false, rooms[r]);
		assert_true(w.partitions.count >= (r < 2 ? CUSTOMERS + 2 : 2));
		for (size_t i = 0; i < w.partitions.count; i++) {
			assert_int_equal(w.partitions.list[i].from, at);
			at = w.partitions.list[i].to;
			assert_int_equal(partitions_open(&w.partitions, i, &w.err), 0);
			check_opened(&w, &w.partitions.list[i], seen);
		}
		for (uint32_t i = 0; i < EVENTS; i++)
			assert_int_equal(seen[i], home_of(i) != HOME_DUPLICATE);
		release(&w);
	}
}

/* For those who ask for single events, an entry leads to its event, and to its fragment. */
static void test_evidence(void **state)
{
	struct world w;

	(void)state;
	make(&w, true, true, 1000);
	for (size_t i = 0; i < w.partitions.count; i++) {
		const struct partition *f = &w.partitions.list[i];

		assert_int_equal(partitions_open(&w.partitions, i, &w.err), 0);
		for (size_t at = f->from; at < f->to && f->customer < CUSTOMERS; at++) {
			const struct entry *e = &w.events.list[w.customers.events.items[at]];
			struct moment_event found = {e->time, partitions_at(&w.partitions, e), e->source, e->fragment};

			assert_int_equal(number_of(&found), w.customers.events.items[at]);
			check_event(&w, &found, number_of(&found));
		}
	}
	release(&w);
}

static void test_in_memory(void **state)
{
	struct world w;
	const uint32_t *items;

	(void)state;
	make(&w, false, false, 0);
	items = w.customers.events.items;
	assert_int_equal(w.partitions.count, 2);
	assert_int_equal(partitions_open(&w.partitions, 1, &w.err), 0);
	assert_null(w.partitions.opened);
	for (size_t at = w.partitions.list[1].from; at < w.partitions.list[1].to; at++) {
		assert_int_equal(home_of(items[at]), HOME_NONE);
		if (at > w.partitions.list[1].from)
			assert_true(w.events.list[items[at]].time >= w.events.list[items[at - 1]].time);
	}
	release(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dealt_out),
		cmocka_unit_test(test_evidence),
		cmocka_unit_test(test_in_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

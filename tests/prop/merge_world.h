/*
 * A random world of events for the laws of cdp-merge, and what a run of it
 * gives: few values, so that everything meets everything.
 */
#ifndef TESTS_MERGE_WORLD_H
#define TESTS_MERGE_WORLD_H

#include "tests/unit/support.h"

#include "base/mem.h"
#include "unify/merge/merge.h"
#include "record/profile.h"

#define EVENTS 60
#define TYPES 4

/* In the order of their priority. */
static const char *const types[TYPES] = {
	"user_id", "email", "anonymous_id", "shop_no",
};
static const unsigned limits[TYPES] = {1, 2, 3, 5};

struct happening {
	struct buf line;
	int value[TYPES];	/* -1: none */
	int first, last, born;	/* of the name; -1: none */
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

static inline void put_ids(struct happening *h, uint64_t *seed)
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

static inline void put_traits(struct happening *h, uint64_t *seed)
{
	static const char *const firsts[] = {"Ann", "Bob", "Cid"};
	static const char *const lasts[] = {"Lee", "Ray"};
	static const char *const births[] = {"1980-01-01", "1975-12-31", "1999-12-24"};

	h->first = h->last = h->born = -1;
	if (!support_below(seed, 2))
		return;
	buf_printf(&h->line, ",\"traits\":{\"t%d\":\"%d\",\"city\":\"%d\"",
		   (int)support_below(seed, 3), (int)h->number, (int)support_below(seed, 4));
	if (support_below(seed, 3)) {
		h->first = (int)support_below(seed, 3);
		h->last = (int)support_below(seed, 2);
		buf_printf(&h->line, ",\"first_name\":\"%s\",\"last_name\":\"%s\"",
			   firsts[h->first], lasts[h->last]);
	}
	if (support_below(seed, 2)) {
		h->born = (int)support_below(seed, 3);
		buf_printf(&h->line, ",\"birth_date\":\"%s\"", births[h->born]);
	}
	buf_char(&h->line, '}');
}

static inline void put_happening(struct happening *h, unsigned number, uint64_t *seed)
{
	bool refund = !support_below(seed, 5);
	int source = (int)support_below(seed, 2);

	*h = (struct happening){.number = number, .key = -1};
	h->time = support_below(seed, 6)
			  ? (int64_t)support_below(seed, 40) * DAY_MS
			  : MOMENT_NONE;
	h->cents = 1 + (int64_t)support_below(seed, 100000);
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
	put_traits(h, seed);
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

static inline void world_make(struct world *w, uint64_t *seed)
{
	w->count = 1 + support_below(seed, EVENTS);
	for (size_t i = 0; i < w->count; i++)
		put_happening(&w->list[i], (unsigned)i, seed);
}

static inline void world_release(struct world *w)
{
	for (size_t i = 0; i < w->count; i++)
		buf_release(&w->list[i].line);
}

/* What one run of the merge gives. */
struct outcome {
	struct buf profiles;
	struct buf unidentified;
	struct merge_report report;	/* its sums are in the texts below */
	struct buf money[4];
	bool limits_hold;	/* no profile shows shared values */
	struct buf shared[2];	/* generic values, those of households */
};

static inline int put_buf(void *context, struct span bytes, struct error *err)
{
	(void)err;
	buf_span(context, bytes);
	return 0;
}

static inline void shuffle(size_t *order, size_t count, uint64_t *seed)
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
static inline void feed(struct merge *m, const struct world *w, unsigned workers,
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

static const char nothing_shared[] __attribute__((unused)) =
	"generic others = none\ngeneric anonymous_id = none\nhousehold = off\n";

static inline void run(const struct world *w, const char *rules, uint64_t memory,
		unsigned workers, uint64_t *seed, struct outcome *out)
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

	*out = (struct outcome){.limits_hold = rules == nothing_shared};
	for (int t = 0; t < TYPES; t++) {
		char text[40];

		snprintf(text, sizeof text, "limit %s = %u", types[t], limits[t]);
		assert_int_equal(identity_rules_add(merge_rules(m), span_of(text), &err), 0);
	}
	assert_int_equal(identity_rules_parse(merge_rules(m), span_of(rules), "rules", &err), 0);
	feed(m, w, workers, seed);
	assert_int_equal(merge_settle(m, &err), 0);
	assert_int_equal(merge_write(m, &profiles, &unidentified, &err), 0);
	out->report = *merge_report(m);
	monies_put_json(&out->report.sums.revenue, &out->money[0]);
	monies_put_json(&out->report.sums.later, &out->money[1]);
	monies_put_json(&out->report.sums.unidentified, &out->money[2]);
	monies_put_json(&out->report.sums.unidentified_later, &out->money[3]);
	merge_put_shared(m, SHARED_BY_MANY, &out->shared[0]);
	merge_put_shared(m, SHARED_HOUSEHOLD, &out->shared[1]);
	merge_free(m);
}

static inline void outcome_release(struct outcome *o)
{
	buf_release(&o->profiles);
	buf_release(&o->unidentified);
	for (int i = 0; i < 4; i++)
		buf_release(&o->money[i]);
	buf_release(&o->shared[0]);
	buf_release(&o->shared[1]);
}

/* Of equal keys a refund, the later, then the greater bytes. */
static inline size_t model_duplicates(struct world *w)
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
			if ((o->cents < 0) != (h->cents < 0))
				h->dropped = h->dropped || o->cents < 0;
			else if (o->time > h->time ||
				 (o->time == h->time && (order > 0 || (!order && j < i))))
				h->dropped = true;
		}
		dropped += h->dropped;
	}
	return dropped;
}

static inline int home_of(const struct happening *h)
{
	for (int t = 0; t < TYPES; t++) {
		if (h->value[t] >= 0)
			return t * 6 + h->value[t];
	}
	return -1;
}

static inline uint64_t event_number(struct value props)
{
	struct value n = value_member(props, SPAN("n"));
	uint64_t number = UINT64_MAX;

	assert_true(span_number(n.raw, &number));
	return number;
}

static inline void check_limits(struct value ids)
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
static inline void find_places(const struct outcome *o, int place[EVENTS])
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
		if (o->limits_hold)
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

#endif

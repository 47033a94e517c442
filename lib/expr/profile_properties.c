/*
 * Functions of one property of a profile's events.  Numbers: sum, average,
 * least and greatest.  Values: the first, the last, the most frequent, all
 * different ones.  Events without the property, or with one that is null or an
 * empty text, take no part.
 */
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "expr/profile_window.h"
#include "expr/tree.h"

/* Less often than this, a value is frequent by chance only (Segment's rule). */
#define FREQUENT_LEAST 2

/* 1, 0 when the window's events are not all known, -1. */
static int open_property(struct expr_run *run, const struct datum *args,
			 size_t count, struct window *w, struct error *err)
{
	int got = window_open(run, window_length(args, count, 2), w, err);

	w->name = args[0].text;
	w->prop = args[1].text;
	return got <= 0 ? got : w->whole;
}

/* Numbers of the property; money of several currencies is not one sum. */
struct numbers {
	struct window_money money;
	struct decimal least, greatest;
	int64_t count;
};

static int walk_elements(struct value array, struct span path,
			 int (*take)(void *context, struct value v), void *context,
			 struct error *err)
{
	struct scan s;
	struct value one;
	int got;

	scan_start(&s, array.raw);
	if (scan_enter(&s, '[', err))
		return -1;
	while ((got = scan_element(&s, &one, err)) > 0) {
		int stop = profile_walk(one, path, take, context, err);

		if (stop)
			return stop;
	}
	return got;
}

int profile_walk(struct value v, struct span path,
		 int (*take)(void *context, struct value v), void *context, struct error *err)
{
	while (!span_absent(path)) {
		struct span rest = path, key = span_cut(&rest, '.');
		uint64_t number;

		if (v.kind == VALUE_ARRAY && !span_number(key, &number))
			return walk_elements(v, path, take, context, err);
		v = value_path(v, key);
		path = rest;
	}
	return v.kind == VALUE_NONE ? 0 : take(context, v);
}

static int take_first(void *context, struct value v)
{
	*(struct value *)context = v;
	return 1;
}

int profile_walk_property(const struct past_event *e, struct span path,
			  int (*take)(void *context, struct value v), void *context,
			  struct error *err)
{
	static const struct span prefix = SPAN("context.");
	struct value first = VALUE_ABSENT;

	/* The usual property is a member. */
	if (span_starts(path, prefix) && profile_walk(e->props, path, take_first, &first, NULL) <= 0)
		return profile_walk(e->context, span_sub(path, prefix.len, path.len), take, context, err);
	return profile_walk(e->props, path, take, context, err);
}

struct value profile_property(const struct past_event *e, struct span path)
{
	struct value first = VALUE_ABSENT;

	profile_walk_property(e, path, take_first, &first, NULL);
	return first;
}

/* An event's numbers go to the window's. */
struct number_walk {
	struct expr_run *run;
	const struct past_event *event;
	struct numbers *n;
	struct error *err;
};

static int take_number(void *context, struct value v)
{
	struct number_walk *w = context;
	struct numbers *n = w->n;
	struct decimal number;

	if (!value_decimal(v, &number))
		return 0;
	if (window_add_money(w->run, &n->money, w->event->props, number, w->err))
		return -1;
	if (!n->count || decimal_compare(number, n->least) < 0)
		n->least = number;
	if (!n->count || decimal_compare(number, n->greatest) > 0)
		n->greatest = number;
	n->count++;
	return 0;
}

static int read_numbers(struct expr_run *run, const struct datum *args,
			size_t count, struct numbers *n, struct error *err)
{
	struct window w;
	struct number_walk walk = {.run = run, .n = n, .err = err};
	int got = open_property(run, args, count, &w, err);
	size_t i = got > 0 ? w.cache->count : 0;

	*n = (struct numbers){0};
	while (got > 0 && (walk.event = window_next(&w, &i)) != NULL) {
		if (window_walk(&w, walk.event, take_number, &walk))
			return -1;
	}
	if (window_close(&w, got))
		return -1;
	return got > 0 ? !n->money.mixed || !window_is_money(args[1].text) : got;
}

int property_sum(struct expr_run *run, const struct datum *args, size_t count,
		 struct datum *out, struct error *err)
{
	struct numbers n;
	int got = read_numbers(run, args, count, &n, err);

	if (got > 0)
		*out = datum_number(n.money.sum);
	return got < 0 ? -1 : 0;
}

int property_avg(struct expr_run *run, const struct datum *args, size_t count,
		 struct datum *out, struct error *err)
{
	struct numbers n;
	struct decimal mean;
	int got = read_numbers(run, args, count, &n, err);

	if (got > 0 && n.count &&
	    decimal_div(n.money.sum, decimal_of(n.count), &mean))
		*out = datum_number(mean);
	return got < 0 ? -1 : 0;
}

int property_min(struct expr_run *run, const struct datum *args, size_t count,
		 struct datum *out, struct error *err)
{
	struct numbers n;
	int got = read_numbers(run, args, count, &n, err);

	if (got > 0 && n.count)
		*out = datum_number(n.least);
	return got < 0 ? -1 : 0;
}

int property_max(struct expr_run *run, const struct datum *args, size_t count,
		 struct datum *out, struct error *err)
{
	struct numbers n;
	int got = read_numbers(run, args, count, &n, err);

	if (got > 0 && n.count)
		*out = datum_number(n.greatest);
	return got < 0 ? -1 : 0;
}

static bool says_something(struct value v)
{
	return v.kind != VALUE_NONE && v.kind != VALUE_NULL &&
	       (v.kind != VALUE_TEXT || v.raw.len > 2);
}

/* The first value of W's property that E has, and the filter lets through. */
static struct value first_value(struct window *w, const struct past_event *e)
{
	struct value first = VALUE_ABSENT;

	window_walk(w, e, take_first, &first);
	return first;
}

int property_first(struct expr_run *run, const struct datum *args,
		   size_t count, struct datum *out, struct error *err)
{
	struct window w;
	const struct past_event *e;
	struct value found = VALUE_ABSENT;
	int got = open_property(run, args, count, &w, err);
	size_t i = got > 0 ? w.cache->count : 0;

	while (got > 0 && (e = window_next(&w, &i)) != NULL) {
		struct value v = first_value(&w, e);

		if (e->time != MOMENT_NONE && says_something(v))
			found = v;
	}
	return window_close(&w, got) ? -1 : profile_datum(run, found, TYPE_ANY, out, err);
}

/* Omitted events are older: they matter only where nothing was found. */
int property_last(struct expr_run *run, const struct datum *args, size_t count,
		  struct datum *out, struct error *err)
{
	struct window w;
	const struct past_event *e;
	int got = window_open(run, window_length(args, count, 2), &w, err);
	size_t i = got > 0 ? w.cache->count : 0;

	w.name = args[0].text;
	w.prop = args[1].text;
	while (got > 0 && (e = window_next(&w, &i)) != NULL) {
		struct value v = first_value(&w, e);

		if (e->time != MOMENT_NONE && says_something(v))
			return profile_datum(run, v, TYPE_ANY, out, err);
	}
	return window_close(&w, got);
}

/* A distinct text of the property and the events that say it. */
struct choice {
	struct span text;
	struct value value;	/* the newest that is written so */
	uint64_t count;
};

struct choices {
	struct map map;		/* text -> number in the list */
	struct choice *list;
	size_t cap;
};

static void choices_release(struct choices *c)
{
	map_release(&c->map);
	mem_free(c->list);
}

static void choose(struct expr_run *run, struct choices *c, struct value v)
{
	struct span text;
	bool added;
	size_t number;

	if (!says_something(v))
		return;
	text = v.kind == VALUE_OBJECT || v.kind == VALUE_ARRAY ? v.raw
							       : profile_text(run, v);
	number = map_put(&c->map, text, &added);
	if (added) {
		c->list = mem_room(c->list, number, &c->cap, sizeof(*c->list));
		c->list[number] = (struct choice){c->map.entries[number].key, v, 0};
	}
	c->list[number].count++;
}

struct choice_walk {
	struct expr_run *run;
	struct choices *choices;
	struct error *err;
};

/* An array is as many values as it has elements. */
static int choose_all(void *context, struct value v)
{
	struct choice_walk *w = context;
	struct scan s;
	struct value one;
	int got;

	if (v.kind != VALUE_ARRAY) {
		choose(w->run, w->choices, v);
		return 0;
	}
	scan_start(&s, v.raw);
	if (scan_enter(&s, '[', w->err))
		return -1;
	while ((got = scan_element(&s, &one, w->err)) > 0)
		choose(w->run, w->choices, one);
	return got;
}

static int read_choices(struct expr_run *run, const struct datum *args,
			size_t count, struct choices *c, struct error *err)
{
	struct window w;
	const struct past_event *e;
	struct choice_walk walk = {run, c, err};
	int got = open_property(run, args, count, &w, err);
	size_t i = got > 0 ? w.cache->count : 0;

	while (got > 0 && (e = window_next(&w, &i)) != NULL) {
		if (window_walk(&w, e, choose_all, &walk))
			return -1;
	}
	return window_close(&w, got) ? -1 : got;
}

int property_most_frequent(struct expr_run *run, const struct datum *args,
			   size_t count, struct datum *out, struct error *err)
{
	struct choices c = {0};
	const struct choice *best = NULL;
	int got = read_choices(run, args, count, &c, err);

	for (size_t i = 0; got > 0 && i < c.map.count; i++) {
		const struct choice *one = &c.list[i];

		if (!best || one->count > best->count ||
		    (one->count == best->count && span_compare(one->text, best->text) < 0))
			best = one;
	}
	if (best && best->count >= FREQUENT_LEAST)
		got = profile_datum(run, best->value, TYPE_ANY, out, err);
	choices_release(&c);
	return got < 0 ? -1 : 0;
}

static int by_text(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	return span_compare(*x, *y);
}

int property_unique(struct expr_run *run, const struct datum *args,
		    size_t count, struct datum *out, struct error *err)
{
	struct choices c = {0};
	int got = read_choices(run, args, count, &c, err);

	if (got > 0) {
		struct span *items = arena_alloc(run->scratch, (c.map.count + 1) * sizeof(*items));

		for (size_t i = 0; i < c.map.count; i++)
			items[i] = arena_copy(run->scratch, c.list[i].text);
		if (c.map.count)
			qsort(items, c.map.count, sizeof(*items), by_text);
		*out = (struct datum){.type = TYPE_LIST, .list = {items, c.map.count}};
	}
	choices_release(&c);
	return got < 0 ? -1 : 0;
}

int property_distinct(struct expr_run *run, const struct datum *args,
		      size_t count, struct datum *out, struct error *err)
{
	struct choices c = {0};
	int got = read_choices(run, args, count, &c, err);

	if (got > 0)
		*out = datum_number(decimal_of((int64_t)c.map.count));
	choices_release(&c);
	return got < 0 ? -1 : 0;
}

/* ---- Names of filters ---- */

/* The values that a path through arrays leads to. */
struct value_walk {
	struct expr_run *run;
	struct span *items;
	size_t count;
	size_t cap;
};

static int take_text(void *context, struct value v)
{
	struct value_walk *w = context;

	if (!says_something(v))
		return 0;
	w->items = mem_room(w->items, w->count, &w->cap, sizeof *w->items);
	w->items[w->count++] = v.kind == VALUE_OBJECT || v.kind == VALUE_ARRAY ? v.raw : profile_text(w->run, v);
	return 0;
}

/* Nothing is unknown; else a list of what the walk found, however few. */
static int finish_list(struct value_walk *w, int failed, struct datum *out)
{
	if (!failed && w->count) {
		struct span *items = arena_alloc(w->run->scratch, w->count * sizeof *items);

		memcpy(items, w->items, w->count * sizeof *items);
		*out = (struct datum){.type = TYPE_LIST, .list = {items, w->count}};
	}
	mem_free(w->items);
	return failed ? -1 : 0;
}

/* An array is on the way. */
static int fetch_list(struct expr_run *run, const struct past_event *e, struct span path,
		      struct datum *out, struct error *err)
{
	struct value_walk w = {.run = run};

	return finish_list(&w, profile_walk_property(e, path, take_text, &w, err), out);
}

/* What PATH leads to in the one element that is looked at. */
static int fetch_of_element(struct expr_run *run, struct value element, struct span path,
			    struct datum *out, struct error *err)
{
	struct value_walk w = {.run = run};
	struct value v = value_path(element, path);

	if (v.kind != VALUE_NONE)
		return profile_datum(run, v, TYPE_ANY, out, err);
	return finish_list(&w, profile_walk(element, path, take_text, &w, err), out);
}

/* The event's own members, where it has no property of the name. */
static int fetch_member(struct expr_run *run, const struct past_event *e, struct span name,
			struct datum *out)
{
	if (span_equal(name, SPAN("time")) && e->time != MOMENT_NONE)
		*out = datum_time(e->time);
	else if (span_equal(name, SPAN("source")) && e->source.len > 2)
		*out = datum_text(profile_text(run, (struct value){e->source, VALUE_TEXT, true}));
	else if (span_equal(name, SPAN("event")))
		*out = datum_text(e->name);
	return 0;
}

int profile_fetch_property(struct expr_run *run, int slot, struct datum *out, struct error *err)
{
	const struct profile_row *row = run->row;
	const struct past_event *e = row->event;
	struct span path = profile_scope_property(row->scope, slot);
	struct span prefix = SPAN("context.");
	struct value v;

	if (row->bound.len && span_starts(path, row->bound))
		return fetch_of_element(run, row->element, span_sub(path, row->bound.len, path.len), out, err);
	v = value_path(e->props, path);
	if (v.kind == VALUE_NONE && span_starts(path, prefix))
		v = value_path(e->context, span_sub(path, prefix.len, path.len));
	if (v.kind != VALUE_NONE)
		return profile_datum(run, v, TYPE_ANY, out, err);
	if (span_find_byte(path, '.') < path.len)
		return fetch_list(run, e, path, out, err);
	return fetch_member(run, e, path, out);
}

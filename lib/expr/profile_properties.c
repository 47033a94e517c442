/*
 * Functions of one property of a profile's events.  Numbers: sum, average,
 * least and greatest.  Values: the first, the last, the most frequent, all
 * different ones.  Events without the property, or with one that is null or an
 * empty text, take no part.
 */
#include <stdlib.h>

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
	return got <= 0 ? got : w->whole;
}

/* Numbers of the property; money of several currencies is not one sum. */
struct numbers {
	struct window_money money;
	struct decimal least, greatest;
	int64_t count;
};

struct value profile_property(const struct past_event *e, struct span path)
{
	static const struct span context = SPAN("context.");
	struct value v = value_path(e->props, path);

	if (v.kind != VALUE_NONE || !span_starts(path, context))
		return v;
	return value_path(e->context, span_sub(path, context.len, path.len));
}

static int read_numbers(struct expr_run *run, const struct datum *args,
			size_t count, struct numbers *n, struct error *err)
{
	struct window w;
	const struct past_event *e;
	struct decimal number;
	int got = open_property(run, args, count, &w, err);
	size_t i = got > 0 ? w.cache->count : 0;

	*n = (struct numbers){0};
	while (got > 0 && (e = window_next(&w, &i)) != NULL) {
		if (!value_decimal(profile_property(e, args[1].text), &number))
			continue;
		if (window_add_money(run, &n->money, e->props, number, err))
			return -1;
		if (!n->count || decimal_compare(number, n->least) < 0)
			n->least = number;
		if (!n->count || decimal_compare(number, n->greatest) > 0)
			n->greatest = number;
		n->count++;
	}
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

int property_first(struct expr_run *run, const struct datum *args,
		   size_t count, struct datum *out, struct error *err)
{
	struct window w;
	const struct past_event *e;
	struct value found = VALUE_ABSENT;
	int got = open_property(run, args, count, &w, err);
	size_t i = got > 0 ? w.cache->count : 0;

	while (got > 0 && (e = window_next(&w, &i)) != NULL) {
		struct value v = profile_property(e, args[1].text);

		if (e->time != MOMENT_NONE && says_something(v))
			found = v;
	}
	return got < 0 ? -1 : profile_datum(run, found, TYPE_ANY, out, err);
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
	while (got > 0 && (e = window_next(&w, &i)) != NULL) {
		struct value v = profile_property(e, args[1].text);

		if (e->time != MOMENT_NONE && says_something(v))
			return profile_datum(run, v, TYPE_ANY, out, err);
	}
	return got < 0 ? -1 : 0;
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

/* An array is as many values as it has elements. */
static int choose_all(struct expr_run *run, struct choices *c, struct value v,
		      struct error *err)
{
	struct scan s;
	struct value one;
	int got;

	if (v.kind != VALUE_ARRAY) {
		choose(run, c, v);
		return 0;
	}
	scan_start(&s, v.raw);
	if (scan_enter(&s, '[', err))
		return -1;
	while ((got = scan_element(&s, &one, err)) > 0)
		choose(run, c, one);
	return got;
}

static int read_choices(struct expr_run *run, const struct datum *args,
			size_t count, struct choices *c, struct error *err)
{
	struct window w;
	const struct past_event *e;
	int got = open_property(run, args, count, &w, err);
	size_t i = got > 0 ? w.cache->count : 0;

	while (got > 0 && (e = window_next(&w, &i)) != NULL) {
		if (choose_all(run, c, profile_property(e, args[1].text), err))
			return -1;
	}
	return got;
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

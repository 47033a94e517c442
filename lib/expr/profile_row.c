/* Rows of the profile scope: values of a profile's members, and its events. */
#include "expr/profile_row.h"

#include "base/hash.h"
#include "base/mem.h"
#include "expr/profile_asked.h"
#include "expr/profile_lists.h"
#include "expr/tree.h"
#include "time/date_text.h"

void profile_row_init(struct profile_row *r, const struct profile_scope *s)
{
	*r = (struct profile_row){.scope = s};
	r->cache = mem_zero(1, sizeof(*r->cache));
	r->traits = mem_zero(1, sizeof(*r->traits));
	r->asked = asked_row_new();
	r->lists = lists_row_new();
}

void profile_row_set(struct profile_row *r, const struct profile *p)
{
	r->profile = p;
	r->number++;
	r->cache->filled = false;
	r->traits->started = false;
}

void profile_row_release(struct profile_row *r)
{
	if (!r->cache)
		return;
	buf_release(&r->text);
	mem_free(r->cache->events);
	orders_release(&r->cache->orders);
	session_release(&r->cache->sessions);
	arena_release(&r->cache->names);
	mem_free(r->cache);
	mem_free(r->traits);
	asked_row_free(r->asked);
	lists_row_free(r->lists);
	rate_uses_release(&r->rates);
	*r = (struct profile_row){0};
}

/* run->row is const for scopes that only read; ours owns what it caches. */
static struct profile_row *row_of(const struct expr_run *run)
{
	return (struct profile_row *)(uintptr_t)run->row;
}

static void start_traits(struct traits_cache *c, struct value traits)
{
	c->started = true;
	c->count = 0;
	c->ended = traits.kind != VALUE_OBJECT;
	if (c->ended)
		return;
	scan_start(&c->rest, traits.raw);
	scan_enter(&c->rest, '{', NULL);
}

/* The first trait NAME, looking on where the last look ended. */
static struct value find_trait(struct traits_cache *c, struct value traits, struct span name)
{
	if (!c->started)
		start_traits(c, traits);
	for (size_t i = 0; i < c->count; i++)
		if (member_is(&c->list[i], name))
			return c->list[i].value;
	while (!c->ended && c->count < TRAITS_KEPT) {
		struct member *m = &c->list[c->count];

		c->ended = scan_member(&c->rest, m, NULL) <= 0;
		c->count += !c->ended;
		if (!c->ended && member_is(m, name))
			return m->value;
	}
	return c->ended ? VALUE_ABSENT : value_member(traits, name);
}

struct value profile_row_value(const struct profile_row *row, const struct slot *slot)
{
	return slot->trait ? find_trait(row->traits, row->profile->traits, slot->path)
			   : profile_value(row->profile, slot);
}

int64_t profile_now(const struct expr_run *run)
{
	return run->as_of != MOMENT_NONE ? run->as_of
		: row_of(run)->profile->as_of;
}

struct span profile_text(struct expr_run *run, struct value v)
{
	struct buf *text = &row_of(run)->text;
	struct span s;

	buf_clear(text);
	s = value_text(v, text);
	return v.escaped ? arena_copy(run->scratch, s) : s;
}

/* An element's text: as JSON where it is no single value. */
static struct span element_text(struct expr_run *run, struct value v)
{
	if (v.kind == VALUE_ARRAY || v.kind == VALUE_OBJECT)
		return v.raw;
	return profile_text(run, v);
}

/* Nulls are left out; what is no array is a list of one. */
static int datum_list(struct expr_run *run, struct value v, struct datum *out,
		      struct error *err)
{
	struct scan scan;
	struct value one;
	struct value few[4];
	struct span *items;
	size_t count = 0, room = 0;
	int got;

	if (v.kind != VALUE_ARRAY) {
		items = arena_alloc(run->scratch, sizeof(*items));
		*items = element_text(run, v);
		*out = (struct datum){.type = TYPE_LIST, .list = {items, 1}};
		return 0;
	}
	scan_start(&scan, v.raw);
	if (scan_enter(&scan, '[', err))
		return -1;
	while ((got = scan_element(&scan, &one, err)) > 0) {
		if (room < 4)
			few[room] = one;
		room++;
	}
	items = arena_alloc(run->scratch, room * sizeof(*items));
	if (!got && room <= 4) {	/* as nearly always: scanned once */
		for (size_t i = 0; i < room; i++)
			if (few[i].kind != VALUE_NULL)
				items[count++] = element_text(run, few[i]);
		*out = (struct datum){.type = TYPE_LIST, .list = {items, count}};
		return 0;
	}
	scan_start(&scan, v.raw);
	if (got < 0 || scan_enter(&scan, '[', err))
		return -1;
	while ((got = scan_element(&scan, &one, err)) > 0) {
		if (one.kind != VALUE_NULL)
			items[count++] = element_text(run, one);
	}
	*out = (struct datum){.type = TYPE_LIST, .list = {items, count}};
	return got;
}

/* A number of more digits than ours stays a text, which a copy shows whole. */
static struct datum datum_digits(struct value v)
{
	struct decimal number;
	struct datum d;

	if (!decimal_parse(v.raw, &number))
		return datum_text(v.raw);
	d = datum_number(number);
	d.written = v.raw;
	return d;
}

static int datum_any(struct expr_run *run, struct value v, struct datum *out,
		     struct error *err)
{
	switch (v.kind) {
	case VALUE_TEXT:
		*out = datum_text(profile_text(run, v));
		return 0;
	case VALUE_NUMBER:
		*out = datum_digits(v);
		return 0;
	case VALUE_TRUE:
	case VALUE_FALSE:
		*out = datum_truth(v.kind == VALUE_TRUE);
		return 0;
	case VALUE_ARRAY:
		return datum_list(run, v, out, err);
	default:
		*out = datum_text(v.raw);
		return 0;
	}
}

static struct datum datum_moment(struct expr_run *run, struct value v)
{
	struct node lenient = {.lenient = true};
	struct datum d = DATUM_UNKNOWN;
	int64_t moment;

	if (value_moment(v, &moment))
		return datum_time(moment);
	if (v.kind == VALUE_TEXT)
		convert_text_time(&lenient, profile_text(run, v), DATES_ISO,
				  run->zone, &d, NULL);
	return d;
}

int profile_datum(struct expr_run *run, struct value v, enum datum_type type,
		  struct datum *out, struct error *err)
{
	struct decimal number;

	*out = DATUM_UNKNOWN;
	if (v.kind == VALUE_NONE || v.kind == VALUE_NULL)
		return 0;
	switch (type) {
	case TYPE_LIST:
		return datum_list(run, v, out, err);
	case TYPE_TIME:
		*out = datum_moment(run, v);
		return 0;
	case TYPE_NUMBER:
		if (v.kind == VALUE_NUMBER)
			*out = datum_digits(v);
		else if (value_decimal(v, &number))
			*out = datum_number(number);
		if (out->type != TYPE_NUMBER)
			*out = DATUM_UNKNOWN;
		return 0;
	case TYPE_TEXT:
		*out = datum_text(element_text(run, v));
		return 0;
	default:
		return datum_any(run, v, out, err);
	}
}

struct datum profile_days_since(const struct expr_run *run, int64_t then)
{
	int64_t now = profile_now(run);

	if (now == MOMENT_NONE)
		return DATUM_UNKNOWN;
	now -= then;
	return datum_number(decimal_of(now / DAY_MS - (now % DAY_MS < 0)));
}

/* What an event goes by; decoded names live in the cache. */
static struct span event_name(struct profile_row *row, const struct event *e)
{
	struct span name;

	if (e->type != EVENT_TRACK || e->name.kind != VALUE_TEXT)
		return e->type < EVENT_TYPES ? event_type_names[e->type] : SPAN("");
	buf_clear(&row->text);
	name = value_text(e->name, &row->text);
	return e->name.escaped ? arena_copy(&row->cache->names, name) : name;
}

/*
 * Of orders that nothing was paid back of, and that one source reports, money adds up.
 * SOURCE is the one so far.
 */
static bool is_plain(const struct past_event *e, struct span *source)
{
	if (e->kind == ORDER_NONE)
		return true;
	if (span_absent(*source))
		*source = e->source;
	return e->kind == ORDER_COMPLETED && span_equal(*source, e->source);
}

int profile_cache_fill(struct expr_run *run, struct profile_cache **cache,
		       struct error *err)
{
	struct profile_row *row = row_of(run);
	struct profile_cache *c = row->cache;
	const struct profile *p = row->profile;
	struct profile_events walk;
	struct event e;
	struct decimal omitted;
	struct span source = SPAN_NONE;
	int got;

	*cache = c;
	if (c->filled)
		return 0;
	c->count = 0;
	c->settled = false;
	c->plain = true;
	arena_clear(&c->names);
	c->known = p->events.kind == VALUE_ARRAY;
	c->complete = !value_decimal(p->events_omitted, &omitted) || !omitted.digits;
	c->filled = true;
	if (!c->known)
		return 0;
	profile_events_start(&walk, p);
	while ((got = profile_events_next(&walk, &e, err)) > 0) {
		c->events = mem_room(c->events, c->count, &c->cap, sizeof(*c->events));
		c->events[c->count++] = (struct past_event){
			event_name(row, &e), e.time, e.props, e.context, e.source.raw, order_kind(&e), e.type
		};
		c->plain = c->plain && is_plain(&c->events[c->count - 1], &source);
	}
	c->filled = got == 0;
	return got;
}

int profile_cache_settle(struct expr_run *run, struct profile_cache *cache,
			 struct error *err)
{
	int64_t now = profile_now(run);

	if (cache->settled)
		return 0;
	orders_clear(&cache->orders);
	for (size_t i = 0; i < cache->count; i++) {
		const struct past_event *e = &cache->events[i];
		struct order order;

		if (e->kind == ORDER_NONE || (now != MOMENT_NONE && e->time > now))
			continue;
		/* Money that cannot be read is not known. */
		order_read_properties(e->kind, e->props, &order, &row_of(run)->text, NULL);
		orders_add(&cache->orders, &order, hash_64(e->source), e->time, (uint32_t)i);
	}
	if (orders_settle(&cache->orders, err))
		return -1;
	cache->settled = true;
	return 0;
}

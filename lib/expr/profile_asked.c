#include "expr/profile_asked.h"

#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "expr/profile_lists.h"

/* Names compared lately, so that the name of each event is compared once. */
#define COMPARED 256

struct sighting {
	bool seen;
	bool base;		/* what holds the name was there: the event, traits, segments */
	size_t edits;		/* of the nearest other name; SIZE_MAX: none is near */
	struct buf nearest;
};

struct asked_row {
	struct sighting *list;
	size_t count;
	size_t unseen;
	bool any;		/* a profile was noted */
	bool events;		/* one of them has an event */
	uint64_t compared[COMPARED];
	struct buf text;	/* scratch */
	struct buf candidate;
};

/* ---- While compiling ---- */

void asked_release(struct asked_list *l)
{
	mem_free(l->list);
	arena_release(&l->texts);
	*l = (struct asked_list){0};
}

void asked_close(struct asked_list *l)
{
	l->closed = true;
}

static bool is_asked(const struct asked_list *l, const struct asked *a)
{
	for (size_t i = 0; i < l->count; i++) {
		const struct asked *b = &l->list[i];

		if (b->kind == a->kind && span_equal(b->event, a->event) &&
		    span_equal(b->name, a->name) && span_equal(b->slot.top, a->slot.top))
			return true;
	}
	return false;
}

static void add_asked(struct asked_list *l, const struct asked *a)
{
	struct asked *copy;

	if (l->closed || !a->name.len || is_asked(l, a))
		return;
	l->list = mem_room(l->list, l->count, &l->cap, sizeof *l->list);
	copy = &l->list[l->count++];
	*copy = *a;
	copy->event = arena_copy(&l->texts, a->event);
	copy->name = arena_copy(&l->texts, a->name);
}

/* Members whose keys come from the data, or that this version does not know. */
static bool is_open(const struct slot *slot)
{
	static const char *const closed[] = {
		"id", "as_of", "sources", "first_seen", "last_seen", "orders",
		"segments", "events_omitted", NULL,
	};

	for (size_t i = 0; closed[i]; i++)
		if (span_equal(slot->top, span_of(closed[i])))
			return false;
	return true;
}

void asked_add_slot(struct asked_list *l, const struct slot *slot)
{
	struct asked a = {.kind = ASKED_PATH, .name = slot->path, .slot = *slot};

	if (!slot->listed && is_open(slot))
		add_asked(l, &a);
}

void asked_add_property(struct asked_list *l, struct span event, struct span property)
{
	struct asked a = {.kind = ASKED_PROPERTY, .event = event, .name = property};

	if (event.len && !span_equal(property, SPAN("time")) && !span_equal(property, SPAN("source")) &&
	    !span_equal(property, SPAN("event")))
		add_asked(l, &a);
}

/* The text of argument I where it is a constant. */
static struct span constant_text(const struct datum *constants, size_t count, size_t i)
{
	return i < count && constants[i].type == TYPE_TEXT ? constants[i].text : SPAN_NONE;
}

static void add_steps(struct asked_list *l, const struct datum *constants, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct asked a = {.kind = ASKED_EVENT, .name = constant_text(constants, count, i)};

		add_asked(l, &a);
	}
}

void asked_add_call(struct asked_list *l, struct span name,
		    const struct datum *constants, size_t count)
{
	struct asked a = {.kind = ASKED_EVENT, .name = constant_text(constants, count, 0)};
	struct asked property = {
		.kind = ASKED_PROPERTY, .event = a.name,
		.name = constant_text(constants, count, 1),
	};

	if (span_equal(name, SPAN("funnel"))) {
		add_steps(l, constants, count);
		return;
	}
	if (span_equal(name, SPAN("in_segment")))
		a.kind = ASKED_SEGMENT;
	else if (span_equal(name, SPAN("has_consent")))
		a.kind = ASKED_CONSENT;
	else if (span_equal(name, SPAN("revenue_in")))
		a.kind = ASKED_CURRENCY;
	add_asked(l, &a);
	if (a.kind == ASKED_EVENT && a.name.len)
		add_asked(l, &property);
}

/* ---- Over the profiles ---- */

struct asked_row *asked_row_new(void)
{
	return mem_zero(1, sizeof(struct asked_row));
}

void asked_row_free(struct asked_row *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->count; i++)
		buf_release(&r->list[i].nearest);
	mem_free(r->list);
	buf_release(&r->text);
	buf_release(&r->candidate);
	mem_free(r);
}

/* By the first profile all expressions are compiled. */
static void start_row(struct asked_row *r, const struct asked_list *l)
{
	r->any = true;
	r->count = r->unseen = l->count;
	r->list = mem_zero(l->count + 1, sizeof *r->list);
	for (size_t i = 0; i < l->count; i++)
		r->list[i].edits = SIZE_MAX;
}

static void take_seen(struct asked_row *r, size_t i)
{
	r->list[i].seen = true;
	r->unseen--;
}

/* Was NAME compared with the name asked for as number I?  If not it is now. */
static bool was_compared(struct asked_row *r, size_t i, struct span name)
{
	uint64_t hash = hash_64(name) + i * 0x9e3779b97f4a7c15u;
	uint64_t *at = &r->compared[hash % COMPARED];

	if (*at == hash)
		return true;
	*at = hash;
	return false;
}

/*
 * The nearest name stands: of equal ones the first by its bytes, so that the order of
 * profiles does not matter.  WORD is what was asked for in NAME's place; the whole
 * would be BEFORE NAME BEHIND.
 */
static void compare_name(struct asked_row *r, size_t i, struct span word, struct span name,
			 struct span before, struct span behind)
{
	struct sighting *s = &r->list[i];
	size_t edits;

	if (was_compared(r, i, name))
		return;
	edits = error_edits(word, name);
	if (edits == SIZE_MAX || edits > s->edits)
		return;
	buf_clear(&r->candidate);
	buf_span(&r->candidate, before);
	buf_span(&r->candidate, name);
	buf_span(&r->candidate, behind);
	if (edits == s->edits &&
	    span_compare(buf_view(&r->candidate), buf_view(&s->nearest)) >= 0)
		return;
	s->edits = edits;
	buf_clear(&s->nearest);
	buf_span(&s->nearest, buf_view(&r->candidate));
}

/* WORD is no member of OBJECT; its members are what may have been meant. */
static void compare_members(struct asked_row *r, size_t i, struct value object,
			    struct span word, struct span before, struct span behind)
{
	struct scan s;
	struct member m;

	scan_start(&s, object.raw);
	if (object.kind != VALUE_OBJECT || scan_enter(&s, '{', NULL))
		return;
	while (scan_member(&s, &m, NULL) > 0) {
		buf_clear(&r->text);
		compare_name(r, i, word, member_key(&m, &r->text), before, behind);
	}
}

/* What stands for an array's elements. */
static struct value first_element(struct value v)
{
	struct scan s;
	struct value one = VALUE_ABSENT;

	scan_start(&s, v.raw);
	if (v.kind != VALUE_ARRAY || scan_enter(&s, '[', NULL) || scan_element(&s, &one, NULL) <= 0)
		return v;
	return one;
}

/* PATH does not lead to a value: the part of it that is not there is compared. */
static void compare_path(struct asked_row *r, size_t i, struct value object, struct span path)
{
	struct span rest = path;

	while (!span_absent(rest)) {
		struct span key = span_cut(&rest, '.');
		struct value v = value_path(first_element(object), key);
		size_t from = (size_t)(key.ptr - path.ptr);

		if (v.kind == VALUE_NONE) {
			compare_members(r, i, first_element(object), key, span_sub(path, 0, from),
					span_sub(path, from + key.len, path.len));
			return;
		}
		object = v;
	}
}

static int is_there(void *context, struct value v)
{
	(void)context;
	(void)v;
	return 1;
}

static void note_path(struct asked_row *r, size_t i, const struct asked *a,
		      const struct profile *p)
{
	struct slot top = a->slot;
	struct value v;

	top.path = SPAN_NONE;
	v = profile_value(p, &top);
	if (profile_walk(v, a->name, is_there, NULL, NULL) > 0) {
		take_seen(r, i);
		return;
	}
	r->list[i].base |= v.kind == VALUE_OBJECT;
	compare_path(r, i, v, a->name);
}

static void note_consent(struct asked_row *r, size_t i, const struct asked *a,
			 const struct profile *p)
{
	if (value_member(p->consent, a->name).kind != VALUE_NONE) {
		take_seen(r, i);
		return;
	}
	r->list[i].base |= p->consent.kind == VALUE_OBJECT;
	compare_members(r, i, p->consent, a->name, SPAN(""), SPAN(""));
}

static void note_segment(struct asked_row *r, size_t i, const struct asked *a,
			 const struct profile *p)
{
	struct scan s;
	struct value v;

	scan_start(&s, p->segments.raw);
	if (p->segments.kind != VALUE_ARRAY || scan_enter(&s, '[', NULL))
		return;
	r->list[i].base = true;
	while (scan_element(&s, &v, NULL) > 0) {
		if (value_is_text(v, a->name)) {
			take_seen(r, i);
			return;
		}
		buf_clear(&r->text);
		compare_name(r, i, a->name, value_text(v, &r->text), SPAN(""), SPAN(""));
	}
}

/* Codes are compared as revenue_in() does, in any case. */
static void note_currency(struct asked_row *r, size_t i, const struct asked *a,
			  const struct profile *p)
{
	struct value by = value_member(p->orders, SPAN("by_currency"));
	struct value one = value_member(p->orders, SPAN("currency"));
	struct scan s;
	struct member m;

	buf_clear(&r->text);
	if (one.kind == VALUE_TEXT && span_equal_nocase(value_text(one, &r->text), a->name)) {
		take_seen(r, i);
		return;
	}
	buf_clear(&r->text);
	if (one.kind == VALUE_TEXT)
		compare_name(r, i, a->name, value_text(one, &r->text), SPAN(""), SPAN(""));
	scan_start(&s, by.raw);
	if (by.kind != VALUE_OBJECT || scan_enter(&s, '{', NULL))
		return;
	while (!r->list[i].seen && scan_member(&s, &m, NULL) > 0) {
		if (span_equal_nocase(m.key, a->name))
			take_seen(r, i);
		else
			compare_name(r, i, a->name, m.key, SPAN(""), SPAN(""));
	}
}

static void note_event(struct asked_row *r, size_t i, const struct asked *a,
		       const struct past_event *e)
{
	if (a->kind == ASKED_EVENT) {
		if (span_equal(a->name, e->name))
			take_seen(r, i);
		else
			compare_name(r, i, a->name, e->name, SPAN(""), SPAN(""));
		return;
	}
	if (!span_equal(a->event, e->name))
		return;
	r->list[i].base = true;
	if (profile_property(e, a->name).kind != VALUE_NONE)
		take_seen(r, i);
	else
		compare_path(r, i, e->props, a->name);
}

static void note_events(struct asked_row *r, const struct asked_list *l, struct expr_run *run)
{
	struct profile_cache *c;

	/* A malformed event is for those who evaluate it. */
	if (profile_cache_fill(run, &c, NULL) || !c->known)
		return;
	r->events |= c->count > 0;
	for (size_t k = 0; k < c->count && r->unseen; k++)
		for (size_t i = 0; i < l->count; i++)
			if (!r->list[i].seen && l->list[i].kind <= ASKED_PROPERTY)
				note_event(r, i, &l->list[i], &c->events[k]);
}

void profile_row_note(struct expr_run *run)
{
	const struct profile_row *row = run->row;
	const struct asked_list *l = profile_scope_asked((struct profile_scope *)(uintptr_t)row->scope);
	struct asked_row *r = row->asked;
	bool events = false;

	lists_row_note(row->lists, profile_scope_lists(row->scope), row->profile);
	if (!r->any)
		start_row(r, l);
	if (!r->unseen)
		return;
	for (size_t i = 0; i < l->count; i++) {
		const struct asked *a = &l->list[i];

		if (r->list[i].seen)
			continue;
		if (a->kind == ASKED_PATH)
			note_path(r, i, a, row->profile);
		else if (a->kind == ASKED_CONSENT)
			note_consent(r, i, a, row->profile);
		else if (a->kind == ASKED_SEGMENT)
			note_segment(r, i, a, row->profile);
		else if (a->kind == ASKED_CURRENCY)
			note_currency(r, i, a, row->profile);
		else
			events = true;
	}
	if (events)
		note_events(r, l, run);
}

/* ---- What was seen nowhere ---- */

/* All rows together, for the name of number I. */
static struct sighting add_up(const struct profile_row *const *rows, size_t count, size_t i)
{
	struct sighting all = {.edits = SIZE_MAX};

	for (size_t k = 0; k < count; k++) {
		const struct asked_row *r = rows[k]->asked;
		const struct sighting *s;

		if (!r->any)
			continue;
		s = &r->list[i];
		all.seen |= s->seen;
		all.base |= s->base;
		if (s->edits == SIZE_MAX || s->edits > all.edits ||
		    (s->edits == all.edits &&
		     span_compare(buf_view(&s->nearest), buf_view(&all.nearest)) >= 0))
			continue;
		all.edits = s->edits;
		all.nearest = s->nearest;	/* borrowed */
	}
	return all;
}

/* What to do where there is nothing at all of the kind. */
static void put_missing(const struct asked *a, struct buf *out)
{
	struct span top = a->kind == ASKED_SEGMENT ? SPAN("segments")
			: a->kind == ASKED_CONSENT ? SPAN("consent") : a->slot.top;

	if (span_equal(top, SPAN("segments")))
		buf_lit(out, ": no profile has segments; run cdp-segment before");
	else if (span_equal(top, SPAN("scores")))
		buf_lit(out, ": no profile has scores; run cdp-churn before");
	else if (a->kind != ASKED_CURRENCY)
		buf_lit(out, "; cdp-report fields lists what there is");
}

static void put_name(const struct asked *a, struct buf *out)
{
	char quoted[ERROR_QUOTE_MAX];
	struct buf path = BUF_INIT;

	switch (a->kind) {
	case ASKED_EVENT:
		buf_printf(out, "no profile has an event %s", error_quote(a->name, quoted));
		break;
	case ASKED_PROPERTY:
		buf_printf(out, "no event %s", error_quote(a->event, quoted));
		buf_printf(out, " has a property %s", error_quote(a->name, quoted));
		break;
	case ASKED_SEGMENT:
		buf_printf(out, "no customer is in a segment %s", error_quote(a->name, quoted));
		break;
	case ASKED_CONSENT:
		buf_printf(out, "no profile has a consent %s", error_quote(a->name, quoted));
		break;
	case ASKED_CURRENCY:
		buf_printf(out, "no customer has paid in %s", error_quote(a->name, quoted));
		break;
	case ASKED_PATH:
		buf_span(&path, a->slot.top);
		buf_char(&path, '.');
		buf_span(&path, a->name);
		buf_printf(out, "no profile has %s", error_quote(buf_view(&path), quoted));
		break;
	}
	buf_release(&path);
}

static void put_line(const struct asked *a, const struct sighting *s, struct buf *out)
{
	char quoted[ERROR_QUOTE_MAX];
	struct buf path = BUF_INIT;

	put_name(a, out);
	if (s->edits == SIZE_MAX) {
		if (s->base)
			buf_lit(out, "; cdp-report fields lists what there is");
		else
			put_missing(a, out);
	} else {
		if (a->kind == ASKED_PATH) {
			buf_span(&path, a->slot.top);
			buf_char(&path, '.');
		}
		buf_span(&path, buf_view(&s->nearest));
		buf_printf(out, "; did you mean %s?", error_quote(buf_view(&path), quoted));
	}
	buf_char(out, '\n');
	buf_release(&path);
}

static bool any_events(const struct profile_row *const *rows, size_t count)
{
	for (size_t k = 0; k < count; k++)
		if (rows[k]->asked->events)
			return true;
	return false;
}

void asked_put(const struct asked_list *l, const struct profile_row *const *rows,
	       size_t count, struct buf *out)
{
	bool any = false, events = any_events(rows, count);

	for (size_t k = 0; k < count; k++)
		any |= rows[k]->asked->any;
	for (size_t i = 0; any && i < l->count; i++) {
		const struct asked *a = &l->list[i];
		struct sighting all = add_up(rows, count, i);

		if (all.seen || (a->kind <= ASKED_PROPERTY && !events) ||
		    (a->kind == ASKED_PROPERTY && !all.base))
			continue;
		put_line(a, &all, out);
	}
}

#include "unify/golden/consents.h"

#include <stdlib.h>

#include "base/mem.h"
#include "record/scan.h"
#include "time/moment.h"
#include "unify/golden/traits.h"

void consents_release(struct consents *c)
{
	mem_free(c->list);
	map_release(&c->map);
	buf_release(&c->key);
	arena_release(&c->purposes);
	*c = CONSENTS_INIT;
}

void consents_clear(struct consents *c)
{
	if (!c->count)
		return;
	c->count = 0;
	map_clear(&c->map);
	arena_clear(&c->purposes);
}

static void add_statement(struct consents *c, const struct statement *new)
{
	struct statement *old;
	size_t number;
	bool added;

	buf_clear(&c->key);
	buf_put(&c->key, &new->source, sizeof new->source);
	buf_span(&c->key, new->purpose);
	number = map_put(&c->map, buf_view(&c->key), &added);
	if (added) {
		c->list = mem_room(c->list, c->count, &c->cap, sizeof *c->list);
		c->list[c->count++] = *new;
		return;
	}
	old = &c->list[number];
	old->undated_denial |= new->undated_denial;
	if (new->time > old->time) {
		old->time = new->time;
		old->consent = new->consent;
	} else if (new->time == old->time && new->consent != old->consent) {
		old->consent = CONSENT_CONFLICT;
	}
}

void consents_add(struct consents *c, struct span object, uint32_t source,
		  int64_t time)
{
	struct scan s;
	struct member m;

	scan_start(&s, object);
	if (scan_enter(&s, '{', NULL))
		return;
	while (scan_member(&s, &m, NULL) > 0) {
		struct statement new = {m.key, source, CONSENT_DENIED, time, false};

		if (m.value.kind == VALUE_NULL)
			continue;
		if (m.key_escaped)
			new.purpose = key_canonical(m.key, &c->purposes);
		if (value_is_text(m.value, SPAN("granted")))
			new.consent = CONSENT_GRANTED;
		new.undated_denial = time == MOMENT_NONE && new.consent == CONSENT_DENIED;
		add_statement(c, &new);
	}
}

static int by_purpose(const void *a, const void *b)
{
	const struct statement *x = a, *y = b;

	return span_compare(x->purpose, y->purpose);
}

/* What its source means in the end. */
static enum consent settle_statement(const struct statement *s)
{
	return s->consent == CONSENT_GRANTED && s->undated_denial ? CONSENT_CONFLICT : s->consent;
}

void consents_put(struct consents *c, struct buf *out)
{
	static const char *const words[] = {"granted", "denied", "conflict"};

	if (c->count > 1)
		qsort(c->list, c->count, sizeof *c->list, by_purpose);
	buf_char(out, '{');
	for (size_t from = 0, to; from < c->count; from = to) {
		enum consent all = settle_statement(&c->list[from]);

		for (to = from + 1; to < c->count &&
		     !by_purpose(&c->list[from], &c->list[to]); to++) {
			if (settle_statement(&c->list[to]) != all)
				all = CONSENT_CONFLICT;
		}
		if (from)
			buf_char(out, ',');
		buf_char(out, '"');
		buf_span(out, c->list[from].purpose);
		buf_lit(out, "\":\"");
		buf_text_put(out, words[all]);
		buf_char(out, '"');
	}
	buf_char(out, '}');
}

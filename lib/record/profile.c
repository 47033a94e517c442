#include "record/profile.h"

#include <string.h>

#include "record/known.h"
#include "record/skim.h"

enum {
	KEY_TYPE, KEY_ID, KEY_AS_OF, KEY_IDS, KEY_TRAITS, KEY_CONSENT,
	KEY_SOURCES, KEY_FIRST_SEEN, KEY_LAST_SEEN, KEY_ORDERS, KEY_SEGMENTS,
	KEY_SCORES, KEY_OFFERS, KEY_EVENTS_OMITTED, KEY_EVENTS,
};

#define MEMBER(name, field, kind) \
	{SPAN(name), offsetof(struct profile, field), KINDS(kind)}

/* The canonical order. */
static const struct known profile_keys[] = {
	[KEY_TYPE] = MEMBER("type", type_text, VALUE_TEXT),
	[KEY_ID] = MEMBER("id", id, VALUE_TEXT),
	[KEY_AS_OF] = MEMBER("as_of", as_of_text, VALUE_TEXT),
	[KEY_IDS] = MEMBER("ids", ids, VALUE_OBJECT),
	[KEY_TRAITS] = MEMBER("traits", traits, VALUE_OBJECT),
	[KEY_CONSENT] = MEMBER("consent", consent, VALUE_OBJECT),
	[KEY_SOURCES] = MEMBER("sources", sources, VALUE_ARRAY),
	[KEY_FIRST_SEEN] = MEMBER("first_seen", first_seen, VALUE_TEXT),
	[KEY_LAST_SEEN] = MEMBER("last_seen", last_seen, VALUE_TEXT),
	[KEY_ORDERS] = MEMBER("orders", orders, VALUE_OBJECT),
	[KEY_SEGMENTS] = MEMBER("segments", segments, VALUE_ARRAY),
	[KEY_SCORES] = MEMBER("scores", scores, VALUE_OBJECT),
	[KEY_OFFERS] = MEMBER("offers", offers, VALUE_ARRAY),
	[KEY_EVENTS_OMITTED] = MEMBER("events_omitted", events_omitted, VALUE_NUMBER),
	[KEY_EVENTS] = MEMBER("events", events, VALUE_ARRAY),
};

#define KEYS (sizeof profile_keys / sizeof *profile_keys)

static int check_type(const struct profile *p, const struct scan *s,
		      struct error *err)
{
	struct buf b = BUF_INIT;
	char quoted[ERROR_QUOTE_MAX];
	struct span name;

	if (value_is_text(p->type_text, SPAN("profile")))
		return 0;
	if (p->type_text.kind != VALUE_TEXT) {
		error_data(err, "not a record: it has no 'type'");
		return known_fault(s, p->line.ptr, err);
	}
	name = value_text(p->type_text, &b);
	if (event_type_parse(name) < EVENT_TYPES)
		error_data(err, "an event where a profile belongs: "
			   "run cdp-merge first");
	else
		error_data(err, "unknown record type %s",
			   error_quote(name, quoted));
	buf_release(&b);
	return known_fault(s, p->type_text.raw.ptr, err);
}

/* One of the head's times: absent, or in the records' form. */
static int check_time(struct value v, int64_t *out, const struct scan *s,
		      struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];
	struct span inside;	/* without its quotes */

	*out = MOMENT_NONE;
	if (v.kind == VALUE_NONE || value_moment(v, out))
		return 0;
	inside = span_sub(v.raw, 1, v.raw.len - 2);
	error_data(err, "bad time %s: records write times like "
		   "2024-03-01T09:30:00.000Z", error_quote(inside, quoted));
	return known_fault(s, v.raw.ptr, err);
}

/* S is at the value of events: can they be skimmed?  Then S moves to the end. */
static bool skim_events(struct profile *p, struct scan *s)
{
	const char *behind;

	if (s->end - s->at < 3 || *s->at != '[' || s->end[-1] != '}' ||
	    s->end[-2] != ']')
		return false;
	behind = skim_container(s->at, s->end);
	if (behind != s->end - 1)
		return false;
	p->events.raw = span_between(s->at, behind);
	p->events.kind = VALUE_ARRAY;
	p->skimmed = true;
	s->at = behind;
	return true;
}

/* What profile_put has to know about the member WHICH that was just read. */
static void note_place(struct profile *p, size_t which, const struct member *m)
{
	const char *key = m->key.ptr - 1;

	if (p->events_place && which != KEY_EVENTS)
		p->canonical = false;
	if (which == KEY_SEGMENTS)
		p->segments_raw = m->value.raw;
	if (which == KEY_SCORES)
		p->scores_raw = m->value.raw;
	if (which == KEY_OFFERS)
		p->offers_raw = m->value.raw;
	if (which == KEY_EVENTS)
		p->events_place = key;
	if (!p->segments_place &&
	    (which == KEY_SCORES || which == KEY_OFFERS || which == KEY_EVENTS_OMITTED))
		p->segments_place = key;
	if (!p->scores_place && (which == KEY_OFFERS || which == KEY_EVENTS_OMITTED))
		p->scores_place = key;
	if (!p->offers_place && which == KEY_EVENTS_OMITTED)
		p->offers_place = key;
}

/* Where events are last, what finds no other place goes before them. */
static void settle_places(struct profile *p)
{
	if (!p->canonical)
		return;
	if (!p->segments_place)
		p->segments_place = p->events_place;
	if (!p->scores_place)
		p->scores_place = p->events_place;
	if (!p->offers_place)
		p->offers_place = p->events_place;
}

static int read_members(struct profile *p, struct scan *s, struct error *err)
{
	struct known_walk walk = {profile_keys, KEYS, 0, 0};
	struct member m;
	int got;

	while ((got = scan_key(s, &m.key, &m.key_escaped, err)) > 0) {
		size_t which = known_find(&walk, m.key, m.key_escaped);

		if (which == KEY_EVENTS && !(walk.seen >> KEY_EVENTS & 1) &&
		    skim_events(p, s)) {
			walk.seen |= 1u << KEY_EVENTS;
			m.value = p->events;
		} else if (scan_value(s, &m.value, err) ||
			   known_take(&walk, which, &m, p, &p->others, s, err)) {
			return -1;
		}
		note_place(p, which, &m);
	}
	return got;
}

int profile_parse(struct profile *p, struct span line, struct error *err)
{
	struct scan s;
	int64_t seen;

	memset(p, 0, offsetof(struct profile, others));
	p->others.count = 0;
	p->line = line;
	p->canonical = true;
	scan_start(&s, line);
	if (scan_enter(&s, '{', err) || read_members(p, &s, err))
		return -1;
	p->end = s.at - 1;
	settle_places(p);
	if (scan_finish(&s, err) || check_type(p, &s, err))
		return -1;
	return check_time(p->as_of_text, &p->as_of, &s, err) ||
	       check_time(p->first_seen, &seen, &s, err) ||
	       check_time(p->last_seen, &seen, &s, err) ? -1 : 0;
}

/* A scan of P's line that stands at its events. */
static void start_events(struct scan *s, const struct profile *p)
{
	scan_start(s, p->line);
	s->at = p->events.raw.ptr;
	s->end = s->at + p->events.raw.len;
	s->depth = 1;
}

int profile_validate(struct profile *p, struct error *err)
{
	struct scan s;
	struct value events;

	if (!p->skimmed)
		return 0;
	start_events(&s, p);
	if (scan_value(&s, &events, err) || scan_finish(&s, err))
		return -1;
	p->skimmed = false;
	return 0;
}

void profile_events_start(struct profile_events *w, const struct profile *p)
{
	w->any = p->events.kind == VALUE_ARRAY;
	if (!w->any)
		return;
	start_events(&w->scan, p);
	w->any = !scan_enter(&w->scan, '[', NULL);
}

/* To the next element by scan_element's rules, but read in place: one pass. */
int profile_events_next(struct profile_events *w, struct event *e,
			struct error *err)
{
	struct scan inner;
	int got;

	if (!w->any)
		return 0;
	got = scan_step(&w->scan, err);
	if (got <= 0) {
		w->any = false;
		return got ? -1 : scan_finish(&w->scan, err);
	}
	inner = w->scan;
	if (event_read(e, &inner, err))
		return -1;
	w->scan.at = inner.at;
	return 1;
}

int profile_events_next_past(struct profile_events *w, int64_t as_of, struct event *e,
			     struct error *err)
{
	int got;

	while ((got = profile_events_next(w, e, err)) > 0)
		if (e->time != MOMENT_NONE && (as_of == MOMENT_NONE || e->time <= as_of))
			break;
	return got;
}

/*
 * Writing a profile back.  As a rule the line is copied around one or two
 * places; only a line that somebody else reordered is put together member by
 * member.
 */

/* At AT, LEN bytes give way to the raw VALUE, or to a new member KEY. */
struct edit {
	const char *at;
	size_t len;
	const char *key;	/* NULL: only the value is replaced */
	struct span value;
	bool behind;		/* a new last member: its comma goes before it */
};

static bool changes_section(struct span wanted, struct span present)
{
	return !span_absent(wanted) &&
	       (span_absent(present) || !span_equal(wanted, present));
}

static struct edit plan_changes(const char *key, struct span value, struct span present,
				const char *place, const char *end)
{
	struct edit e = {present.ptr, present.len, NULL, value, false};

	if (!span_absent(present))
		return e;
	e.key = key;
	e.at = place ? place : end;
	e.behind = !place;
	return e;
}

static void put_edit(struct buf *out, const struct edit *e)
{
	if (!e->key) {
		buf_span(out, e->value);
		return;
	}
	if (e->behind)
		buf_char(out, ',');
	buf_char(out, '"');
	buf_text_put(out, e->key);
	buf_lit(out, "\":");
	buf_span(out, e->value);
	if (!e->behind)
		buf_char(out, ',');
}

static void put_spliced(const struct profile *p, struct edit *edits,
			size_t count, struct buf *out)
{
	const char *at = p->line.ptr;

	/* At the same place they stay as planned: segments, scores, offers. */
	for (size_t i = 1; i < count; i++) {
		struct edit e = edits[i];
		size_t k = i;

		for (; k && e.at < edits[k - 1].at; k--)
			edits[k] = edits[k - 1];
		edits[k] = e;
	}
	for (size_t i = 0; i < count; i++) {
		buf_span(out, span_between(at, edits[i].at));
		put_edit(out, &edits[i]);
		at = edits[i].at + edits[i].len;
	}
	buf_span(out, span_between(at, p->line.ptr + p->line.len));
}

static void put_comma(struct buf *out)
{
	if (out->len && out->ptr[out->len - 1] != '{')
		buf_char(out, ',');
}

static void put_member(struct buf *out, const struct member *m,
		       struct span value)
{
	put_comma(out);
	buf_char(out, '"');
	buf_span(out, m->key);
	buf_lit(out, "\":");
	buf_span(out, value);
}

/* The edits that belong to the member M, or (M NULL) behind the last one. */
static struct span apply_changes(const struct edit *edits, size_t count,
				 const struct member *m, struct buf *out)
{
	struct span value = m ? m->value.raw : SPAN_NONE;

	for (size_t i = 0; i < count; i++) {
		const struct edit *e = &edits[i];

		if (m && e->at == m->value.raw.ptr) {
			value = e->value;
		} else if (m ? e->at == m->key.ptr - 1 : e->behind) {
			record_key(out, e->key);
			buf_span(out, e->value);
		}
	}
	return value;
}

/* Member by member, events last. */
static void put_rebuilt(const struct profile *p, const struct edit *edits,
			size_t count, struct buf *out)
{
	struct scan s;
	struct member m;
	struct member events = {0};

	scan_start(&s, p->line);
	scan_enter(&s, '{', NULL);
	buf_char(out, '{');
	while (scan_member(&s, &m, NULL) > 0) {
		if (m.key.ptr - 1 == p->events_place)
			events = m;
		else
			put_member(out, &m, apply_changes(edits, count, &m, out));
	}
	apply_changes(edits, count, NULL, out);
	put_member(out, &events, events.value.raw);
	buf_char(out, '}');
}

void profile_put(const struct profile *p, const struct profile_change *change,
		 struct buf *out)
{
	struct edit edits[3];
	size_t count = 0;

	if (change && changes_section(change->segments, p->segments_raw))
		edits[count++] = plan_changes("segments", change->segments,
					      p->segments_raw, p->segments_place, p->end);
	if (change && changes_section(change->scores, p->scores_raw))
		edits[count++] = plan_changes("scores", change->scores, p->scores_raw,
					      p->scores_place, p->end);
	if (change && changes_section(change->offers, p->offers_raw))
		edits[count++] = plan_changes("offers", change->offers, p->offers_raw,
					      p->offers_place, p->end);
	buf_reserve(out, p->line.len + 64);
	if (count && !p->canonical)
		put_rebuilt(p, edits, count, out);
	else
		put_spliced(p, edits, count, out);
	buf_char(out, '\n');
}

/* The member of OBJECT goes on, or the new value in its place. */
static void set_one(const struct member *m, struct span key,
		    struct span new_value, bool *done, struct buf *out)
{
	struct value name = {
		{m->key.ptr - 1, m->key.len + 2}, VALUE_TEXT, m->key_escaped,
	};

	if (!value_is_text(name, key)) {
		put_member(out, m, m->value.raw);
		return;
	}
	if (!*done && !span_absent(new_value))
		put_member(out, m, new_value);
	*done = true;
}

void value_set_member(struct value object, struct span key,
		      struct span new_value, struct buf *out)
{
	struct scan s;
	struct member m;
	bool done = false;

	buf_char(out, '{');
	if (object.kind == VALUE_OBJECT) {
		scan_start(&s, object.raw);
		scan_enter(&s, '{', NULL);
		while (scan_member(&s, &m, NULL) > 0)
			set_one(&m, key, new_value, &done, out);
	}
	if (!done && !span_absent(new_value)) {
		put_comma(out);
		text_encode(out, key);
		buf_char(out, ':');
		buf_span(out, new_value);
	}
	buf_char(out, '}');
}

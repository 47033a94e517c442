#include "record/event.h"

#include <string.h>

#include "record/known.h"

/* An event travels on inside a profile's `events`: two containers more. */
#define EVENT_DEPTH 2

const struct span event_type_names[EVENT_TYPES] = {
	[EVENT_TRACK] = SPAN("track"),
	[EVENT_IDENTIFY] = SPAN("identify"),
	[EVENT_PAGE] = SPAN("page"),
	[EVENT_SCREEN] = SPAN("screen"),
	[EVENT_GROUP] = SPAN("group"),
	[EVENT_ALIAS] = SPAN("alias"),
};

/* What says no version in a foreign event, such as an object, is none. */
#define ANY_KIND (~0u)

#define MEMBER(name, field, kind) \
	{SPAN(name), offsetof(struct event, field), KINDS(kind)}

static const struct known event_keys[] = {
	MEMBER("type", type_text, VALUE_TEXT),
	MEMBER("id", id, VALUE_TEXT),
	{SPAN("version"), offsetof(struct event, version), ANY_KIND},
	MEMBER("time", time_text, VALUE_TEXT),
	MEMBER("source", source, VALUE_TEXT),
	MEMBER("event", name, VALUE_TEXT),
	MEMBER("ids", ids, VALUE_OBJECT),
	MEMBER("traits", traits, VALUE_OBJECT),
	MEMBER("props", props, VALUE_OBJECT),
	MEMBER("context", context, VALUE_OBJECT),
	MEMBER("consent", consent, VALUE_OBJECT),
};

enum event_type event_type_parse(struct span name)
{
	int t = 0;

	while (t < EVENT_TYPES && !span_equal_nocase(name, event_type_names[t]))
		t++;
	return (enum event_type)t;
}

static int read_type(struct event *e, const struct scan *s, struct error *err)
{
	struct buf b = BUF_INIT;
	char quoted[ERROR_QUOTE_MAX];
	struct span name;

	if (e->type_text.kind != VALUE_TEXT) {
		error_data(err, "not a record: it has no 'type'");
		return known_fault(s, e->line.ptr, err);
	}
	name = value_text(e->type_text, &b);
	e->type = event_type_parse(name);
	if (e->type == EVENT_TYPES && err) {
		if (span_equal(name, SPAN("profile")))
			error_data(err, "a profile where an event belongs: "
				   "events come from cdp-ingest");
		else
			error_data(err, "unknown record type %s",
				   error_quote(name, quoted));
	}
	buf_release(&b);
	return e->type < EVENT_TYPES ? 0
				     : known_fault(s, e->type_text.raw.ptr, err);
}

static int read_time(struct event *e, const struct scan *s, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];
	struct span inside;	/* without its quotes */

	e->time = MOMENT_NONE;
	if (e->time_text.kind == VALUE_NONE || value_moment(e->time_text, &e->time))
		return 0;
	inside = span_sub(e->time_text.raw, 1, e->time_text.raw.len - 2);
	if (err)
		error_data(err, "bad 'time' %s: records write times like "
			   "2024-03-01T09:30:00.000Z",
			   error_quote(inside, quoted));
	return known_fault(s, e->time_text.raw.ptr, err);
}

int event_read(struct event *e, struct scan *s, struct error *err)
{
	struct known_walk walk = {
		event_keys, sizeof event_keys / sizeof *event_keys, 0, 0,
	};
	struct member m;
	const char *begin;
	int got;

	memset(e, 0, offsetof(struct event, others));
	e->others.count = 0;
	if (scan_enter(s, '{', err))
		return -1;
	begin = s->at - 1;
	while ((got = scan_member(s, &m, err)) > 0) {
		size_t which = known_find(&walk, m.key, m.key_escaped);

		if (known_take(&walk, which, &m, e, &e->others, s, err))
			return -1;
	}
	if (got < 0)
		return -1;
	e->line = span_between(begin, s->at);
	return read_type(e, s, err) || read_time(e, s, err) ? -1 : 0;
}

int event_parse(struct event *e, struct span line, struct error *err)
{
	struct scan s;

	scan_start(&s, line);
	s.depth = EVENT_DEPTH;
	return event_read(e, &s, err) || scan_finish(&s, err) ? -1 : 0;
}

int event_parse_value(struct event *e, struct value object, struct error *err)
{
	return event_parse(e, object.raw, err);
}

void record_key(struct buf *b, const char *key)
{
	if (b->len && b->ptr[b->len - 1] != '{')
		buf_char(b, ',');
	buf_char(b, '"');
	buf_text_put(b, key);
	buf_lit(b, "\":");
}

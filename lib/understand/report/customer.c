#include "understand/report/customer.h"

#include "understand/report/customer_origin.h"
#include "understand/report/customer_posts.h"

#define POSTS_SHOWN 20

/* Is KEY among the texts of the arrays of OBJECT? */
static bool any_text(struct value object, struct span key, struct buf *scratch)
{
	struct member m;
	struct scan s, inner;
	struct value v;

	if (object.kind != VALUE_OBJECT)
		return false;
	scan_start(&s, object.raw);
	if (scan_enter(&s, '{', NULL))
		return false;
	while (scan_member(&s, &m, NULL) > 0) {
		scan_start(&inner, m.value.raw);
		if (m.value.kind != VALUE_ARRAY || scan_enter(&inner, '[', NULL))
			continue;
		while (scan_element(&inner, &v, NULL) > 0) {
			buf_clear(scratch);
			if (span_equal_nocase(value_text(v, scratch), key))
				return true;
		}
	}
	return false;
}

bool customer_matches(const struct profile *p, struct span key,
		      struct buf *scratch)
{
	buf_clear(scratch);
	if (span_equal_nocase(value_text(p->id, scratch), key))
		return true;
	return any_text(p->ids, key, scratch);
}

struct span customer_label(const struct profile *p, struct buf *scratch)
{
	struct value email = value_path(p->ids, SPAN("email.0"));
	struct value first = value_member(p->traits, SPAN("first_name"));
	struct value last = value_member(p->traits, SPAN("last_name"));
	size_t from = scratch->len;

	if (first.kind == VALUE_TEXT)
		value_decode(first, scratch);
	if (last.kind == VALUE_TEXT) {
		if (scratch->len > from)
			buf_char(scratch, ' ');
		value_decode(last, scratch);
	}
	if (email.kind == VALUE_TEXT) {
		buf_text_put(scratch, scratch->len > from ? " <" : "<");
		value_decode(email, scratch);
		buf_char(scratch, '>');
	}
	if (scratch->len == from)
		value_decode(p->id, scratch);
	return buf_since(scratch, from);
}

struct cell customer_cell(struct sheet *sheet, struct value v)
{
	struct buf text = BUF_INIT;
	struct cell c = CELL_EMPTY;
	struct decimal number;
	int64_t moment;

	if (v.kind == VALUE_NULL || v.kind == VALUE_NONE)
		return c;
	if (v.kind == VALUE_NUMBER && value_decimal(v, &number))
		return cell_number(number);
	if (value_moment(v, &moment))
		return cell_time(moment);
	if (v.kind == VALUE_ARRAY || v.kind == VALUE_OBJECT) {
		c.kind = CELL_RAW;
		c.text = arena_copy(&sheet->texts, v.raw);
		return c;
	}
	c = cell_text(arena_copy(&sheet->texts, value_text(v, &text)));
	buf_release(&text);
	return c;
}

/* An array of texts as a list; anything else as it is. */
static struct cell list_cell(struct sheet *sheet, struct value v)
{
	struct cell c = {.kind = CELL_LIST};
	struct buf text = BUF_INIT;
	size_t cap = 0, count = 0;
	struct span *items;
	struct value item;
	struct scan s;

	if (v.kind != VALUE_ARRAY)
		return customer_cell(sheet, v);
	for (size_t i = 0; i < v.raw.len; i++)
		cap += v.raw.ptr[i] == ',';
	items = arena_alloc(&sheet->texts, (cap + 1) * sizeof *items);
	scan_start(&s, v.raw);
	if (scan_enter(&s, '[', NULL))
		return CELL_EMPTY;
	while (scan_element(&s, &item, NULL) > 0) {
		struct span plain;

		buf_clear(&text);
		plain = value_text(item, &text);
		items[count++] = arena_copy(&sheet->texts,
					    span_absent(plain) ? item.raw : plain);
	}
	c.list.items = items;
	c.list.count = count;
	buf_release(&text);
	return c;
}

/* M's key, in the sheet. */
static struct span kept_key(struct sheet *sheet, const struct member *m)
{
	struct buf text = BUF_INIT;
	struct span kept = arena_copy(&sheet->texts, member_key(m, &text));

	buf_release(&text);
	return kept;
}

static void add_pair(struct section *s, struct sheet *sheet, struct span name,
		     struct value v)
{
	struct cell *row;

	if (v.kind == VALUE_NONE)
		return;
	row = section_row(s);
	row[0] = cell_text(name);
	row[1] = list_cell(sheet, v);
}

/* The members of OBJECT as a section of names and values. */
static void add_object(struct sheet *sheet, const char *key, const char *title,
		       struct value object)
{
	static const struct column columns[] = {
		{"name", "", NULL, -1}, {"value", "", NULL, -1},
	};
	struct section *s;
	struct member m;
	struct scan scan;

	if (object.kind != VALUE_OBJECT)
		return;
	s = sheet_add(sheet, key, title, columns, 2);
	s->pairs = true;
	scan_start(&scan, object.raw);
	if (scan_enter(&scan, '{', NULL))
		return;
	while (scan_member(&scan, &m, NULL) > 0)
		add_pair(s, sheet, kept_key(sheet, &m), m.value);
}

static void add_profile(const struct profile *p, struct sheet *sheet)
{
	static const struct column columns[] = {
		{"name", "", NULL, -1}, {"value", "", NULL, -1},
	};
	struct section *s = sheet_add(sheet, "profile", "Profile", columns, 2);

	s->pairs = true;
	add_pair(s, sheet, SPAN("id"), p->id);
	add_pair(s, sheet, SPAN("first_seen"), p->first_seen);
	add_pair(s, sheet, SPAN("last_seen"), p->last_seen);
	add_pair(s, sheet, SPAN("sources"), p->sources);
	add_pair(s, sheet, SPAN("segments"), p->segments);
	for (size_t i = 0; i < p->others.count; i++) {
		if (!customer_origin_has(p->others.list[i].key))
			add_pair(s, sheet, kept_key(sheet, &p->others.list[i]),
				 p->others.list[i].value);
	}
}

static void add_scores(const struct profile *p, struct sheet *sheet)
{
	struct member m;
	struct scan scan;

	if (p->scores.kind != VALUE_OBJECT)
		return;
	scan_start(&scan, p->scores.raw);
	if (scan_enter(&scan, '{', NULL))
		return;
	while (scan_member(&scan, &m, NULL) > 0)
		add_object(sheet,
			   sheet_text(sheet, "score_%.*s", SPAN_ARG(kept_key(sheet, &m))),
			   sheet_text(sheet, "Score %.*s", SPAN_ARG(kept_key(sheet, &m))),
			   m.value);
}

static int add_events(const struct profile *p, struct sheet *sheet,
		      struct error *err)
{
	static const struct column columns[] = {
		{"time", "Time", NULL, -1}, {"event", "Event", NULL, -1},
		{"source", "Source", NULL, -1}, {"props", "Properties", NULL, -1},
		{"context", "Context", NULL, -1},
	};
	struct section *s = sheet_add(sheet, "events", "Events, oldest first", columns, 5);
	struct profile_events walk;
	struct event e;
	bool later = false;
	int got;

	s->open_key = "later";
	if (p->events_omitted.kind == VALUE_NUMBER)
		s->note = sheet_text(sheet, "%.*s older events were left out by cdp-merge --max-events",
				     SPAN_ARG(p->events_omitted.raw));
	profile_events_start(&walk, p);
	while ((got = profile_events_next(&walk, &e, err)) > 0) {
		struct cell *row = section_row(s);

		row[0] = cell_time(e.time);
		row[0].open = p->as_of != MOMENT_NONE && e.time > p->as_of;
		later |= row[0].open;
		row[1] = e.name.kind == VALUE_TEXT ? customer_cell(sheet, e.name) :
						     cell_text(event_type_names[e.type]);
		row[2] = customer_cell(sheet, e.source);
		row[3] = customer_cell(sheet, e.props);
		row[4] = customer_cell(sheet, e.context);
	}
	if (later)
		s->note = sheet_text(sheet, "%s%s* is later than the time of this report, and counts in nothing",
				     s->note ? s->note : "", s->note ? "; " : "");
	return got;
}

int customer_fill(const struct profile *p, struct sheet *sheet,
		  struct error *err)
{
	add_profile(p, sheet);
	add_object(sheet, "ids", "Identifiers, newest first", p->ids);
	add_object(sheet, "traits", "Traits", p->traits);
	add_object(sheet, "consent", "Consent", p->consent);
	add_object(sheet, "orders", "Orders", p->orders);
	add_scores(p, sheet);
	customer_origin_fill(p, sheet);
	if (customer_posts_fill(p, POSTS_SHOWN, sheet, err))
		return -1;
	return add_events(p, sheet, err);
}

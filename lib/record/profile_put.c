/*
 * Writing a profile back.  As a rule the line is copied around one or two
 * places; only a line that somebody else reordered is put together member by
 * member.
 */
#include "record/profile.h"

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

	/* At the same place segments go first, as planned. */
	if (count == 2 && edits[1].at < edits[0].at) {
		struct edit first = edits[1];

		edits[1] = edits[0];
		edits[0] = first;
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
	struct edit edits[2];
	size_t count = 0;

	if (change && changes_section(change->segments, p->segments_raw))
		edits[count++] = plan_changes("segments", change->segments,
					      p->segments_raw, p->segments_place, p->end);
	if (change && changes_section(change->scores, p->scores_raw))
		edits[count++] = plan_changes("scores", change->scores, p->scores_raw,
					      p->scores_place, p->end);
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

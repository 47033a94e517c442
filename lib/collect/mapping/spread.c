/*
 * `props.* = OBJECT`: the members of an object as if they were members of the
 * section.  They take the way of members that came late (see late.c); a member
 * whose field has a rule of its own, which gives it a value, is left to that rule.
 */
#include "collect/mapping/maker.h"
#include "record/scan.h"

/* Objects inside objects; deeper ones stay as they are. */
#define DEPTH_MAX 8

static const char *const section_names[SECTIONS] = {
	[SECTION_IDS] = "ids", [SECTION_TRAITS] = "traits", [SECTION_PROPS] = "props",
};

static struct cell cell_of_value(struct maker *m, struct value v)
{
	struct cell c = {v.raw, CELL_RAW};

	switch (v.kind) {
	case VALUE_NONE:
	case VALUE_NULL:
		return (struct cell){SPAN(""), CELL_NONE};
	case VALUE_FALSE:
	case VALUE_TRUE:
		c.kind = CELL_WORD;
		break;
	case VALUE_NUMBER:
		c.kind = CELL_NUMBER;
		break;
	case VALUE_TEXT:
		c.kind = CELL_TEXT;
		buf_clear(&m->text);
		c.text = value_text(v, &m->text);
		if (v.escaped)
			c.text = arena_copy(&m->scratch, c.text);
		break;
	case VALUE_ARRAY:
	case VALUE_OBJECT:
		break;
	}
	return c;
}

static void spread_members(struct maker *m, struct value object, struct buf *path,
			   int depth)
{
	size_t len = path->len;
	struct buf key = BUF_INIT;
	struct member member;
	struct scan s;

	scan_start(&s, object.raw);
	if (scan_enter(&s, '{', NULL))
		return;
	while (scan_member(&s, &member, NULL) > 0) {
		struct cell c;

		path->len = len;
		buf_char(path, '.');
		buf_span(path, member_key(&member, &key));
		buf_clear(&key);
		if (member.value.kind == VALUE_OBJECT && depth < DEPTH_MAX) {
			spread_members(m, member.value, path, depth + 1);
			continue;
		}
		c = cell_of_value(m, member.value);
		if (c.kind != CELL_NONE)
			maker_add_extra(m, buf_view(path), &c);
	}
	path->len = len;
	buf_release(&key);
}

static int refuse_value(struct maker *m, const struct spread *s, struct span text)
{
	char quoted[ERROR_QUOTE_MAX];

	return error_data(m->err, "%s is not a JSON object (in field '%s.*')",
			  error_quote(text, quoted), section_names[s->section]);
}

/* The object that D is; absent where it is unknown. */
static int read_object(struct maker *m, const struct spread *s,
		       const struct datum *d, struct value *v)
{
	*v = VALUE_ABSENT;
	if (d->type == TYPE_UNKNOWN)
		return 0;
	if (d->type == TYPE_JSON && d->text.ptr[0] == '{') {
		*v = (struct value){d->text, VALUE_OBJECT, false};
		return 0;
	}
	if (d->type != TYPE_TEXT)
		return refuse_value(m, s, d->type == TYPE_JSON ? d->text : SPAN("a single value"));
	if (!span_trim(d->text).len)
		return 0;
	if (scan_whole(d->text, v, NULL) || v->kind != VALUE_OBJECT)
		return refuse_value(m, s, d->text);
	return 0;
}

int maker_spread(struct maker *m, const struct row *row)
{
	struct buf path = BUF_INIT;
	int bad = 0;

	m->run.row = row;
	for (size_t i = 0; !bad && i < m->plan->spread_count; i++) {
		const struct spread *s = &m->plan->spreads[i];
		struct datum d;
		struct value v;

		bad = expr_eval(s->expr, &m->run, &d, m->err) ||
		      read_object(m, s, &d, &v);
		if (bad || v.kind != VALUE_OBJECT)
			continue;
		buf_clear(&path);
		buf_text_put(&path, section_names[s->section]);
		spread_members(m, v, &path, 1);
	}
	buf_release(&path);
	return bad ? -1 : 0;
}

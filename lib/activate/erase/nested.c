#include "activate/erase/nested.h"

#include "io/input.h"
#include "record/scan.h"

bool nested_is(struct span text)
{
	struct value v;

	return !scan_whole(text, &v, NULL) && (v.kind == VALUE_OBJECT || v.kind == VALUE_ARRAY);
}

static uint64_t line_of(const struct nested *n, size_t at)
{
	return n->line + input_count_lines(span_sub(n->text, 0, at));
}

static size_t offset_of(const struct nested *n, const char *p)
{
	return (size_t)(p - n->text.ptr);
}

static void count(struct nested *n, size_t at)
{
	const struct record_check *j = n->check;
	bool gone = j->relation == RELATION_THEIRS;

	n->theirs += gone;
	n->mentioned += j->relation == RELATION_MENTIONED;
	n->inside += j->inside && !gone;
	if (j->relation == RELATION_LEFT && !n->left++)
		n->first_left = line_of(n, at);
	if (j->near && !gone && !n->near++)
		n->first_near = line_of(n, at);
}

/* All up to BEGIN goes on; what follows up to END is replaced by TEXT. */
static int replace(struct nested *n, size_t begin, size_t end, struct span text, struct error *err)
{
	if (begin > n->at && n->keep(n->context, span_sub(n->text, n->at, begin - n->at), err))
		return -1;
	n->at = end > n->at ? end : n->at;
	return n->keep(n->context, text, err);
}

static int blank(struct nested *n, struct value v, struct error *err)
{
	struct buf out = BUF_INIT;
	size_t begin = offset_of(n, v.raw.ptr);
	int bad;

	record_check_put_blanked(n->check, v.raw, true, &out);
	bad = replace(n, begin, begin + v.raw.len, buf_view(&out), err);
	buf_release(&out);
	return bad;
}

static int walk(struct nested *n, struct value v, struct error *err);

static bool all_leave(struct nested *n, struct value list);

/* Has V a list, at any depth, of which all leave? */
static bool has_theirs(struct nested *n, struct value v)
{
	struct scan s;
	struct member m;

	if (v.kind == VALUE_ARRAY)
		return all_leave(n, v);
	if (v.kind != VALUE_OBJECT)
		return false;
	scan_start(&s, v.raw);
	scan_enter(&s, '{', NULL);
	while (scan_member(&s, &m, NULL) > 0)
		if (has_theirs(n, m.value))
			return true;
	return false;
}

static bool is_theirs(struct nested *n, struct value v)
{
	record_check_json(n->check, v.raw);
	if (n->check->relation == RELATION_NESTED && has_theirs(n, v))
		return true;
	return n->check->relation == RELATION_THEIRS;
}

static bool all_leave(struct nested *n, struct value list)
{
	struct value v;
	struct scan s;
	bool any = false;

	scan_start(&s, list.raw);
	scan_enter(&s, '[', NULL);
	while (scan_element(&s, &v, NULL) > 0) {
		any = true;
		if (!is_theirs(n, v))
			return false;
	}
	return any;
}

/* V is a record; true: it leaves its list. */
static bool leaves(struct nested *n, struct value v)
{
	struct record_check *j = n->check;
	bool theirs = is_theirs(n, v);

	record_check_json(j, v.raw);
	if (theirs)
		j->relation = RELATION_THEIRS;
	count(n, offset_of(n, v.raw.ptr));
	return theirs && !(j->redact && !j->profile && j->edit_count);
}

static int take(struct nested *n, struct value v, struct error *err)
{
	if (!n->taken || n->check->relation < RELATION_MENTIONED || n->check->relation == RELATION_NESTED)
		return 0;
	return n->taken(n->taken_context, line_of(n, offset_of(n, v.raw.ptr)), v.raw, err);
}

static bool is_blanked(const struct record_check *j)
{
	return j->relation == RELATION_MENTIONED || j->relation == RELATION_THEIRS;
}

/* Those that leave take the comma behind them along, the last ones that before them. */
static int walk_list(struct nested *n, struct value list, struct error *err)
{
	struct scan s;
	struct value v;
	size_t hole = 0, end = 0, kept_end = 0;	/* 0: nothing leaves at the moment, nothing was kept */

	scan_start(&s, list.raw);
	scan_enter(&s, '[', NULL);
	while (scan_element(&s, &v, NULL) > 0) {
		size_t begin = offset_of(n, v.raw.ptr);
		bool goes = leaves(n, v);

		end = begin + v.raw.len;
		if (take(n, v, err))
			return -1;
		if (goes) {
			hole = hole ? hole : begin;
			continue;
		}
		if (hole && replace(n, hole, begin, SPAN(""), err))
			return -1;
		hole = 0;
		kept_end = end;
		if (is_blanked(n->check) ? blank(n, v, err) : walk(n, v, err))
			return -1;
	}
	return hole ? replace(n, kept_end ? kept_end : hole, end, SPAN(""), err) : 0;
}

static int walk_members(struct nested *n, struct value object, struct error *err)
{
	struct scan s;
	struct member m;

	scan_start(&s, object.raw);
	scan_enter(&s, '{', NULL);
	while (scan_member(&s, &m, NULL) > 0)
		if (walk(n, m.value, err))
			return -1;
	return 0;
}

static int walk(struct nested *n, struct value v, struct error *err)
{
	if (v.kind == VALUE_ARRAY)
		return walk_list(n, v, err);
	return v.kind == VALUE_OBJECT ? walk_members(n, v, err) : 0;
}

/* V with its lists empty. */
static void put_head(struct value v, struct buf *out)
{
	struct scan s;
	struct member m;
	bool any = false;

	if (v.kind == VALUE_ARRAY)
		buf_lit(out, "[]");
	else if (v.kind != VALUE_OBJECT)
		buf_span(out, v.raw);
	if (v.kind != VALUE_OBJECT)
		return;
	buf_char(out, '{');
	scan_start(&s, v.raw);
	scan_enter(&s, '{', NULL);
	for (; scan_member(&s, &m, NULL) > 0; any = true) {
		buf_text_put(out, any ? ",\"" : "\"");
		buf_span(out, m.key);
		buf_lit(out, "\":");
		put_head(m.value, out);
	}
	buf_char(out, '}');
}

/* A stream of one record. */
static bool is_one_line(struct span text)
{
	return input_count_lines(span_trim(text)) == 0;
}

int nested_run(struct nested *n, struct error *err)
{
	struct buf head = BUF_INIT;
	struct value v;
	int bad = 0;

	n->at = 0;
	scan_whole(n->text, &v, NULL);
	if (v.kind == VALUE_OBJECT) {
		/* Its values outside lists: does the document itself name them? */
		put_head(v, &head);
		record_check_json(n->check, buf_view(&head));
		count(n, 0);
	}
	if (v.kind == VALUE_OBJECT && is_blanked(n->check)) {
		size_t begin = offset_of(n, v.raw.ptr);

		bool theirs = n->check->relation == RELATION_THEIRS;

		record_check_json(n->check, v.raw);
		theirs = theirs && !(n->check->redact && n->check->edit_count);
		bad = (n->taken && n->taken(n->taken_context, n->line, v.raw, err)) ||
		      (theirs ? replace(n, begin, begin + v.raw.len, is_one_line(n->text) ? SPAN("") : SPAN("{}"), err) : blank(n, v, err)) ? -1 : 0;
	} else {
		bad = walk(n, v, err);
	}
	buf_release(&head);
	if (!bad && n->at < n->text.len)
		bad = n->keep(n->context, span_sub(n->text, n->at, n->text.len), err);
	return bad;
}

int nested_record(struct nested *n, bool *goes, struct error *err)
{
	struct value v;

	n->at = 0;
	scan_whole(n->text, &v, NULL);
	*goes = !n->check->redact && is_theirs(n, v);
	if (*goes)
		return 0;
	if (walk(n, v, err))
		return -1;
	return n->at < n->text.len ? n->keep(n->context, span_sub(n->text, n->at, n->text.len), err) : 0;
}

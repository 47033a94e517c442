#include "activate/erase/record_check.h"

#include "base/mem.h"
#include "record/event.h"
#include "record/scan.h"

void record_check_release(struct record_check *j)
{
	mem_free(j->edits);
	buf_release(&j->text);
	buf_release(&j->rest);
}

static void start_record(struct record_check *j)
{
	j->relation = RELATION_NONE;
	j->who = SUBJECT_NONE;
	j->inside = j->near = j->profile = false;
	j->edit_count = 0;
}

static void raise_relation(struct record_check *j, enum relation relation, uint32_t who)
{
	if (relation <= j->relation)
		return;
	j->relation = relation;
	j->who = who;
}

static void note_found(struct record_check *j, enum subject_found found, uint32_t who, enum relation relation)
{
	if (found == FOUND)
		raise_relation(j, relation, who);
	j->inside |= found == FOUND_INSIDE;
	j->near |= found == FOUND_NEAR;
}

static void add_edit(struct record_check *j, size_t begin, size_t end)
{
	struct record_edit *last = j->edit_count ? &j->edits[j->edit_count - 1] : NULL;

	if (last && last->end >= end)
		return;
	j->edits = mem_room(j->edits, j->edit_count, &j->edit_cap, sizeof *j->edits);
	j->edits[j->edit_count++] = (struct record_edit){begin, end};
}

/* An address of the web: what stands between its signs is a value of its own. */
static bool is_address(struct span text)
{
	return (text.len && (text.ptr[0] == '/' || text.ptr[0] == '?')) || span_find(text, SPAN("://")) < text.len;
}

/* Whose VALUE is; what is found in the middle of it is noted, and *LEFT says so. */
static uint32_t check_value(struct record_check *j, enum subject_matter matter, struct span key, struct span source,
			    struct span value, bool *left)
{
	uint32_t who = subject_match(j->subject, key, source, value);
	enum subject_found found;

	*left = false;
	if (who != SUBJECT_NONE)
		return who;
	found = subject_search(j->subject, matter, value, &who);
	if (found == FOUND && is_address(value))
		return who;
	note_found(j, found, who, j->texts ? RELATION_MENTIONED : RELATION_LEFT);
	*left = found == FOUND;
	return SUBJECT_NONE;
}

/* ---- JSON ---- */

struct json_walk {
	struct record_check *j;
	const char *begin;	/* of the record */
	struct span source;
	uint32_t who;		/* a whole value is theirs */
	uint32_t listed;	/* one is in an object of a list */
	unsigned lists;		/* around the value at hand */
	bool blank;		/* traits and texts are, too */
};

static void walk_value(struct json_walk *w, struct span key, struct value v);

static void blank_value(struct json_walk *w, struct value v)
{
	add_edit(w->j, (size_t)(v.raw.ptr - w->begin), (size_t)(v.raw.ptr - w->begin) + v.raw.len);
}

static void walk_object(struct json_walk *w, struct value v)
{
	struct buf name = BUF_INIT;
	struct scan s;
	struct member m;

	scan_start(&s, v.raw);
	scan_enter(&s, '{', NULL);
	while (scan_member(&s, &m, NULL) > 0) {
		uint32_t who = SUBJECT_NONE;
		struct span key;

		buf_clear(&name);
		key = member_key(&m, &name);
		/* A key is no value that could go. */
		note_found(w->j, subject_search(w->j->subject, MATTER_JSON, key, &who), who, RELATION_LEFT);
		walk_value(w, key, m.value);
	}
	buf_release(&name);
}

static void walk_array(struct json_walk *w, struct span key, struct value v)
{
	struct value element;
	struct scan s;

	scan_start(&s, v.raw);
	scan_enter(&s, '[', NULL);
	while (scan_element(&s, &element, NULL) > 0) {
		bool container = element.kind == VALUE_OBJECT || element.kind == VALUE_ARRAY;

		w->lists += container;
		walk_value(w, key, element);
		w->lists -= container;
	}
}

static void walk_text(struct json_walk *w, struct span key, struct value v)
{
	struct span text;
	uint32_t who;
	bool left;

	buf_clear(&w->j->text);
	text = value_text(v, &w->j->text);
	who = check_value(w->j, MATTER_JSON, key, w->source, text, &left);
	if (who != SUBJECT_NONE)
		*(w->lists ? &w->listed : &w->who) = who;
	if (who != SUBJECT_NONE || (left && w->j->texts) ||
	    (w->blank && (left || subject_has_trait(w->j->subject, text))))
		blank_value(w, v);
}

static void walk_value(struct json_walk *w, struct span key, struct value v)
{
	if (v.kind == VALUE_OBJECT)
		walk_object(w, v);
	else if (v.kind == VALUE_ARRAY)
		walk_array(w, key, v);
	else if (v.kind == VALUE_TEXT || v.kind == VALUE_NUMBER)
		walk_text(w, key, v);
}

static void put_text(struct value v, struct buf *out)
{
	if (v.kind == VALUE_TEXT || v.kind == VALUE_NUMBER)
		value_decode(v, out);
}

/* Does one of IDS name them? */
static uint32_t match_ids(const struct subject *s, struct span source, struct value ids)
{
	struct record_check all = {.subject = s};
	struct json_walk w = {.j = &all, .begin = ids.raw.ptr, .source = source, .who = SUBJECT_NONE, .listed = SUBJECT_NONE};

	walk_value(&w, SPAN_NONE, ids);
	record_check_release(&all);
	return w.who;
}

static bool has_members(struct value v)
{
	struct span inner = v.kind == VALUE_OBJECT ? span_trim(span_sub(v.raw, 1, v.raw.len - 2)) : SPAN_NONE;

	return inner.len > 0;
}

/* What the record says of itself. */
struct json_record {
	struct span source, id;
	struct value ids;
	bool event, profile;
	bool why;	/* of --rejects: its reasons quote the row */
};

static void look_at_record(struct value v, struct json_record *r, struct buf *scratch)
{
	struct value type = value_member(v, SPAN("type"));
	size_t source;

	*r = (struct json_record){.ids = value_member(v, SPAN("ids"))};
	buf_clear(scratch);
	put_text(type, scratch);
	r->profile = span_equal(buf_view(scratch), SPAN("profile"));
	r->event = event_type_parse(buf_view(scratch)) != EVENT_TYPES;
	r->why = value_member(v, SPAN("reason")).kind == VALUE_TEXT && value_member(v, SPAN("line")).kind == VALUE_NUMBER;
	/* Two texts in one buffer: it may move, so both are put before either is viewed. */
	buf_clear(scratch);
	put_text(value_member(v, SPAN("source")), scratch);
	source = scratch->len;
	put_text(value_member(v, SPAN("id")), scratch);
	r->source = span_sub(buf_view(scratch), 0, source);
	r->id = buf_since(scratch, source);
}

/* Whose record it is by what names its owner; *THEIRS says whether it is. */
static uint32_t match_owner(const struct subject *s, const struct json_record *r, bool *theirs)
{
	uint32_t who = match_ids(s, r->source, r->ids);

	if (who == SUBJECT_NONE && r->profile)
		who = subject_match(s, SPAN(SUBJECT_CUSTOMER_ID), SPAN_NONE, r->id);
	*theirs = who != SUBJECT_NONE || (r->event && subject_has_record(s, r->source, r->id));
	return who;
}

/* What is personal in an event whose row is kept. */
static void blank_members(struct json_walk *w, struct value v)
{
	static const char *const personal[] = {"ids", "traits", "context", "consent"};
	struct scan s;
	struct member m;

	w->j->edit_count = 0;
	w->blank = true;
	scan_start(&s, v.raw);
	scan_enter(&s, '{', NULL);
	while (scan_member(&s, &m, NULL) > 0) {
		bool whole = false;

		for (size_t i = 0; i < sizeof personal / sizeof *personal; i++)
			whole |= span_equal(m.key, span_of(personal[i]));
		if (whole && m.value.kind != VALUE_NULL)
			blank_value(w, m.value);
		else
			walk_value(w, m.key, m.value);
	}
}

/* The edits of V, and whether it is theirs by any value. */
static void check_values(struct record_check *j, struct json_walk *w, struct value v, const struct json_record *r)
{
	bool other = (r->event || r->profile) && has_members(r->ids);

	walk_value(w, SPAN_NONE, v);
	if (w->who == SUBJECT_NONE && (r->event || r->profile))
		w->who = w->listed;
	if (w->who == SUBJECT_NONE && w->listed != SUBJECT_NONE)
		raise_relation(j, RELATION_NESTED, w->listed);
	else if (w->who != SUBJECT_NONE)
		raise_relation(j, other || r->profile ? RELATION_MENTIONED : RELATION_THEIRS, w->who);
	else if (r->why && j->relation >= RELATION_LEFT)
		raise_relation(j, RELATION_THEIRS, j->who);
}

void record_check_json(struct record_check *j, struct span record)
{
	struct json_walk w = {.j = j, .begin = record.ptr, .who = SUBJECT_NONE, .listed = SUBJECT_NONE};
	struct buf scratch = BUF_INIT;
	struct json_record r;
	struct value v;
	bool theirs = false;
	uint32_t who = SUBJECT_NONE;

	start_record(j);
	if (scan_whole(record, &v, NULL)) {
		record_check_line(j, record);
		return;
	}
	look_at_record(v, &r, &scratch);
	w.source = r.source;
	j->profile = r.profile;
	if (r.event || r.profile)
		who = match_owner(j->subject, &r, &theirs);
	if (theirs)
		raise_relation(j, RELATION_THEIRS, who);
	else
		check_values(j, &w, v, &r);
	if (j->redact && j->relation == RELATION_THEIRS && v.kind == VALUE_OBJECT && !r.profile) {
		blank_members(&w, v);
		/* One of their events that has been blanked. */
		if (!j->edit_count)
			start_record(j);
	}
	buf_release(&scratch);
}

/* ---- tables ---- */

/* The end of the cell at ROW's front, behind its quotes. */
static size_t end_cell(struct span row, char delimiter)
{
	size_t at = 0;

	if (row.len && row.ptr[0] == '"') {
		for (at = 1; at < row.len; at++) {
			if (row.ptr[at] != '"')
				continue;
			if (at + 1 == row.len || row.ptr[at + 1] != '"')
				break;
			at++;
		}
	}
	return at + span_find_byte(span_sub(row, at, row.len), delimiter);
}

static struct span unquote(struct span cell, struct buf *scratch)
{
	if (cell.len < 2 || cell.ptr[0] != '"' || cell.ptr[cell.len - 1] != '"')
		return cell;
	cell = span_sub(cell, 1, cell.len - 2);
	if (span_find_byte(cell, '"') == cell.len)
		return cell;
	buf_clear(scratch);
	for (size_t i = 0; i < cell.len; i++) {
		buf_char(scratch, cell.ptr[i]);
		i += cell.ptr[i] == '"' && i + 1 < cell.len && cell.ptr[i + 1] == '"';
	}
	return buf_view(scratch);
}

bool record_check_cell(struct span *row, char delimiter, struct span *raw, struct span *text, struct buf *scratch)
{
	size_t end;

	if (span_absent(*row))
		return false;
	end = end_cell(*row, delimiter);
	*raw = span_sub(*row, 0, end);
	*text = unquote(span_trim(*raw), scratch);
	*row = end < row->len ? span_sub(*row, end + 1, row->len) : SPAN_NONE;
	return true;
}

void record_check_row(struct record_check *j, struct span record)
{
	struct span row = record, raw, text;

	start_record(j);
	for (size_t i = 0; record_check_cell(&row, j->delimiter, &raw, &text, &j->text); i++) {
		struct span key = i < j->column_count ? j->columns[i] : SPAN_NONE;
		bool left;
		uint32_t who = check_value(j, MATTER_TABLE, key, SPAN_NONE, text, &left);

		if (who != SUBJECT_NONE)
			raise_relation(j, RELATION_THEIRS, who);
		if ((left && j->texts) ||
		    (j->redact && (who != SUBJECT_NONE || left || subject_has_trait(j->subject, text))))
			add_edit(j, (size_t)(raw.ptr - record.ptr), (size_t)(raw.ptr - record.ptr) + raw.len);
	}
}

/* ---- lines ---- */

void record_check_line(struct record_check *j, struct span record)
{
	uint32_t who = SUBJECT_NONE;
	enum subject_found found;

	start_record(j);
	found = subject_search(j->subject, MATTER_LINES, record, &who);
	note_found(j, found, who, RELATION_THEIRS);
	if (found < FOUND)
		raise_relation(j, subject_match(j->subject, SPAN_NONE, SPAN_NONE, record) != SUBJECT_NONE ?
			      RELATION_THEIRS : RELATION_NONE, who);
}

void record_check_put_blanked(const struct record_check *j, struct span record, bool json, struct buf *out)
{
	size_t at = 0;

	for (size_t i = 0; i < j->edit_count; i++) {
		buf_span(out, span_sub(record, at, j->edits[i].begin - at));
		if (json)
			buf_lit(out, "null");
		at = j->edits[i].end;
	}
	buf_span(out, span_sub(record, at, record.len));
}

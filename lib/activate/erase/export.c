#include "activate/erase/export.h"

#include <inttypes.h>

#include "record/scan.h"
#include "record/text.h"
#include "text/delimited.h"
#include "text/html.h"

static void put_html(struct buf *out, struct span text)
{
	for (bool first = true; !span_absent(text); first = false) {
		buf_text_put(out, first ? "" : "<br>");
		html_put(out, span_cut(&text, '\n'));
	}
}

static int write_text(struct export *x, struct output *out, struct error *err)
{
	int bad = output_write(out, buf_view(&x->text), err);

	buf_clear(&x->text);
	return bad;
}

int export_start(struct export *x, const struct subject *s, struct error *err)
{
	buf_clear(&x->text);
	buf_lit(&x->text, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>What is known</title>\n"
		"<style>body{font:16px/1.4 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}"
		"table{border-collapse:collapse;margin:.5em 0 1.5em}td,th{border:1px solid #ccc;padding:.2em .6em;"
		"text-align:left;vertical-align:top;overflow-wrap:anywhere}caption{text-align:left;color:#555}</style>"
		"</head><body>\n<h1>What is known</h1>\n<table><caption>Identifiers</caption>\n");
	for (size_t i = 0; i < s->count; i++) {
		buf_lit(&x->text, "<tr><th>");
		put_html(&x->text, s->list[i].type);
		buf_lit(&x->text, "</th><td>");
		put_html(&x->text, s->list[i].value);
		buf_text_put(&x->text, s->list[i].use == SUBJECT_SHARED ? " (others have it, too)</td></tr>\n" : "</td></tr>\n");
	}
	buf_lit(&x->text, "</table>\n");
	if (write_text(x, x->html, err) || output_write(x->csv, SPAN("file,line,name,value\n"), err))
		return -1;
	return output_write(x->json, SPAN("["), err);
}

/* ---- one named value ---- */

static int put_value(struct export *x, uint64_t line, struct span name, struct span value, struct error *err)
{
	delimited_put(&x->text, span_of(x->file), false);
	buf_printf(&x->text, ",%" PRIu64 ",", line);
	delimited_put(&x->text, name, false);
	buf_char(&x->text, ',');
	delimited_put(&x->text, value, false);
	buf_char(&x->text, '\n');
	if (write_text(x, x->csv, err))
		return -1;
	buf_lit(&x->text, "<tr><th>");
	put_html(&x->text, name);
	buf_lit(&x->text, "</th><td>");
	put_html(&x->text, value);
	buf_lit(&x->text, "</td></tr>\n");
	return write_text(x, x->html, err);
}

/* ---- the values of a record ---- */

static int put_json(struct export *x, uint64_t line, struct value v, struct error *err);

/* V under KEY of what X->name names. */
static int put_member(struct export *x, uint64_t line, struct span key, struct value v, struct error *err)
{
	size_t before = x->name.len;
	int bad;

	if (before)
		buf_char(&x->name, '.');
	buf_span(&x->name, key);
	bad = put_json(x, line, v, err);
	x->name.len = before;
	return bad;
}

static int put_members(struct export *x, uint64_t line, struct value v, struct error *err)
{
	struct buf key = BUF_INIT;
	struct scan s;
	struct member m;
	int bad = 0;

	scan_start(&s, v.raw);
	scan_enter(&s, '{', NULL);
	while (!bad && scan_member(&s, &m, NULL) > 0) {
		buf_clear(&key);
		bad = put_member(x, line, member_key(&m, &key), m.value, err);
	}
	buf_release(&key);
	return bad;
}

static int put_elements(struct export *x, uint64_t line, struct value v, struct error *err)
{
	struct buf key = BUF_INIT;
	struct value element;
	struct scan s;
	uint64_t number = 1;
	int bad = 0;

	scan_start(&s, v.raw);
	scan_enter(&s, '[', NULL);
	while (!bad && scan_element(&s, &element, NULL) > 0) {
		buf_clear(&key);
		buf_u64(&key, number++);
		bad = put_member(x, line, buf_view(&key), element, err);
	}
	buf_release(&key);
	return bad;
}

static int put_json(struct export *x, uint64_t line, struct value v, struct error *err)
{
	struct buf text = BUF_INIT;
	int bad;

	if (v.kind == VALUE_OBJECT)
		return put_members(x, line, v, err);
	if (v.kind == VALUE_ARRAY)
		return put_elements(x, line, v, err);
	if (v.kind == VALUE_NULL)
		return 0;
	bad = put_value(x, line, buf_view(&x->name), value_text(v, &text), err);
	buf_release(&text);
	return bad;
}

static int put_row(struct export *x, uint64_t line, struct span row, struct error *err)
{
	const struct record_check *j = x->check;
	struct buf scratch = BUF_INIT, number = BUF_INIT;
	struct span raw, text;
	int bad = 0;

	for (size_t i = 0; !bad && record_check_cell(&row, j->delimiter, &raw, &text, &scratch); i++) {
		buf_clear(&number);
		buf_printf(&number, "column %zu", i + 1);
		if (text.len)
			bad = put_value(x, line, i < j->column_count ? j->columns[i] : buf_view(&number), text, err);
	}
	buf_release(&scratch);
	buf_release(&number);
	return bad;
}

static bool is_json(const struct export *x, struct span record, struct value *v)
{
	return (*x->kind == KIND_RECORDS || *x->kind == KIND_DOCUMENT) && !scan_whole(record, v, NULL);
}

static int put_fields(struct export *x, uint64_t line, struct span record, struct error *err)
{
	struct value v;

	buf_clear(&x->name);
	if (is_json(x, record, &v))
		return put_json(x, line, v, err);
	if (*x->kind == KIND_TABLE)
		return put_row(x, line, record, err);
	return put_value(x, line, SPAN("line"), record, err);
}

/* ---- records ---- */

/* The record itself where it is JSON, else its text. */
static int put_data(struct export *x, uint64_t line, struct span record, bool mention, struct error *err)
{
	struct value v;

	buf_text_put(&x->text, x->records + x->mentions ? ",\n" : "\n");
	buf_lit(&x->text, "{\"file\":");
	text_encode(&x->text, span_of(x->file));
	buf_printf(&x->text, ",\"line\":%" PRIu64 ",", line);
	buf_text_put(&x->text, mention ? "\"mentioned\":true" : "\"record\":");
	if (!mention && is_json(x, record, &v))
		buf_span(&x->text, v.raw);
	else if (!mention)
		text_encode(&x->text, record);
	buf_char(&x->text, '}');
	return write_text(x, x->json, err);
}

static int put_heading(struct export *x, uint64_t line, bool mention, struct error *err)
{
	if (x->shown != x->file) {
		x->shown = x->file;
		buf_lit(&x->text, "<h2>");
		put_html(&x->text, span_of(x->file));
		buf_lit(&x->text, "</h2>\n");
	}
	if (mention)
		buf_printf(&x->text, "<p>Line %" PRIu64 ": a record of somebody else, which mentions the person.</p>\n", line);
	else
		buf_printf(&x->text, "<table><caption>Line %" PRIu64 "</caption>\n", line);
	return write_text(x, x->html, err);
}

int export_record(struct export *x, uint64_t line, struct span record, struct error *err)
{
	bool mention = x->check->relation == RELATION_MENTIONED;

	if (put_data(x, line, record, mention, err) || put_heading(x, line, mention, err))
		return -1;
	x->records += !mention;
	x->mentions += mention;
	if (mention)
		return 0;
	return put_fields(x, line, record, err) || output_write(x->html, SPAN("</table>\n"), err) ? -1 : 0;
}

int export_end(struct export *x, struct error *err)
{
	if (output_write(x->json, SPAN("\n]\n"), err))
		return -1;
	return output_write(x->html, x->records + x->mentions ? SPAN("</body></html>\n") :
			    SPAN("<p>Nothing.</p>\n</body></html>\n"), err);
}

void export_release(struct export *x)
{
	buf_release(&x->text);
	buf_release(&x->name);
}

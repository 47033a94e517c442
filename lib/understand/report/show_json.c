#include "record/scan.h"
#include "time/moment.h"
#include "understand/report/cell.h"
#include "understand/report/show_parts.h"

/* The control at P, or 0; *LEN its bytes. */
static unsigned control_at(const unsigned char *p, size_t left, size_t *len)
{
	unsigned point;

	*len = 1;
	if (*p == 0x7f)
		return *p;
	if (left >= 2 && *p == 0xc2 && p[1] < 0xa0) {
		*len = 2;
		return p[1];
	}
	if (left < 3 || *p != 0xe2)
		return 0;
	point = 0x2000u | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu);
	if ((point < 0x202a || point > 0x202e) && (point < 0x2066 || point > 0x2069))
		return 0;
	*len = 3;
	return point;
}

void clean_json(struct buf *out, size_t from)
{
	struct buf clean = BUF_INIT;

	for (size_t i = from, len; i < out->len; i += len) {
		unsigned point = control_at((const unsigned char *)out->ptr + i,
					    out->len - i, &len);

		if (point)
			buf_printf(&clean, "\\u%04x", point);
		else
			buf_char(&clean, out->ptr[i]);
	}
	out->len = from;
	buf_span(out, buf_view(&clean));
	buf_release(&clean);
}

/* Which of a row's figures are hidden: null alone would say that they are unknown. */
static void put_hidden(const struct section *s, const struct cell *row, struct buf *out)
{
	const char *before = ",\"hidden\":[";

	for (size_t i = 0; i < s->column_count; i++)
		if (row[i].kind == CELL_HIDDEN) {
			buf_text_put(out, before);
			text_encode(out, span_of(s->columns[i].key));
			before = ",";
		}
	if (*before == ',' && !before[1])
		buf_char(out, ']');
}

static void put_row(const struct section *s, const struct cell *row,
		    struct buf *out)
{
	size_t open = s->column_count;	/* the first open cell */

	buf_char(out, '{');
	for (size_t i = 0; i < s->column_count; i++) {
		if (i)
			buf_char(out, ',');
		text_encode(out, span_of(s->columns[i].key));
		buf_char(out, ':');
		cell_put_json(out, &row[i]);
		if (row[i].open && i < open)
			open = i;
	}
	put_hidden(s, row, out);
	if (!open) {
		buf_printf(out, ",\"%s\":true", s->open_key ? s->open_key : "open");
	} else if (open < s->column_count) {
		buf_lit(out, ",\"open_from\":");
		text_encode(out, span_of(s->columns[open].key));
	}
	buf_char(out, '}');
}

static void put_pairs(const struct section *s, struct buf *out)
{
	struct buf key = BUF_INIT;

	buf_char(out, '{');
	for (size_t r = 0; r < s->row_count; r++) {
		const struct cell *row = s->cells + r * s->column_count;

		buf_clear(&key);
		cell_put_plain(&key, &row[0]);
		buf_text_put(out, r ? ",\n    " : "\n    ");
		text_encode(out, buf_view(&key));
		buf_lit(out, ": ");
		cell_put_json(out, &row[1]);
	}
	buf_lit(out, "\n  }");
	buf_release(&key);
}

static void put_rows(const struct section *s, struct buf *out)
{
	buf_char(out, '[');
	for (size_t r = 0; r < s->row_count; r++) {
		buf_text_put(out, r ? ",\n    " : "\n    ");
		put_row(s, s->cells + r * s->column_count, out);
	}
	buf_lit(out, "\n  ]");
}

static void put_asked(const struct sheet *s, struct buf *out)
{
	if (!s->asked_count)
		return;
	buf_lit(out, ",\n  \"asked\": {");
	for (size_t i = 0; i < s->asked_count; i++) {
		if (i)
			buf_char(out, ',');
		text_encode(out, span_of(s->asked[i].option));
		buf_char(out, ':');
		text_encode(out, span_of(s->asked[i].text));
	}
	buf_char(out, '}');
}

void show_json(const struct sheet *s, struct buf *out)
{
	buf_lit(out, "{\n  \"title\": ");
	text_encode(out, span_of(s->title));
	buf_lit(out, ",\n  \"as_of\": ");
	if (s->as_of == MOMENT_NONE) {
		buf_lit(out, "null");
	} else {
		buf_char(out, '"');
		moment_put(out, s->as_of);
		buf_char(out, '"');
	}
	put_asked(s, out);
	for (size_t i = 0; i < s->count; i++) {
		const struct section *section = &s->sections[i];

		buf_lit(out, ",\n  ");
		text_encode(out, span_of(section->key));
		buf_lit(out, ": ");
		if (section->pairs)
			put_pairs(section, out);
		else
			put_rows(section, out);
	}
	buf_lit(out, "\n}\n");
}

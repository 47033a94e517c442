#include "base/moment.h"
#include "record/scan.h"
#include "report/cell.h"
#include "report/show_parts.h"

static void put_row(const struct section *s, const struct cell *row,
		    struct buf *out)
{
	bool open = false;

	buf_char(out, '{');
	for (size_t i = 0; i < s->column_count; i++) {
		if (i)
			buf_char(out, ',');
		text_encode(out, span_of(s->columns[i].key));
		buf_char(out, ':');
		cell_put_json(out, &row[i]);
		open = open || row[i].open;
	}
	if (open)
		buf_lit(out, ",\"open\":true");
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

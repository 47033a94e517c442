#include "collect/ingest/again.h"

#include <string.h>

#include "base/mem.h"
#include "collect/ingest/again_parts.h"
#include "record/scan.h"

struct again_reader {
	struct input *rejects;
	struct input *notes;	/* FILE.retry */
	struct block block;
	struct span rest;	/* of the block */
	uint64_t line;		/* of the notes, for messages */
	struct span waiting;	/* the line that begins the next part; absent: none */
	struct buf kept;	/* what it points into */
	struct again again;
};

uint64_t again_line(const struct again *a, uint64_t at)
{
	size_t low = 0, high = a->row_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (a->rows[middle].at <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? a->rows[low - 1].line + (at - a->rows[low - 1].at) : at;
}

static void release(struct again *a)
{
	survey_release(&a->survey);
	mem_free(a->columns);
	mem_free(a->rows);
	arena_release(&a->arena);
	*a = (struct again){.file = ""};
}

void again_close(struct again_reader *r)
{
	if (!r)
		return;
	release(&r->again);
	if (r->rejects)
		input_close(r->rejects);
	if (r->notes)
		input_close(r->notes);
	block_release(&r->block);
	buf_release(&r->kept);
	mem_free(r);
}

struct again_reader *again_open(const char *rejects, struct error *err)
{
	struct again_reader *r = mem_zero(1, sizeof *r);
	struct buf name = BUF_INIT;

	r->again.file = "";
	buf_printf(&name, "%s.retry", rejects);
	r->rejects = input_open(rejects, err);
	if (r->rejects)
		r->notes = input_open(buf_text(&name), err);
	buf_release(&name);
	if (r->notes)
		return r;
	again_close(r);
	return NULL;
}

static int bad_note(struct again_reader *r, struct error *err)
{
	error_failed(err, "not a line of rejects: write it by --rejects, and do not change it");
	error_place(err, input_name(r->notes), r->line, 0);
	return -1;
}

/* 1: the next line of the notes, 0: none, -1: *ERR. */
static int next_line(struct again_reader *r, struct span *out, struct error *err)
{
	while (span_absent(r->rest) || !r->rest.len) {
		int got = input_block(r->notes, &r->block, err);

		if (got <= 0)
			return got;
		r->rest = (struct span){r->block.ptr, r->block.len};
		if (r->block.open) {
			r->line = r->block.line;
			return bad_note(r, err);
		}
	}
	*out = span_cut(&r->rest, '\n');
	r->line++;
	return 1;
}

static bool read_count(struct value v, uint64_t *out)
{
	return v.kind == VALUE_NUMBER && span_number(v.raw, out);
}

/* [1,2,3]: as many numbers as there are, up to MAX; 0 when it is none. */
static size_t read_counts(struct value v, uint64_t *out, size_t max)
{
	struct scan s;
	struct value one;
	size_t count = 0;

	if (v.kind != VALUE_ARRAY)
		return 0;
	scan_start(&s, v.raw);
	scan_enter(&s, '[', NULL);
	while (scan_element(&s, &one, NULL) > 0) {
		if (count == max || !read_count(one, &out[count]))
			return 0;
		count++;
	}
	return count;
}

static struct span keep_text(struct again *a, struct value v)
{
	struct buf b = BUF_INIT;
	struct span kept = arena_copy(&a->arena, value_text(v, &b));

	buf_release(&b);
	return kept;
}

static const char *keep_string(struct again *a, struct value object, const char *key)
{
	struct value v = value_member(object, span_of(key));

	return v.kind == VALUE_TEXT ? keep_text(a, v).ptr : NULL;
}

static void read_columns(struct again *a, struct value list)
{
	struct scan s;
	struct value one;
	size_t cap = 0;

	if (list.kind != VALUE_ARRAY)
		return;
	scan_start(&s, list.raw);
	scan_enter(&s, '[', NULL);
	while (scan_element(&s, &one, NULL) > 0) {
		a->columns = mem_room(a->columns, a->column_count, &cap, sizeof *a->columns);
		a->columns[a->column_count++] = one.kind == VALUE_TEXT ? keep_text(a, one) : SPAN("");
	}
}

static void read_survey(struct again *a, struct value list)
{
	uint64_t counts[AGAIN_FACTS];
	struct scan s;
	struct value one;

	if (list.kind != VALUE_ARRAY)
		return;
	scan_start(&s, list.raw);
	scan_enter(&s, '[', NULL);
	while (scan_element(&s, &one, NULL) > 0) {
		struct survey *y = &a->survey;

		memset(counts, 0, sizeof counts);
		read_counts(one, counts, AGAIN_FACTS);
		y->columns = mem_room(y->columns, y->count, &y->cap, sizeof *y->columns);
		again_facts_set(&y->columns[y->count++], counts);
	}
}

/* What the header of a part, or of more directives in it, adds. */
static int add_header(struct again *a, struct value note, uint64_t *at)
{
	uint64_t bytes, lines;

	if (!read_count(value_member(note, SPAN("header")), &bytes) ||
	    !read_count(value_member(note, SPAN("lines")), &lines))
		return -1;
	a->bytes += bytes;
	*at += lines;
	return 0;
}

static int begin(struct again *a, struct value note, uint64_t *at)
{
	struct value source = value_member(note, SPAN("source"));

	*at = 1;
	a->file = keep_string(a, note, "file");
	a->source = source.kind == VALUE_TEXT ? keep_text(a, source) : SPAN_NONE;
	a->format = keep_string(a, note, "format");
	a->kind = keep_string(a, note, "kind");
	a->delimiter = keep_string(a, note, "delimiter");
	a->utf8 = value_member(note, SPAN("utf8")).kind == VALUE_TRUE;
	read_columns(a, value_member(note, SPAN("columns")));
	read_survey(a, value_member(note, SPAN("survey")));
	read_count(value_member(note, SPAN("sample")), &a->survey.rows);
	return a->file && !span_absent(a->source) ? add_header(a, note, at) : -1;
}

static int add_row(struct again *a, struct value note, uint64_t *at)
{
	uint64_t counts[3];

	if (read_counts(note, counts, 3) != 3)
		return -1;
	a->rows = mem_room(a->rows, a->row_count, &a->row_cap, sizeof *a->rows);
	a->rows[a->row_count].at = *at;
	a->rows[a->row_count++].line = counts[0];
	a->bytes += counts[1];
	*at += counts[2];
	return 0;
}

/* The lines of a part up to the next one's first, which waits. */
static int read_part(struct again_reader *r, struct error *err)
{
	struct again *a = &r->again;
	struct span line = r->waiting;
	uint64_t at = 1;
	bool first = true;
	int got = 1;

	for (; got > 0; got = next_line(r, &line, err)) {
		struct value note;
		int bad;

		if (scan_whole(line, &note, NULL))
			return bad_note(r, err);
		if (first) {
			bad = begin(a, note, &at);
		} else if (note.kind == VALUE_ARRAY) {
			bad = add_row(a, note, &at);
		} else if (value_member(note, SPAN("file")).kind == VALUE_NONE) {
			bad = add_header(a, note, &at);
		} else {
			buf_clear(&r->kept);
			buf_span(&r->kept, line);
			r->waiting = buf_view(&r->kept);
			return 0;
		}
		if (bad)
			return bad_note(r, err);
		first = false;
	}
	r->waiting = SPAN_NONE;
	return got;
}

struct again *again_next(struct again_reader *r, struct error *err)
{
	if (span_absent(r->waiting)) {
		struct span line;

		if (r->line || next_line(r, &line, err) <= 0)
			return NULL;
		buf_span(&r->kept, line);
		r->waiting = buf_view(&r->kept);
	}
	release(&r->again);
	if (read_part(r, err))
		return NULL;
	r->again.input = r->rejects;
	return &r->again;
}

int again_end(struct again_reader *r, struct error *err)
{
	char byte;
	ptrdiff_t got = input_read(r->rejects, &byte, 1, err);

	return got > 0 ? again_misfit(input_name(r->rejects), err) : (int)got;
}

int again_misfit(const char *file, struct error *err)
{
	error_failed(err, "is not as %s.retry says: rejects that were changed by hand are read like any file, without --retry",
		     file);
	error_place(err, file, 0, 0);
	return -1;
}

#include "understand/table/frame.h"

#include <string.h>

#include "base/mem.h"
#include "io/input.h"

#define STEP ((size_t)1 << 20)

/* What one file's reading knows. */
struct reading {
	struct frame *frame;
	struct frame_file *file;
	const char *at, *end;
	uint64_t line;		/* of AT */
	char separator;
	size_t *places;		/* by cell of a row: its column */
	size_t cell_count;
	bool checked;		/* the whole is UTF-8 without a byte of zero */
};

/* A row that was cut into cells. */
struct row {
	struct span whole;	/* with its newline */
	struct frame_piece *cells;
	bool *quoted;		/* by cell: holds doubled quotes */
	size_t count, cap;
};

/*
 * Rows.
 */

static struct span rest_of(const struct reading *r)
{
	return span_between(r->at, r->end);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static const char *skip_blanks(const struct reading *r, const char *p)
{
	while (p < r->end && is_blank(*p) && *p != r->separator)
		p++;
	return p;
}

static void add_cell(struct row *row, const char *from, const char *to, bool doubled)
{
	if (row->count == row->cap) {
		size_t cap = row->cap;

		row->cells = mem_room(row->cells, row->count, &row->cap, sizeof *row->cells);
		row->quoted = mem_room(row->quoted, row->count, &cap, sizeof *row->quoted);
	}
	row->quoted[row->count] = doubled;
	row->cells[row->count++] = (struct frame_piece){
		(uint32_t)(from - row->whole.ptr), (uint32_t)(to - from),
	};
}

/* Behind the closing quote of the cell that opens at P; NULL: it never closes. */
static const char *close_quote(const struct reading *r, const char *p, bool *doubled)
{
	*doubled = false;
	for (p++; p < r->end; p += 2) {
		p = memchr(p, '"', (size_t)(r->end - p));
		if (!p)
			return NULL;
		if (p + 1 == r->end || p[1] != '"')
			return p + 1;
		*doubled = true;
	}
	return NULL;
}

/* The next cell from *P on; *P then stands at what ends it. */
static int cut_cell(const struct reading *r, struct row *row, const char **p, struct error *err)
{
	const char *from = skip_blanks(r, *p), *to;
	bool doubled;

	if (from < r->end && *from == '"') {
		to = close_quote(r, from, &doubled);
		if (!to)
			return error_data(err, "a quote opens that never closes");
		add_cell(row, from + 1, to - 1, doubled);
		*p = skip_blanks(r, to);
		if (*p < r->end && **p == '\r')
			++*p;
		if (*p < r->end && **p != r->separator && **p != '\n')
			return error_data(err, "something stands between a value in quotes and the separator");
		return 0;
	}
	for (to = from; to < r->end && *to != r->separator && *to != '\n'; to++)
		;
	*p = to;
	while (to > from && (is_blank(to[-1]) || to[-1] == '\r'))
		to--;
	add_cell(row, from, to, false);
	return 0;
}

static size_t line_length(const struct reading *r)
{
	size_t len = span_find_byte(rest_of(r), '\n');

	return len + (r->at + len < r->end);
}

/* Only the physical line where the row began is lost: the next may be good. */
static int lose_line(struct reading *r, struct row *row)
{
	row->whole.len = line_length(r);
	r->at += row->whole.len;
	return -1;
}

/* Takes the row at AT, which is not at the end.  -1 with *ERR: bad, and AT is behind its first line. */
static int cut_row(struct reading *r, struct row *row, struct error *err)
{
	const char *p = r->at;

	row->whole = (struct span){r->at, 0};
	row->count = 0;
	for (;;) {
		int bad = cut_cell(r, row, &p, err);

		if (!bad && (size_t)(p - r->at) > INPUT_LINE_MAX)
			bad = error_data(err, "the row is longer than %zu MiB", INPUT_LINE_MAX >> 20);
		if (bad)
			return lose_line(r, row);
		if (p == r->end || *p == '\n')
			break;
		p++;
	}
	row->whole.len = (size_t)(p - r->at) + (p < r->end);
	r->at += row->whole.len;
	return 0;
}

/* "" within a cell becomes ". */
static void undouble(const struct row *row, size_t cell)
{
	char *base = (char *)(uintptr_t)row->whole.ptr + row->cells[cell].at;
	size_t len = 0;

	for (size_t i = 0; i < row->cells[cell].len; i++) {
		base[len++] = base[i];
		i += base[i] == '"';
	}
	row->cells[cell].len = (uint32_t)len;
}

static int check_row(const struct reading *r, const struct row *row, struct error *err)
{
	if (!r->checked && memchr(row->whole.ptr, '\0', row->whole.len))
		return error_data(err, "the row has a byte of zero: this is no text file");
	if (!r->checked && !span_is_utf8(row->whole))
		return error_data(err, "the row is not UTF-8: convert the file, as with iconv -f WINDOWS-1252 -t UTF-8");
	for (size_t i = r->cell_count; i < row->count; i++)
		if (row->cells[i].len)
			return error_data(err, "has %zu values, the header names %zu columns", row->count, r->cell_count);
	if (row->count < r->cell_count)
		return error_data(err, "has %zu value%s, the header names %zu columns", row->count,
				  row->count == 1 ? "" : "s", r->cell_count);
	return 0;
}

static void grow_rows(struct frame *f)
{
	size_t cap = f->row_cap ? f->row_cap * 2 : 256;

	f->bases = mem_grow(f->bases, cap, sizeof *f->bases);
	f->lines = mem_grow(f->lines, cap, sizeof *f->lines);
	f->cells = mem_grow(f->cells, cap * f->column_count, sizeof *f->cells);
	f->row_cap = cap;
}

static void keep_row(const struct reading *r, const struct row *row)
{
	struct frame *f = r->frame;
	struct frame_piece *cells;

	if (f->row_count == f->row_cap)
		grow_rows(f);
	cells = f->cells + f->row_count * f->column_count;
	for (size_t i = 0; i < r->cell_count; i++) {
		if (row->quoted[i])
			undouble(row, i);
		cells[r->places[i]] = row->cells[i];
	}
	f->bases[f->row_count] = row->whole.ptr;
	f->lines[f->row_count++] = r->line;
}

static void report_fault(const struct reading *r, struct span row, struct error *why)
{
	error_place(why, r->file->name, r->line, 0);
	r->frame->rejected++;
	if (r->frame->fault)
		r->frame->fault(r->frame->context, row, why);
}

static void read_rows(struct reading *r)
{
	struct row row = {0};

	while (r->at < r->end) {
		struct error why = ERROR_INIT;

		if (!span_trim(span_sub(rest_of(r), 0, line_length(r))).len) {
			r->at += line_length(r);
			r->line++;
			r->frame->blank++;
			continue;
		}
		if (cut_row(r, &row, &why) || check_row(r, &row, &why))
			report_fault(r, row.whole, &why);
		else
			keep_row(r, &row);
		r->line += input_count_lines(row.whole);
	}
	mem_free(row.cells);
	mem_free(row.quoted);
}

/*
 * The header.
 */

/* How many cells SEPARATOR makes of the row at AT; nothing moves. */
static size_t count_cells(const struct reading *r, const char *at, char separator)
{
	struct reading copy = *r;
	struct row row = {0};
	size_t count;

	copy.at = at;
	copy.separator = separator;
	count = at < r->end && !cut_row(&copy, &row, NULL) ? row.count : 0;
	mem_free(row.cells);
	mem_free(row.quoted);
	return count;
}

/* Where the row behind the header begins, if no cell of it spans lines. */
static const char *second_line(const struct reading *r)
{
	const char *p = r->at + line_length(r);

	while (p < r->end && (*p == '\n' || *p == '\r'))
		p++;
	return p;
}

static void choose_separator(struct reading *r)
{
	static const char separators[] = ",;\t|";
	size_t most = 0;

	r->separator = r->frame->separator;
	for (const char *c = separators; *c && !r->frame->separator; c++) {
		size_t header = count_cells(r, r->at, *c), next = count_cells(r, second_line(r), *c);
		size_t value = header < 2 ? 0 : header == next ? 1000000 + header : header;

		if (value > most || !r->separator) {
			most = value;
			r->separator = *c;
		}
	}
}

static void skip_line(struct reading *r)
{
	r->at += line_length(r);
	r->line++;
}

/* Excel's first line "sep=;". */
static void read_sep_line(struct reading *r)
{
	struct span line = span_trim(span_sub(rest_of(r), 0, line_length(r)));

	if (line.len != 5 || !span_starts(line, SPAN("sep=")))
		return;
	if (!r->frame->separator)
		r->separator = line.ptr[4];
	skip_line(r);
}

static struct span piece_text(const struct row *row, size_t i)
{
	return (struct span){row->whole.ptr + row->cells[i].at, row->cells[i].len};
}

/* The first file's header makes the columns. */
static void name_columns(struct reading *r, const struct row *row)
{
	struct frame *f = r->frame;

	f->column_count = row->count;
	f->columns = mem_zero(row->count, sizeof *f->columns);
	for (size_t i = 0; i < row->count; i++) {
		f->columns[i].name = span_trim(piece_text(row, i));
		if (!f->columns[i].name.len && !i)
			f->columns[i].name = SPAN("row");
		r->places[i] = i;
	}
}

/* A later file's header is the same names: each finds its column, which no other takes. */
static int match_columns(struct reading *r, const struct row *row, struct error *err)
{
	struct frame *f = r->frame;
	bool *taken = mem_zero(f->column_count + 1, sizeof *taken);
	int bad = 0;

	if (row->count != f->column_count)
		bad = error_usage(err, "names %zu columns, and %s before it %zu: files of one run have the same columns",
				  row->count, f->files[0].name, f->column_count);
	for (size_t i = 0; i < row->count && !bad; i++) {
		struct span name = span_trim(piece_text(row, i));
		size_t c = 0;

		name = name.len || i ? name : SPAN("row");
		while (c < f->column_count && (taken[c] || !span_equal(f->columns[c].name, name)))
			c++;
		if (c == f->column_count)
			bad = error_usage(err, "has a column '%.*s', and %s before it none: files of one run have the same columns",
					  SPAN_ARG(name), f->files[0].name);
		else
			taken[c] = true;
		r->places[i] = c;
	}
	mem_free(taken);
	return bad;
}

/* The header of a table whose rows begin with a name that it does not call anything. */
static void add_row_names(const struct reading *r, struct row *row)
{
	static const struct frame_piece nameless;

	if (row->count < 2 || count_cells(r, r->at, r->separator) != row->count + 1)
		return;
	add_cell(row, row->whole.ptr, row->whole.ptr, false);
	memmove(row->cells + 1, row->cells, (row->count - 1) * sizeof *row->cells);
	memmove(row->quoted + 1, row->quoted, (row->count - 1) * sizeof *row->quoted);
	row->cells[0] = nameless;
	row->quoted[0] = false;
}

static int read_header(struct reading *r, struct error *err)
{
	struct row row = {0};
	int bad;

	bad = cut_row(r, &row, err);
	if (bad && err)
		error_usage(err, "%s: is the header in the first line, and '%c' between its cells? --separator says another", err->message,
			    r->separator);
	if (!bad && r->frame->header)
		r->frame->header(r->frame->context, row.whole);
	for (size_t i = 0; i < row.count && !bad; i++)
		if (row.quoted[i])
			undouble(&row, i);
	if (!bad)
		add_row_names(r, &row);
	r->cell_count = row.count;
	r->places = mem_zero(row.count + 1, sizeof *r->places);
	if (!bad && !r->frame->column_count)
		name_columns(r, &row);
	else if (!bad)
		bad = match_columns(r, &row, err);
	r->line += input_count_lines(row.whole);
	mem_free(row.cells);
	mem_free(row.quoted);
	return bad;
}

/*
 * The file.
 */

static int load(struct buf *text, const char *path, char **name, struct error *err)
{
	struct input *in = input_open(path, err);
	ptrdiff_t got = 1;

	if (!in)
		return -1;
	*name = mem_text(input_name(in), strlen(input_name(in)));
	while (got > 0) {
		buf_reserve(text, STEP);
		got = input_read(in, text->ptr + text->len, STEP, err);
		if (got > 0)
			text->len += (size_t)got;
	}
	input_close(in);
	return got < 0 ? -1 : 0;
}

/* What is no text at all, with what to do. */
static int refuse_form(struct span text, struct error *err)
{
	if (span_starts(text, SPAN("PK\x03\x04")) || span_starts(text, SPAN("\xd0\xcf\x11\xe0")))
		return error_usage(err, "is an Excel workbook: export it as CSV UTF-8");
	if (span_starts(text, SPAN("\xff\xfe")) || span_starts(text, SPAN("\xfe\xff")))
		return error_usage(err, "is UTF-16: convert it, as with iconv -f UTF-16 -t UTF-8");
	if (memchr(text.ptr, '\0', text.len < 4 ? text.len : 4))
		return error_usage(err, "has bytes of zero: convert it, as with iconv -f UTF-16LE -t UTF-8, if it is text");
	if (span_starts(text, SPAN("{")))
		return error_usage(err, "begins with {: a table in CSV is wanted here, not JSON (profiles of cdp-merge are read without --time)");
	if (!span_trim(text).len)
		return error_usage(err, "is empty: a table begins with the names of its columns");
	return 0;
}

/* Lines may end with CR alone, where there is no LF in the file. */
static void mend_line_ends(struct buf *text)
{
	if (memchr(text->ptr, '\n', text->len))
		return;
	for (size_t i = 0; i < text->len; i++)
		if (text->ptr[i] == '\r')
			text->ptr[i] = '\n';
}

static int read_text(struct reading *r, struct error *err)
{
	struct span text = buf_view(&r->file->text);

	if (span_starts(text, SPAN("\xef\xbb\xbf")))
		text = span_sub(text, 3, SIZE_MAX);
	if (refuse_form(text, err))
		return -1;
	mend_line_ends(&r->file->text);
	r->at = text.ptr;
	r->end = text.ptr + text.len;
	r->checked = span_is_utf8(text) && !memchr(text.ptr, '\0', text.len);
	while (!span_trim(span_sub(rest_of(r), 0, line_length(r))).len)
		skip_line(r);
	read_sep_line(r);
	if (!r->separator)
		choose_separator(r);
	if (read_header(r, err))
		return -1;
	read_rows(r);
	return 0;
}

/* What a row that comes makes stale. */
static void forget_columns(struct frame *f)
{
	for (size_t i = 0; i < f->column_count; i++) {
		mem_free(f->columns[i].numbers);
		mem_free(f->columns[i].codes);
		f->columns[i] = (struct frame_column){.name = f->columns[i].name};
	}
}

int frame_take(struct frame *f, const char *name, struct buf *text, struct error *err)
{
	struct reading r = {.frame = f, .line = 1};
	int bad;

	forget_columns(f);
	f->files = mem_room(f->files, f->file_count, &f->file_cap, sizeof *f->files);
	r.file = &f->files[f->file_count++];
	*r.file = (struct frame_file){.name = mem_text(name, strlen(name)), .text = *text, .first_row = f->row_count};
	*text = BUF_INIT;
	bad = read_text(&r, err);
	if (bad)
		error_place(err, r.file->name, 0, 0);
	mem_free(r.places);
	return bad;
}

int frame_read(struct frame *f, const char *path, struct error *err)
{
	struct buf text = BUF_INIT;
	char *name = NULL;
	int bad = load(&text, path, &name, err);

	if (!bad)
		bad = frame_take(f, name, &text, err);
	buf_release(&text);
	mem_free(name);
	return bad;
}

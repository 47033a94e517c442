#include "record/table.h"

#include <string.h>

#include "base/mem.h"
#include "io/input.h"
#include "record/scan.h"
#include "text/unicode.h"

struct table {
	struct input *in;
	struct block block;
	size_t at;		/* in the block: the next line */
	uint64_t line;		/* of the last row */
	const char *const *columns;
	size_t column_count;
	int *places;		/* by cell of a CSV row: its column, or -1 */
	size_t place_count;
	size_t place_cap;
	char separator;
	bool json;
	bool ended;
	struct buf texts[TABLE_COLUMNS_MAX];
};

static const struct span bom = SPAN("\xef\xbb\xbf");
static const char separators[] = ",;\t|";

static const char *separator_name(char separator)
{
	return separator == ',' ? "a comma" : separator == ';' ? "a semicolon" :
	       separator == '|' ? "a bar" : "a tabulator";
}

/* 1: the next line without its end, 0: none, -1. */
static int next_line(struct table *t, struct span *line, struct error *err)
{
	struct span rest;
	size_t end;

	if (t->at == t->block.len) {
		int got = t->ended ? 0 : input_block(t->in, &t->block, err);

		if (got <= 0)
			return got;
		t->at = 0;
		t->ended = t->block.last;
		t->line = t->block.line - 1;
	}
	rest = span_sub((struct span){t->block.ptr, t->block.len}, t->at, SIZE_MAX);
	end = span_find_byte(rest, '\n');
	*line = span_sub(rest, 0, end);
	t->at += end + (end < rest.len);
	t->line++;
	if (line->len && line->ptr[line->len - 1] == '\r')
		line->len--;
	return 1;
}

/* 1: the next line that is not blank. */
static int next_text(struct table *t, struct span *line, struct error *err)
{
	int got;

	do {
		got = next_line(t, line, err);
	} while (got > 0 && !span_trim(*line).len);
	if (got > 0 && !span_is_utf8(*line))
		return error_usage(err, "the line is not UTF-8: convert the file, as with iconv -f WINDOWS-1252 -t UTF-8");
	return got;
}

/* The value in quotes that REST begins with; its length with them, or 0. */
static size_t quoted_cell(struct span rest, struct buf *out)
{
	for (size_t i = 1; i < rest.len; i++) {
		if (rest.ptr[i] != '"') {
			buf_char(out, rest.ptr[i]);
			continue;
		}
		if (i + 1 == rest.len || rest.ptr[i + 1] != '"')
			return i + 1;
		buf_char(out, rest.ptr[i++]);
	}
	return 0;
}

/* The next cell of *REST into OUT; *MORE: another one follows. */
static int next_cell(struct span *rest, char separator, struct buf *out, bool *more, struct error *err)
{
	size_t len;

	buf_clear(out);
	if (rest->len && rest->ptr[0] == '"') {
		len = quoted_cell(*rest, out);
		if (!len)
			return error_usage(err, "a value in quotes does not end on its line");
		if (len < rest->len && rest->ptr[len] != separator)
			return error_usage(err, "behind a value in quotes comes %s", separator_name(separator));
	} else {
		len = span_find_byte(*rest, separator);
		buf_span(out, span_trim(span_sub(*rest, 0, len)));
	}
	*more = len < rest->len;
	*rest = span_sub(*rest, len + 1, SIZE_MAX);
	return 0;
}

/* "Product ID" is product_id. */
static bool is_named(struct span name, struct span column)
{
	size_t i = 0;

	while (i < name.len && i < column.len &&
	       (span_lower(name.ptr[i]) == column.ptr[i] ||
		(column.ptr[i] == '_' && (name.ptr[i] == ' ' || name.ptr[i] == '-'))))
		i++;
	return i == name.len && i == column.len;
}

static int column_of(const struct table *t, struct span name)
{
	for (size_t i = 0; i < t->column_count; i++) {
		if (is_named(name, span_of(t->columns[i])))
			return (int)i;
	}
	return -1;
}

/* How many columns that are known has the header LINE with this SEPARATOR? */
static size_t count_known(const struct table *t, struct span line, char separator)
{
	struct buf text = BUF_INIT;
	size_t known = 0;
	bool more = true;

	while (more && !next_cell(&line, separator, &text, &more, NULL))
		known += column_of(t, buf_view(&text)) >= 0;
	buf_release(&text);
	return known;
}

static char find_separator(const struct table *t, struct span line)
{
	size_t most = count_known(t, line, *separators);
	char best = *separators;

	for (const char *c = separators + 1; *c; c++) {
		size_t known = count_known(t, line, *c);

		best = known > most ? *c : best;
		most = known > most ? known : most;
	}
	return best;
}

static int read_header(struct table *t, struct error *err)
{
	struct buf text = BUF_INIT;
	struct span line;
	bool more = true;
	int status = next_text(t, &line, err);

	if (status == 0)
		error_usage(err, "is empty: a table begins with the names of its columns");
	status = status > 0 ? 0 : -1;
	if (!status && span_starts(line, bom))
		line = span_sub(line, bom.len, SIZE_MAX);
	t->separator = status ? *separators : find_separator(t, line);
	while (!status && more) {
		status = next_cell(&line, t->separator, &text, &more, err);
		t->places = mem_room(t->places, t->place_count, &t->place_cap,
				     sizeof *t->places);
		t->places[t->place_count++] = column_of(t, buf_view(&text));
	}
	buf_release(&text);
	return status;
}

struct table *table_open(const char *path, const char *const *columns,
			 struct error *err)
{
	struct table *t = mem_zero(1, sizeof *t);
	struct span first = SPAN("");
	const char *encoding;

	t->columns = columns;
	while (columns[t->column_count])
		t->column_count++;
	t->in = input_open(path, err);
	if (!t->in || input_peek(t->in, 256, &first, err) < 0)
		goto failed;
	encoding = unicode_utf16(first);
	if (encoding) {
		error_usage(err, "is text in UTF-16: convert it, as with iconv -f %s -t UTF-8", encoding);
		goto failed;
	}
	first = span_sub(first, span_starts(first, bom) ? bom.len : 0, SIZE_MAX);
	t->json = first.len && first.ptr[0] == '{';
	if (t->json || !read_header(t, err))
		return t;
failed:
	if (t->in)
		table_fault(t, err);
	table_close(t);
	return NULL;
}

void table_close(struct table *t)
{
	if (!t)
		return;
	input_close(t->in);
	block_release(&t->block);
	mem_free(t->places);
	for (size_t i = 0; i < TABLE_COLUMNS_MAX; i++)
		buf_release(&t->texts[i]);
	mem_free(t);
}

bool table_has(const struct table *t, size_t number)
{
	for (size_t i = 0; i < t->place_count; i++) {
		if (t->places[i] == (int)number)
			return true;
	}
	return t->json;
}

bool table_has_others(const struct table *t)
{
	for (size_t i = 0; i < t->place_count; i++) {
		if (t->places[i] < 0)
			return true;
	}
	return false;
}

static int delimited_row(struct table *t, struct span line, struct span *cells,
		   struct error *err)
{
	struct buf other = BUF_INIT;
	bool more = true;
	int status = 0;

	for (size_t i = 0; more && !status; i++) {
		int column = i < t->place_count ? t->places[i] : -1;
		struct buf *text = column < 0 ? &other : &t->texts[column];

		status = next_cell(&line, t->separator, text, &more, err);
		if (!status && i >= t->place_count && other.len)
			status = error_usage(err, "the row has more values than the header has columns (%zu): put a value with %s inside in quotes",
					     t->place_count, separator_name(t->separator));
		if (column >= 0)
			cells[column] = buf_view(text);
	}
	buf_release(&other);
	return status;
}

static int object_row(struct table *t, struct span line, struct span *cells,
		    struct error *err)
{
	struct scan s;
	struct member m;
	struct buf key = BUF_INIT;
	int got;

	scan_start(&s, span_sub(line, span_starts(line, bom) ? bom.len : 0, SIZE_MAX));
	if (scan_enter(&s, '{', err))
		return -1;
	while ((got = scan_member(&s, &m, err)) > 0) {
		int column = column_of(t, member_key(&m, &key));

		if (column < 0 || (m.value.kind != VALUE_TEXT && m.value.kind != VALUE_NUMBER))
			continue;
		buf_clear(&t->texts[column]);
		buf_span(&t->texts[column], value_text(m.value, &key));
		cells[column] = buf_view(&t->texts[column]);
	}
	buf_release(&key);
	return got < 0 ? -1 : scan_finish(&s, err);
}

int table_next(struct table *t, struct span *cells, struct error *err)
{
	struct span line;
	int status = next_text(t, &line, err);

	for (size_t i = 0; i < t->column_count; i++)
		cells[i] = SPAN_NONE;
	if (status > 0)
		status = t->json ? object_row(t, line, cells, err) : delimited_row(t, line, cells, err);
	else if (!status)
		return 0;
	if (!status)
		return 1;
	if (err->kind == ERROR_DATA)
		err->kind = ERROR_USAGE;
	return table_fault(t, err);
}

int table_fault(const struct table *t, struct error *err)
{
	error_place(err, input_name(t->in), t->line, 0);
	return -1;
}

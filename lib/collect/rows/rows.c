#include "collect/rows/rows.h"

#include <string.h>

#include "base/mem.h"
#include "collect/rows/quoted.h"
#include "collect/rows/split.h"

struct rows {
	struct dialect dialect;
	char delimiter;
	bool quotes;
	size_t room;
	struct cell *cells;
	bool *plains;			/* of a record with line ends in its cells */
	struct quoted *quoted;		/* made when first needed */
	const struct rows_calls *calls;
	struct row_note notes[TABLE_NOTES];
	uint64_t line;
	bool clean;			/* the text being read: nothing but quotes needs escapes */
	bool plain;			/* and it holds none */
};

struct rows *rows_new(const struct dialect *d, size_t room, const struct rows_calls *calls)
{
	struct rows *r = mem_zero(1, sizeof *r);

	r->dialect = *d;
	r->delimiter = d->delimiter;
	r->quotes = d->quote && d->delimiter != SPLIT_BLANK;
	r->room = room;
	r->cells = mem_zero(room, sizeof *r->cells);
	r->plains = mem_zero(room, sizeof *r->plains);
	r->calls = calls;
	return r;
}

void rows_free(struct rows *r)
{
	if (!r)
		return;
	mem_free(r->cells);
	mem_free(r->plains);
	quoted_free(r->quoted);
	mem_free(r);
}

struct row_note *rows_notes(struct rows *r)
{
	return r->notes;
}

/* Nothing but blanks in any cell: a blank line, not a row. */
static bool is_blank_row(const struct rows *r, struct span raw, size_t count)
{
	if (count && r->cells[0].text.len && *r->cells[0].text.ptr > ' ')
		return false;
	for (size_t i = 0; i < count && i < r->room; i++)
		if (span_trim(r->cells[i].text).len)
			return false;
	/* Of the others there are but the bytes. */
	for (size_t i = 0; count > r->room && i < raw.len; i++)
		if (raw.ptr[i] != r->delimiter && !memchr(" \t\r\n", raw.ptr[i], 4))
			return false;
	return true;
}

/* Files that were put together have their header more than once. */
static bool is_repeated(const struct rows *r, struct span raw)
{
	struct span header = r->dialect.header;

	if (!header.len || raw.len < header.len || raw.len > header.len + 2 ||
	    memcmp(raw.ptr, header.ptr, header.len))
		return false;
	for (size_t i = header.len; i < raw.len; i++)
		if (raw.ptr[i] != '\n' && raw.ptr[i] != '\r')
			return false;
	return true;
}

static void give_row(struct rows *r, struct span raw, size_t count, bool plain,
		     char between)
{
	struct row row = {
		.cells = r->cells,
		.count = count,
		.raw = raw,
		.line = r->line,
		.plain = plain,
		.between = between,
	};

	if (!is_repeated(r, raw)) {
		r->calls->row(r->calls->context, &row);
		return;
	}
	row_note_add(&r->notes[TABLE_REPEATED], r->line);
	r->calls->blank(r->calls->context, raw);
}

/* Some cells hold line ends, which need escapes, and else nothing does. */
static void give_broken_row(struct rows *r, struct span raw, size_t count)
{
	struct row row = {
		.cells = r->cells,
		.count = count,
		.raw = raw,
		.line = r->line,
		.plains = r->plains,
	};

	for (size_t i = 0; i < count && i < r->room; i++) {
		struct span s = r->cells[i].text;

		r->plains[i] = !memchr(s.ptr, '\n', s.len) && !memchr(s.ptr, '\r', s.len);
	}
	r->calls->row(r->calls->context, &row);
}

/* A line without quotes. */
static void take_line(void *context, struct span line, size_t count)
{
	struct rows *r = context;

	if (is_blank_row(r, line, count))
		r->calls->blank(r->calls->context, line);
	else
		give_row(r, line, count, r->plain, r->delimiter);
	r->line++;
}

static struct span without_end(struct span line)
{
	while (line.len && (line.ptr[line.len - 1] == '\n' ||
			    line.ptr[line.len - 1] == '\r'))
		line.len--;
	return line;
}

static const char *reason_of(enum quoted_result result)
{
	if (result == QUOTED_BEHIND)
		return "text behind a closing quote: a quote inside a quoted field is written twice";
	return "a quote that is opened here is never closed";
}

struct attempt {
	enum quoted_result result;
	bool unfinished;	/* the text ends before the record does */
	const char *behind;	/* where the next record begins */
	uint64_t lines;
	size_t count;
};

/* The record that begins with the line FIRST. */
static struct attempt try_record(struct rows *r, struct span first,
				 const char *end, bool last, bool stray)
{
	struct attempt a = {.result = QUOTED_MORE};
	struct span line = first;

	quoted_start(r->quoted, stray);
	for (;;) {
		bool final;

		a.behind = line.ptr + line.len;
		a.lines++;
		final = last && a.behind == end;
		a.result = quoted_line(r->quoted, line, final, r->cells, &a.count);
		if (a.result != QUOTED_MORE || final ||
		    (size_t)(a.behind - first.ptr) > ROWS_RECORD_MAX)
			return a;
		a.unfinished = a.behind == end;
		if (a.unfinished)
			return a;
		line = span_between(a.behind, census_line_end(a.behind, end));
	}
}

/*
 * Reads the record that begins at offset AT, whose first line holds a quote.
 * Returns where the next begins, or AT itself where the text ends before the
 * record does.
 */
static size_t read_quoted(struct rows *r, struct span text, size_t at,
			  struct span first, bool last)
{
	const char *end = text.ptr + text.len;
	struct error why = ERROR_INIT;
	struct attempt a;

	if (!r->quoted)
		r->quoted = quoted_new(r->delimiter, r->room);
	a = try_record(r, first, end, last, false);
	if (a.result == QUOTED_STRAY)
		a = try_record(r, first, end, last, true);
	if (a.unfinished)
		return at;
	if (a.result == QUOTED_ROW) {
		struct span raw = span_between(first.ptr, a.behind);

		if (is_blank_row(r, raw, a.count))
			r->calls->blank(r->calls->context, raw);
		else
			give_row(r, raw, a.count, false, '\0');
		r->line += a.lines;
		return (size_t)(a.behind - text.ptr);
	}
	error_data(&why, "%s", reason_of(a.result));
	r->calls->bad(r->calls->context, first, r->line, &why);
	r->line++;
	return at + first.len;
}

/* Does a cell of LINE begin with a quote?  Elsewhere it is a byte like any other. */
static bool has_quoted_cell(const struct rows *r, struct span line)
{
	const char *end = line.ptr + line.len;
	const char *p = line.ptr;

	for (;;) {
		p = memchr(p, '"', (size_t)(end - p));
		if (!p)
			return false;
		if (p == line.ptr || p[-1] == r->delimiter)
			return true;
		p++;
	}
}

/* A record without quotes inside its cells: how long it is, or 0 for another kind. */
static size_t take_record(struct rows *r, struct span text)
{
	struct split_record s = split_record(text, r->delimiter, r->cells, r->room);
	struct span raw = span_sub(text, 0, s.len);

	if (!s.len)
		return 0;
	if (is_blank_row(r, raw, s.count))
		r->calls->blank(r->calls->context, raw);
	else if (s.lines > 1 && r->clean)
		give_broken_row(r, raw, s.count);
	else
		give_row(r, raw, s.count, r->clean, s.quoted ? '\0' : r->delimiter);
	r->line += s.lines;
	return s.len;
}

static size_t read_lines(struct rows *r, struct span text, bool last,
			 size_t stop)
{
	const char *end = text.ptr + text.len;
	size_t at = 0;

	while (at < text.len && at < stop) {
		const char *p = text.ptr + at;
		struct span line;
		size_t next = r->quotes ? take_record(r, span_between(p, end)) : 0;

		if (next) {
			at += next;
			continue;
		}
		line = span_between(p, census_line_end(p, end));
		if (!r->quotes || !has_quoted_cell(r, line)) {
			take_line(r, line, split_line(without_end(line),
						      r->delimiter, r->cells,
						      r->room));
			at += line.len;
			continue;
		}
		next = read_quoted(r, text, at, line, last);
		if (next == at)
			break;
		at = next;
	}
	return at;
}

size_t rows_read(struct rows *r, struct span text, const struct census *census,
		 bool last, size_t stop, uint64_t *line)
{
	struct split_calls calls = {take_line, r};
	size_t at = text.len;

	r->line = *line;
	r->clean = !census->backslash && !census->control;
	r->plain = r->clean && !census->quote;
	if (stop >= text.len && !census->cr && !(r->quotes && census->quote))
		split_lines(text, r->delimiter, r->cells, r->room, &calls);
	else
		at = read_lines(r, text, last, stop);
	*line = r->line;
	return at;
}

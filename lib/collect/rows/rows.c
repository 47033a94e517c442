#include "collect/rows/rows.h"

#include <string.h>

#include "base/mem.h"
#include "collect/rows/loose.h"
#include "collect/rows/quoted.h"
#include "collect/rows/unwrap.h"
#include "collect/rows/split.h"

struct rows {
	struct dialect dialect;
	char delimiter;
	bool quotes;
	size_t room;
	struct cell *cells;
	bool *plains;			/* of a record with line ends in its cells */
	struct quoted *quoted;		/* made when first needed... */
	struct loose *loose;		/* ...and so is this */
	bool special;			/* all quotes are for it */
	bool marked;			/* the text being read: cells may have to be unwrapped */
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
	r->special = r->quotes && (d->quote != '"' || d->backslash);
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
	loose_free(r->loose);
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

/* Cells that a spreadsheet was to take for texts.  True where one of the row is. */
static bool unwrap_cells(struct rows *r, size_t count)
{
	bool unwrapped = false;

	for (size_t i = 0; i < count && i < r->room; i++) {
		if (!unwrap_cell(&r->cells[i].text))
			continue;
		if (!unwrapped)
			row_note_add(&r->notes[TABLE_WRAPPED], r->line);
		unwrapped = true;
	}
	return unwrapped;
}

static void give_row(struct rows *r, struct span raw, size_t count, bool plain,
		     char between)
{
	bool unwrapped = r->marked && unwrap_cells(r, count);
	struct row row = {
		.cells = r->cells,
		.count = count,
		.raw = raw,
		.line = r->line,
		.plain = plain,
		.between = unwrapped ? '\0' : between,
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

static struct loose_record try_loose(struct rows *r, struct span text, bool last, bool one_line)
{
	if (!r->loose)
		r->loose = loose_new(&r->dialect, r->room);
	return loose_read(r->loose, text, last, one_line, r->cells);
}

/* A row of which no cell is cut out of RAW alone. */
static size_t take_cells(struct rows *r, struct span raw, size_t count, uint64_t lines)
{
	if (is_blank_row(r, raw, count))
		r->calls->blank(r->calls->context, raw);
	else
		give_row(r, raw, count, false, '\0');
	r->line += lines;
	return raw.len;
}

static size_t refuse_line(struct rows *r, struct span line, enum quoted_result result)
{
	struct error why = ERROR_INIT;

	error_data(&why, "%s", reason_of(result));
	r->calls->bad(r->calls->context, line, r->line, &why);
	r->line++;
	return line.len;
}

/* In a dialect of its own: the record that TEXT begins with.  How long it is; 0: TEXT ends before. */
static size_t read_special(struct rows *r, struct span text, struct span first, bool last)
{
	struct loose_record got = try_loose(r, text, last, false);

	if (got.result == QUOTED_ROW)
		return take_cells(r, span_sub(text, 0, got.len), got.count, got.lines);
	if (got.result == QUOTED_MORE && !last && text.len < ROWS_RECORD_MAX)
		return 0;
	return refuse_line(r, first, got.result);
}

/* How many cells LINE has where quotes are characters like any other. */
static size_t count_plain(const struct rows *r, struct span line)
{
	return split_line(without_end(line), r->delimiter, r->cells, 0);
}

/*
 * A quoted cell that goes over line ends, though each of RAW's lines has as many cells as the header:
 * rows that have swallowed each other by two quotes that mean inches, say.  Tabs and the like do not
 * stand in texts; where commas and semicolons part, the lines must look alike, too.
 */
static bool are_rows(const struct rows *r, struct span raw)
{
	const char *p = raw.ptr, *end = p + raw.len;
	struct span first = span_between(p, census_line_end(p, end));

	if (r->dialect.columns < 2)
		return false;
	while (p < end) {
		struct span line = span_between(p, census_line_end(p, end));

		if (count_plain(r, line) != r->dialect.columns)
			return false;
		if ((r->delimiter == ',' || r->delimiter == ';') &&
		    !lines_alike(without_end(first), without_end(line), r->delimiter))
			return false;
		p = line.ptr + line.len;
	}
	return true;
}

/* LINE with its quotes taken for characters. */
static size_t take_literal(struct rows *r, struct span line)
{
	size_t count = split_line(without_end(line), r->delimiter, r->cells, r->room);

	row_note_add(&r->notes[TABLE_LITERAL], r->line);
	give_row(r, line, count, false, '\0');
	r->line++;
	return line.len;
}

/* What libcsv has refused, or read otherwise than it was meant.  0: it has the word. */
static size_t read_otherwise(struct rows *r, struct span text, struct span first, bool last,
			     const struct attempt *a)
{
	bool rare = r->delimiter != ',' && r->delimiter != ';';
	struct loose_record got;

	if (a->result == QUOTED_ROW)
		return a->lines > 1 && are_rows(r, span_between(first.ptr, a->behind)) ?
			take_literal(r, first) : 0;
	if (a->result == QUOTED_BEHIND) {
		got = try_loose(r, text, last, true);
		if (got.result == QUOTED_ROW)
			return take_cells(r, first, got.count, 1);
	}
	return rare && r->dialect.columns > 1 && count_plain(r, first) == r->dialect.columns ?
		take_literal(r, first) : 0;
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
	struct attempt a;
	size_t len;

	if (!r->quoted)
		r->quoted = quoted_new(r->delimiter, r->room);
	a = try_record(r, first, end, last, false);
	if (a.result == QUOTED_STRAY)
		a = try_record(r, first, end, last, true);
	if (a.unfinished)
		return at;
	len = read_otherwise(r, span_sub(text, at, text.len), first, last, &a);
	if (!len && a.result == QUOTED_ROW)
		len = take_cells(r, span_between(first.ptr, a.behind), a.count, a.lines);
	if (!len)
		len = refuse_line(r, first, a.result);
	return at + len;
}

enum quoting {
	NO_QUOTES,	/* around a cell */
	PLAIN_QUOTES,
	BLANK_BEFORE,	/* one of them */
};

/* How cells of LINE begin with quotes.  Elsewhere a quote is a byte like any other. */
static enum quoting quoting_of(const struct rows *r, struct span line)
{
	const char *end = line.ptr + line.len;
	enum quoting found = NO_QUOTES;

	for (const char *p = line.ptr; p < end; p++) {
		const char *before;

		p = memchr(p, '"', (size_t)(end - p));
		if (!p)
			return found;
		for (before = p; before > line.ptr && before[-1] == ' '; before--)
			;
		if (before > line.ptr && before[-1] != r->delimiter)
			continue;
		if (before < p)
			return BLANK_BEFORE;
		found = PLAIN_QUOTES;
	}
	return found;
}

/* A record without quotes inside its cells: how long it is, or 0 for another kind. */
static size_t take_record(struct rows *r, struct span text)
{
	struct split_record s = split_record(text, r->delimiter, r->cells, r->room);
	struct span raw = span_sub(text, 0, s.len);

	if (!s.len)
		return 0;
	if (s.lines > 1 && are_rows(r, raw))
		return take_literal(r, span_between(text.ptr, census_line_end(text.ptr, text.ptr + s.len)));
	if (is_blank_row(r, raw, s.count))
		r->calls->blank(r->calls->context, raw);
	else if (s.lines > 1 && r->clean)
		give_broken_row(r, raw, s.count);
	else
		give_row(r, raw, s.count, r->clean, s.quoted ? '\0' : r->delimiter);
	r->line += s.lines;
	return s.len;
}

/* Is there anything in LINE for a dialect of its own? */
static bool is_special(const struct rows *r, struct span line)
{
	return r->special && (memchr(line.ptr, r->dialect.quote, line.len) ||
			      (r->dialect.backslash && memchr(line.ptr, '\\', line.len)));
}

/* The record that TEXT begins with, whose first line is LINE: how long it is; 0: TEXT ends before. */
static size_t read_line(struct rows *r, struct span text, struct span line, bool last)
{
	enum quoting quoting = NO_QUOTES;

	if (is_special(r, line))
		return read_special(r, text, line, last);
	if (r->quotes && !r->special)
		quoting = quoting_of(r, line);
	if (quoting == BLANK_BEFORE) {
		struct loose_record got = try_loose(r, text, last, true);

		if (got.result == QUOTED_ROW)
			return take_cells(r, line, got.count, 1);
	}
	if (quoting != NO_QUOTES)
		return read_quoted(r, text, 0, line, last);
	take_line(r, line, split_line(without_end(line), r->delimiter, r->cells, r->room));
	return line.len;
}

static size_t read_lines(struct rows *r, struct span text, bool last,
			 size_t stop)
{
	const char *end = text.ptr + text.len;
	size_t at = 0;

	while (at < text.len && at < stop) {
		const char *p = text.ptr + at;
		struct span line;
		size_t next = r->quotes && !r->special ? take_record(r, span_between(p, end)) : 0;

		if (next) {
			at += next;
			continue;
		}
		line = span_between(p, census_line_end(p, end));
		next = read_line(r, span_between(p, end), line, last);
		if (!next)
			break;
		at += next;
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
	r->marked = unwrap_wanted(text, r->delimiter);
	if (stop >= text.len && !census->cr && !r->special && !(r->quotes && census->quote))
		split_lines(text, r->delimiter, r->cells, r->room, &calls);
	else
		at = read_lines(r, text, last, stop);
	*line = r->line;
	return at;
}

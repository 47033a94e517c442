#include "collect/ingest/layout.h"

#include <string.h>

#include "base/decimal.h"
#include "base/decimal_local.h"
#include "base/mem.h"
#include "collect/mapping/field.h"
#include "collect/rows/census.h"
#include "collect/rows/grid.h"
#include "collect/rows/split.h"
#include "time/date_text.h"

/* So many lines may stand above the header. */
#define TITLES_MAX 30
/* Headers are looked at so far. */
#define CELLS_MAX 64
/* So many rows tell what a column holds. */
#define ROWS_TOLD 20

/* In the order of their rarity in texts; the others where none of these parts anything. */
static const char usual[] = {'\t', '|', ';', ','};
static const char unusual[] = {'\x01', '\x1f', '\x02', '^', '~'};

bool layout_is_value(struct span cell)
{
	struct civil civil;
	struct decimal d;

	return decimal_parse(cell, &d) || date_parse(cell, DATES_ISO, &civil) ||
	       span_find_byte(cell, '@') < cell.len;
}

/* Like a number, a date or an address, however it is written. */
static bool looks_measured(struct span cell)
{
	struct span s = cell;

	while (s.len && (strchr("+-$('=\"", *s.ptr) || (unsigned char)*s.ptr >= 0x80))
		s = span_sub(s, 1, s.len);
	return (s.len && (unsigned char)(*s.ptr - '0') < 10) || layout_is_value(cell);
}

static bool is_known(struct span name)
{
	struct arena a = ARENA_INIT;
	struct field field;
	unsigned rank;
	bool known = field_of_header(name, SPAN("source"), false, &a, &field, &rank);

	arena_release(&a);
	return known;
}

static size_t known_names(const struct grid *g, size_t record)
{
	struct span cells[CELLS_MAX];
	size_t count = grid_cells(g->records[record].text, &g->dialect, cells, CELLS_MAX);
	size_t known = 0;

	for (size_t i = 0; i < count && i < CELLS_MAX; i++)
		known += is_known(cells[i]);
	return known;
}

/* Do the names differ from each other and from values? */
static bool are_names(const struct span *cells, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (layout_is_value(cells[i]))
			return false;
		for (size_t k = 0; cells[i].len && k < i; k++)
			if (span_equal(cells[i], cells[k]))
				return false;
	}
	return true;
}

/* Is some column below RECORD measured throughout? */
static bool has_values_below(const struct grid *g, size_t record)
{
	bool measured[CELLS_MAX], seen[CELLS_MAX] = {false};
	size_t told = 0;

	memset(measured, true, sizeof measured);
	for (size_t i = record + 1; i < g->count && told < ROWS_TOLD; i++) {
		struct span cells[CELLS_MAX];
		size_t count = grid_cells(g->records[i].text, &g->dialect, cells, CELLS_MAX);

		if (count != g->columns || g->records[i].filled < 2)
			continue;
		told++;
		for (size_t c = 0; c < count && c < CELLS_MAX; c++) {
			measured[c] &= !cells[c].len || looks_measured(cells[c]);
			seen[c] |= cells[c].len > 0;
		}
	}
	for (size_t c = 0; c < CELLS_MAX && c < g->columns; c++)
		if (seen[c] && measured[c])
			return true;
	return false;
}

static bool is_header(const struct grid *g, size_t record)
{
	struct span cells[CELLS_MAX];
	size_t count = grid_cells(g->records[record].text, &g->dialect, cells, CELLS_MAX);

	if (count != g->columns || 2 * g->records[record].filled <= count)
		return false;
	if (!are_names(cells, count < CELLS_MAX ? count : CELLS_MAX))
		return false;
	return known_names(g, record) > 0 || has_values_below(g, record);
}

/* A title, a period, an author: next to nothing is in it. */
static bool is_title(const struct grid *g, size_t record)
{
	const struct grid_record *r = &g->records[record];

	return r->filled <= 1 || (g->columns >= 4 && r->filled <= 2);
}

static size_t first_filled(const struct grid *g)
{
	size_t i = 0;

	while (i < g->count && !g->records[i].filled)
		i++;
	return i;
}

/*
 * Are the records from FIRST up to HEADER a table of their own, which another delimiter parts?  Two lines that agree,
 * three cells each: no title and no period look so.
 */
static bool is_other_table(const struct grid *g, size_t first, size_t header)
{
	for (size_t d = 0; d < sizeof usual; d++) {
		struct dialect other = {.delimiter = usual[d], .quote = g->dialect.quote};
		size_t cells = 0;

		for (size_t i = first; usual[d] != g->dialect.delimiter && i < header; i++) {
			size_t count = grid_record(g->records[i].text, &other).cells;

			if (count > 2 && count == cells)
				return true;
			cells = count;
		}
	}
	return false;
}

/* The record that is the header: the first that is not blank, unless it is a title above one. */
static size_t find_header(const struct grid *g)
{
	size_t first = first_filled(g);
	size_t at = first;

	if (g->columns < 2)
		return first;
	while (at < g->count && at - first < TITLES_MAX && is_title(g, at))
		at++;
	if (at == first || at == g->count || at - first == TITLES_MAX)
		return first;
	return is_header(g, at) && !is_other_table(g, first, at) ? at : first;
}

/*
 * How well G cuts the text: the share of rows that agree, with what speaks for the header.  0: it
 * parts nothing.
 */
static double judge_grid(const struct grid *g, const struct layout_given *given)
{
	size_t header = find_header(g);
	double score;
	bool fits;

	if (g->columns < 2)
		return 0;
	score = (double)g->agree / (double)(g->lines ? g->lines : 1);
	fits = given->named ? g->columns == given->named :
	       g->records[header].cells == g->columns;
	if (!fits && score < 0.6)
		return given->named ? 0 : g->records[header].cells > 1 ? score / 10 : 0;
	score += fits ? 0.3 : 0;
	if (!given->named)
		score += 0.6 * (double)known_names(g, header) / (double)g->columns;
	return score + 0.04 * (double)(g->columns < 6 ? g->columns : 6);
}

/* Cells in single quotes: as many open as close, in at least every second line; no double ones. */
static bool has_single_quotes(struct span text, char delimiter)
{
	size_t opened = 0, closed = 0, lines;

	if (span_find_byte(text, '\'') == text.len)
		return false;
	lines = census_lines(text) + 1;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		char before = i ? text.ptr[i - 1] : '\n';
		char behind = i + 1 < text.len ? text.ptr[i + 1] : '\n';
		bool opens = before == delimiter || before == '\n' || before == '\r';
		bool closes = behind == delimiter || behind == '\n' || behind == '\r';

		if (c == '"' && (opens || closes))
			return false;
		opened += c == '\'' && opens;
		closed += c == '\'' && closes;
	}
	return opened >= 2 && opened == closed && 2 * opened >= lines;
}

static char quote_of(struct span text, char delimiter, const struct layout_given *given)
{
	if (given->quoted)
		return given->quote;
	return has_single_quotes(text, delimiter) ? '\'' : '"';
}

/* Tries COUNT delimiters for *BEST, whose score is *SCORE. */
static void try_delimiters(const char *list, size_t count, struct span text, bool last,
			   const struct layout_given *given, struct grid *best, double *score)
{
	struct grid *g = mem_zero(1, sizeof *g);

	for (size_t i = 0; i < count; i++) {
		struct dialect d = {.delimiter = list[i],
				    .quote = quote_of(text, list[i], given)};
		double s;

		grid_cut(g, text, last, &d);
		s = judge_grid(g, given);
		if (s <= *score)
			continue;
		*score = s;
		*best = *g;
	}
	mem_free(g);
}

static void choose_delimiter(struct span text, bool last, const struct layout_given *given,
			     struct grid *best)
{
	struct dialect comma = {.delimiter = ',', .quote = quote_of(text, ',', given)};
	double score = 0;

	if (given->delimited) {
		comma.delimiter = given->delimiter;
		comma.quote = quote_of(text, given->delimiter, given);
		grid_cut(best, text, last, &comma);
		return;
	}
	try_delimiters(usual, sizeof usual, text, last, given, best, &score);
	if (score < 0.6)
		try_delimiters(unusual, sizeof unusual, text, last, given, best, &score);
	if (score <= 0)
		grid_cut(best, text, last, &comma);
}

/* Do backslashes give records of the right length that without them are none, and never spoil one? */
static bool has_escapes(const struct grid *g, struct span text)
{
	struct dialect with = g->dialect;
	bool gained = false;

	with.backslash = true;
	for (size_t at = 0; at < text.len; ) {
		struct span rest = span_sub(text, at, text.len);
		struct grid_record plain = grid_record(rest, &g->dialect);
		struct grid_record other = grid_record(rest, &with);
		bool good = !plain.loose && plain.cells == g->columns;
		bool good_with = !other.loose && other.cells == g->columns;

		if (good && !good_with)
			return false;
		gained |= good_with && !good;
		at += good_with ? other.text.len : plain.text.len;
	}
	return gained;
}

static bool may_escape(const struct grid *g, struct span text)
{
	char pairs[][2] = {{'\\', g->dialect.quote}, {'\\', g->dialect.delimiter}};

	for (int i = 0; i < 2; i++)
		if (pairs[i][1] && span_find(text, (struct span){pairs[i], 2}) < text.len)
			return g->dialect.quote != '\0';
	return false;
}

/* `sep=;`, in quotes or not, which spreadsheets read and no table means: behind it, or 0. */
static size_t separator_line(struct span text, char *delimiter)
{
	struct span line = span_between(text.ptr, census_line_end(text.ptr, text.ptr + text.len));
	struct span s = line;

	while (s.len && (s.ptr[s.len - 1] == '\n' || s.ptr[s.len - 1] == '\r'))
		s.len--;
	if (s.len > 1 && *s.ptr == '"' && s.ptr[s.len - 1] == '"')
		s = span_sub(s, 1, s.len - 2);
	if (s.len < 5 || !span_equal_nocase(span_sub(s, 0, 4), SPAN("sep=")))
		return 0;
	/* More delimiters follow where a spreadsheet has saved it again. */
	for (size_t i = 5; i < s.len; i++)
		if (s.ptr[i] != s.ptr[4])
			return 0;
	*delimiter = s.ptr[4];
	return strchr("\"'", *delimiter) ? 0 : line.len;
}

static struct span skip_lines(struct span text, size_t count)
{
	const char *p = text.ptr, *end = p + text.len;

	while (count-- && p < end)
		p = census_line_end(p, end);
	return span_between(p, end);
}

/* Do blanks part the lines of TEXT into as many words each, three at least? */
static bool is_parted_by_blanks(struct span text, bool last)
{
	const char *p = text.ptr, *end = p + text.len;
	size_t words = 0, lines = 0;

	while (p < end) {
		const char *next = census_line_end(p, end);
		struct span line = span_trim(span_between(p, next));
		size_t count = split_line(line, SPLIT_BLANK, NULL, 0);

		p = next;
		if (!count || (p == end && !last && lines))
			continue;
		if (lines++ && count != words)
			return false;
		words = count;
	}
	return lines > 1 && words > 2;
}

/* What seems to part the cells of a text that no delimiter parts. */
static const char *parted_by(struct span text, bool last)
{
	static const char *const pairs[] = {"::", "||", "~~", "^^", "##", "%%", ";;", ",,", "\t\t"};
	struct grid *g = mem_zero(1, sizeof *g);
	const char *found = NULL;

	for (size_t i = 0; !found && i < sizeof pairs / sizeof *pairs; i++) {
		struct dialect d = {.delimiter = pairs[i][0]};

		if (span_find(text, span_of(pairs[i])) == text.len)
			continue;
		grid_cut(g, text, last, &d);
		if (g->columns > 2 && g->agree == g->lines)
			found = pairs[i];
	}
	mem_free(g);
	if (!found && is_parted_by_blanks(text, last))
		found = "blanks";
	return found;
}

static void note_above(const struct grid *g, size_t header, struct layout *out)
{
	for (size_t i = 0; i < header; i++) {
		struct span text = g->records[i].text;
		struct span cell;

		out->above += text.len;
		out->lines_above += census_lines(text);
		if (!g->records[i].filled || out->title.len)
			continue;
		grid_cells(text, &g->dialect, &cell, 1);
		out->title = cell.len ? cell : span_trim(text);
	}
}

static bool holds_delimiter(struct span text)
{
	for (size_t i = 0; i < sizeof usual; i++)
		if (span_find_byte(text, usual[i]) < text.len)
			return true;
	return false;
}

/* The lines of a table behind those that are passed over. */
static void read_table(struct span text, bool last, const struct layout_given *given,
		       struct layout *out)
{
	struct grid *g = mem_zero(1, sizeof *g);
	size_t header;

	choose_delimiter(text, last, given, g);
	out->dialect = g->dialect;
	out->dialect.backslash = given->quoted ? given->backslash :
				 may_escape(g, text) && has_escapes(g, text);
	out->cells = g->columns;
	header = first_filled(g);
	if (!given->named && !given->skips)
		header = find_header(g);
	if (header < g->count && header > first_filled(g))
		note_above(g, header, out);
	if (header < g->count) {
		out->odd_header = g->columns > 1 && g->records[header].cells == 1;
		out->wrapped = g->columns < 2 && g->records[header].whole &&
			       holds_delimiter(g->records[header].text);
	}
	if (g->columns < 2)
		out->apart = parted_by(text, last);
	mem_free(g);
}

void layout_read(struct span text, bool last, const struct layout_given *given, struct layout *out)
{
	struct layout_given known = *given;
	struct span rest = span_sub(text, 0, LAYOUT_BYTES);
	size_t sep;

	*out = (struct layout){.dialect.delimiter = given->delimiter};
	last = last && rest.len == text.len;
	if (given->delimited && given->delimiter == SPLIT_BLANK)
		known.quoted = true;
	sep = separator_line(rest, &known.delimiter);
	if (sep) {
		out->separator = known.delimited = true;
		out->above = sep;
		out->lines_above = 1;
		if (given->delimited)
			known.delimiter = given->delimiter;
		rest = span_sub(rest, sep, rest.len);
	}
	if (given->skips) {
		struct span behind = skip_lines(text, given->skip);

		out->above = (size_t)(behind.ptr - text.ptr);
		out->lines_above = given->skip;
		rest = span_sub(behind, 0, LAYOUT_BYTES);
	}
	if (known.delimited && known.delimiter == SPLIT_BLANK)
		out->dialect = (struct dialect){.delimiter = SPLIT_BLANK};
	else
		read_table(rest, last, &known, out);
}

#include "collect/rows/grid.h"

#include <string.h>

#include "collect/rows/census.h"

/* A longer quoted cell is not looked to its end. */
#define QUOTED_MAX ((size_t)16 << 10)

static bool is_line_end(char c)
{
	return c == '\n' || c == '\r';
}

static bool is_filler(char c, const struct dialect *d)
{
	return (c == ' ' || c == '\t') && c != d->delimiter;
}

static const char *skip_filler(const char *p, const char *end, const struct dialect *d)
{
	while (p < end && is_filler(*p, d))
		p++;
	return p;
}

/* Where the quoted cell that opens at P ends: before a delimiter or a line end.  NULL: nowhere. */
static const char *quoted_end(const char *p, const char *end, const struct dialect *d)
{
	const char *limit = (size_t)(end - p) > QUOTED_MAX ? p + QUOTED_MAX : end;

	for (p++; p < limit; p++) {
		if (*p == '\\' && d->backslash) {
			p++;
			continue;
		}
		if (*p != d->quote)
			continue;
		if (p + 1 < end && p[1] == d->quote) {
			p++;
			continue;
		}
		p = skip_filler(p + 1, end, d);
		return p == end || *p == d->delimiter || is_line_end(*p) ? p : NULL;
	}
	return NULL;
}

static const char *plain_end(const char *p, const char *end, const struct dialect *d)
{
	for (; p < end && *p != d->delimiter && !is_line_end(*p); p++)
		if (*p == '\\' && d->backslash && p + 1 < end)
			p++;
	return p;
}

/* Behind the cell at P; *TEXT: what is in it. */
static const char *take_cell(const char *p, const char *end, const struct dialect *d,
			     struct span *text, bool *quoted, bool *loose)
{
	const char *open = skip_filler(p, end, d);
	const char *close = NULL;

	*quoted = false;
	if (d->quote && open < end && *open == d->quote) {
		close = quoted_end(open, end, d);
		*loose |= !close;
	}
	if (!close) {
		close = plain_end(p, end, d);
		*text = span_trim(span_between(p, close));
		return close;
	}
	*quoted = true;
	*text = span_trim(span_between(open, close));
	*text = span_sub(*text, 1, text->len > 1 ? text->len - 2 : 0);
	return close;
}

struct grid_record grid_record(struct span text, const struct dialect *d)
{
	const char *p = text.ptr, *end = p + text.len;
	struct grid_record r = {.cells = 0};
	struct span cell;
	bool quoted;

	for (;;) {
		p = take_cell(p, end, d, &cell, &quoted, &r.loose);
		r.cells++;
		r.filled += span_trim(cell).len > 0;
		if (p == end || *p != d->delimiter)
			break;
		p++;
	}
	r.whole = quoted && r.cells == 1;
	r.text = span_between(text.ptr, p < end ? census_line_end(p, end) : end);
	return r;
}

size_t grid_cells(struct span record, const struct dialect *d, struct span *cells, size_t room)
{
	const char *p = record.ptr, *end = p + record.len;
	bool loose = false, quoted;
	size_t count = 0;

	for (;;) {
		struct span cell;

		p = take_cell(p, end, d, &cell, &quoted, &loose);
		if (count < room)
			cells[count] = span_trim(cell);
		count++;
		if (p == end || *p != d->delimiter)
			return count;
		p++;
	}
}

/* The number of cells that most records have; of equally many the greater one. */
static void find_columns(struct grid *g)
{
	for (size_t i = 0; i < g->count; i++) {
		const struct grid_record *r = &g->records[i];
		size_t cells = r->cells, same = 0;

		g->lines += r->filled > 0;
		if (cells < 2 || !r->filled || r->loose || cells == g->columns)
			continue;
		for (size_t k = i; k < g->count; k++)
			same += g->records[k].cells == cells && g->records[k].filled &&
				!g->records[k].loose;
		if (same > g->agree || (same == g->agree && cells > g->columns)) {
			g->agree = same;
			g->columns = cells;
		}
	}
}

void grid_cut(struct grid *g, struct span text, bool last, const struct dialect *d)
{
	struct span rest = text;

	g->dialect = *d;
	g->count = g->columns = g->agree = g->lines = 0;
	while (rest.len && g->count < GRID_RECORDS) {
		struct grid_record r = grid_record(rest, d);

		rest = span_sub(rest, r.text.len, rest.len);
		if (!rest.len && !last && g->count)
			break;
		g->records[g->count++] = r;
	}
	find_columns(g);
}

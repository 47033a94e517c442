#include "collect/rows/split.h"

#include <stdint.h>
#include <string.h>

#include "collect/rows/bytes16.h"
#include "collect/rows/census.h"

static inline void set_cell(struct cell *cell, const char *begin,
			    const char *end)
{
	cell->text = span_between(begin, end);
	cell->kind = begin == end ? CELL_NONE : CELL_TEXT;
}

static inline bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static size_t split_blanks(struct span line, struct cell *cells, size_t room)
{
	const char *p = line.ptr;
	const char *end = p + line.len;
	size_t count = 0;

	for (;;) {
		const char *begin;

		while (p < end && is_blank(*p))
			p++;
		if (p == end)
			return count;
		begin = p;
		while (p < end && !is_blank(*p))
			p++;
		if (count < room)
			set_cell(&cells[count], begin, p);
		count++;
	}
}

size_t split_line(struct span line, char delimiter, struct cell *cells,
		  size_t room)
{
	const char *p = line.ptr;
	const char *end = p + line.len;
	size_t count = 0;

	if (delimiter == SPLIT_BLANK)
		return split_blanks(line, cells, room);
	for (;;) {
		const char *stop = p < end ?
			memchr(p, delimiter, (size_t)(end - p)) : NULL;

		if (count < room)
			set_cell(&cells[count], p, stop ? stop : end);
		count++;
		if (!stop)
			return count;
		p = stop + 1;
	}
}

/* A quoted cell that is longer is left to libcsv. */
#define CELL_MAX ((size_t)1 << 20)

#ifdef BYTES16
static inline bytes16 is_line_end(bytes16 x)
{
	return bytes16_or(bytes16_equal(x, '\n'), bytes16_equal(x, '\r'));
}
#endif

/* The first DELIMITER, quote or line end from P, or END. */
static inline const char *unquoted_end(const char *p, const char *end, char delimiter)
{
#ifdef BYTES16
	for (; end - p >= 16; p += 16) {
		bytes16 x = bytes16_load(p);
		bytes16 hit = bytes16_or(bytes16_equal(x, delimiter), bytes16_equal(x, '"'));
		unsigned mask = bytes16_bits(bytes16_or(hit, is_line_end(x)));

		if (mask)
			return p + __builtin_ctz(mask);
	}
#endif
	while (p < end && *p != delimiter && *p != '"' && *p != '\n' && *p != '\r')
		p++;
	return p;
}

/* The first quote from P, or END; *BROKEN: a line end comes before it. */
static inline const char *quoted_end(const char *p, const char *end, bool *broken)
{
#ifdef BYTES16
	for (; end - p >= 16; p += 16) {
		bytes16 x = bytes16_load(p);
		unsigned quote = (unsigned)_mm_movemask_epi8(bytes16_equal(x, '"'));
		unsigned ends = (unsigned)_mm_movemask_epi8(is_line_end(x));

		/* Line ends before the lowest bit of QUOTE, or any without one. */
		*broken |= (ends & (quote ? (quote & -quote) - 1 : 0xffff)) != 0;
		if (quote)
			return p + __builtin_ctz(quote);
	}
#endif
	for (; p < end && *p != '"'; p++)
		*broken |= *p == '\n' || *p == '\r';
	return p;
}

/* Behind the quoted cell that opens at P, or NULL; its text goes to *CELL. */
static const char *take_quoted(const char *p, const char *end, struct cell *cell,
			       struct split_record *r)
{
	const char *limit = (size_t)(end - p) > CELL_MAX ? p + CELL_MAX : end;
	bool broken = false;
	const char *close = quoted_end(p + 1, limit, &broken);

	if (close == limit)
		return NULL;
	cell->text = span_between(p + 1, close);
	cell->kind = CELL_TEXT;
	r->quoted = true;
	if (broken)
		r->lines += census_lines(cell->text);
	return close + 1;
}

/* How many bytes at P, which is before END, end a line; 0: none. */
static size_t line_end_len(const char *p, const char *end)
{
	if (*p == '\n')
		return 1;
	if (*p != '\r')
		return 0;
	return end - p > 1 && p[1] == '\n' ? 2 : 1;
}

/* A record that the text does not end with a line end is left to others. */
struct split_record split_record(struct span text, char delimiter,
				 struct cell *cells, size_t room)
{
	static const struct split_record other = {0};
	struct split_record r = {.lines = 1};
	const char *p = text.ptr, *end = p + text.len;
	struct cell beyond;

	for (;;) {
		struct cell *cell = r.count < room ? &cells[r.count] : &beyond;
		size_t ending;

		r.count++;
		if (p < end && *p == '"') {
			p = take_quoted(p, end, cell, &r);
			if (!p)
				return other;
		} else {
			const char *begin = p;

			p = unquoted_end(p, end, delimiter);
			set_cell(cell, begin, p);
		}
		if (p == end)
			return other;
		if (*p == delimiter) {
			p++;
			continue;
		}
		ending = line_end_len(p, end);
		if (!ending)
			return other;
		r.len = (size_t)(p - text.ptr) + ending;
		return r;
	}
}

struct splitter {
	const char *line;	/* where the row begins */
	const char *cell;	/* where the cell begins */
	size_t count;		/* of the row's cells so far */
	struct cell *cells;
	size_t room;
	const struct split_calls *calls;
};

static inline void end_cell(struct splitter *s, const char *at)
{
	if (s->count < s->room)
		set_cell(&s->cells[s->count], s->cell, at);
	s->count++;
	s->cell = at + 1;
}

/* AT is the LF, or the end of the text. */
static inline void end_row(struct splitter *s, const char *at, size_t end_len)
{
	const char *stop = at > s->line && at[-1] == '\r' ? at - 1 : at;

	if (s->count < s->room)
		set_cell(&s->cells[s->count], s->cell, stop);
	s->count++;
	s->calls->row(s->calls->context,
		      span_between(s->line, at + end_len), s->count);
	s->line = s->cell = at + 1;
	s->count = 0;
}

#ifdef BYTES16
static inline uint64_t mask_of(const char *p, bytes16 delimiter)
{
	const bytes16 lf = _mm_set1_epi8('\n');
	uint64_t mask = 0;

	for (int i = 0; i < 4; i++) {
		bytes16 x = bytes16_load(p + 16 * i);
		bytes16 hit = bytes16_or(_mm_cmpeq_epi8(x, delimiter),
					   _mm_cmpeq_epi8(x, lf));

		mask |= (uint64_t)bytes16_bits(hit) << (16 * i);
	}
	return mask;
}

/* Behind the last whole 64 bytes. */
static const char *split_words(struct splitter *s, const char *p,
			       const char *end, char delimiter)
{
	bytes16 wanted = _mm_set1_epi8(delimiter);

	for (; end - p >= 64; p += 64) {
		for (uint64_t mask = mask_of(p, wanted); mask; mask &= mask - 1) {
			const char *at = p + __builtin_ctzll(mask);

			if (*at == '\n')
				end_row(s, at, 1);
			else
				end_cell(s, at);
		}
	}
	return p;
}
#else
static const char *split_words(struct splitter *s, const char *p,
			       const char *end, char delimiter)
{
	(void)s;
	(void)end;
	(void)delimiter;
	return p;
}
#endif

static void split_delimited(struct span text, char delimiter,
			    struct cell *cells, size_t room,
			    const struct split_calls *calls)
{
	const char *end = text.ptr + text.len;
	struct splitter s = {text.ptr, text.ptr, 0, cells, room, calls};
	const char *p = split_words(&s, text.ptr, end, delimiter);

	for (; p < end; p++) {
		if (*p == '\n')
			end_row(&s, p, 1);
		else if (*p == delimiter)
			end_cell(&s, p);
	}
	if (s.line < end)
		end_row(&s, end, 0);
}

void split_lines(struct span text, char delimiter, struct cell *cells,
		 size_t room, const struct split_calls *calls)
{
	const char *p = text.ptr;
	const char *end = p + text.len;

	if (delimiter != SPLIT_BLANK) {
		split_delimited(text, delimiter, cells, room, calls);
		return;
	}
	while (p < end) {
		const char *lf = memchr(p, '\n', (size_t)(end - p));
		const char *stop = lf ? lf : end;
		const char *next = lf ? lf + 1 : end;

		if (stop > p && stop[-1] == '\r')
			stop--;
		calls->row(calls->context, span_between(p, next),
			   split_blanks(span_between(p, stop), cells, room));
		p = next;
	}
}

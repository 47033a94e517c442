#include "base/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Bytes of text that a quoted message shows. */
#define QUOTE_TEXT 60

/* Longer words are no slip of the finger. */
#define WORD_MAX 64

/* Cuts TEXT, whose array holds SIZE, so that "..." ends it at a character. */
static void end_with_dots(char *text, size_t size)
{
	size_t at = size - 4;

	while (at > 0 && ((unsigned char)text[at] & 0xC0) == 0x80)
		at--;
	memcpy(text + at, "...", 4);
}

__attribute__((format(printf, 3, 0)))
static int error_set(struct error *e, enum error_kind kind, const char *format,
		     va_list ap)
{
	char message[sizeof e->message];
	int len;

	if (!e)
		return -1;
	len = vsnprintf(message, sizeof message, format, ap);
	if (len >= (int)sizeof message)
		end_with_dots(message, sizeof message);
	*e = (struct error){.kind = kind};
	memcpy(e->message, message, strlen(message) + 1);
	return -1;
}

int error_usage(struct error *e, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	error_set(e, ERROR_USAGE, format, ap);
	va_end(ap);
	return -1;
}

int error_data(struct error *e, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	error_set(e, ERROR_DATA, format, ap);
	va_end(ap);
	return -1;
}

int error_failed(struct error *e, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	error_set(e, ERROR_FAILED, format, ap);
	va_end(ap);
	return -1;
}

int error_errno(struct error *e, const char *format, ...)
{
	char reason[128];
	const char *text = strerror_r(errno, reason, sizeof reason);
	struct error what = ERROR_INIT;
	va_list ap;

	va_start(ap, format);
	error_set(&what, ERROR_FAILED, format, ap);
	va_end(ap);
	return error_failed(e, "%s: %s", what.message, text);
}

static void file_set(char out[256], const char *file)
{
	size_t len = strlen(file);

	if (len < 256) {
		memcpy(out, file, len + 1);
		return;
	}
	file += len - 252;
	while (((unsigned char)*file & 0xC0) == 0x80)
		file++;
	snprintf(out, 256, "...%s", file);
}

/* A column belongs to a line: both are added, or the line to a column. */
void error_place(struct error *e, const char *file, uint64_t line,
		 uint64_t column)
{
	if (!e)
		return;
	if (!e->file[0] && file)
		file_set(e->file, file);
	if (e->line)
		return;
	e->line = line;
	if (!e->column)
		e->column = column;
}

void error_format(const struct error *e, struct buf *out)
{
	if (e->file[0])
		error_clean(span_of(e->file), out);
	if (e->line) {
		buf_text_put(out, e->file[0] ? ":" : "line ");
		buf_u64(out, e->line);
	}
	if (e->column) {
		buf_text_put(out, e->line ? ":" : e->file[0] ? ": column "
							     : "column ");
		buf_u64(out, e->column);
	}
	if (e->file[0] || e->line || e->column)
		buf_lit(out, ": ");
	error_clean(span_of(e->message), out);
}

/* What can move the cursor, or make a line read otherwise than it is. */
static bool repaints_terminal(uint32_t point)
{
	if (point < 0x20 || (point >= 0x7F && point < 0xA0))
		return true;
	if (point == 0x061C || point == 0x200E || point == 0x200F)
		return true;
	return (point >= 0x2028 && point <= 0x202E) ||
	       (point >= 0x2066 && point <= 0x2069);
}

/* The length of the character at the front of S; *SHOWN says if as it is. */
static size_t next_char(struct span s, bool *shown)
{
	uint32_t point = 0;
	size_t len = span_utf8_char(s, &point);

	*shown = len && !repaints_terminal(point);
	return len ? len : 1;
}

const char *error_quote(struct span text, char out[ERROR_QUOTE_MAX])
{
	char *at = out;
	size_t from = 0;

	*at++ = '\'';
	while (from < text.len) {
		bool shown;
		size_t len = next_char(span_sub(text, from, 4), &shown);

		if ((size_t)(at - out) + (shown ? len : 1) > QUOTE_TEXT + 1)
			break;
		if (shown)
			memcpy(at, text.ptr + from, len);
		else
			*at = '?';
		at += shown ? len : 1;
		from += len;
	}
	snprintf(at, ERROR_QUOTE_MAX - (size_t)(at - out), "%s'",
		 from < text.len ? "..." : "");
	return out;
}

void error_clean(struct span text, struct buf *out)
{
	size_t start = 0;
	size_t at = 0;

	while (at < text.len) {
		bool shown;
		size_t len = next_char(span_sub(text, at, 4), &shown);

		if (!shown) {
			buf_span(out, span_sub(text, start, at - start));
			buf_char(out, '?');
			start = at + len;
		}
		at += len;
	}
	buf_span(out, span_sub(text, start, at - start));
}

static unsigned smallest(unsigned a, unsigned b, unsigned c)
{
	unsigned least = a < b ? a : b;

	return least < c ? least : c;
}

/*
 * Damerau-Levenshtein in its restricted form (optimal string alignment): the
 * fewest insertions, deletions, replacements and swaps of neighbours where no
 * piece is edited twice.  Row i holds the distances of A's first i bytes to
 * each prefix of B; a swap looks two rows back, so three rows are kept.
 */
static unsigned distance(struct span a, struct span b)
{
	unsigned rows[3][WORD_MAX + 1];

	for (unsigned j = 0; j <= b.len; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		unsigned *row = rows[i % 3];
		const unsigned *above = rows[(i + 2) % 3];
		const unsigned *above2 = rows[(i + 1) % 3];
		char x = span_lower(a.ptr[i - 1]);

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= b.len; j++) {
			char y = span_lower(b.ptr[j - 1]);

			row[j] = smallest(above[j] + 1, row[j - 1] + 1,
					  above[j - 1] + (x != y));
			if (i > 1 && j > 1 && x == span_lower(b.ptr[j - 2]) &&
			    y == span_lower(a.ptr[i - 2]) && row[j] > above2[j - 2] + 1)
				row[j] = above2[j - 2] + 1;
		}
	}
	return rows[a.len % 3][b.len];
}

/* A word of one letter shares nothing with one at distance 1. */
size_t error_edits(struct span word, struct span candidate)
{
	size_t limit = word.len < 3 ? word.len / 2 : word.len / 3;
	size_t edits;

	if (!word.len || word.len > WORD_MAX || candidate.len > WORD_MAX)
		return SIZE_MAX;
	edits = distance(word, candidate);
	return edits <= limit ? edits : SIZE_MAX;
}

const char *error_suggest(struct span word, const char *const *candidates)
{
	const char *nearest = NULL;
	size_t least = SIZE_MAX;

	for (; *candidates; candidates++) {
		size_t edits = error_edits(word, span_of(*candidates));

		if (edits >= least)
			continue;
		nearest = *candidates;
		least = edits;
	}
	return nearest;
}

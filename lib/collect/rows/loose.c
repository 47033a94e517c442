#include "collect/rows/loose.h"

#include "base/buf.h"
#include "base/mem.h"
#include "collect/rows/rows.h"

/* A cell as it stands in the text, or, once something was taken out of it, in the buffer. */
struct piece {
	const char *ptr;	/* NULL: in the buffer... */
	size_t at;		/* ...from here on */
	size_t len;
	enum cell_kind kind;
};

struct loose {
	struct dialect dialect;
	struct piece *pieces;
	size_t room;
	struct buf text;
	/* The record at hand. */
	const char *start, *p, *end;
	bool last, one_line;
	struct loose_record record;
};

struct loose *loose_new(const struct dialect *d, size_t room)
{
	struct loose *l = mem_zero(1, sizeof *l);

	l->dialect = *d;
	l->pieces = mem_zero(room, sizeof *l->pieces);
	l->room = room;
	return l;
}

void loose_free(struct loose *l)
{
	if (!l)
		return;
	buf_release(&l->text);
	mem_free(l->pieces);
	mem_free(l);
}

static bool is_line_end(char c)
{
	return c == '\n' || c == '\r';
}

static const char *skip_blanks(const struct loose *l, const char *p)
{
	while (p < l->end && (*p == ' ' || *p == '\t') && *p != l->dialect.delimiter)
		p++;
	return p;
}

/* Goes over the line end at P. */
static const char *skip_line_end(struct loose *l, const char *p)
{
	l->record.lines++;
	return p + (l->end - p > 1 && *p == '\r' && p[1] == '\n' ? 2 : 1);
}

/* Is the byte at P, behind a backslash, what is meant?  Else the backslash is, too. */
static bool is_escaped(const struct loose *l, const char *p)
{
	return *p == l->dialect.quote || *p == '\\' || *p == l->dialect.delimiter;
}

static void end_piece(struct loose *l, const char *begin, const char *stop, size_t at, bool copied,
		      bool quoted)
{
	struct piece *piece = l->record.count < l->room ? &l->pieces[l->record.count] : NULL;

	l->record.count++;
	if (copied)
		buf_span(&l->text, span_between(begin, stop));
	if (!piece)
		return;
	*piece = (struct piece){copied ? NULL : begin, at,
				copied ? l->text.len - at : (size_t)(stop - begin), CELL_TEXT};
	if (!piece->len && !quoted)
		piece->kind = CELL_NONE;
}

/* Takes up to STOP into the buffer and goes over COUNT bytes. */
static const char *copy_up_to(struct loose *l, const char **begin, const char *stop, size_t count,
			      bool *copied)
{
	buf_span(&l->text, span_between(*begin, stop));
	*copied = true;
	*begin = stop + count;
	return *begin;
}

/* An escape at P: goes over it; or over the backslash alone. */
static const char *take_escape(struct loose *l, const char **begin, const char *p, bool *copied)
{
	if (is_escaped(l, p + 1)) {
		copy_up_to(l, begin, p, 1, copied);
		return p + 2;
	}
	return p + 1;
}

/* The text is not enough to go on; or it is all there is. */
static bool lacks_end(struct loose *l)
{
	l->record.result = QUOTED_MORE;
	return false;
}

static bool refuse_quote(struct loose *l)
{
	l->record.result = QUOTED_BEHIND;
	return false;
}

/* Does the quote at P close its cell?  1; 0: no; -1: who knows, the text ends here. */
static int closes(const struct loose *l, const char *p)
{
	const char *behind = skip_blanks(l, p + 1);

	if (behind == l->end)
		return l->last ? 1 : -1;
	return *behind == l->dialect.delimiter || is_line_end(*behind);
}

/* The cell whose quote is before P. */
static bool take_quoted(struct loose *l, const char *p)
{
	char quote = l->dialect.quote;
	const char *begin = p;
	size_t at = l->text.len;
	bool copied = false;
	int closed;

	while (p < l->end) {
		if (*p == '\\' && l->dialect.backslash && l->end - p > 1) {
			p = take_escape(l, &begin, p, &copied);
		} else if (is_line_end(*p)) {
			if (l->one_line || (size_t)(p - l->start) > ROWS_RECORD_MAX)
				return refuse_quote(l);
			p = skip_line_end(l, p);
		} else if (*p != quote) {
			p++;
		} else if (l->end - p > 1 && p[1] == quote) {
			copy_up_to(l, &begin, p, 1, &copied);
			p += 2;
		} else {
			closed = closes(l, p);
			if (closed < 0)
				return lacks_end(l);
			if (!closed && quote == '"')
				return refuse_quote(l);
			if (closed) {
				end_piece(l, begin, p, at, copied, true);
				l->p = skip_blanks(l, p + 1);
				return true;
			}
			/* An apostrophe. */
			p++;
		}
	}
	return lacks_end(l);
}

static bool take_plain(struct loose *l)
{
	const char *begin = l->p, *p = l->p;
	size_t at = l->text.len;
	bool copied = false;

	while (p < l->end && *p != l->dialect.delimiter && !is_line_end(*p)) {
		if (*p == '\\' && l->dialect.backslash && l->end - p > 1)
			p = take_escape(l, &begin, p, &copied);
		else
			p++;
	}
	if (p == l->end && !l->last)
		return lacks_end(l);
	end_piece(l, begin, p, at, copied, false);
	l->p = p;
	return true;
}

static bool take_cell(struct loose *l)
{
	const char *open = skip_blanks(l, l->p);

	if (open < l->end && *open == l->dialect.quote && l->dialect.quote)
		return take_quoted(l, open + 1);
	return take_plain(l);
}

static void give_cells(struct loose *l, struct cell *cells)
{
	for (size_t i = 0; i < l->record.count && i < l->room; i++) {
		const struct piece *piece = &l->pieces[i];

		cells[i].kind = piece->kind;
		cells[i].text.ptr = piece->ptr ? piece->ptr : buf_view(&l->text).ptr + piece->at;
		cells[i].text.len = piece->len;
	}
}

struct loose_record loose_read(struct loose *l, struct span text, bool last, bool one_line,
			       struct cell *cells)
{
	l->record = (struct loose_record){.result = QUOTED_ROW};
	l->start = l->p = text.ptr;
	l->end = text.ptr + text.len;
	l->last = last;
	l->one_line = one_line;
	buf_clear(&l->text);
	for (;;) {
		if (!take_cell(l))
			return l->record;
		if (l->p == l->end || *l->p != l->dialect.delimiter)
			break;
		l->p++;
	}
	if (l->p < l->end)
		l->p = skip_line_end(l, l->p);
	else
		l->record.lines++;
	l->record.len = (size_t)(l->p - text.ptr);
	give_cells(l, cells);
	return l->record;
}

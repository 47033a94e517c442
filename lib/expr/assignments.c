/*
 * Files of `name = expression`.  The text of an expression is only looked
 * through for quotes, parentheses and comments, to find where it ends.
 */
#include <string.h>

#include "base/mem.h"
#include "expr/assignments.h"

struct reader {
	struct span text;
	const char *file;
	uint64_t line;		/* of the line at hand */
	size_t begin;		/* its offsets */
	size_t end;
	size_t next;
	bool open;		/* an assignment is being collected */
	struct assignment a;
	size_t from;		/* its expression's offsets */
	size_t to;
	size_t parens;		/* open ones */
	uint64_t paren_line;	/* the outermost open one */
	uint64_t paren_column;
	struct error *err;
};

static int refuse_line(struct reader *r, uint64_t line, uint64_t column,
		       const char *message)
{
	error_usage(r->err, "%s", message);
	error_place(r->err, r->file, line, column);
	return -1;
}

static int refuse_here(struct reader *r, size_t at, const char *message)
{
	return refuse_line(r, r->line, at - r->begin + 1, message);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static size_t skip_blanks(const struct reader *r, size_t at)
{
	while (at < r->end && is_blank(r->text.ptr[at]))
		at++;
	return at;
}

static bool next_line(struct reader *r)
{
	size_t len;

	if (r->next >= r->text.len)
		return false;
	r->begin = r->next;
	len = span_find_byte(span_sub(r->text, r->begin, r->text.len), '\n');
	r->end = r->begin + len;
	r->next = r->end + 1;
	r->line++;
	return true;
}

/* The offset behind the quoted text at AT; 0 when it does not end. */
static size_t skip_quoted(const struct reader *r, size_t at)
{
	const char *p = r->text.ptr;
	char quote = p[at++];

	for (; at < r->end; at++) {
		if (p[at] == '\\' && quote != '`') {
			at++;
		} else if (p[at] == quote) {
			if (at + 1 == r->end || p[at + 1] != quote || quote == '`')
				return at + 1;
			at++;
		}
	}
	return 0;
}

static void note_paren(struct reader *r, size_t at)
{
	if (r->text.ptr[at] == ')') {
		r->parens -= r->parens > 0;
		return;
	}
	if (!r->parens++) {
		r->paren_line = r->line;
		r->paren_column = at - r->begin + 1;
	}
}

/* Takes the line from AT into the expression: r->to gets its last byte's end. */
static int take_line(struct reader *r, size_t at)
{
	const char *p = r->text.ptr;
	size_t end;

	while (at < r->end && p[at] != '#') {
		if (p[at] == '\'' || p[at] == '"' || p[at] == '`') {
			end = skip_quoted(r, at);
			if (!end)
				return refuse_here(r, at, p[at] == '`'
					? "this name does not end on its line"
					: "this text does not end on its line");
			r->to = at = end;
			continue;
		}
		if (p[at] == '(' || p[at] == ')')
			note_paren(r, at);
		at++;
		if (!is_blank(p[at - 1]))
			r->to = at;
	}
	return 0;
}

/* Hands over what was collected. */
static int finish_assignment(struct reader *r,
			     int (*take)(void *context, const struct assignment *a,
					 struct error *err), void *context)
{
	if (!r->open)
		return 0;
	r->open = false;
	if (r->parens)
		return refuse_line(r, r->paren_line, r->paren_column, "this '(' is never closed");
	if (r->to == r->from)
		return refuse_line(r, r->a.line, r->a.column, "an expression is missing behind '='");
	r->a.text = span_sub(r->text, r->from, r->to - r->from);
	return take(context, &r->a, r->err);
}

/* The end of the name at AT: up to '=', without blanks behind it. */
static size_t name_end(const struct reader *r, size_t at)
{
	size_t end = at;

	for (; at < r->end; at++) {
		char c = r->text.ptr[at];

		if (c == '=' || c == '#' || c == '(' || c == '"' || c == '\'')
			break;
		if (!is_blank(c))
			end = at + 1;
	}
	return end;
}

static int read_name(struct reader *r, size_t *at)
{
	size_t begin = *at, end, close;

	if (r->text.ptr[begin] == '`') {
		close = skip_quoted(r, begin);
		if (!close || close == begin + 2)
			return refuse_here(r, begin, close ? "this name is empty"
					   : "this name does not end on its line");
		r->a.name = span_sub(r->text, begin + 1, close - begin - 2);
		end = close;
	} else {
		end = name_end(r, begin);
		r->a.name = span_sub(r->text, begin, end - begin);
	}
	r->a.name_column = begin - r->begin + 1;
	end = skip_blanks(r, end);
	if (end == r->end || r->text.ptr[end] != '=' || !r->a.name.len)
		return refuse_here(r, end, "expected 'name = expression'");
	if (end + 1 < r->end && r->text.ptr[end + 1] == '=')
		return refuse_here(r, end, "an assignment has a single '='");
	*at = end + 1;
	return 0;
}

static bool is_set(const struct reader *r, size_t at)
{
	struct span line = span_sub(r->text, at, r->end - at);
	size_t behind;

	if (!span_starts(line, SPAN("set")) || line.len < 4 || !is_blank(line.ptr[3]))
		return false;
	behind = skip_blanks(r, at + 3);
	return behind < r->end && r->text.ptr[behind] != '=';
}

/* A line that begins in the first column, with an assignment. */
static int begin_assignment(struct reader *r)
{
	size_t at = r->begin;

	r->a = (struct assignment){.set = is_set(r, at)};
	if (r->a.set)
		at = skip_blanks(r, at + 3);
	if (read_name(r, &at))
		return -1;
	at = skip_blanks(r, at);
	r->open = true;
	r->a.line = r->line;
	r->a.column = at - r->begin + 1;
	r->from = r->to = at;
	r->parens = 0;
	return take_line(r, at);
}

/* A line that goes on: where nothing was said yet the expression begins here. */
static int go_on(struct reader *r, size_t at)
{
	if (r->to == r->from) {
		r->a.line = r->line;
		r->a.column = at - r->begin + 1;
		r->from = r->to = at;
	}
	return take_line(r, at);
}

int assignments_parse(struct span text, const char *file,
		      int (*take)(void *context, const struct assignment *a,
				  struct error *err),
		      void *context, struct error *err)
{
	struct reader r = {.text = text, .file = file, .err = err};
	int status;

	if (span_starts(text, SPAN("\xef\xbb\xbf")))
		r.next = 3;
	while (next_line(&r)) {
		size_t at = skip_blanks(&r, r.begin);

		if (at == r.end || text.ptr[at] == '#')
			continue;
		if (r.open && (at > r.begin || r.parens)) {
			if (go_on(&r, at))
				return -1;
			continue;
		}
		status = finish_assignment(&r, take, context);
		if (status)
			return status;
		if (at > r.begin)
			return refuse_here(&r, at,
					   "this line goes on from nothing: names begin in the "
					   "first column");
		if (begin_assignment(&r))
			return -1;
	}
	return finish_assignment(&r, take, context);
}

/* The offset behind the closing quote of TEXT, whose first byte is one. */
static size_t unquote_name(struct span text, struct buf *out)
{
	size_t i;

	for (i = 1; i < text.len; i++) {
		char c = text.ptr[i];

		if (c == text.ptr[0]) {
			if (i + 1 == text.len || text.ptr[i + 1] != c)
				return i + 1;
			i++;
		} else if (c == '\\' && i + 1 < text.len) {
			const char *from = "\\'\"tnr", *to = "\\'\"\t\n\r";
			const char *known = strchr(from, text.ptr[i + 1]);

			if (known && *known) {
				c = to[known - from];
				i++;
			}
		}
		buf_char(out, c);
	}
	return 0;
}

int assignment_value(const struct assignment *a, const char *file,
		     struct buf *out, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];
	size_t end;

	if (a->text.ptr[0] != '\'' && a->text.ptr[0] != '"') {
		buf_span(out, a->text);
		return 0;
	}
	end = unquote_name(a->text, out);
	if (end == a->text.len)
		return 0;
	error_usage(err, end ? "unexpected %s behind the text" : "the text %s does not end",
		    error_quote(span_sub(a->text, end, a->text.len), quoted));
	error_place(err, file, a->line, a->column + end);
	return -1;
}

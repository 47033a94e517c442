#include "unify/identity/words.h"

void words_start(struct words *w, struct span line, struct arena *texts)
{
	*w = (struct words){line, 0, texts};
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool is_sign(char c)
{
	return c == '=' || c == '~' || c == ',';
}

static bool ends_name(char c)
{
	return is_blank(c) || is_sign(c) || c == '"' || c == '\'';
}

static int refuse_word(const struct words *w, size_t at, struct error *err)
{
	(void)w;
	error_usage(err, "this text does not end on its line");
	if (err)
		err->column = at + 1;
	return -1;
}

/* The byte that the backslash at w->at and the next one stand for; any other
 * backslash is itself, so that patterns can be written plainly. */
static char unescape(struct words *w)
{
	char next = w->line.ptr[w->at + 1];

	if (next != '"' && next != '\\' && next != 'n')
		return '\\';
	w->at++;
	return next == 'n' ? '\n' : next;
}

/* From the quote at w->at. */
static int take_quoted(struct words *w, struct token *out, struct error *err)
{
	size_t from = w->at++, len = 0;
	char quote = w->line.ptr[from];
	char *text = arena_bytes(w->texts, w->line.len - from);

	for (; w->at < w->line.len; w->at++) {
		char c = w->line.ptr[w->at];

		if (c == quote) {
			w->at++;
			out->text = (struct span){text, len};
			out->quoted = true;
			return 1;
		}
		if (c == '\\' && quote == '"' && w->at + 1 < w->line.len)
			c = unescape(w);
		text[len++] = c;
	}
	return refuse_word(w, from, err);
}

static int take(struct words *w, struct token *out, bool value, struct error *err)
{
	const char *p = w->line.ptr;
	size_t from;

	while (w->at < w->line.len && is_blank(p[w->at]))
		w->at++;
	from = w->at;
	*out = (struct token){.column = from + 1};
	if (from == w->line.len || p[from] == '#')
		return 0;
	if (p[from] == '"' || p[from] == '\'')
		return take_quoted(w, out, err);
	if (!value && is_sign(p[from])) {
		out->sign = p[w->at++];
		out->text = span_sub(w->line, from, 1);
		return 1;
	}
	while (w->at < w->line.len &&
	       (value ? !is_blank(p[w->at]) : !ends_name(p[w->at])))
		w->at++;
	out->text = span_sub(w->line, from, w->at - from);
	return 1;
}

int words_next(struct words *w, struct token *out, struct error *err)
{
	return take(w, out, false, err);
}

int words_value(struct words *w, struct token *out, struct error *err)
{
	return take(w, out, true, err);
}

struct span words_comment(const struct words *w)
{
	if (w->at >= w->line.len || w->line.ptr[w->at] != '#')
		return SPAN_NONE;
	return span_trim(span_sub(w->line, w->at + 1, w->line.len));
}

void words_put_quoted(struct span text, struct buf *out)
{
	buf_char(out, '"');
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (c == '"' || c == '\\' || c == '\n')
			buf_char(out, '\\');
		buf_char(out, c == '\n' ? 'n' : c);
	}
	buf_char(out, '"');
}

static void put(struct span text, bool value, struct buf *out)
{
	bool plain = text.len && text.ptr[0] != '#' && text.ptr[0] != '"' &&
		     text.ptr[0] != '\'';

	for (size_t i = 0; plain && i < text.len; i++)
		plain = text.ptr[i] != '\n' && (value ? !is_blank(text.ptr[i]) : !ends_name(text.ptr[i]));
	if (plain)
		buf_span(out, text);
	else
		words_put_quoted(text, out);
}

void words_put_name(struct span text, struct buf *out)
{
	put(text, false, out);
}

void words_put_value(struct span text, struct buf *out)
{
	put(text, true, out);
}

/*
 * Parameters in the query and the fragment of a text that may be a URL:
 * whatever stands between ? & ; # and the next of them, up to a "=", is a name.
 */
#include "collect/privacy/privacy.h"
#include "expr/expr.h"
#include "text/url.h"

static bool is_separator(char c)
{
	return c == '?' || c == '&' || c == ';' || c == '#';
}

/* What would mean something else in a query is written in hexadecimal. */
static void encode(struct span s, struct buf *out)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (c <= ' ' || c >= 0x7f || is_separator((char)c) || c == '%' ||
		    c == '+' || c == '=' || c == '"' || c == '\\')
			buf_printf(out, "%%%02X", c);
		else
			buf_char(out, (char)c);
	}
}

/* The new value of a parameter into s->value; false: it stays. */
static bool change(const struct privacy *p, struct privacy_scratch *s,
		   const struct privacy_rule *rule, struct span name,
		   struct span value)
{
	struct buf plain = BUF_INIT;
	bool changed = true;

	url_decode_raw(value, &plain);
	buf_clear(&s->value);
	if (!rule)
		changed = privacy_blur(p, name, buf_view(&plain), &s->value);
	else if (!plain.len)
		changed = false;
	else if (rule->action == PRIVACY_MASK)
		privacy_mask(buf_view(&plain), &s->arena, &s->value);
	else
		privacy_pseudonym(p, s, rule->name, buf_view(&plain), &s->value);
	buf_release(&plain);
	return changed;
}

/*
 * PIECE is "?name=value" or "&name" or the like.  JOINT: what stood before a
 * piece that was dropped, or 0.  True: something was changed.
 */
static bool put_piece(const struct privacy *p, struct privacy_scratch *s,
		      struct span piece, char *joint, struct buf *out,
		      struct privacy_counts *counts)
{
	struct span rest = span_sub(piece, 1, piece.len);
	char separator = *joint && piece.ptr[0] != '#' ? *joint : piece.ptr[0];
	struct span name = span_cut(&rest, '=');
	const struct privacy_rule *rule;
	struct buf plain = BUF_INIT, folded = BUF_INIT;
	bool changed = separator != piece.ptr[0];

	url_decode_raw(name, &plain);
	expr_fold_name(buf_view(&plain), &folded);
	rule = privacy_find_bare(p, buf_view(&folded));
	buf_release(&plain);
	if (rule && rule->action == PRIVACY_DROP) {
		*joint = separator;
		counts->values[rule - p->rules]++;
		buf_release(&folded);
		return true;
	}
	*joint = '\0';
	buf_char(out, separator);
	buf_span(out, name);
	if (!span_absent(rest))
		buf_char(out, '=');
	if (!span_absent(rest) &&
	    (rule || (p->address_bits && privacy_is_address(buf_view(&folded)))) &&
	    change(p, s, rule, buf_view(&folded), rest)) {
		encode(buf_view(&s->value), out);
		*(rule ? &counts->values[rule - p->rules] : &counts->addresses) += 1;
		changed = true;
	} else if (!span_absent(rest)) {
		buf_span(out, rest);
	}
	buf_release(&folded);
	return changed;
}

bool privacy_url(const struct privacy *p, struct privacy_scratch *s,
		 struct span text, struct buf *out, struct privacy_counts *counts)
{
	size_t begin = out->len;
	bool changed = false;
	char joint = '\0';
	size_t at = 0;

	while (at < text.len && text.ptr[at] != '?' && text.ptr[at] != '#')
		at++;
	if (at == text.len)
		return false;
	buf_span(out, span_sub(text, 0, at));
	while (at < text.len) {
		size_t end = at + 1;

		while (end < text.len && !is_separator(text.ptr[end]))
			end++;
		changed |= put_piece(p, s, span_sub(text, at, end - at), &joint,
				     out, counts);
		at = end;
	}
	if (!changed)
		out->len = begin;
	return changed;
}

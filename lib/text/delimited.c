#include "text/delimited.h"

#include "base/decimal.h"

static bool is_formula(struct span text)
{
	static const struct span starts[] = {
		SPAN("="), SPAN("+"), SPAN("-"), SPAN("@"), SPAN("\t"),
		SPAN("\r"), SPAN("\n"), SPAN("\0"),
		SPAN("\xef\xbc\x9d"), SPAN("\xef\xbc\x8b"),	/* full-width = + */
		SPAN("\xef\xbc\x8d"), SPAN("\xef\xbc\xa0"),	/* full-width - @ */
	};
	struct decimal number;

	if (text.len && text.ptr[0] >= '0' && text.ptr[0] <= 'z' && text.ptr[0] != '=' && text.ptr[0] != '@')
		return false;	/* as most cells */
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		if (span_starts(text, starts[i]))
			/* A sign before a plain number is harmless, but a
			 * phone number would lose its plus. */
			return *text.ptr == '+' || !decimal_parse(text, &number);
	return false;
}

static bool needs_quotes(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (c == ',' || c == '"' || c == '\n' || c == '\r')
			return true;
	}
	return text.len && (text.ptr[0] == ' ' || text.ptr[text.len - 1] == ' ' ||
			    text.ptr[0] == '\t' || text.ptr[text.len - 1] == '\t');
}

void delimited_put(struct buf *out, struct span text, bool defuse)
{
	bool formula = defuse && is_formula(text);

	if (!formula && !needs_quotes(text)) {
		buf_span(out, text);
		return;
	}
	buf_char(out, '"');
	if (formula)
		buf_char(out, '\'');
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '"')
			buf_char(out, '"');
		buf_char(out, text.ptr[i]);
	}
	buf_char(out, '"');
}

void delimited_put_mark(struct buf *out)
{
	buf_lit(out, "\xef\xbb\xbf");
}

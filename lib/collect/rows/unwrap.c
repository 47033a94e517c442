#include "collect/rows/unwrap.h"

#include <string.h>

/* Does a mark at P begin a cell, behind quotes or not? */
static bool begins_cell(struct span text, const char *p, char delimiter)
{
	while (p > text.ptr && (p[-1] == '"' || p[-1] == ' '))
		p--;
	return p == text.ptr || p[-1] == delimiter || p[-1] == '\n' || p[-1] == '\r';
}

static bool find_mark(struct span text, char mark, char delimiter)
{
	const char *p = text.ptr, *end = p + text.len;

	for (; p < end; p++) {
		p = memchr(p, mark, (size_t)(end - p));
		if (!p)
			return false;
		if (begins_cell(text, p, delimiter))
			return true;
	}
	return false;
}

bool unwrap_wanted(struct span text, char delimiter)
{
	return find_mark(text, '=', delimiter) || find_mark(text, '\'', delimiter);
}

/* A number that is a name: 0017, +44 20 7946 0000. */
static bool is_number_like(struct span s)
{
	bool digit = false;

	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		digit |= (unsigned char)(c - '0') < 10;
		if ((unsigned char)(c - '0') >= 10 && !memchr("+-. ()/", c, 7))
			return false;
	}
	return digit;
}

bool unwrap_cell(struct span *cell)
{
	struct span s = *cell;

	if (!s.len || (*s.ptr != '=' && *s.ptr != '\''))
		return false;
	if (*s.ptr == '\'') {
		s = span_sub(s, 1, s.len);
		if (!is_number_like(s))
			return false;
	} else {
		if (s.len < 3 || s.ptr[1] != '"' || s.ptr[s.len - 1] != '"')
			return false;
		s = span_sub(s, 2, s.len - 3);
		if (memchr(s.ptr, '"', s.len))
			return false;
	}
	*cell = s;
	return true;
}

enum look { EMPTY, TEXT, NUMBER, ADDRESS };

static enum look look_of(struct span cell)
{
	struct span s = span_trim(cell);
	bool number = true;

	if (!s.len)
		return EMPTY;
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '@')
			return ADDRESS;
		number &= (unsigned char)(s.ptr[i] - '0') < 10 || memchr("+-.,:/ TZ", s.ptr[i], 9);
	}
	return number ? NUMBER : TEXT;
}

bool lines_alike(struct span first, struct span line, char delimiter)
{
	size_t places = 0;

	while (!span_absent(first) && !span_absent(line)) {
		enum look a = look_of(span_cut(&first, delimiter));
		enum look b = look_of(span_cut(&line, delimiter));

		if (a == NUMBER || a == ADDRESS) {
			if (a != b)
				return false;
			places++;
		}
	}
	return places >= 2;
}

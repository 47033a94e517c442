#include "reference/normal.h"

#include <string.h>

#include "text/unicode.h"

/* RFC 5321, 4.5.3.1. */
#define LOCAL_MAX 64
#define ADDRESS_MAX 254

enum { BAD = 0, LETTER = 1, DOT = 2, AT = 3, UPPER = 4, HIGH = 5 };

/*
 * What a byte may be in an address; letters stand for all that counts alike.
 * Blanks, quotes and brackets are BAD.
 */
static const unsigned char address_classes[256] = {
#define C(x) [x] = LETTER
	C('!'), C('#'), C('$'), C('%'), C('&'), C('\''), C('*'),
	C('+'), C('-'), C('/'), C('='), C('?'), C('^'), C('_'),
	C('`'), C('{'), C('|'), C('}'), C('~'),
#undef C
	['0' ... '9'] = LETTER, ['a' ... 'z'] = LETTER,
	['A' ... 'Z'] = UPPER, ['.'] = DOT, ['@'] = AT,
	[0x80 ... 0xff] = HIGH,
};

/* "Rosa Unger <rosa@example.com>" and "mailto:rosa@example.com". */
static struct span bare_address(struct span text)
{
	struct span s = span_trim(text);
	size_t open;

	if (s.len > 7 && (*s.ptr | 32) == 'm' &&
	    span_equal_nocase(span_sub(s, 0, 7), SPAN("mailto:")))
		s = span_sub(s, 7, s.len);
	if (!s.len || s.ptr[s.len - 1] != '>')
		return s;
	open = span_find_byte(s, '<');
	return open < s.len ? span_trim(span_sub(s, open + 1, s.len - open - 2)) : s;
}

/*
 * The shape of an address in one pass: dots never first, last or doubled on
 * either side of the one "@", and at least one behind it.
 */
static bool check_address(struct span s, bool *upper, bool *high)
{
	unsigned char before = DOT;
	size_t at = 0, dots = 0;

	*upper = *high = false;
	for (size_t i = 0; i < s.len; i++) {
		unsigned char class = address_classes[(unsigned char)s.ptr[i]];

		switch (class) {
		case BAD:
			return false;
		case UPPER:
			*upper = true;
			break;
		case HIGH:
			*high = true;
			break;
		case DOT:
			if (before == DOT)
				return false;
			dots++;
			break;
		case AT:
			if (at || before == DOT)
				return false;
			at = i;
			dots = 0;
			class = DOT;	/* a dot may not follow */
			break;
		default:
			break;
		}
		before = class;
	}
	return at && at <= LOCAL_MAX && dots && before != DOT &&
	       s.ptr[at + 1] != '-' && s.ptr[s.len - 1] != '-';
}

bool normal_email(struct span text, struct arena *scratch, struct buf *out)
{
	struct span s = bare_address(text);
	bool upper, high;
	char *to;

	if (s.len < 5 || s.len > ADDRESS_MAX || !check_address(s, &upper, &high))
		return false;
	if (high) {
		buf_span(out, unicode_lower(unicode_nfc(s, scratch), scratch));
		return true;
	}
	if (!buf_reserve(out, s.len))
		return false;
	to = out->ptr + out->len;
	out->len += s.len;
	if (!upper)
		memcpy(to, s.ptr, s.len);
	else
		for (size_t i = 0; i < s.len; i++)
			to[i] = span_lower(s.ptr[i]);
	return true;
}

void normal_gmail(struct buf *out, size_t at)
{
	struct span address = buf_since(out, at);
	size_t sign = span_find_byte(address, '@'), len = 0;
	struct span domain = span_sub(address, sign + 1, address.len);

	if ((!span_equal(domain, SPAN("gmail.com")) && !span_equal(domain, SPAN("googlemail.com"))) ||
	    address.ptr[0] == '+')
		return;
	for (size_t i = 0; i < sign && address.ptr[i] != '+'; i++) {
		if (address.ptr[i] != '.')
			out->ptr[at + len++] = address.ptr[i];
	}
	out->len = at + len;
	buf_lit(out, "@gmail.com");
}

/*
 * Below U+0300 every text is in NFC.  A character from there on begins with the
 * byte CCh or more.
 */
static bool may_need_nfc(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] >= 0xcc)
			return true;
	return false;
}

bool normal_name_is(struct span s)
{
	char before = ' ';

	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if ((unsigned char)c >= 0xcc || (c == ' ' && before == ' ') ||
		    (unsigned char)c < ' ' || (unsigned char)c == 0xa0)
			return false;
		before = c;
	}
	return s.len && before != ' ';
}

void normal_name(struct span text, struct arena *scratch, struct buf *out)
{
	struct span s = span_trim(text);
	bool blank = false;

	if (may_need_nfc(s))
		s = unicode_nfc(s, scratch);
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (c == ' ' || (c >= '\t' && c <= '\r')) {
			blank = true;
			continue;
		}
		if ((unsigned char)c == 0xc2 && i + 1 < s.len &&
		    (unsigned char)s.ptr[i + 1] == 0xa0) {
			blank = true;
			i++;
			continue;
		}
		if (blank && out->len)
			buf_char(out, ' ');
		blank = false;
		buf_char(out, c);
	}
}

static size_t count_digits(struct span s, size_t at)
{
	size_t begin = at;

	while (at < s.len && (unsigned char)(s.ptr[at] - '0') < 10)
		at++;
	return at - begin;
}

/* A double holds 15 digits: what comes behind them is lost. */
#define SHEET_DIGITS 15

static bool is_rounded(struct span s)
{
	if (s.len <= SHEET_DIGITS || s.len > 22)
		return false;
	for (size_t i = SHEET_DIGITS; i < s.len; i++)
		if (s.ptr[i] != '0')
			return false;
	return true;
}

enum spoiled normal_spoiled(struct span text)
{
	struct span s = span_trim(text);
	size_t whole = count_digits(s, 0);
	size_t at = whole;
	size_t fraction = 0;

	if (!whole)
		return SPOILED_NOT;
	if (at == s.len)
		return is_rounded(s) ? SPOILED_ROUNDED : SPOILED_NOT;
	if (s.ptr[at] == '.' || s.ptr[at] == ',') {
		fraction = count_digits(s, at + 1);
		at += 1 + fraction;
	}
	if (at == s.len) {
		for (size_t i = at - fraction; i < at; i++)
			if (s.ptr[i] != '0')
				return SPOILED_NOT;
		return fraction && fraction <= 2 ? SPOILED_FRACTION : SPOILED_NOT;
	}
	if (whole == 1 && (s.ptr[at] == 'e' || s.ptr[at] == 'E') &&
	    at + 1 < s.len && s.ptr[at + 1] == '+' && count_digits(s, at + 2) &&
	    at + 2 + count_digits(s, at + 2) == s.len)
		return SPOILED_EXPONENT;
	return SPOILED_NOT;
}

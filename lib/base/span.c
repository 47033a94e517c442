#include "base/span.h"

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct span span_of(const char *text)
{
	return text ? (struct span){text, strlen(text)} : SPAN_NONE;
}

bool span_equal_nocase(struct span a, struct span b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++) {
		if (span_lower(a.ptr[i]) != span_lower(b.ptr[i]))
			return false;
	}
	return true;
}

int span_compare(struct span a, struct span b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len ? memcmp(a.ptr, b.ptr, len) : 0;

	if (order)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}

bool span_starts(struct span s, struct span prefix)
{
	if (s.len < prefix.len)
		return false;
	return !prefix.len || !memcmp(s.ptr, prefix.ptr, prefix.len);
}

bool span_ends(struct span s, struct span suffix)
{
	if (s.len < suffix.len)
		return false;
	return !suffix.len || (s.ptr[s.len - 1] == suffix.ptr[suffix.len - 1] &&
			       !memcmp(s.ptr + s.len - suffix.len, suffix.ptr, suffix.len));
}

size_t span_find_byte(struct span s, char byte)
{
	const char *at = s.len ? memchr(s.ptr, byte, s.len) : NULL;

	return at ? (size_t)(at - s.ptr) : s.len;
}

size_t span_find(struct span s, struct span needle)
{
	const char *at;

	if (!needle.len)
		return 0;
	at = s.len ? memmem(s.ptr, s.len, needle.ptr, needle.len) : NULL;
	return at ? (size_t)(at - s.ptr) : s.len;
}

struct span span_sub(struct span s, size_t from, size_t len)
{
	if (from > s.len)
		from = s.len;
	if (len > s.len - from)
		len = s.len - from;
	return (struct span){from ? s.ptr + from : s.ptr, len};
}

struct span span_trim(struct span s)
{
	while (s.len && is_blank(s.ptr[s.len - 1]))
		s.len--;
	while (s.len && is_blank(*s.ptr)) {
		s.ptr++;
		s.len--;
	}
	return s;
}

struct span span_cut(struct span *rest, char separator)
{
	struct span piece = *rest;
	size_t at = span_find_byte(piece, separator);

	if (at == piece.len) {
		*rest = SPAN_NONE;
		return piece;
	}
	*rest = (struct span){piece.ptr + at + 1, piece.len - at - 1};
	piece.len = at;
	return piece;
}

bool span_number(struct span s, uint64_t *out)
{
	uint64_t number = 0;

	if (!s.len)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		unsigned digit = (unsigned char)s.ptr[i] - (unsigned)'0';

		if (digit > 9 || number > (UINT64_MAX - digit) / 10)
			return false;
		number = number * 10 + digit;
	}
	*out = number;
	return true;
}

/* A continuation byte holds 10xxxxxx. */
static bool follows(unsigned char byte)
{
	return (byte & 0xC0) == 0x80;
}

/*
 * The table of well-formed sequences is Unicode's Table 3-7: the second byte's
 * range shuts out overlong forms, surrogates and what lies past U+10FFFF.
 */
static size_t decode(const unsigned char *p, size_t len, uint32_t *point)
{
	unsigned char c = p[0];

	if (c < 0x80) {
		*point = c;
		return 1;
	}
	if (c < 0xC2 || c > 0xF4 || len < 2 || !follows(p[1]))
		return 0;
	if (c < 0xE0) {
		*point = (c & 0x1Fu) << 6 | (p[1] & 0x3Fu);
		return 2;
	}
	if (len < 3 || !follows(p[2]))
		return 0;
	if (c < 0xF0) {
		if ((c == 0xE0 && p[1] < 0xA0) || (c == 0xED && p[1] > 0x9F))
			return 0;
		*point = (c & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 |
			 (p[2] & 0x3Fu);
		return 3;
	}
	if (len < 4 || !follows(p[3]))
		return 0;
	if ((c == 0xF0 && p[1] < 0x90) || (c == 0xF4 && p[1] > 0x8F))
		return 0;
	*point = (c & 0x07u) << 18 | (p[1] & 0x3Fu) << 12 |
		 (p[2] & 0x3Fu) << 6 | (p[3] & 0x3Fu);
	return 4;
}

size_t span_utf8_char(struct span s, uint32_t *point)
{
	return s.len ? decode((const unsigned char *)s.ptr, s.len, point) : 0;
}

/* The end of the ASCII that P begins with, 16 bytes a step while they last. */
static const unsigned char *skip_ascii(const unsigned char *p,
				       const unsigned char *end)
{
	while (end - p >= 16) {
		uint64_t word[2];

		memcpy(word, p, sizeof word);
		if ((word[0] | word[1]) & UINT64_C(0x8080808080808080))
			break;
		p += 16;
	}
	while (p < end && *p < 0x80)
		p++;
	return p;
}

bool span_is_utf8(struct span s)
{
	const unsigned char *p = (const unsigned char *)s.ptr;
	const unsigned char *end = s.len ? p + s.len : p;

	for (;;) {
		uint32_t point;
		size_t len;

		p = skip_ascii(p, end);
		if (p == end)
			return true;
		len = decode(p, (size_t)(end - p), &point);
		if (!len)
			return false;
		p += len;
	}
}

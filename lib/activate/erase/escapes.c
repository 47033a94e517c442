#include "activate/erase/escapes.h"

#include <string.h>

#include "record/text.h"
#include "text/url.h"

static const char signs[3] = {'%', '\\', '&'};

static size_t find_from(struct span text, size_t from, char sign)
{
	return from + span_find_byte(span_sub(text, from, text.len), sign);
}

void escapes_start(struct escapes *e, struct span text)
{
	e->text = text;
	for (size_t i = 0; i < 3; i++)
		e->next[i] = find_from(text, 0, signs[i]);
}

/* COUNT hexadecimal digits at P, or -1. */
static int32_t hex_at(const char *p, const char *end, int count)
{
	int32_t number = 0;

	for (int i = 0; i < count; i += 2) {
		int byte = url_hex_byte(p + i, end);

		if (byte < 0)
			return -1;
		number = number << 8 | byte;
	}
	return number;
}

/* \uXXXX, a pair of them where they belong together; the length taken. */
static size_t undo_unicode(const char *p, const char *end, struct buf *out)
{
	int32_t high = hex_at(p + 2, end, 4), low = -1;

	if (high < 0)
		return 0;
	if (high >= 0xd800 && high < 0xdc00 && end - p >= 12 && p[6] == '\\' && p[7] == 'u')
		low = hex_at(p + 8, end, 4);
	if (low >= 0xdc00 && low < 0xe000) {
		text_put_code(out, 0x10000 + (((uint32_t)high & 0x3ff) << 10) + ((uint32_t)low & 0x3ff));
		return 12;
	}
	text_put_code(out, (uint32_t)high);
	return 6;
}

static size_t undo_backslash(const char *p, const char *end, struct buf *out)
{
	int byte;

	if (end - p < 2)
		return 0;
	switch (p[1]) {
	case 'u':
		return undo_unicode(p, end, out);
	case 'x':
		byte = url_hex_byte(p + 2, end);
		if (byte < 0)
			return 0;
		buf_char(out, (char)byte);
		return 4;
	case '/':
	case '"':
	case '\\':
		buf_char(out, p[1]);
		return 2;
	case 'n':
	case 't':
	case 'r':
		buf_char(out, ' ');
		return 2;
	default:
		return 0;
	}
}

/* &#64; and &#x40; */
static size_t undo_entity(const char *p, const char *end, struct buf *out)
{
	bool hex = end - p > 3 && (p[2] | 32) == 'x';
	const char *at = p + (hex ? 3 : 2);
	uint32_t point = 0;

	if (end - p < 4 || p[1] != '#')
		return 0;
	for (const char *first = at; at < end && *at != ';' && at - first < 7; at++) {
		unsigned digit = (unsigned char)*at - '0';

		if (hex && digit > 9)
			digit = (unsigned)((*at | 32) - 'a') + 10;
		if (digit >= (hex ? 16u : 10u))
			return 0;
		point = point * (hex ? 16 : 10) + digit;
	}
	if (at == end || *at != ';' || !point || point > 0x10ffff)
		return 0;
	text_put_code(out, point);
	return (size_t)(at + 1 - p);
}

/* Undoes the one at P; the length taken, or 0: it is none. */
static size_t undo_one(const char *p, const char *end, struct buf *out)
{
	int byte;

	if (*p == '\\')
		return undo_backslash(p, end, out);
	if (*p == '&')
		return undo_entity(p, end, out);
	byte = url_hex_byte(p + 1, end);
	if (byte < 0)
		return 0;
	buf_char(out, (char)byte);
	return 3;
}

static bool is_escape(struct span text, size_t at)
{
	char room[BUF_SLACK];
	struct buf out = {.ptr = room, .cap = sizeof room};

	return undo_one(text.ptr + at, text.ptr + text.len, &out) > 0;
}

static size_t first_sign(const struct escapes *e, size_t *which)
{
	size_t first = e->text.len;

	for (size_t i = 0; i < 3; i++) {
		if (e->next[i] >= first)
			continue;
		first = e->next[i];
		*which = i;
	}
	return first;
}

size_t escapes_next(struct escapes *e, size_t from)
{
	size_t which = 0;

	for (size_t i = 0; i < 3; i++)
		if (e->next[i] < from)
			e->next[i] = find_from(e->text, from, signs[i]);
	for (;;) {
		size_t at = first_sign(e, &which);

		if (at == e->text.len || is_escape(e->text, at))
			return at;
		e->next[which] = find_from(e->text, at + 1, signs[which]);
	}
}

bool escapes_undo(struct span text, struct buf *out)
{
	struct escapes e;
	size_t at = 0;
	bool any = false;

	escapes_start(&e, text);
	for (;;) {
		size_t next = escapes_next(&e, at);

		buf_span(out, span_sub(text, at, next - at));
		if (next == text.len)
			return any;
		any = true;
		at = next + undo_one(text.ptr + next, text.ptr + text.len, out);
	}
}

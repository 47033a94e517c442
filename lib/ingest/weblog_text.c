#include "ingest/weblog_text.h"

#include <string.h>

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = span_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte of the two digits at P, or -1. */
static int hex_byte(const char *p, const char *end)
{
	int high = end - p >= 2 ? hex(p[0]) : -1;
	int low = high >= 0 ? hex(p[1]) : -1;

	return low < 0 ? -1 : high * 16 + low;
}

static bool is_text(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] < ' ' || s.ptr[i] == 127)
			return false;
	return span_is_utf8(s);
}

struct span log_unescape(struct span text, struct arena *a)
{
	const char *p = text.ptr, *end = p + text.len;
	char *out = arena_bytes(a, text.len);
	struct span done = {out, 0};

	while (p < end) {
		char next = p + 1 < end ? p[1] : '\0';
		int byte = *p == '\\' && next == 'x' ? hex_byte(p + 2, end) : -1;

		if (byte >= 0) {
			*out++ = (char)byte;
			p += 4;
		} else if (*p == '\\' && (next == '"' || next == '\\')) {
			*out++ = next;
			p += 2;
		} else {
			*out++ = *p++;
		}
	}
	done.len = (size_t)(out - done.ptr);
	return is_text(done) ? done : text;
}

struct span log_escape(struct span text, struct arena *a)
{
	static const char digits[] = "0123456789ABCDEF";
	char *out = arena_bytes(a, 4 * text.len);
	struct span done = {out, 0};
	size_t at = 0;

	while (at < text.len) {
		uint32_t point;
		size_t len = span_utf8_char(span_sub(text, at, text.len), &point);

		if (len && point) {
			memcpy(out, text.ptr + at, len);
			out += len;
			at += len;
			continue;
		}
		*out++ = '\\';
		*out++ = 'x';
		*out++ = digits[(unsigned char)text.ptr[at] >> 4];
		*out++ = digits[(unsigned char)text.ptr[at++] & 15];
	}
	done.len = (size_t)(out - done.ptr);
	return done;
}

struct span log_url_decode(struct span text, struct arena *a)
{
	const char *p = text.ptr, *end = p + text.len;
	char *out;
	struct span done;

	if (!memchr(p, '%', text.len) && !memchr(p, '+', text.len))
		return text;
	out = arena_bytes(a, text.len);
	done = (struct span){out, 0};
	while (p < end) {
		int byte = *p == '%' ? hex_byte(p + 1, end) : -1;

		*out++ = byte >= 0 ? (char)byte : *p == '+' ? ' ' : *p;
		p += byte >= 0 ? 3 : 1;
	}
	done.len = (size_t)(out - done.ptr);
	return is_text(done) ? done : text;
}

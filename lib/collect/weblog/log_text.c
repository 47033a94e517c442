#include "collect/weblog/log_text.h"

#include <string.h>

#include "text/url.h"

struct span log_unescape(struct span text, struct arena *a)
{
	const char *p = text.ptr, *end = p + text.len;
	char *out = arena_bytes(a, text.len);
	struct span done = {out, 0};

	while (p < end) {
		char next = p + 1 < end ? p[1] : '\0';
		int byte = *p == '\\' && next == 'x' ? url_hex_byte(p + 2, end) : -1;

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
	return url_is_text(done) ? done : text;
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

#include "activate/erase/utf16.h"

#include "record/text.h"

static uint32_t unit_at(struct span bytes, size_t at, bool big)
{
	unsigned char a = (unsigned char)bytes.ptr[at], b = (unsigned char)bytes.ptr[at + 1];

	return big ? (uint32_t)a << 8 | b : (uint32_t)b << 8 | a;
}

bool utf16_get(struct span bytes, bool big, struct buf *out)
{
	if (bytes.len % 2)
		return false;
	for (size_t i = 0; i < bytes.len; i += 2) {
		uint32_t unit = unit_at(bytes, i, big), low;

		if (unit < 0xd800 || unit >= 0xe000) {
			text_put_code(out, unit);
			continue;
		}
		low = i + 4 <= bytes.len ? unit_at(bytes, i + 2, big) : 0;
		if (unit >= 0xdc00 || low < 0xdc00 || low >= 0xe000)
			return false;
		text_put_code(out, 0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff));
		i += 2;
	}
	return true;
}

static void put_unit(uint32_t unit, bool big, struct buf *out)
{
	buf_char(out, (char)(big ? unit >> 8 : unit));
	buf_char(out, (char)(big ? unit : unit >> 8));
}

void utf16_put(struct span utf8, bool big, struct buf *out)
{
	while (utf8.len) {
		uint32_t point = 0;
		size_t len = span_utf8_char(utf8, &point);

		if (!len)
			return;
		if (point >= 0x10000) {
			put_unit(0xd800 + ((point - 0x10000) >> 10), big, out);
			put_unit(0xdc00 + ((point - 0x10000) & 0x3ff), big, out);
		} else {
			put_unit(point, big, out);
		}
		utf8 = span_sub(utf8, len, utf8.len);
	}
}

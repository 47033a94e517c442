#include "text/unicode.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/mem.h"

static bool is_ascii(struct span s)
{
	size_t i = 0;
	uint64_t word;

	for (; i + 8 <= s.len; i += 8) {
		memcpy(&word, s.ptr + i, 8);
		if (word & 0x8080808080808080u)
			return false;
	}
	for (; i < s.len; i++) {
		if ((unsigned char)s.ptr[i] >= 0x80)
			return false;
	}
	return true;
}

/* Where the first byte from LOW to HIGH stands, or s.len. */
static size_t find_range(struct span s, char low, char high)
{
	size_t i = 0;

	while (i < s.len && !(s.ptr[i] >= low && s.ptr[i] <= high))
		i++;
	return i;
}

/* ASCII text with the letters LOW to HIGH moved by SHIFT. */
static struct span shift_ascii(struct span s, char low, char high, int shift,
			       struct arena *a)
{
	size_t i = find_range(s, low, high);
	char *out;

	if (i == s.len)
		return s;
	out = arena_bytes(a, s.len);
	memcpy(out, s.ptr, i);
	for (; i < s.len; i++) {
		char c = s.ptr[i];

		out[i] = (char)(c >= low && c <= high ? c + shift : c);
	}
	return (struct span){out, s.len};
}

/* Letter by letter through MAP; a letter may grow by one byte, to two or three. */
static struct span map_points(struct span s,
			      utf8proc_int32_t (*map)(utf8proc_int32_t),
			      struct arena *a)
{
	char *out = arena_bytes(a, 3 * s.len + 4);
	size_t len = 0;
	uint32_t point;

	while (s.len) {
		size_t n = span_utf8_char(s, &point);

		if (n) {
			len += (size_t)utf8proc_encode_char(map((int32_t)point),
					(utf8proc_uint8_t *)out + len);
		} else {
			n = 1;
			out[len++] = *s.ptr;
		}
		s = span_sub(s, n, s.len);
	}
	return (struct span){out, len};
}

struct span unicode_lower(struct span s, struct arena *a)
{
	if (is_ascii(s))
		return shift_ascii(s, 'A', 'Z', 32, a);
	return map_points(s, utf8proc_tolower, a);
}

struct span unicode_upper(struct span s, struct arena *a)
{
	if (is_ascii(s))
		return shift_ascii(s, 'a', 'z', -32, a);
	return map_points(s, utf8proc_toupper, a);
}

/*
 * Through utf8proc's own mapping.  It refuses a text that holds anything but
 * UTF-8 (and there is nothing it could do for one): that comes back unchanged.
 */
static struct span map_whole(struct span s, int options, struct arena *a)
{
	utf8proc_uint8_t *out = NULL;
	utf8proc_ssize_t len = utf8proc_map((const utf8proc_uint8_t *)s.ptr,
			(utf8proc_ssize_t)s.len, &out,
			(utf8proc_option_t)options);
	struct span mapped;

	if (len == UTF8PROC_ERROR_NOMEM)
		mem_fail(s.len);
	if (len < 0)
		return s;
	mapped = (struct span){(char *)out, (size_t)len};
	mapped = span_equal(mapped, s) ? s : arena_copy(a, mapped);
	free(out);
	return mapped;
}

struct span unicode_fold_case(struct span s, struct arena *a)
{
	if (is_ascii(s))
		return shift_ascii(s, 'A', 'Z', 32, a);
	return map_whole(s, UTF8PROC_STABLE | UTF8PROC_COMPOSE |
			 UTF8PROC_CASEFOLD, a);
}

struct span unicode_nfc(struct span s, struct arena *a)
{
	if (is_ascii(s))
		return s;
	return map_whole(s, UTF8PROC_STABLE | UTF8PROC_COMPOSE, a);
}

struct span unicode_strip_marks(struct span s, struct arena *a)
{
	if (is_ascii(s))
		return s;
	return map_whole(s, UTF8PROC_STABLE | UTF8PROC_COMPOSE |
			 UTF8PROC_STRIPMARK, a);
}

size_t unicode_width(struct span s)
{
	size_t width = 0, n;
	uint32_t point;

	for (; s.len; s = span_sub(s, n, s.len)) {
		n = span_utf8_char(s, &point);
		if (n == 0) {
			n = 1;
			width++;
		} else if (n == 1) {
			width += point >= 0x20 && point < 0x7f;
		} else {
			width += (size_t)utf8proc_charwidth((int32_t)point);
		}
	}
	return width;
}

size_t unicode_length(struct span s)
{
	size_t count = 0, n;
	uint32_t point;

	if (is_ascii(s))
		return s.len;
	for (; s.len; s = span_sub(s, n ? n : 1, s.len)) {
		n = span_utf8_char(s, &point);
		count++;
	}
	return count;
}

size_t unicode_offset(struct span s, size_t count)
{
	size_t at = 0, n;
	uint32_t point;

	while (count-- && at < s.len) {
		n = span_utf8_char(span_sub(s, at, 4), &point);
		at += n ? n : 1;
	}
	return at;
}

bool unicode_is_mark(uint32_t point)
{
	switch (utf8proc_category((int32_t)point)) {
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ME:
		return true;
	default:
		return false;
	}
}

bool unicode_is_letter_or_digit(uint32_t point)
{
	if (point < 0x80)
		return (point >= '0' && point <= '9') ||
		       ((point | 32) >= 'a' && (point | 32) <= 'z');
	switch (utf8proc_category((int32_t)point)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_NO:
		return true;
	default:
		return unicode_is_mark(point);
	}
}

bool unicode_is_letter(uint32_t point)
{
	switch (utf8proc_category((int32_t)point)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
		return true;
	default:
		return false;
	}
}

bool unicode_is_upper(uint32_t point)
{
	if (point < 0x80)
		return point >= 'A' && point <= 'Z';
	return utf8proc_category((int32_t)point) == UTF8PROC_CATEGORY_LU || (point >= 0x2160 && point <= 0x216f) ||
	       (point >= 0x24b6 && point <= 0x24cf) || (point >= 0x1f130 && point <= 0x1f149) ||
	       (point >= 0x1f150 && point <= 0x1f169) || (point >= 0x1f170 && point <= 0x1f189);
}

/* The letters of Other_Lowercase, as ranges. */
static bool is_other_lower(uint32_t point)
{
	static const uint32_t ranges[][2] = {
		{0xaa, 0xaa}, {0xba, 0xba}, {0x2b0, 0x2b8}, {0x2c0, 0x2c1}, {0x2e0, 0x2e4}, {0x345, 0x345}, {0x37a, 0x37a},
		{0x1d2c, 0x1d6a}, {0x1d78, 0x1d78}, {0x1d9b, 0x1dbf}, {0x2071, 0x2071}, {0x207f, 0x207f}, {0x2090, 0x209c},
		{0x2170, 0x217f}, {0x24d0, 0x24e9}, {0x2c7c, 0x2c7d}, {0xa69c, 0xa69d}, {0xa770, 0xa770}, {0xa7f8, 0xa7f9},
		{0xab5c, 0xab5f},
	};

	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
		if (point >= ranges[i][0] && point <= ranges[i][1])
			return true;
	return false;
}

bool unicode_is_lower(uint32_t point)
{
	utf8proc_category_t category;

	if (point < 0x80)
		return point >= 'a' && point <= 'z';
	category = utf8proc_category((int32_t)point);
	return category == UTF8PROC_CATEGORY_LL || category == UTF8PROC_CATEGORY_LT || is_other_lower(point);
}

bool unicode_is_pictographic(uint32_t point)
{
	return utf8proc_get_property((int32_t)point)->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

size_t unicode_grapheme(struct span s)
{
	utf8proc_int32_t state = 0;
	uint32_t before, point;
	size_t at = span_utf8_char(s, &before), len;

	if (!at)
		return 1;
	for (; at < s.len; at += len, before = point) {
		len = span_utf8_char(span_sub(s, at, 4), &point);
		if (!len || utf8proc_grapheme_break_stateful((int32_t)before, (int32_t)point, &state))
			break;
	}
	return at;
}

/* The categories of XID_Continue and its few characters beside them. */
bool unicode_is_identifier_part(uint32_t point)
{
	switch (utf8proc_category((int32_t)point)) {
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_PC:
		return true;
	default:
		return unicode_is_letter(point) || point == 0xb7 || point == 0x387 ||
		       (point >= 0x1369 && point <= 0x1371) || point == 0x19da;
	}
}

#define UTF16_LOOKED_AT 64

const char *unicode_utf16(struct span head)
{
	size_t zeros[2] = {0}, len = head.len < UTF16_LOOKED_AT ? head.len & ~(size_t)1 : UTF16_LOOKED_AT;

	if (span_starts(head, SPAN("\xff\xfe")) || span_starts(head, SPAN("\xfe\xff")))
		return "UTF-16";
	for (size_t i = 0; i < len; i++)
		zeros[i & 1] += !head.ptr[i];
	if (len < 4 || (zeros[0] && zeros[1]))
		return NULL;
	return zeros[1] == len / 2 ? "UTF-16LE" : zeros[0] == len / 2 ? "UTF-16BE" : NULL;
}

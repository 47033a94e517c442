#include "text/latin.h"

#include <stdint.h>
#include <string.h>

/* From U+0430, the small letters of Russian, then those of its neighbours. */
static const char cyrillic[][5] = {
	"a", "b", "v", "g", "d", "e", "zh", "z", "i", "i", "k", "l", "m", "n", "o", "p", "r", "s",
	"t", "u", "f", "kh", "ts", "ch", "sh", "shch", "", "y", "", "e", "yu", "ya",
	/* U+0450, which has no marks any more, and on. */
	"e",
	"yo", "dj", "g", "ye", "dz", "i", "i", "j", "lj", "nj", "c", "k", "i", "u", "dz",
};

/* From U+03B1. */
static const char greek[][3] = {
	"a", "v", "g", "d", "e", "z", "i", "th", "i", "k", "l", "m", "n", "x", "o", "p", "r", "s",
	"s", "t", "y", "f", "ch", "ps", "o",
};

/* Letters that only look like one with a mark. */
static const struct {
	uint32_t point;
	char text[3];
} others[] = {
	{0xe6, "ae"}, {0xf0, "d"}, {0xf8, "o"}, {0xfe, "th"}, {0x111, "d"}, {0x127, "h"}, {0x131, "i"},
	{0x138, "k"}, {0x142, "l"}, {0x14b, "ng"}, {0x153, "oe"}, {0x167, "t"}, {0x491, "g"},
	/* Of Kazakh and its neighbours. */
	{0x493, "g"}, {0x49b, "k"}, {0x4a3, "n"}, {0x4af, "u"}, {0x4b1, "u"}, {0x4bb, "h"}, {0x4d9, "a"}, {0x4e9, "o"},
};

/* The longest of them, in bytes; the shortest letter that is replaced has two. */
#define LETTER_MAX 4

static const char *letter_of(uint32_t point)
{
	if (point >= 0x430 && point < 0x430 + sizeof cyrillic / sizeof *cyrillic)
		return cyrillic[point - 0x430];
	if (point >= 0x3b1 && point < 0x3b1 + sizeof greek / sizeof *greek)
		return greek[point - 0x3b1];
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		if (others[i].point == point)
			return others[i].text;
	}
	return NULL;
}

/* Where the first byte beyond ASCII stands, or s.len. */
static size_t find_foreign(struct span s)
{
	size_t i = 0;

	while (i < s.len && (unsigned char)s.ptr[i] < 0x80)
		i++;
	return i;
}

struct span latin_letters(struct span s, struct arena *a)
{
	size_t at = find_foreign(s), len = at;
	char *out;

	if (at == s.len)
		return s;
	out = arena_bytes(a, s.len * (LETTER_MAX / 2) + LETTER_MAX);
	memcpy(out, s.ptr, at);
	while (at < s.len) {
		uint32_t point = 0;
		size_t n = span_utf8_char(span_sub(s, at, s.len), &point), put;
		const char *letter = n > 1 ? letter_of(point) : NULL;

		n = n ? n : 1;
		put = letter ? strlen(letter) : n;
		memcpy(out + len, letter ? letter : s.ptr + at, put);
		len += put;
		at += n;
	}
	return (struct span){out, len};
}

/* Bytes that letters of U+00C0 to U+02FF begin with; what begins with a later one is of another script, or
 * a sign. */
#define FIRST_LETTER 0xc3
#define FIRST_OTHER 0xcc

bool latin_can_be_read(struct span s)
{
	bool other = false;

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (((c | 32) >= 'a' && (c | 32) <= 'z') || (c >= FIRST_LETTER && c < FIRST_OTHER))
			return true;
		other = other || c >= FIRST_OTHER;
	}
	return !other;
}

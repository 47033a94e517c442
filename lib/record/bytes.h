/*
 * What the codec does byte by byte, inline for its hot loops; private to
 * lib/record.  Functions take a place P and the END of the text and never read
 * at or behind END.
 */
#ifndef RECORD_BYTES_H
#define RECORD_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Needs no escape and no check inside a JSON text. */
static inline bool byte_is_plain(char c)
{
	return (signed char)c >= 0x20 && c != '"' && c != '\\';
}

static inline bool byte_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static inline bool byte_is_digit(char c)
{
	return (unsigned char)(c - '0') < 10;
}

static inline const char *blank_run(const char *p, const char *end)
{
	while (p < end && byte_is_blank(*p))
		p++;
	return p;
}

#ifdef __SSE2__
/*
 * A bit for each of the 16 bytes at P that is not plain.  Compared as signed
 * bytes, control characters and all beyond ASCII are less than a blank.
 */
static inline unsigned plain_misses(const char *p)
{
	__m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
	__m128i quote = _mm_cmpeq_epi8(x, _mm_set1_epi8('"'));
	__m128i slash = _mm_cmpeq_epi8(x, _mm_set1_epi8('\\'));
	__m128i other = _mm_cmplt_epi8(x, _mm_set1_epi8(0x20));

	return (unsigned)_mm_movemask_epi8(
		_mm_or_si128(_mm_or_si128(quote, slash), other));
}
#endif

/* The first byte from P that is not plain, or END. */
static inline const char *plain_run(const char *p, const char *end)
{
#ifdef __SSE2__
	while (end - p >= 16) {
		unsigned misses = plain_misses(p);

		if (misses)
			return p + __builtin_ctz(misses);
		p += 16;
	}
#endif
	while (p < end && byte_is_plain(*p))
		p++;
	return p;
}

static inline bool byte_continues(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/*
 * How many bytes (2 to 4) the character beyond ASCII at P has, or 0 when it is
 * not UTF-8: RFC 3629, without overlong forms, surrogates, and what is beyond
 * U+10FFFF.
 */
static inline int utf8_length(const char *p, const char *end)
{
	unsigned char lead = (unsigned char)*p;
	unsigned char next;

	if (end - p < 2 || !byte_continues(p[1]))
		return 0;
	next = (unsigned char)p[1];
	if (lead >= 0xc2 && lead <= 0xdf)
		return 2;
	if (end - p < 3 || !byte_continues(p[2]))
		return 0;
	if (lead >= 0xe0 && lead <= 0xef) {
		if ((lead == 0xe0 && next < 0xa0) || (lead == 0xed && next > 0x9f))
			return 0;
		return 3;
	}
	if (end - p < 4 || !byte_continues(p[3]))
		return 0;
	if (lead < 0xf0 || lead > 0xf4)
		return 0;
	if ((lead == 0xf0 && next < 0x90) || (lead == 0xf4 && next > 0x8f))
		return 0;
	return 4;
}

static inline const char *digit_run(const char *p, const char *end)
{
	while (p < end && byte_is_digit(*p))
		p++;
	return p;
}

/*
 * Where the JSON number that begins at P ends, or NULL with *BAD where a digit
 * should stand.  What follows is not looked at: of "01" the number is "0".
 */
static inline const char *number_end(const char *p, const char *end,
				     const char **bad)
{
	if (p < end && *p == '-')
		p++;
	*bad = p;
	if (p == end || !byte_is_digit(*p))
		return NULL;
	p = *p == '0' ? p + 1 : digit_run(p + 1, end);
	if (p < end && *p == '.') {
		*bad = ++p;
		p = digit_run(p, end);
		if (p == *bad)
			return NULL;
	}
	if (p < end && (*p == 'e' || *p == 'E')) {
		p++;
		if (p < end && (*p == '+' || *p == '-'))
			p++;
		*bad = p;
		p = digit_run(p, end);
		if (p == *bad)
			return NULL;
	}
	return p;
}

static inline int hex_digit(char c)
{
	if (byte_is_digit(c))
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The number of the four hexadecimal digits at P, or -1. */
static inline int hex_four(const char *p, const char *end)
{
	int number = 0;

	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		int digit = hex_digit(p[i]);

		if (digit < 0)
			return -1;
		number = number * 16 + digit;
	}
	return number;
}

#endif

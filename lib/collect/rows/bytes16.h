/*
 * 16 bytes looked at together, where the machine can (BYTES16 is defined then): for
 * whoever cuts or checks texts faster than a byte at a time.
 */
#ifndef ROWS_BYTES16_H
#define ROWS_BYTES16_H

#ifdef __SSE2__
#define BYTES16

#include <emmintrin.h>
#include <stddef.h>

typedef __m128i bytes16;

static inline bytes16 bytes16_load(const char *p)
{
	return _mm_loadu_si128((const __m128i *)(const void *)p);
}

static inline void bytes16_store(char *p, bytes16 x)
{
	_mm_storeu_si128((__m128i *)(void *)p, x);
}

/* Which bytes are C? */
static inline bytes16 bytes16_equal(bytes16 x, char c)
{
	return _mm_cmpeq_epi8(x, _mm_set1_epi8(c));
}

static inline bytes16 bytes16_or(bytes16 a, bytes16 b)
{
	return _mm_or_si128(a, b);
}

/* Which bytes are from LOW up to LOW + COUNT - 1? */
static inline bytes16 bytes16_within(bytes16 x, char low, char count)
{
	bytes16 from = _mm_sub_epi8(x, _mm_set1_epi8(low));

	return _mm_cmpeq_epi8(_mm_min_epu8(from, _mm_set1_epi8((char)(count - 1))),
			      from);
}

/* A bit for each byte, the first one the lowest. */
static inline unsigned bytes16_bits(bytes16 x)
{
	return (unsigned)_mm_movemask_epi8(x);
}

/* The lowest COUNT bits, of 16. */
static inline unsigned bytes16_low(size_t count)
{
	return count < 16 ? (1u << count) - 1 : 0xffff;
}
#endif

#endif

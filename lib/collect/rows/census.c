#include "collect/rows/census.h"

#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>

/* What was seen, as vectors that are zero where nothing was. */
struct seen {
	__m128i quote, backslash, control, nul, high, cr;
};

static inline void look_at_chunk(struct seen *s, __m128i x)
{
	__m128i lf = _mm_cmpeq_epi8(x, _mm_set1_epi8('\n'));
	__m128i cr = _mm_cmpeq_epi8(x, _mm_set1_epi8('\r'));
	/* Unsigned: min(x, 0x1f) == x where x is below the blank. */
	__m128i low = _mm_cmpeq_epi8(_mm_min_epu8(x, _mm_set1_epi8(0x1f)), x);

	s->quote = _mm_or_si128(s->quote, _mm_cmpeq_epi8(x, _mm_set1_epi8('"')));
	s->backslash = _mm_or_si128(s->backslash,
				    _mm_cmpeq_epi8(x, _mm_set1_epi8('\\')));
	s->control = _mm_or_si128(s->control,
				  _mm_andnot_si128(_mm_or_si128(lf, cr), low));
	s->nul = _mm_or_si128(s->nul, _mm_cmpeq_epi8(x, _mm_setzero_si128()));
	s->high = _mm_or_si128(s->high, x);
	s->cr = _mm_or_si128(s->cr, cr);
}

static inline bool any_byte(__m128i x)
{
	return _mm_movemask_epi8(_mm_cmpeq_epi8(x, _mm_setzero_si128())) != 0xffff;
}

/* Behind the last whole vector; *CR: there was one. */
static const char *look_all(struct census *c, bool *cr, const char *p,
			    const char *end)
{
	struct seen s;

	memset(&s, 0, sizeof s);
	for (; end - p >= 16; p += 16)
		look_at_chunk(&s, _mm_loadu_si128((const __m128i *)(const void *)p));
	c->quote = any_byte(s.quote);
	c->backslash = any_byte(s.backslash);
	c->control = any_byte(s.control);
	c->nul = any_byte(s.nul);
	c->high = _mm_movemask_epi8(s.high) != 0;
	*cr = any_byte(s.cr);
	return p;
}
#else
static const char *look_all(struct census *c, bool *cr, const char *p,
			    const char *end)
{
	(void)c;
	(void)end;
	*cr = false;
	return p;
}
#endif

static void look_byte(struct census *c, bool *cr, char byte)
{
	if (byte == '"')
		c->quote = true;
	else if (byte == '\\')
		c->backslash = true;
	else if (byte == '\r')
		*cr = true;
	else if ((unsigned char)byte < 0x20 && byte != '\n')
		c->control = true;
	if (!byte)
		c->nul = true;
	if ((unsigned char)byte >= 0x80)
		c->high = true;
}

static bool has_lone_cr(const char *p, const char *end)
{
	while (p < end) {
		p = memchr(p, '\r', (size_t)(end - p));
		if (!p)
			return false;
		p++;
		if (p == end || *p != '\n')
			return true;
	}
	return false;
}

struct census census_take(struct span text)
{
	struct census c = {0};
	const char *end = text.ptr + text.len;
	const char *p;
	bool cr;

	if (!text.len)
		return c;
	p = look_all(&c, &cr, text.ptr, end);
	for (; p < end; p++)
		look_byte(&c, &cr, *p);
	c.cr = cr && has_lone_cr(text.ptr, end);
	return c;
}

/* How many bytes at P up to END equal BYTE. */
static size_t count_byte(const char *p, const char *end, char byte)
{
	size_t count = 0;

#ifdef __SSE2__
	while (end - p >= 16) {
		/* Each lane counts by taking -1 away: 255 rounds until it is full. */
		__m128i lanes = _mm_setzero_si128();
		__m128i sums;

		for (int i = 0; i < 255 && end - p >= 16; i++, p += 16) {
			__m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);

			lanes = _mm_sub_epi8(lanes,
				_mm_cmpeq_epi8(x, _mm_set1_epi8(byte)));
		}
		sums = _mm_sad_epu8(lanes, _mm_setzero_si128());
		count += (size_t)_mm_cvtsi128_si64(sums) +
			 (size_t)_mm_cvtsi128_si64(_mm_srli_si128(sums, 8));
	}
#endif
	for (; p < end; p++)
		count += *p == byte;
	return count;
}

size_t census_quotes(struct span text)
{
	return text.len ? count_byte(text.ptr, text.ptr + text.len, '"') : 0;
}

size_t census_lines(struct span text)
{
	const char *p = text.ptr;
	const char *end = p + text.len;
	size_t count;

	if (!text.len)
		return 0;
	count = count_byte(p, end, '\n');
	while (p < end) {
		p = memchr(p, '\r', (size_t)(end - p));
		if (!p)
			break;
		p++;
		count += p == end || *p != '\n';
	}
	return count;
}

const char *census_line_end(const char *p, const char *end)
{
	const char *lf = memchr(p, '\n', (size_t)(end - p));
	const char *stop = lf ? lf + 1 : end;
	const char *cr = memchr(p, '\r', (size_t)(stop - p));

	if (!cr)
		return stop;
	return cr + 1 == lf ? stop : cr + 1;
}

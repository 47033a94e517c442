#include "collect/rows/plain.h"

#include "collect/rows/bytes16.h"

#ifdef BYTES16
size_t plain_copy_cells(char *to, struct span cells, char between)
{
	for (size_t i = 0; i < cells.len; i += 16) {
		bytes16 x = bytes16_load(cells.ptr + i);

		x = _mm_andnot_si128(bytes16_equal(x, between), x);
		bytes16_store(to + i, x);
	}
	to[cells.len] = '\0';
	return cells.len + 1;
}

/* Quotes are counted in lanes of a byte. */
#define LANES_MAX ((size_t)255 * 16)

bool plain_but_quotes(struct span text, size_t quotes)
{
	bytes16 bad = _mm_setzero_si128(), lanes = bad, sums;
	size_t count = 0, i;

	if (text.len > LANES_MAX)
		return false;
	for (i = 0; i + 16 <= text.len; i += 16) {
		bytes16 x = bytes16_load(text.ptr + i);

		bad = bytes16_or(bad, bytes16_or(bytes16_within(x, 0, ' '), bytes16_equal(x, '\\')));
		lanes = _mm_sub_epi8(lanes, bytes16_equal(x, '"'));
	}
	for (; i < text.len; i++) {
		if ((unsigned char)text.ptr[i] < ' ' || text.ptr[i] == '\\')
			return false;
		count += text.ptr[i] == '"';
	}
	sums = _mm_sad_epu8(lanes, _mm_setzero_si128());
	count += (size_t)_mm_cvtsi128_si32(sums) +
		 (size_t)_mm_cvtsi128_si32(_mm_srli_si128(sums, 8));
	return !bytes16_bits(bad) && count == quotes;
}
#else
size_t plain_copy_cells(char *to, struct span cells, char between)
{
	for (size_t i = 0; i < cells.len; i++)
		to[i] = cells.ptr[i] == between ? '\0' : cells.ptr[i];
	to[cells.len] = '\0';
	return cells.len + 1;
}

bool plain_but_quotes(struct span text, size_t quotes)
{
	(void)text;
	(void)quotes;
	return false;
}
#endif

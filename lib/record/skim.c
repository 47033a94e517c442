/*
 * A tool that needs a profile's head has to know where its events end, or it
 * would take a member behind them, or a second record, for a part of them.
 * Validating them costs more than the head does; the last byte of the line
 * alone proves nothing ("events":[],"tags":[]} ends alike).
 *
 * So brackets are counted, those in texts left out, 64 bytes at a time: the
 * bits of the quotes, xor-ed with all the bits before them, say which bytes
 * stand in a text (Langdale and Lemire, "Parsing gigabytes of JSON per
 * second", 2019).  A block with a backslash goes byte by byte.
 */
#include "record/skim.h"

#include "record/bytes.h"

struct skim {
	long depth;
	bool in_text;
	bool escaped;	/* the next byte belongs to a backslash */
};

/* One byte; true when it closes the container. */
static inline bool skim_byte(struct skim *k, char c)
{
	if (k->escaped) {
		k->escaped = false;
	} else if (k->in_text) {
		if (c == '\\')
			k->escaped = true;
		else if (c == '"')
			k->in_text = false;
	} else if (c == '"') {
		k->in_text = true;
	} else if (c == '{' || c == '[') {
		k->depth++;
	} else if (c == '}' || c == ']') {
		return --k->depth == 0;
	}
	return false;
}

/* Byte by byte; the place behind the closing bracket, or NULL. */
static const char *skim_slow(struct skim *k, const char *p, const char *end)
{
	while (p < end)
		if (skim_byte(k, *p++))
			return p;
	return NULL;
}

#ifdef __SSE2__
#define SKIM_BLOCK 64

/* A bit for each byte of the block at P that... */
struct skim_bits {
	uint64_t quotes;
	uint64_t slashes;
	uint64_t opens;
	uint64_t closes;
};

static inline uint64_t bits_of(__m128i x, int part)
{
	return (uint64_t)(unsigned)_mm_movemask_epi8(x) << (16 * part);
}

/* Bit 0x20 is all that tells [ and ] from { and }. */
static inline struct skim_bits skim_load(const char *p)
{
	struct skim_bits b = {0, 0, 0, 0};

	for (int part = 0; part < 4; part++) {
		__m128i x = _mm_loadu_si128(
			(const __m128i *)(const void *)(p + 16 * part));
		__m128i y = _mm_or_si128(x, _mm_set1_epi8(0x20));

		b.quotes |= bits_of(_mm_cmpeq_epi8(x, _mm_set1_epi8('"')), part);
		b.slashes |= bits_of(_mm_cmpeq_epi8(x, _mm_set1_epi8('\\')), part);
		b.opens |= bits_of(_mm_cmpeq_epi8(y, _mm_set1_epi8('{')), part);
		b.closes |= bits_of(_mm_cmpeq_epi8(y, _mm_set1_epi8('}')), part);
	}
	return b;
}

/* Bit i is the parity of the bits up to i. */
static inline uint64_t parity(uint64_t x)
{
	for (int shift = 1; shift < 64; shift *= 2)
		x ^= x << shift;
	return x;
}

/* A block without a backslash; the place of the closing bracket, or -1. */
static inline int skim_block(struct skim *k, struct skim_bits b)
{
	uint64_t text = parity(b.quotes) ^ (k->in_text ? ~(uint64_t)0 : 0);
	uint64_t brackets = (b.opens | b.closes) & ~text;

	while (brackets) {
		uint64_t bit = brackets & -brackets;

		k->depth += b.opens & bit ? 1 : -1;
		if (!k->depth)
			return __builtin_ctzll(bit);
		brackets ^= bit;
	}
	k->in_text = text >> 63;
	return -1;
}
#endif

const char *skim_container(const char *p, const char *end)
{
	struct skim k = {0, false, false};

#ifdef __SSE2__
	while (end - p >= SKIM_BLOCK) {
		struct skim_bits b = skim_load(p);

		if (b.slashes || k.escaped) {
			const char *found = skim_slow(&k, p, p + SKIM_BLOCK);

			if (found)
				return found;
		} else {
			int found = skim_block(&k, b);

			if (found >= 0)
				return p + found + 1;
		}
		p += SKIM_BLOCK;
	}
#endif
	return skim_slow(&k, p, end);
}

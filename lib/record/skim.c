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

#include <string.h>

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

/* A bit for each byte of the block that... */
struct skim_bits {
	uint64_t quotes;
	uint64_t opens;
	uint64_t closes;
	__m128i slashes;	/* not zero where there is one */
};

/*
 * Adds the 16 bytes at P, which are the part at bit SHIFT.  Of the four
 * brackets, [ and { as ] and } differ in the bit 0x20 alone.
 */
static inline void skim_part(struct skim_bits *b, const char *p, int shift)
{
	__m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
	__m128i y = _mm_or_si128(x, _mm_set1_epi8(0x20));
	__m128i quote = _mm_cmpeq_epi8(x, _mm_set1_epi8('"'));
	__m128i open = _mm_cmpeq_epi8(y, _mm_set1_epi8('{'));
	__m128i close = _mm_cmpeq_epi8(y, _mm_set1_epi8('}'));
	__m128i slash = _mm_cmpeq_epi8(x, _mm_set1_epi8('\\'));

	b->quotes |= (uint64_t)(unsigned)_mm_movemask_epi8(quote) << shift;
	b->opens |= (uint64_t)(unsigned)_mm_movemask_epi8(open) << shift;
	b->closes |= (uint64_t)(unsigned)_mm_movemask_epi8(close) << shift;
	b->slashes = _mm_or_si128(b->slashes, slash);
}

static inline struct skim_bits skim_load(const char *p)
{
	struct skim_bits b = {0, 0, 0, _mm_setzero_si128()};

	skim_part(&b, p, 0);
	skim_part(&b, p + 16, 16);
	skim_part(&b, p + 32, 32);
	skim_part(&b, p + 48, 48);
	return b;
}

/* Bit i is the parity of the bits up to i. */
static inline uint64_t parity(uint64_t x)
{
	x ^= x << 1;
	x ^= x << 2;
	x ^= x << 4;
	x ^= x << 8;
	x ^= x << 16;
	return x ^ x << 32;
}

/* A block without a backslash; the place of the closing bracket, or -1. */
static inline int skim_block(struct skim *k, const struct skim_bits *b)
{
	uint64_t text = parity(b->quotes) ^ -(uint64_t)k->in_text;
	uint64_t brackets = (b->opens | b->closes) & ~text;
	long depth = k->depth;

	while (brackets) {
		uint64_t bit = brackets & -brackets;

		depth += b->opens & bit ? 1 : -1;
		if (!depth)
			return __builtin_ctzll(bit);
		brackets ^= bit;
	}
	k->depth = depth;
	k->in_text = text >> 63;
	return -1;
}

/* The block at P, of which LEN bytes are there to read; as skim_container. */
static inline const char *skim_one(struct skim *k, const char *p, size_t len)
{
	struct skim_bits b;
	char padded[SKIM_BLOCK];
	int found;

	if (len == SKIM_BLOCK) {
		b = skim_load(p);
	} else {
		memset(padded, ' ', sizeof padded);
		memcpy(padded, p, len);
		b = skim_load(padded);
	}
	if (k->escaped || _mm_movemask_epi8(b.slashes))
		return skim_slow(k, p, p + len);
	found = skim_block(k, &b);
	return found < 0 ? NULL : p + found + 1;
}

const char *skim_container(const char *p, const char *end)
{
	struct skim k = {0, false, false};
	const char *behind = NULL;

	for (; !behind && end - p >= SKIM_BLOCK; p += SKIM_BLOCK)
		behind = skim_one(&k, p, SKIM_BLOCK);
	return behind ? behind : skim_one(&k, p, (size_t)(end - p));
}
#else
const char *skim_container(const char *p, const char *end)
{
	struct skim k = {0, false, false};

	return skim_slow(&k, p, end);
}
#endif

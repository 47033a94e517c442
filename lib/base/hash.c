#include "base/hash.h"

#include <stdatomic.h>
#include <string.h>
#include <sys/random.h>

#include "base/mem.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Inlined, because most keys are short and a call would cost as much. */
#define XXH_INLINE_ALL
#include <xxhash.h>

/*
 * 0 until the first use.  Threads that meet here agree on the first seed that
 * was stored.  Where the system has no randomness to give, the address of a
 * variable (which the loader randomizes) has to do.
 */
static uint64_t seed_make(_Atomic uint64_t *seed)
{
	uint64_t random[2] = {(uintptr_t)&random, (uintptr_t)seed};
	uint64_t fresh;
	uint64_t stored = 0;

	(void)!getrandom(random, sizeof random, GRND_NONBLOCK);
	fresh = XXH64(random, sizeof random, 0) | 1;
	if (atomic_compare_exchange_strong(seed, &stored, fresh))
		return fresh;
	return stored;
}

static inline uint64_t seed_get(void)
{
	static _Atomic uint64_t shared;
	uint64_t seed = atomic_load_explicit(&shared, memory_order_relaxed);

	return seed ? seed : seed_make(&shared);
}

uint64_t hash_64(struct span s)
{
	return XXH3_64bits_withSeed(s.ptr, s.len, seed_get());
}

struct hash128 hash_128_seeded(struct span s)
{
	XXH128_hash_t h = XXH3_128bits_withSeed(s.ptr, s.len, seed_get());

	return (struct hash128){h.high64, h.low64};
}

struct hash128 hash_128(struct span s)
{
	XXH128_hash_t h = XXH3_128bits(s.ptr, s.len);

	return (struct hash128){h.high64, h.low64};
}

/* The state has to lie at a multiple of 64, which mem_alloc does not promise. */
struct hash_stream {
	char room[sizeof(XXH3_state_t) + 63];
};

static XXH3_state_t *state_of(const struct hash_stream *s)
{
	return (XXH3_state_t *)(((uintptr_t)s->room + 63) & ~(uintptr_t)63);
}

struct hash_stream *hash_stream_new(void)
{
	struct hash_stream *s = mem_alloc(sizeof *s);

	XXH3_128bits_reset(state_of(s));
	return s;
}

void hash_stream_add(struct hash_stream *s, struct span piece)
{
	XXH3_128bits_update(state_of(s), piece.ptr, piece.len);
}

struct hash128 hash_stream_digest(const struct hash_stream *s)
{
	XXH128_hash_t h = XXH3_128bits_digest(state_of(s));

	return (struct hash128){h.high64, h.low64};
}

void hash_stream_free(struct hash_stream *s)
{
	mem_free(s);
}

/* The highest first: the same on every machine. */
static void bytes_of(uint64_t number, unsigned char bytes[8])
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	number = __builtin_bswap64(number);
#endif
	memcpy(bytes, &number, sizeof number);
}

void hash_128_hex(struct hash128 h, char out[32])
{
	unsigned char bytes[16];

	bytes_of(h.high, bytes);
	bytes_of(h.low, bytes + 8);
	hash_hex(bytes, sizeof bytes, out);
}

#ifdef __SSE2__
/* A digit of each nibble: '0' added, and from ten on the way to 'a' more. */
static inline __m128i hex_of(__m128i nibbles)
{
	__m128i letter = _mm_cmpgt_epi8(nibbles, _mm_set1_epi8(9));

	return _mm_add_epi8(_mm_add_epi8(nibbles, _mm_set1_epi8('0')),
			    _mm_and_si128(letter, _mm_set1_epi8('a' - '0' - 10)));
}

static void hex_16(const unsigned char *bytes, char *out)
{
	const __m128i low_bits = _mm_set1_epi8(15);
	__m128i x = _mm_loadu_si128((const __m128i *)(const void *)bytes);
	__m128i high = hex_of(_mm_and_si128(_mm_srli_epi16(x, 4), low_bits));
	__m128i low = hex_of(_mm_and_si128(x, low_bits));

	_mm_storeu_si128((__m128i *)(void *)out, _mm_unpacklo_epi8(high, low));
	_mm_storeu_si128((__m128i *)(void *)(out + 16), _mm_unpackhi_epi8(high, low));
}
#endif

void hash_hex(const unsigned char *bytes, size_t len, char *out)
{
	static const char digits[] = "0123456789abcdef";
	size_t i = 0;

#ifdef __SSE2__
	for (; i + 16 <= len; i += 16, out += 32)
		hex_16(bytes + i, out);
#endif
	for (; i < len; i++) {
		*out++ = digits[bytes[i] >> 4];
		*out++ = digits[bytes[i] & 15];
	}
}

bool hash_128_parse(struct span text, struct hash128 *out)
{
	uint64_t halves[2] = {0, 0};

	if (text.len != 32)
		return false;
	for (size_t i = 0; i < 32; i++) {
		char c = text.ptr[i];
		unsigned digit = c >= '0' && c <= '9' ? (unsigned)(c - '0')
			       : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10) : 16;

		if (digit > 15)
			return false;
		halves[i / 16] = halves[i / 16] << 4 | digit;
	}
	*out = (struct hash128){halves[0], halves[1]};
	return true;
}

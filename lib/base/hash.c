#include "base/hash.h"

#include <stdatomic.h>
#include <sys/random.h>

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

uint64_t hash_64(struct span s)
{
	static _Atomic uint64_t shared;
	uint64_t seed = atomic_load_explicit(&shared, memory_order_relaxed);

	if (!seed)
		seed = seed_make(&shared);
	return XXH3_64bits_withSeed(s.ptr, s.len, seed);
}

struct hash128 hash_128(struct span s)
{
	XXH128_hash_t h = XXH3_128bits(s.ptr, s.len);

	return (struct hash128){h.high64, h.low64};
}

void hash_128_hex(struct hash128 h, char out[32])
{
	unsigned char bytes[16];

	for (int i = 0; i < 8; i++) {
		bytes[i] = (unsigned char)(h.high >> (56 - 8 * i));
		bytes[8 + i] = (unsigned char)(h.low >> (56 - 8 * i));
	}
	hash_hex(bytes, sizeof bytes, out);
}

void hash_hex(const unsigned char *bytes, size_t len, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		*out++ = digits[bytes[i] >> 4];
		*out++ = digits[bytes[i] & 15];
	}
}

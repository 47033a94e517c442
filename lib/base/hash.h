/*
 * Hashing of bytes: xxHash (the only file that knows it) and SHA-256.
 *
 * hash_64 is for tables in memory and is seeded per process, so that a hostile
 * file cannot choose its collisions; it never shows in any output.  hash_128
 * is unseeded and the same everywhere: it names rows (event ids) and detects
 * duplicates.  SHA-256 and HMAC name customers.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

struct hash128 {
	uint64_t high;
	uint64_t low;
};

/* Seeded once a process from the system's randomness. */
uint64_t hash_64(struct span s);

struct hash128 hash_128(struct span s);

/* The same of a text that comes in pieces.  Owned: hash_stream_free. */
struct hash_stream;

struct hash_stream *hash_stream_new(void);
void hash_stream_add(struct hash_stream *s, struct span piece);
/* Of the pieces so far; more may follow. */
struct hash128 hash_stream_digest(const struct hash_stream *s);
void hash_stream_free(struct hash_stream *s);

/* Seeded as hash_64: for tables in memory that keep the hash alone. */
struct hash128 hash_128_seeded(struct span s);

static inline int hash_128_compare(struct hash128 a, struct hash128 b)
{
	if (a.high != b.high)
		return a.high < b.high ? -1 : 1;
	return (a.low > b.low) - (a.low < b.low);
}

/* 32 lower-case hexadecimal digits, high half first; not NUL-terminated. */
void hash_128_hex(struct hash128 h, char out[32]);

/* Those digits read back: true, or false for any other text. */
bool hash_128_parse(struct span text, struct hash128 *out);

/* LEN bytes as 2 * LEN lower-case hexadecimal digits. */
void hash_hex(const unsigned char *bytes, size_t len, char *out);

#endif

/*
 * SHA-256 and HMAC-SHA-256: digests that nobody can turn back, for ids and hidden values.  Slow
 * beside the hashes of hash.h, which are for tables.
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include "base/span.h"

/* OUT gets the digest of TEXT. */
void hash_sha256(struct span text, unsigned char out[32]);
/* To find what others have hashed so, for nothing else; false where the system forbids MD5. */
bool hash_md5(struct span text, unsigned char out[16]);
void hash_hmac_sha256(struct span key, struct span text, unsigned char out[32]);

/*
 * The same SHA-256 for many texts: twice as fast, as nothing is set up for each.  Not for two
 * threads at once.  Owned: sha256_free.
 */
struct sha256;

struct sha256 *sha256_new(void);
void sha256_free(struct sha256 *s);
void sha256_digest(struct sha256 *s, struct span text, unsigned char out[32]);

/*
 * The same HMAC with a key that is used often: 9 times as fast, as the key's half of
 * the work is done once.  Not for two threads at once.  KEY is not kept.  Owned:
 * hmac_free.
 */
struct hmac;

struct hmac *hmac_new(struct span key);
void hmac_free(struct hmac *h);
void hmac_sha256(struct hmac *h, struct span text, unsigned char out[32]);

#endif

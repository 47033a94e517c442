#include "base/hash.h"

#include <limits.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include "base/mem.h"

/* libcrypto fails here only when it gets no memory. */
void hash_sha256(struct span text, unsigned char out[32])
{
	if (!SHA256((const unsigned char *)text.ptr, text.len, out))
		mem_fail(text.len);
}

/* A key beyond INT_MAX would be cut by HMAC(); RFC 2104 hashes long ones. */
void hash_hmac_sha256(struct span key, struct span text, unsigned char out[32])
{
	unsigned char hashed[32];

	if (key.len > 64) {
		hash_sha256(key, hashed);
		key = (struct span){(const char *)hashed, sizeof hashed};
	}
	if (!HMAC(EVP_sha256(), key.len ? key.ptr : "", (int)key.len,
		  (const unsigned char *)text.ptr, text.len, out, NULL))
		mem_fail(text.len);
}

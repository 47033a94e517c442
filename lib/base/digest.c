#include "base/hash.h"

#include <limits.h>
#include <pthread.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/mem.h"

/*
 * Looked up once: SHA256() would take the library's locks to find it for each text.
 * libcrypto fails here only when it gets no memory.
 */
static EVP_MD *sha256;

static void find_sha256(void)
{
	sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	if (!sha256)
		mem_fail(sizeof sha256);
}

void hash_sha256(struct span text, unsigned char out[32])
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	pthread_once(&once, find_sha256);
	if (!ctx || !EVP_DigestInit_ex(ctx, sha256, NULL) ||
	    !EVP_DigestUpdate(ctx, text.ptr, text.len) ||
	    !EVP_DigestFinal_ex(ctx, out, NULL))
		mem_fail(text.len);
	EVP_MD_CTX_free(ctx);
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

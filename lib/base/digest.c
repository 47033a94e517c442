#include "base/digest.h"

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

struct hmac {
	EVP_MD *digest;
	EVP_MD_CTX *inner;	/* fed with the key and its pad (RFC 2104) */
	EVP_MD_CTX *outer;
	EVP_MD_CTX *work;
};

static void check_call(int good)
{
	if (!good)
		mem_fail(sizeof(struct hmac));
}

static EVP_MD_CTX *feed_pad(struct hmac *h, struct span key, unsigned char pad)
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	unsigned char block[64];

	memset(block, pad, sizeof block);
	for (size_t i = 0; i < key.len; i++)
		block[i] ^= (unsigned char)key.ptr[i];
	check_call(c && EVP_DigestInit_ex(c, h->digest, NULL) &&
		   EVP_DigestUpdate(c, block, sizeof block));
	return c;
}

struct hmac *hmac_new(struct span key)
{
	struct hmac *h = mem_zero(1, sizeof *h);
	unsigned char hashed[32];

	if (key.len > 64) {
		hash_sha256(key, hashed);
		key = (struct span){(const char *)hashed, sizeof hashed};
	}
	h->digest = EVP_MD_fetch(NULL, "SHA256", NULL);
	check_call(h->digest != NULL);
	h->inner = feed_pad(h, key, 0x36);
	h->outer = feed_pad(h, key, 0x5c);
	h->work = EVP_MD_CTX_new();
	check_call(h->work != NULL);
	return h;
}

void hmac_free(struct hmac *h)
{
	if (!h)
		return;
	EVP_MD_CTX_free(h->inner);
	EVP_MD_CTX_free(h->outer);
	EVP_MD_CTX_free(h->work);
	EVP_MD_free(h->digest);
	mem_free(h);
}

static void finish_digest(struct hmac *h, const EVP_MD_CTX *from, const void *bytes,
			  size_t len, unsigned char out[32])
{
	check_call(EVP_MD_CTX_copy_ex(h->work, from) &&
		   EVP_DigestUpdate(h->work, bytes, len) &&
		   EVP_DigestFinal_ex(h->work, out, NULL));
}

void hmac_sha256(struct hmac *h, struct span text, unsigned char out[32])
{
	unsigned char inner[32];

	finish_digest(h, h->inner, text.ptr, text.len, inner);
	finish_digest(h, h->outer, inner, sizeof inner, out);
}

/* SHA256_Transform() has no successor: see sha256_digest(). */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "base/digest.h"

#include <pthread.h>
#include <string.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include "base/mem.h"

/*
 * Looked up once: SHA256() would take the library's locks to find it for each text.
 * libcrypto fails here only when it gets no memory.
 */
static EVP_MD *sha256;
static OSSL_LIB_CTX *library;

/* A context of our own: with no memory for the default one, libcrypto goes on and crashes. */
static void find_sha256(void)
{
	library = OSSL_LIB_CTX_new();
	sha256 = library ? EVP_MD_fetch(library, "SHA256", NULL) : NULL;
	if (!sha256)
		mem_fail(sizeof sha256);
}

static void need_sha256(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, find_sha256);
}

void hash_sha256(struct span text, unsigned char out[32])
{
	EVP_MD_CTX *ctx;

	need_sha256();
	ctx = EVP_MD_CTX_new();
	if (!ctx || !EVP_DigestInit_ex(ctx, sha256, NULL) ||
	    !EVP_DigestUpdate(ctx, text.ptr, text.len) ||
	    !EVP_DigestFinal_ex(ctx, out, NULL))
		mem_fail(text.len);
	EVP_MD_CTX_free(ctx);
}

struct sha256 {
	SHA256_CTX context;
};

struct sha256 *sha256_new(void)
{
	return mem_zero(1, sizeof(struct sha256));
}

void sha256_free(struct sha256 *s)
{
	mem_free(s);
}

#define BLOCK 64
#define SHORT_MAX (BLOCK - 9)	/* what a block has room for beside its end: 0x80 and eight bytes of length */

/* TEXT padded to one block (FIPS 180-4, 5.1.1). */
static void pad_block(struct span text, unsigned char block[BLOCK])
{
	uint64_t bits = (uint64_t)text.len * 8;

	memset(block, 0, BLOCK);
	if (text.len)
		memcpy(block, text.ptr, text.len);
	block[text.len] = 0x80;
	for (int i = 0; i < 8; i++)
		block[BLOCK - 1 - i] = (unsigned char)(bits >> 8 * i);
}

/*
 * An address or a name is one block, of which libcrypto's function for blocks takes 75 ns; with the
 * EVP interface around it, which finds its way, buffers and wipes, it takes 115 ns.
 */
void sha256_digest(struct sha256 *s, struct span text, unsigned char out[32])
{
	unsigned char block[BLOCK];

	SHA256_Init(&s->context);
	if (text.len > SHORT_MAX) {
		SHA256_Update(&s->context, text.ptr, text.len);
		SHA256_Final(out, &s->context);
		return;
	}
	pad_block(text, block);
	SHA256_Transform(&s->context, block);
	for (int i = 0; i < 8; i++)
		for (int j = 0; j < 4; j++)
			out[4 * i + j] = (unsigned char)(s->context.h[i] >> (24 - 8 * j));
}

bool hash_md5(struct span text, unsigned char out[16])
{
	EVP_MD *md5;
	bool good;

	need_sha256();
	md5 = EVP_MD_fetch(library, "MD5", NULL);
	good = md5 && EVP_Digest(text.ptr, text.len, out, NULL, md5, NULL);
	EVP_MD_free(md5);
	return good;
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
	need_sha256();
	h->digest = EVP_MD_fetch(library, "SHA256", NULL);
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

/* Not HMAC(), which sets up libcrypto's default context. */
void hash_hmac_sha256(struct span key, struct span text, unsigned char out[32])
{
	struct hmac *h = hmac_new(key);

	hmac_sha256(h, text, out);
	hmac_free(h);
}

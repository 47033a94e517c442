/* base/hash.h */
#include "tests/unit/support.h"

#include <unistd.h>

#include "base/digest.h"
#include "base/hash.h"

static const char *hex_of(const unsigned char *bytes, size_t len)
{
	static char text[129];

	hash_hex(bytes, len, text);
	text[2 * len] = '\0';
	return text;
}

static void hex_writes_both_digits(void **state)
{
	const unsigned char bytes[] = {0x00, 0x0F, 0xA5, 0xFF};

	(void)state;
	assert_string_equal(hex_of(bytes, sizeof bytes), "000fa5ff");
}

/* FIPS 180-4 examples. */
static void sha256_of_the_published_examples(void **state)
{
	static const struct {
		struct span text;
		const char *digest;
	} cases[] = {
		{SPAN_NONE, "e3b0c44298fc1c149afbf4c8996fb924"
			    "27ae41e4649b934ca495991b7852b855"},
		{SPAN(""), "e3b0c44298fc1c149afbf4c8996fb924"
			   "27ae41e4649b934ca495991b7852b855"},
		{SPAN("abc"), "ba7816bf8f01cfea414140de5dae2223"
			      "b00361a396177a9cb410ff61f20015ad"},
		{SPAN("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
		 "248d6a61d20638b8e5c026930c3e6039"
		 "a33ce45964ff2167f6ecedd419db06c1"},
	};
	unsigned char digest[32];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		hash_sha256(cases[i].text, digest);
		assert_string_equal(hex_of(digest, 32), cases[i].digest);
	}
}

/* The way for many texts, which pads a short one on its own, beside the other, over both ends of a block. */
static void sha256_of_many_texts(void **state)
{
	unsigned char one[32], many[32];
	struct sha256 *s = sha256_new();
	char text[200];

	(void)state;
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (char)(i * 37);
	for (size_t len = 0; len <= sizeof text; len++) {
		hash_sha256((struct span){text, len}, one);
		sha256_digest(s, (struct span){text, len}, many);
		assert_memory_equal(one, many, 32);
	}
	sha256_free(s);
}

static struct span repeat(char *out, int byte, size_t len)
{
	memset(out, byte, len);
	return (struct span){out, len};
}

/* RFC 4231, test cases 1 to 7 (5 gives the first 128 bits only). */
static void hmac_of_rfc_4231(void **state)
{
	char keys[4][131];
	char texts[2][50];
	const struct {
		struct span key, text;
		const char *digest;
	} cases[] = {
		{repeat(keys[0], 0x0b, 20), SPAN("Hi There"),
		 "b0344c61d8db38535ca8afceaf0bf12b"
		 "881dc200c9833da726e9376c2e32cff7"},
		{SPAN("Jefe"), SPAN("what do ya want for nothing?"),
		 "5bdcc146bf60754e6a042426089575c7"
		 "5a003f089d2739839dec58b964ec3843"},
		{repeat(keys[1], 0xaa, 20), repeat(texts[0], 0xdd, 50),
		 "773ea91e36800e46854db8ebd09181a7"
		 "2959098b3ef8c122d9635514ced565fe"},
		{SPAN("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d"
		      "\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19"),
		 repeat(texts[1], 0xcd, 50),
		 "82558a389a443c0ea4cc819899f2083a"
		 "85f0faa3e578f8077a2e3ff46729665b"},
		{repeat(keys[2], 0x0c, 20), SPAN("Test With Truncation"),
		 "a3b6167473100ee06e0c796c2955552b"},
		{repeat(keys[3], 0xaa, 131),
		 SPAN("Test Using Larger Than Block-Size Key - Hash Key First"),
		 "60e431591ee0b67f0d8a26aacbf5b77f"
		 "8e0bc6213728c5140546040f0ee37f54"},
		{repeat(keys[3], 0xaa, 131),
		 SPAN("This is a test using a larger than block-size key and a "
		      "larger than block-size data. The key needs to be hashed "
		      "before being used by the HMAC algorithm."),
		 "9b09ffa71b942fcb27635fbcd5b0e944"
		 "bfdc63644f0713938a7f51535c3a35e2"},
	};
	unsigned char digest[32];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct hmac *h = hmac_new(cases[i].key);

		hash_hmac_sha256(cases[i].key, cases[i].text, digest);
		assert_string_equal(hex_of(digest, strlen(cases[i].digest) / 2),
				    cases[i].digest);
		/* And with a key that is used more than once. */
		for (int k = 0; k < 2; k++) {
			hmac_sha256(h, SPAN("something else"), digest);
			hmac_sha256(h, cases[i].text, digest);
			assert_string_equal(hex_of(digest, strlen(cases[i].digest) / 2),
					    cases[i].digest);
		}
		hmac_free(h);
	}
}

/* As "openssl dgst -sha256 -mac HMAC -macopt hexkey:" gives it. */
static void hmac_takes_an_empty_key(void **state)
{
	unsigned char digest[32];

	(void)state;
	hash_hmac_sha256(SPAN_NONE, SPAN_NONE, digest);
	assert_string_equal(hex_of(digest, 32),
			    "b613679a0814d9ec772f95d778c35fc5"
			    "ff1697c493715653c6c712144292c5ad");
}

static const char *hex_128(struct span text)
{
	static char hex[33];

	hash_128_hex(hash_128(text), hex);
	return hex;
}

/* As "xxhsum -H2" gives it: event ids must be the same on every machine. */
static void hash_128_is_xxh3_everywhere(void **state)
{
	(void)state;
	assert_string_equal(hex_128(SPAN("")),
			    "99aa06d3014798d86001c324468d497f");
	assert_string_equal(hex_128(SPAN_NONE),
			    "99aa06d3014798d86001c324468d497f");
	assert_string_equal(hex_128(SPAN("abc")),
			    "06b05ab6733a618578af5f94892f3950");
}

static void hash_stream_is_hash_128_of_all_pieces(void **state)
{
	char text[5000];
	struct hash_stream *s = hash_stream_new();

	(void)state;
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (char)(i * i);
	for (size_t at = 0, piece = 0; at < sizeof text; at += piece, piece = piece * 2 + 1) {
		struct span part = span_sub((struct span){text, sizeof text}, at, piece);
		struct hash128 of_all = hash_128((struct span){text, at + part.len});

		hash_stream_add(s, part);
		assert_int_equal(hash_128_compare(hash_stream_digest(s), of_all), 0);
	}
	hash_stream_free(s);
}

static void hash_64_depends_on_every_byte(void **state)
{
	char text[300] = {0};
	uint64_t plain = hash_64((struct span){text, sizeof text});

	(void)state;
	for (size_t i = 0; i < sizeof text; i++) {
		text[i] ^= 1;
		assert_true(hash_64((struct span){text, sizeof text}) != plain);
		text[i] ^= 1;
	}
	assert_true(hash_64((struct span){text, sizeof text}) == plain);
	assert_true(hash_64((struct span){text, 299}) != plain);
	assert_true(hash_64(SPAN("")) == hash_64(SPAN_NONE));
}

/* What this program prints when it is run with "hash". */
static uint64_t hash_in_another_process(void)
{
	char self[4096];
	char command[4200];
	char line[64] = "";
	ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
	FILE *child;

	assert_true(len > 0);
	self[len] = '\0';
	snprintf(command, sizeof command, "'%s' hash", self);
	child = popen(command, "r");
	assert_non_null(child);
	assert_non_null(fgets(line, sizeof line, child));
	assert_int_equal(pclose(child), 0);
	return strtoull(line, NULL, 16);
}

static void hash_64_is_seeded_by_process(void **state)
{
	(void)state;
	assert_true(hash_in_another_process() != hash_64(SPAN("seed")));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hex_writes_both_digits),
		cmocka_unit_test(sha256_of_the_published_examples),
		cmocka_unit_test(sha256_of_many_texts),
		cmocka_unit_test(hmac_of_rfc_4231),
		cmocka_unit_test(hmac_takes_an_empty_key),
		cmocka_unit_test(hash_128_is_xxh3_everywhere),
		cmocka_unit_test(hash_stream_is_hash_128_of_all_pieces),
		cmocka_unit_test(hash_64_depends_on_every_byte),
		cmocka_unit_test(hash_64_is_seeded_by_process),
	};

	if (argc == 2 && !strcmp(argv[1], "hash")) {
		printf("%jx\n", (uintmax_t)hash_64(SPAN("seed")));
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}

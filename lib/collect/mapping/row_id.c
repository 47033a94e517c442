#include "base/digest.h"
#include "collect/mapping/row_id.h"

static void put_number(unsigned char *to, uint64_t number)
{
	for (int i = 0; i < 8; i++)
		to[i] = (unsigned char)(number >> (56 - 8 * i));
}

void row_id(struct hmac *key, struct hash128 hash, uint64_t ordinal,
	    char out[ROW_ID_TEXT])
{
	static const char domain[4] = "row:";
	unsigned char what[sizeof domain + 24];
	unsigned char *bytes = what + sizeof domain;
	unsigned char digest[32];

	if (!key && !ordinal) {
		hash_128_hex(hash, out);
		return;
	}
	memcpy(what, domain, sizeof domain);
	put_number(bytes, hash.high);
	put_number(bytes + 8, hash.low);
	put_number(bytes + 16, ordinal);
	if (!key) {
		hash_128_hex(hash_128((struct span){(char *)bytes, 24}), out);
		return;
	}
	hmac_sha256(key, (struct span){(char *)what, sizeof what}, digest);
	hash_hex(digest, ROW_ID_TEXT / 2, out);
}

/* The forms that values leave in. */
#include "base/digest.h"
#include "collect/privacy/privacy.h"
#include "reference/address.h"
#include "reference/normal.h"
#include "reference/phone.h"

/* The first letter of ADDRESS and all from its @. */
static void mask_email(struct span address, struct buf *out)
{
	size_t at = span_find_byte(address, '@');
	uint32_t point;

	buf_span(out, span_sub(address, 0, span_utf8_char(address, &point)));
	buf_lit(out, "***");
	buf_span(out, span_sub(address, at, address.len));
}

void privacy_mask(struct span text, struct arena *scratch, struct buf *out)
{
	struct buf normal = BUF_INIT;

	if (normal_email(text, scratch, &normal)) {
		mask_email(buf_view(&normal), out);
	} else {
		buf_lit(out, "***");
		if (phone_normal(text, NULL, &normal))
			buf_span(out, buf_since(&normal, normal.len - 2));
	}
	buf_release(&normal);
}

static void put_normal(struct span name, struct span text, struct arena *scratch,
		       struct buf *out)
{
	if (span_equal(name, SPAN("email")) && normal_email(text, scratch, out))
		return;
	if (span_equal(name, SPAN("phone")) && phone_normal(text, NULL, out))
		return;
	buf_span(out, span_trim(text));
}

void privacy_pseudonym(const struct privacy *p, struct privacy_scratch *s,
		       struct span name, struct span text, struct buf *out)
{
	struct buf what = BUF_INIT;
	unsigned char digest[32];
	char hex[2 * sizeof digest];

	buf_span(&what, name);
	buf_char(&what, ':');
	put_normal(name, text, &s->arena, &what);
	if (!s->hmac)
		s->hmac = hmac_new(p->secret);
	hmac_sha256(s->hmac, buf_view(&what), digest);
	hash_hex(digest, sizeof digest, hex);
	buf_put(out, p->key_id, PRIVACY_KEY_ID);
	buf_char(out, '.');
	buf_put(out, hex, sizeof hex);
	buf_release(&what);
}

bool privacy_is_address(struct span name)
{
	static const struct span whole[] = {
		SPAN("ip"), SPAN("remote_host"), SPAN("ip_address"), SPAN("extra"),
		SPAN("queues_and_headers"),
	};
	static const struct span ends[] = {
		SPAN("_ip"), SPAN("_addr"), SPAN("_ip_address"), SPAN("forwarded_for"),
	};

	for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
		if (span_equal(name, whole[i]))
			return true;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (span_ends(name, ends[i]))
			return true;
	return false;
}

/* What stands around the addresses in fields of a log that are kept as they were, and in Forwarded. */
static bool is_around(char c)
{
	return memchr(" ,|{}()=\";'", c, 11) != NULL;
}

/* Each word of TEXT that is an address. */
static bool blur_words(const struct privacy *p, struct span text, struct buf *out)
{
	bool any = false;

	for (size_t i = 0, len; i < text.len; i += len) {
		struct span word;

		for (len = 0; i + len < text.len && !is_around(text.ptr[i + len]); len++)
			;
		word = span_sub(text, i, len);
		if (len && address_blur(word, p->address_bits, out))
			any = true;
		else
			buf_span(out, word);
		if (i + len < text.len)
			buf_char(out, text.ptr[i + len++]);
	}
	return any;
}

static bool has_words(struct span name, struct span text)
{
	return span_equal(name, SPAN("extra")) || span_equal(name, SPAN("queues_and_headers")) ||
	       span_find_byte(text, '=') < text.len;
}

/*
 * A name in the place of a visitor's address often spells the address
 * (p5b0f1a2c.dip.example.net), so it goes.
 */
bool privacy_blur(const struct privacy *p, struct span name, struct span text,
		  struct buf *out)
{
	struct span rest = text;
	size_t begin = out->len;
	bool any = false;

	if (has_words(name, text)) {
		any = blur_words(p, text, out);
		rest = SPAN_NONE;
	}
	while (!span_absent(rest)) {
		struct span one = span_trim(span_cut(&rest, ','));

		if (out->len > begin)
			buf_lit(out, ", ");
		if (address_blur(one, p->address_bits, out)) {
			any = true;
		} else if (span_equal(name, SPAN("remote_host"))) {
			buf_lit(out, "***");
			any = true;
		} else {
			buf_span(out, one);
		}
	}
	if (!any)
		out->len = begin;
	return any;
}

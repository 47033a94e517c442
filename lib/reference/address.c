#include "reference/address.h"

#include <arpa/inet.h>
#include <string.h>

/* The last BITS, a multiple of 8, of LEN bytes. */
static void clear_bits(unsigned char *bytes, size_t len, unsigned bits)
{
	memset(bytes + len - bits / 8, 0, bits / 8);
}

/* "192.0.2.1:80", "[2001:db8::1]:80", "fe80::1%eth0": the address itself. */
static struct span bare_host(struct span s)
{
	size_t colon = span_find_byte(s, ':');

	s = span_trim(s);
	if (s.len && s.ptr[0] == '[') {
		size_t end = span_find_byte(s, ']');

		return end < s.len ? span_sub(s, 1, end - 1) : s;
	}
	/* One colon is a port's. */
	if (colon < s.len && span_find_byte(span_sub(s, colon + 1, s.len), ':') ==
	    s.len - colon - 1 && span_find_byte(s, '.') < colon)
		return span_sub(s, 0, colon);
	return span_sub(s, 0, span_find_byte(s, '%'));
}

static bool blur_4(const char *text, unsigned bits, struct buf *out)
{
	unsigned char bytes[4];
	char shown[INET_ADDRSTRLEN];

	if (inet_pton(AF_INET, text, bytes) != 1)
		return false;
	clear_bits(bytes, sizeof bytes, bits);
	buf_text_put(out, inet_ntop(AF_INET, bytes, shown, sizeof shown));
	return true;
}

static bool blur_6(const char *text, unsigned bits, struct buf *out)
{
	static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
	unsigned char bytes[16];
	char shown[INET6_ADDRSTRLEN];

	if (inet_pton(AF_INET6, text, bytes) != 1)
		return false;
	if (memcmp(bytes, mapped, sizeof mapped))
		bits = bits == 8 ? 64 : bits == 16 ? 80 : 96;
	clear_bits(bytes, sizeof bytes, bits);
	buf_text_put(out, inet_ntop(AF_INET6, bytes, shown, sizeof shown));
	return true;
}

bool address_blur(struct span text, unsigned bits, struct buf *out)
{
	struct span s = bare_host(span_trim(text));
	char copy[INET6_ADDRSTRLEN + 1];

	if (!s.len || s.len >= sizeof copy || memchr(s.ptr, '\0', s.len))
		return false;
	memcpy(copy, s.ptr, s.len);
	copy[s.len] = '\0';
	return blur_4(copy, bits, out) || blur_6(copy, bits, out);
}

#include "collect/weblog/log_address.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/mem.h"

static bool all_digits(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)(s.ptr[i] - '0') > 9)
			return false;
	return s.len > 0;
}

struct span log_host_bare(struct span host)
{
	const char *colon, *close, *end;

	if (host.len > 1 && host.ptr[0] == '"' && host.ptr[host.len - 1] == '"')
		host = span_trim(span_sub(host, 1, host.len - 2));
	end = host.ptr + host.len;
	colon = memchr(host.ptr, ':', host.len);
	close = host.len && host.ptr[0] == '[' ? memchr(host.ptr, ']', host.len) : NULL;
	if (close)
		return span_between(host.ptr + 1, close);
	if (colon && !memchr(colon + 1, ':', (size_t)(end - colon - 1)) &&
	    all_digits(span_between(colon + 1, end)))
		return span_between(host.ptr, colon);
	return host;
}

/* Four numbers up to 255: nearly all addresses, so without a library. */
static bool is_dotted(struct span s)
{
	unsigned part = 0, digits = 0, dots = 0;

	for (size_t i = 0; i < s.len; i++) {
		unsigned digit = (unsigned char)s.ptr[i] - (unsigned)'0';

		if (digit <= 9) {
			part = part * 10 + digit;
			if (++digits > 3 || part > 255)
				return false;
		} else if (s.ptr[i] == '.' && digits && dots < 3) {
			dots++;
			part = digits = 0;
		} else {
			return false;
		}
	}
	return dots == 3 && digits;
}

/* The 16 bytes of an address, of IPv4 as ::ffff:a.b.c.d. */
static bool parse_address(struct span s, unsigned char out[16])
{
	static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
	char text[INET6_ADDRSTRLEN + 1];
	size_t len = span_find_byte(s, '%');	/* fe80::1%eth0 */

	if (!len || len >= sizeof text)
		return false;
	memcpy(text, s.ptr, len);
	text[len] = '\0';
	memcpy(out, mapped, sizeof mapped);
	return (len == s.len && inet_pton(AF_INET, text, out + 12) == 1) ||
	       inet_pton(AF_INET6, text, out) == 1;
}

/* Of letters, digits and marks as names of hosts have; '_' is in some. */
static bool is_host_name(struct span s)
{
	bool letter = false;

	if (s.len > 255)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = span_lower(s.ptr[i]);
		bool high = (unsigned char)c >= 0x80;

		letter = letter || high || (c >= 'a' && c <= 'z');
		if (!high && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
		    !(i && (c == '-' || c == '.' || c == '_')))
			return false;
	}
	return letter;
}

enum host_kind log_host_kind(struct span host)
{
	unsigned char bytes[16];

	if (is_dotted(host))
		return HOST_ADDRESS;
	if (memchr(host.ptr, ':', host.len))
		return parse_address(host, bytes) ? HOST_ADDRESS : HOST_NONE;
	return is_host_name(host) ? HOST_NAME : HOST_NONE;
}

struct network {
	unsigned char bytes[16];
	unsigned bits;
};

#define V4(a, b, bits) {{[10] = 0xff, 0xff, a, b}, 96 + (bits)}

/* Where proxies of one's own stand. */
static const struct network private_networks[] = {
	V4(10, 0, 8), V4(172, 16, 12), V4(192, 168, 16), V4(127, 0, 8), V4(169, 254, 16),
	V4(100, 64, 10),
	{{[15] = 1}, 128},
	{{0xfe, 0x80}, 10},
	{{0xfc}, 7},
};
#define PRIVATE (sizeof private_networks / sizeof *private_networks)

static bool is_in(const unsigned char address[16], const struct network *n)
{
	unsigned bytes = n->bits / 8, rest = n->bits % 8;

	return !memcmp(address, n->bytes, bytes) &&
	       (!rest || !((address[bytes] ^ n->bytes[bytes]) >> (8 - rest)));
}

static bool is_in_any(struct span address, const struct network *list, size_t count)
{
	unsigned char bytes[16];

	if (!parse_address(address, bytes))
		return false;
	for (size_t i = 0; i < count; i++)
		if (is_in(bytes, &list[i]))
			return true;
	return false;
}

bool log_address_is_private(struct span address)
{
	return is_in_any(address, private_networks, PRIVATE);
}

struct log_proxies {
	struct network *list;
	size_t count;
	size_t cap;
};

static void add_network(struct log_proxies *p, struct network n)
{
	p->list = mem_room(p->list, p->count, &p->cap, sizeof *p->list);
	p->list[p->count++] = n;
}

static int refuse_network(struct span text, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];

	return error_usage(err, "--trusted-proxies: %s is no address and no network: write 203.0.113.7, 10.0.0.0/8 or 2001:db8::/32, separated by commas, or private",
			   error_quote(text, quoted));
}

static int add_proxies(struct log_proxies *p, struct span text, struct error *err)
{
	size_t slash = span_find_byte(text, '/');
	struct span address = span_sub(text, 0, slash);
	bool v4 = span_find_byte(address, ':') == address.len;
	uint64_t bits, most = v4 ? 32 : 128;
	struct network n;

	if (span_equal_nocase(text, SPAN("private"))) {
		for (size_t i = 0; i < PRIVATE; i++)
			add_network(p, private_networks[i]);
		return 0;
	}
	if (span_equal_nocase(text, SPAN("none")))
		return 0;
	bits = most;
	if (!parse_address(address, n.bytes) ||
	    (slash < text.len && !span_number(span_sub(text, slash + 1, text.len), &bits)) ||
	    bits > most)
		return refuse_network(text, err);
	n.bits = (unsigned)(bits + 128 - most);
	add_network(p, n);
	return 0;
}

struct log_proxies *log_proxies_new(const char *list, struct error *err)
{
	struct log_proxies *p = mem_zero(1, sizeof *p);
	struct span rest = span_of(list);

	while (!span_absent(rest)) {
		struct span text = span_trim(span_cut(&rest, ','));

		if (add_proxies(p, text, err)) {
			log_proxies_free(p);
			return NULL;
		}
	}
	return p;
}

void log_proxies_free(struct log_proxies *p)
{
	if (!p)
		return;
	mem_free(p->list);
	mem_free(p);
}

/* Of Forwarded (RFC 7239), for=192.0.2.60;proto=http, the address. */
static struct span forwarded_for(struct span item)
{
	while (!span_absent(item)) {
		struct span pair = span_trim(span_cut(&item, ';'));

		if (pair.len > 4 && span_equal_nocase(span_sub(pair, 0, 4), SPAN("for=")))
			return span_sub(pair, 4, pair.len);
	}
	return SPAN("");
}

/* The next address of *REST, bare; absent: there is no further one. */
static struct span next_address(struct span *rest)
{
	while (!span_absent(*rest)) {
		struct span item = span_trim(span_cut(rest, ','));

		/* IIS writes + for a blank, CloudFront %20. */
		if (span_starts(item, SPAN("+")) || span_starts(item, SPAN("%20")))
			item = span_sub(item, *item.ptr == '+' ? 1 : 3, item.len);
		if (span_find_byte(item, '=') < item.len)
			item = forwarded_for(item);
		item = log_host_bare(item);
		if (item.len && log_host_kind(item) == HOST_ADDRESS)
			return item;
	}
	return SPAN_NONE;
}

/* What proxies write where they do not know, or do not say. */
static bool is_unknown(struct span item)
{
	return !item.len || *item.ptr == '_' || span_equal(item, SPAN("-")) ||
	       span_equal_nocase(item, SPAN("unknown"));
}

bool log_is_address_list(struct span text)
{
	size_t count = 0;

	while (!span_absent(text)) {
		struct span item = log_host_bare(span_trim(span_cut(&text, ',')));

		if (is_unknown(item))
			continue;
		if (log_host_kind(item) != HOST_ADDRESS)
			return false;
		count++;
	}
	return count > 0;
}

/* More addresses than any chain of proxies is long: those behind do not count. */
#define CHAIN_MAX 64

static size_t split_chain(struct span list, struct span chain[CHAIN_MAX])
{
	size_t count = 0;

	while (count < CHAIN_MAX) {
		struct span address = next_address(&list);

		if (span_absent(address))
			break;
		chain[count++] = address;
	}
	return count;
}

static struct span first_public(const struct span *chain, size_t count, struct span host, bool *doubtful)
{
	struct span first = SPAN_NONE;
	size_t publics = 0;

	for (size_t i = 0; i < count; i++) {
		if (log_address_is_private(chain[i]))
			continue;
		if (!publics++)
			first = chain[i];
		/* The server itself has passed over those before and behind. */
		if (span_equal(chain[i], host) && i + 1 < count)
			return host;
	}
	if (host.len && !log_address_is_private(host) && !span_equal(host, first)) {
		if (!publics++)
			first = host;
	}
	*doubtful = publics > 1;
	return publics ? first : chain[0];
}

struct span log_client(const struct log_proxies *trusted, struct span list,
		       struct span host, bool *doubtful)
{
	struct span chain[CHAIN_MAX];
	size_t count = split_chain(list, chain);

	*doubtful = false;
	if (!count)
		return host;
	if (!trusted)
		return first_public(chain, count, host, doubtful);
	if (host.len && !is_in_any(host, trusted->list, trusted->count))
		return host;
	while (--count > 0)
		if (!is_in_any(chain[count], trusted->list, trusted->count))
			break;
	return chain[count];
}

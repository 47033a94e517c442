/*
 * Who asked, as far as addresses tell: what an address and a host's name look like, and which
 * of the addresses that proxies hand on is the client's.
 */
#ifndef WEBLOG_LOG_ADDRESS_H
#define WEBLOG_LOG_ADDRESS_H

#include <stdbool.h>

#include "base/error.h"
#include "base/span.h"

enum host_kind {
	HOST_NONE,	/* neither, nor anything else that a client is known by */
	HOST_ADDRESS,
	HOST_NAME,
};

/* "203.0.113.7:4711", "[2001:db8::7]:4711" and "\"192.0.2.1\"" without what is around them. */
struct span log_host_bare(struct span host);

/* What HOST, bare, is. */
enum host_kind log_host_kind(struct span host);

/* Of an address: is it of a network of its own, where proxies stand (RFC 1918, loopback, link-local, RFC 6598, fc00::/7)? */
bool log_address_is_private(struct span address);

/* Is TEXT, without quotes or brackets around all of it, one address or several with commas between them? */
bool log_is_address_list(struct span text);

/* Networks whose hosts are believed about who asked before them. */
struct log_proxies;

/* LIST: addresses and networks such as 10.0.0.0/8, separated by commas; "private" stands for those above,
 * "none" for no network.  NULL with a usage error.  Owned: log_proxies_free. */
struct log_proxies *log_proxies_new(const char *list, struct error *err);
void log_proxies_free(struct log_proxies *p);

/*
 * The client of a request that came from HOST (bare; empty: unknown) with LIST, the addresses that proxies
 * named: "client, proxy, proxy", or the header Forwarded of RFC 7239.  Items that are no
 * addresses do not count.
 *
 * With TRUSTED it is, from HOST to the left, the first that is no such proxy; where all are,
 * the leftmost.  NULL, where no proxy is known: the first that is not private; of private ones
 * alone the first.  *DOUBTFUL then says that another public one stands behind it, so that
 * who can be believed matters.  A HOST that stands inside LIST was resolved by the server, and counts.
 */
struct span log_client(const struct log_proxies *trusted, struct span list,
		       struct span host, bool *doubtful);

#endif

/*
 * Who made a request, as far as a log can tell: a digest of address and user agent.
 * The same browser behind the same address gives the same text in every log
 * and every run, and with a key nobody else can find the address by trying all.
 */
#ifndef WEBLOG_VISITOR_H
#define WEBLOG_VISITOR_H

#include "base/span.h"

#define VISITOR_TEXT 32

struct visitors;

/* KEY: of HMAC-SHA-256; empty: SHA-256.  Borrowed.  Owned: visitors_free. */
struct visitors *visitors_new(struct span key);
void visitors_free(struct visitors *v);

/*
 * From now on hosts count without their last BITS (address_blur), as a digest without a
 * key would give them away.
 */
void visitors_blur(struct visitors *v, unsigned bits);

/*
 * 128 bits in hexadecimal, valid until the next call: the beginning of the digest of
 * "visitor", HOST and AGENT with a NUL before each of the two.
 */
struct span visitors_get(struct visitors *v, struct span host, struct span agent);

#endif

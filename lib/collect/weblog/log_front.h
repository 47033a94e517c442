/*
 * What stands before the time in a line of Apache or nginx: the virtual host, the client's
 * address and those that proxies named, who the client is by identd and by login.
 *
 *	192.0.2.1 - ida
 *	www.example.com:443 192.0.2.1 - -
 *	198.51.100.7, 203.0.113.9 10.0.0.1 - -		forwarded before the peer, or alone
 *	10.0.0.1 198.51.100.7, 203.0.113.9 - -		or behind it
 *	10.0.0.1 (198.51.100.7) - -			in parentheses, brackets
 *	"198.51.100.7, 203.0.113.9" - "-"		or quotes
 *
 * Who stands where follows from what looks like an address; what fits nowhere is refused.
 */
#ifndef WEBLOG_LOG_FRONT_H
#define WEBLOG_LOG_FRONT_H

#include <stdbool.h>

#include "base/error.h"
#include "base/span.h"

struct log_front {
	struct span vhost;
	struct span host;
	struct span forwarded;
	struct span ident;
	struct span user;
};

/* Reads TEXT.  VHOST: its first word is the virtual host.  What is not there, or '-', is empty.  -1 with a data error. */
int log_front_read(struct span text, bool vhost, struct log_front *out, struct error *err);

#endif

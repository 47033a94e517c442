/*
 * Addresses of the web (RFC 3986), cut into the parts that matter here.  Nothing is
 * validated: what comes out of a log is whatever somebody has sent.
 */
#ifndef TEXT_URL_H
#define TEXT_URL_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/span.h"

/* The byte that the two hexadecimal digits at P say, or -1. */
int url_hex_byte(const char *p, const char *end);

/* Text without control characters, in UTF-8. */
bool url_is_text(struct span s);

/*
 * + and %hh of a query undone.  Where that would give control characters or bytes
 * that are not UTF-8, TEXT stays as it is.
 */
struct span url_decode(struct span text, struct arena *a);

/* The same into OUT, whatever comes of it. */
void url_decode_raw(struct span text, struct buf *out);

/*
 * The host of URL as it stands there, without user, port, brackets and a final dot; SPAN_NONE
 * where there is no "//" behind a scheme (or at the front), as in "/path".
 */
struct span url_host(struct span url);

/* HOST without the "www." in front, in any case. */
struct span host_without_www(struct span host);

/* From the path on: "/a?b" of "https://example.com/a?b"; URL itself where it has no host. */
struct span url_path(struct span url);

/* What stands between '?' and '#', or SPAN_NONE. */
struct span url_query(struct span url);

/*
 * Cuts the next parameter off *QUERY: true with its name and value, as they stand there.
 * Ones without '=' have an absent value.
 */
bool url_param_next(struct span *query, struct span *name, struct span *value);

#endif

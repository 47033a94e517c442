#include "reference/domain.h"

#include <string.h>

#include <libpsl.h>

/* RFC 1035; longer ones are none. */
#define HOST_MAX 253

/* 192.0.2.7 or 2001:db8::7: names end with a letter. */
static bool is_address(struct span host)
{
	char last = host.ptr[host.len - 1];

	return (last >= '0' && last <= '9') || memchr(host.ptr, ':', host.len);
}

struct span domain_of(struct span host)
{
	char text[HOST_MAX + 1];
	const char *found;

	if (!host.len || host.len > HOST_MAX || memchr(host.ptr, '\0', host.len) ||
	    is_address(host))
		return host;
	memcpy(text, host.ptr, host.len);
	text[host.len] = '\0';
	found = psl_registrable_domain(psl_builtin(), text);
	return found ? span_sub(host, (size_t)(found - text), host.len) : host;
}

bool domain_holds(struct span domain, struct span host)
{
	return span_ends(host, domain) &&
	       (host.len == domain.len || host.ptr[host.len - domain.len - 1] == '.');
}

/* Questions to a database that may be damaged: whatever it says must be readable. */
#ifndef FUZZ_PLACE_ASK_H
#define FUZZ_PLACE_ASK_H

#include <assert.h>
#include <stddef.h>

#include "reference/place.h"

/* Reads each byte, for the sanitizers; returns how many there were. */
static inline size_t place_touch(struct span text)
{
	volatile char last = 0;

	for (size_t i = 0; i < text.len; i++)
		last = text.ptr[i];
	(void)last;
	return text.len;
}

static inline size_t place_ask(const struct places *p)
{
	static const char *const addresses[] = {
		"192.0.2.16", "192.0.2.17", "198.51.100.7", "203.0.113.7", "10.0.0.1", "0.0.0.0",
		"255.255.255.255", "2001:db8::7", "::", "::1", "::ffff:192.0.2.16", "fe80::1%eth0",
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "", "none", "192.0.2", "192.0.2.16.1",
	};
	size_t bytes = place_touch(places_edition(p));

	for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
		struct place place = {.asn = 0};
		int got = place_find(p, span_of(addresses[i]), &place);

		assert(got >= -1 && got <= 1);
		assert(!place.located || (place.latitude >= -90 && place.latitude <= 90 &&
					  place.longitude >= -180 && place.longitude <= 180));
		bytes += place_touch(place.country) + place_touch(place.region) +
			 place_touch(place.city) + place_touch(place.postcode) +
			 place_touch(place.time_zone) + place_touch(place.organization);
	}
	return bytes;
}

#endif

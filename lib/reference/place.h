/*
 * Where an address of the internet is, and whose network it is in, as a database in the
 * MaxMind format has it (libmaxminddb, which only place.c knows).  City, country and network
 * databases of several makers are understood; what a database lacks stays absent.
 */
#ifndef REFERENCE_PLACE_H
#define REFERENCE_PLACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/span.h"

struct place {
	struct span country;		/* ISO 3166-1 alpha-2 */
	struct span region;
	struct span city;
	struct span postcode;
	struct span time_zone;		/* IANA name */
	struct span organization;	/* of the network */
	uint32_t asn;			/* its number; 0: unknown */
	bool located;
	double latitude, longitude;
};

struct places;

/* NULL with a usage error: unreadable, or no such database.  Shared by threads.  Owned. */
struct places *places_open(const char *path, struct error *err);
void places_close(struct places *p);

/* "GeoLite2-City 2024-03-01": the kind of database, and the day it was built. */
struct span places_edition(const struct places *p);

/*
 * Adds to *OUT what P has of ADDRESS, a text of IPv4 or IPv6, where *OUT has nothing yet.
 * 1: it is in the database; 0: it is not, or no address; -1: the database is damaged
 * there.  The texts are P's, and may be no UTF-8.
 */
int place_find(const struct places *p, struct span address, struct place *out);

#endif

/*
 * Time zones by IANA name ("Europe/Berlin"), a name of Windows or Rails (zone_alias.h), "UTC", or a fixed offset
 * ("+02:00", "-0530", "+02", "UTC+02"; positive is east), read from the
 * system's TZif files (RFC 8536, version 1 to 4 with the POSIX rule behind the
 * last transition).  Never reads the TZ variable.
 *
 * A zone never changes after zone_load: threads may share it.
 */
#ifndef TIME_ZONE_H
#define TIME_ZONE_H

#include <stdint.h>

#include "base/error.h"
#include "time/moment.h"

struct zone;

/*
 * Owned: zone_free.  NULL with a usage error: "unknown time zone
 * 'Europe/Berlim'; did you mean 'Europe/Berlin'?".  Names with ".." or a
 * leading "/" are refused.
 */
struct zone *zone_load(const char *name, struct error *err);
void zone_free(struct zone *z);

/*
 * The zone that the bytes of a TZif file describe, under NAME; NULL with an
 * error when they are damaged or count leap seconds.  Owned: zone_free.
 */
struct zone *zone_parse(const char *name, struct span tzif, struct error *err);

/* The name it was loaded by; borrowed until zone_free. */
const char *zone_name(const struct zone *z);

/*
 * The moment of a civil time in Z.  A time that the zone skips (spring) is
 * moved forward by the gap; one that occurs twice (autumn) is the earlier.
 * A civil time with an offset of its own ignores Z.
 */
int64_t zone_moment(const struct zone *z, const struct civil *c);

/* What is odd about a time of the day without an offset in Z. */
enum zone_hour {
	ZONE_HOUR_PLAIN,
	ZONE_HOUR_SKIPPED,	/* the clocks went forward over it */
	ZONE_HOUR_TWICE,	/* they went back over it */
};

enum zone_hour zone_hour(const struct zone *z, const struct civil *c);

/* The civil time in Z at MOMENT, without an offset: it can be changed (to the
 * first of the month, say) and given back to zone_moment. */
void zone_civil(const struct zone *z, int64_t moment, struct civil *out);

/* The number of days since 1970-01-01 of the civil date in Z at MOMENT. */
int64_t zone_day(const struct zone *z, int64_t moment);

/* Offset from UTC in milliseconds at MOMENT. */
int64_t zone_offset(const struct zone *z, int64_t moment);

#endif

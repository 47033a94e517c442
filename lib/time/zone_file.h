/* The inside of a zone, for zone.c and zone_file.c only. */
#ifndef TIME_ZONE_FILE_H
#define TIME_ZONE_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "time/zone.h"

/* An offset and since when, both in milliseconds; sorted by begin. */
struct zone_span {
	int64_t begin;
	int64_t offset;
};

struct zone {
	char *name;
	struct zone_span *spans;	/* the first begins at INT64_MIN */
	size_t count;
	int64_t end;	/* from here on 400 years earlier tell; or INT64_MAX */
};

/* The directory of the system's zones, with a slash at its end. */
#define ZONE_DIRECTORY "/usr/share/zoneinfo/"

/* The bytes of a file there; -1 with errno when it cannot be read.  OUT is initialized. */
int zone_read_file(const char *name, struct buf *out);

#endif

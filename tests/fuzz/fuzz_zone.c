/* TZif files of any bytes: refused, or a zone that answers everywhere. */
#include "tests/fuzz/target.h"

#include <assert.h>

#include "time/zone.h"

/* No zone of RFC 8536 is farther from UTC. */
#define FARTHEST (INT64_C(26) * 3600 * 1000)

static void check_at(const struct zone *z, int64_t moment)
{
	int64_t offset = zone_offset(z, moment), back;
	struct civil c;

	assert(offset > -FARTHEST && offset < FARTHEST);
	if (moment <= MOMENT_MIN + FARTHEST || moment >= MOMENT_MAX - FARTHEST)
		return;
	zone_civil(z, moment, &c);
	assert(zone_day(z, moment) == moment_days(c.year, c.month, c.day));
	back = zone_moment(z, &c);
	assert(back > moment - 3 * FARTHEST && back < moment + 3 * FARTHEST);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct error err = ERROR_INIT;
	struct span bytes = {size ? (const char *)data : "", size};
	struct zone *z = zone_parse("Any", bytes, &err);

	if (!z) {
		assert(err.kind == ERROR_FAILED);
		return 0;
	}
	check_at(z, MOMENT_MIN);
	check_at(z, MOMENT_MAX);
	for (int64_t m = MOMENT_MIN; m < MOMENT_MAX - DAY_MS * 9000;
	     m += DAY_MS * 8999 + 3723001)
		check_at(z, m);
	for (int64_t m = 0; m < 63072000000; m += 5 * DAY_MS)
		check_at(z, m);
	zone_free(z);
	return 0;
}

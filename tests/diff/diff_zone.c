/*
 * Zones against libc's: 20 zones, 2,000 random moments each, and every hour
 * around the transitions that they find.
 */
#include "tests/unit/support.h"

#include <time.h>
#include <unistd.h>

#include "time/zone.h"

#define MOMENTS 2000

static const char *const zones[] = {
	"Europe/Berlin", "Europe/London", "Europe/Dublin", "Europe/Lisbon",
	"America/New_York", "America/Los_Angeles", "America/Sao_Paulo",
	"America/St_Johns", "America/Santiago", "Africa/Casablanca",
	"Africa/Cairo", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Gaza",
	"Asia/Tehran", "Asia/Pyongyang", "Australia/Lord_Howe",
	"Pacific/Apia", "Pacific/Chatham", "Antarctica/Troll",
};

static void set_zone(const char *name)
{
	setenv("TZ", name, 1);
	tzset();
}

static void check_moment(const struct zone *z, int64_t seconds)
{
	time_t t = (time_t)seconds;
	struct civil c;
	struct tm tm;

	assert_non_null(localtime_r(&t, &tm));
	zone_civil(z, seconds * 1000, &c);
	if (c.year != tm.tm_year + 1900 || c.month != tm.tm_mon + 1 ||
	    c.day != tm.tm_mday || c.hour != tm.tm_hour ||
	    c.minute != tm.tm_min || c.second != tm.tm_sec ||
	    zone_offset(z, seconds * 1000) != tm.tm_gmtoff * 1000)
		fail_msg("%s at %lld: %04d-%02d-%02d %02d:%02d:%02d, not "
			 "%04d-%02d-%02d %02d:%02d:%02d", zone_name(z),
			 (long long)seconds, c.year, c.month, c.day, c.hour,
			 c.minute, c.second, tm.tm_year + 1900, tm.tm_mon + 1,
			 tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
	assert_int_equal(zone_day(z, seconds * 1000),
			 moment_days(c.year, c.month, c.day));
}

/* The local time leads back to its moment, or to the earlier of two. */
static void check_back(const struct zone *z, int64_t seconds)
{
	int64_t moment = seconds * 1000, back;
	struct civil c, again;

	zone_civil(z, moment, &c);
	back = zone_moment(z, &c);
	zone_civil(z, back, &again);
	if (back > moment || moment_from_civil(&c) != moment_from_civil(&again))
		fail_msg("%s: %lld leads back to %lld", zone_name(z),
			 (long long)moment, (long long)back);
}

static void check(const struct zone *z, int64_t seconds)
{
	check_moment(z, seconds);
	check_back(z, seconds);
}

/* From 1850 to 2600, half of them from 1970 to 2040. */
static int64_t random_second(uint64_t *seed)
{
	const int64_t year = 31556952;
	bool near = support_below(seed, 2);
	int64_t from = near ? 0 : -120 * year;
	int64_t length = near ? 70 * year : 750 * year;

	return from + (int64_t)support_below(seed, (size_t)length);
}

/* Is the offset another an hour later?  Then look at every minute. */
static void around(const struct zone *z, int64_t seconds)
{
	for (int64_t s = seconds - 86400; s < seconds + 86400; s += 3600) {
		if (zone_offset(z, s * 1000) ==
		    zone_offset(z, (s + 3600) * 1000))
			continue;
		for (int64_t k = s; k <= s + 3600; k += 60) {
			check(z, k);
			check(z, k - 1);
		}
	}
}

static void like_libc(void **state)
{
	uint64_t seed = support_seed(21);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(zones); i++) {
		struct error err = ERROR_INIT;
		struct zone *z = zone_load(zones[i], &err);

		if (!z)
			fail_msg("%s", err.message);
		set_zone(zones[i]);
		for (int k = 0; k < MOMENTS; k++) {
			int64_t s = random_second(&seed);

			check(z, s);
			around(z, s);
		}
		zone_free(z);
	}
}

/* Every zone of the system loads, and agrees at the turn of the quarters. */
static void every_zone(void **state)
{
	FILE *table = fopen("/usr/share/zoneinfo/tzdata.zi", "r");
	char line[512], name[128];
	size_t count = 0;

	(void)state;
	if (!table)
		support_skip("every_zone", "there is no tzdata.zi");
	while (fgets(line, sizeof line, table)) {
		struct error err = ERROR_INIT;
		struct zone *z;

		if (sscanf(line, "L %*s %127s", name) != 1 &&
		    sscanf(line, "Z %127s", name) != 1)
			continue;
		z = zone_load(name, &err);
		if (!z)
			fail_msg("%s", err.message);
		set_zone(name);
		for (int64_t s = -3000000000; s < 5000000000; s += 7889238)
			check(z, s);
		zone_free(z);
		count++;
	}
	fclose(table);
	assert_true(count > 400);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(like_libc),
		cmocka_unit_test(every_zone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

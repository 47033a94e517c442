/*
 * Looking up offsets.  At load the rule behind the last transition is written
 * out for the 400 years after which the Gregorian calendar, weekdays included,
 * repeats; a later moment is moved back by whole cycles.  So a look-up is one
 * binary search in a table that never changes, without a case for the rule.
 */
#include "time/zone.h"

#include <string.h>

#include "base/mem.h"
#include "time/zone_file.h"

#define CYCLE_MS (INT64_C(146097) * DAY_MS)

/* The last span that begins at or before MOMENT; the first begins at INT64_MIN. */
static size_t find_transition(const struct zone *z, int64_t moment)
{
	const struct zone_span *spans = z->spans;
	size_t low = 0, count = z->count;

	while (count > 1) {
		size_t half = count / 2;

		low = spans[low + half].begin <= moment ? low + half : low;
		count -= half;
	}
	return low;
}

/* How far MOMENT is moved back to lie in the table. */
static int64_t cycles(const struct zone *z, int64_t moment)
{
	if (moment < z->end)
		return 0;
	return ((moment - z->end) / CYCLE_MS + 1) * CYCLE_MS;
}

int64_t zone_offset(const struct zone *z, int64_t moment)
{
	return z->spans[find_transition(z, moment - cycles(z, moment))].offset;
}

void zone_civil(const struct zone *z, int64_t moment, struct civil *out)
{
	moment_to_civil(moment + zone_offset(z, moment), out);
	out->has_offset = false;
}

int64_t zone_day(const struct zone *z, int64_t moment)
{
	int64_t local = moment + zone_offset(z, moment);
	int64_t day = local / DAY_MS;

	return day - (local < day * DAY_MS);
}

/*
 * The moment of LOCAL, which is milliseconds as if UTC.  The spans that can
 * hold it begin at most a day and a half after it, read as UTC: no zone was
 * ever farther than 16 hours from Greenwich.  The first span that holds it is
 * the earlier of two readings.  When none does, LOCAL lies in a gap: the
 * offset in force before the gap moves it forward by the gap's length.
 */
static int64_t from_local(const struct zone *z, int64_t local)
{
	const int64_t reach = DAY_MS + DAY_MS / 2;
	size_t i = find_transition(z, local - reach);

	for (;; i++) {
		int64_t moment = local - z->spans[i].offset;

		if (i + 1 == z->count || moment < z->spans[i + 1].begin)
			return moment;
		/* Is LOCAL before the next span's first local time? */
		if (local < z->spans[i + 1].begin + z->spans[i + 1].offset)
			return moment;
	}
}

int64_t zone_moment(const struct zone *z, const struct civil *c)
{
	struct civil local = *c;
	int64_t as_utc, back, moment;

	if (c->has_offset)
		return moment_from_civil(c);
	as_utc = moment_days(local.year, local.month, local.day) * DAY_MS +
		 ((local.hour * 60 + local.minute) * 60 + local.second) *
		 INT64_C(1000) + local.millisecond;
	back = cycles(z, as_utc + DAY_MS);
	moment = from_local(z, as_utc - back) + back;
	if (moment < MOMENT_MIN)
		return MOMENT_MIN;
	return moment > MOMENT_MAX ? MOMENT_MAX : moment;
}

enum zone_hour zone_hour(const struct zone *z, const struct civil *c)
{
	int64_t moment, later;
	struct civil shown;
	size_t i;

	if (z->count == 1 || c->has_offset || !c->has_time)
		return ZONE_HOUR_PLAIN;
	moment = zone_moment(z, c);
	zone_civil(z, moment, &shown);
	if (shown.minute != c->minute || shown.hour != c->hour || shown.day != c->day)
		return ZONE_HOUR_SKIPPED;
	moment -= cycles(z, moment);
	i = find_transition(z, moment) + 1;
	if (i == z->count || z->spans[i].offset >= z->spans[i - 1].offset)
		return ZONE_HOUR_PLAIN;
	later = moment + z->spans[i - 1].offset - z->spans[i].offset;
	return later >= z->spans[i].begin ? ZONE_HOUR_TWICE : ZONE_HOUR_PLAIN;
}

const char *zone_name(const struct zone *z)
{
	return z->name;
}

void zone_free(struct zone *z)
{
	if (!z)
		return;
	mem_free(z->spans);
	mem_free(z->name);
	mem_free(z);
}

#include "understand/predict/cutoff.h"

#include "time/moment.h"

/* The last millisecond of DAY in ZONE. */
static int64_t end_of_day(const struct zone *zone, int64_t day)
{
	struct civil next = {.has_time = true};

	moment_civil_date(day + 1, &next.year, &next.month, &next.day);
	return zone_moment(zone, &next) - 1;
}

void cutoffs_make(struct cutoffs *c, int64_t as_of, const struct zone *zone, uint32_t horizon_days,
		  size_t count)
{
	int64_t last = zone_day(zone, as_of);

	*c = (struct cutoffs){.count = count, .horizon_days = horizon_days};
	for (size_t i = 0; i < count; i++) {
		c->days[i] = last - (int64_t)(i + 1) * horizon_days;
		c->moments[i] = end_of_day(zone, c->days[i]);
	}
}

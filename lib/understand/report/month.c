#include "understand/report/month.h"

#include <stdio.h>

int month_of(const struct zone *zone, int64_t moment)
{
	struct civil c;

	zone_civil(zone, moment, &c);
	return c.year * 12 + c.month - 1;
}

int month_open(const struct zone *zone, int64_t as_of)
{
	return month_of(zone, as_of + DAY_MS);
}

void month_text(int month, char out[MONTH_TEXT])
{
	snprintf(out, MONTH_TEXT, "%04u-%02u", (unsigned)(month / 12) % 10000,
		 (unsigned)(month % 12 + 1) % 100);
}

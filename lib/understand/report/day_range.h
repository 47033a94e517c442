/* The days that a report counts: what --from and --until say. */
#ifndef REPORT_DAY_RANGE_H
#define REPORT_DAY_RANGE_H

#include "understand/report/count.h"

/* Both ends count; days since 1970-01-01. */
struct day_range {
	bool has_from, has_until;
	int64_t from, until;
};

/* -1 with a usage error that begins with REPORT: no day, or an end before the beginning. */
int day_range_read(struct day_range *out, const char *report, const struct count_value *from,
		   const struct count_value *until, struct error *err);

#endif

#include "understand/report/day_range.h"

#include "time/date_text.h"

static int read_day(const char *report, const char *option, const char *text, int64_t *day, struct error *err)
{
	struct civil c;

	if (!date_parse(span_of(text), DATES_ISO, &c) || c.has_time)
		return error_usage(err, "%s: --%s %s: write a day as 2024-03-01", report, option, text);
	*day = moment_days(c.year, c.month, c.day);
	return 0;
}

int day_range_read(struct day_range *out, const char *report, const struct count_value *from,
		   const struct count_value *until, struct error *err)
{
	out->has_from = from->count > 0;
	out->has_until = until->count > 0;
	if (out->has_from && read_day(report, "from", from->texts[0], &out->from, err))
		return -1;
	if (out->has_until && read_day(report, "until", until->texts[0], &out->until, err))
		return -1;
	if (out->has_from && out->has_until && out->until < out->from)
		return error_usage(err, "%s: --until %s lies before --from %s", report, until->texts[0], from->texts[0]);
	return 0;
}

#include "understand/report/words.h"

#include <stdlib.h>
#include <string.h>

#include "time/moment.h"

static const char *const months[] = {
	"January", "February", "March",	    "April",   "May",	   "June",
	"July",	   "August",   "September", "October", "November", "December",
};

static int64_t zone_minutes(const struct zone *zone, int64_t moment)
{
	return zone ? zone_offset(zone, moment) / 60000 : 0;
}

void words_put_day(struct buf *out, int64_t moment, const struct zone *zone)
{
	struct civil c;

	moment_to_civil(moment + zone_minutes(zone, moment) * 60000, &c);
	buf_printf(out, "%d %s %d", c.day, months[c.month - 1], c.year);
}

void words_put_time(struct buf *out, int64_t moment, const struct zone *zone)
{
	int64_t minutes = zone_minutes(zone, moment);
	struct civil c;

	words_put_day(out, moment, zone);
	moment_to_civil(moment + minutes * 60000, &c);
	buf_printf(out, ", %02d:%02d", c.hour, c.minute);
	if (zone && strcmp(zone_name(zone), "UTC"))
		buf_printf(out, " %c%02d:%02d", minutes < 0 ? '-' : '+', (int)(llabs(minutes) / 60),
			   (int)(llabs(minutes) % 60));
}

static bool is_midnight(int64_t moment, const struct zone *zone)
{
	return (moment + zone_minutes(zone, moment) * 60000) % DAY_MS == 0;
}

void words_put_range(struct buf *out, int64_t from, int64_t until, const struct zone *zone)
{
	bool days = is_midnight(from, zone) && is_midnight(until + 1, zone);
	void (*put)(struct buf *, int64_t, const struct zone *) = days ? words_put_day : words_put_time;

	put(out, from, zone);
	buf_lit(out, " to ");
	put(out, until, zone);
}

/* COUNT digits at *TEXT, taken off; -1: there are none. */
static int take_digits(struct span *text, size_t count)
{
	int number = 0;

	if (text->len < count)
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (text->ptr[i] < '0' || text->ptr[i] > '9')
			return -1;
		number = number * 10 + (text->ptr[i] - '0');
	}
	*text = span_sub(*text, count, text->len);
	return number;
}

static bool take_dash(struct span *text)
{
	if (!text->len || text->ptr[0] != '-')
		return false;
	*text = span_sub(*text, 1, text->len);
	return true;
}

bool words_put_period(struct buf *out, struct span text)
{
	int year = take_digits(&text, 4), month, day = 0;

	if (year < 0 || !take_dash(&text))
		return false;
	month = take_digits(&text, 2);
	if (month < 1 || month > 12)
		return false;
	if (text.len) {
		day = take_dash(&text) ? take_digits(&text, 2) : -1;
		if (day < 1 || day > 31 || text.len)
			return false;
	}
	if (day)
		buf_printf(out, "%d ", day);
	buf_printf(out, "%.3s %04d", months[month - 1], year);
	return true;
}

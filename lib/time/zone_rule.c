/* POSIX TZ rules: reading them, and the two transitions of a year. */
#include "time/zone_rule.h"

#include "time/moment.h"
#include "time/date_scan.h"

/* "CET", or anything in angle brackets: "<+0330>". */
static bool skip_name(struct cursor *c)
{
	const char *begin = c->p;

	if (cursor_take(c, '<')) {
		while (!cursor_at_end(c) && *c->p != '>')
			c->p++;
		return cursor_take(c, '>');
	}
	c->p += cursor_word(c).len;
	return c->p - begin >= 3;
}

/* "[+-]hh[:mm[:ss]]" in seconds, at most MAX_HOURS. */
static bool take_seconds(struct cursor *c, int max_hours, int *out)
{
	bool negative = cursor_peek(c) == '-';
	int hours, minutes = 0, seconds = 0;

	if (negative || cursor_peek(c) == '+')
		c->p++;
	if (!cursor_number(c, 3, &hours) || hours > max_hours)
		return false;
	if (cursor_take(c, ':')) {
		if (!cursor_number(c, 2, &minutes) || minutes > 59)
			return false;
		if (cursor_take(c, ':') &&
		    (!cursor_number(c, 2, &seconds) || seconds > 59))
			return false;
	}
	*out = hours * 3600 + minutes * 60 + seconds;
	if (negative)
		*out = -*out;
	return true;
}

static bool take_month_week_day(struct cursor *c, struct zone_day_rule *d)
{
	return cursor_number(c, 2, &d->month) && cursor_take(c, '.') &&
	       cursor_number(c, 1, &d->week) && cursor_take(c, '.') &&
	       cursor_number(c, 1, &d->day) && d->month >= 1 &&
	       d->month <= 12 && d->week >= 1 && d->week <= 5 && d->day <= 6;
}

static bool take_day(struct cursor *c, struct zone_day_rule *d)
{
	bool good;

	d->seconds = 2 * 3600;
	if (!cursor_take(c, ','))
		return false;
	if (cursor_take(c, 'M')) {
		d->form = 'M';
		good = take_month_week_day(c, d);
	} else if (cursor_take(c, 'J')) {
		d->form = 'J';
		good = cursor_number(c, 3, &d->day) && d->day >= 1 &&
		       d->day <= 365;
	} else {
		d->form = 'n';
		good = cursor_number(c, 3, &d->day) && d->day <= 365;
	}
	if (good && cursor_take(c, '/'))
		good = take_seconds(c, 167, &d->seconds);
	return good;
}

bool zone_rule_parse(struct span text, struct zone_rule *out)
{
	struct cursor c = {text.ptr, text.ptr + text.len};
	int west;

	*out = (struct zone_rule){0};
	if (!skip_name(&c) || !take_seconds(&c, 24, &west))
		return false;
	out->standard = -west;
	if (cursor_at_end(&c))
		return true;
	out->has_daylight = true;
	out->daylight = out->standard + 3600;
	if (!skip_name(&c))
		return false;
	if (cursor_peek(&c) != ',') {
		if (!take_seconds(&c, 24, &west))
			return false;
		out->daylight = -west;
	}
	return take_day(&c, &out->begin) && take_day(&c, &out->end) &&
	       cursor_at_end(&c);
}

/* Days since 1970 of a rule's day in YEAR. */
static int64_t rule_day(const struct zone_day_rule *d, int year)
{
	int64_t first = moment_days(year, 1, 1);
	int length, weekday, day;

	if (d->form == 'n')
		return first + d->day;
	if (d->form == 'J') {
		/* The 29 February is never counted: day 60 is 1 March. */
		bool leap = moment_month_length(year, 2) == 29;

		return first + d->day - 1 + (leap && d->day >= 60);
	}
	first = moment_days(year, d->month, 1);
	weekday = moment_weekday(first) % 7;	/* 0 Sunday, as POSIX counts */
	day = (d->day - weekday + 7) % 7 + (d->week - 1) * 7;
	length = moment_month_length(year, d->month);
	while (day >= length)
		day -= 7;
	return first + day;
}

void zone_rule_year(const struct zone_rule *r, int year, int64_t *begin,
		    int64_t *end)
{
	*begin = rule_day(&r->begin, year) * 86400 + r->begin.seconds -
		 r->standard;
	*end = rule_day(&r->end, year) * 86400 + r->end.seconds - r->daylight;
}

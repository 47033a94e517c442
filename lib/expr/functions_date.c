/* Functions of times.  Parts of a date are those of the run's time zone. */
#include "expr/builtin.h"
#include "time/date_format.h"
#include "time/date_text.h"

#define BY_FORMAT -1

static int check_format(struct compiler *c, struct node *n)
{
	enum date_order order;
	char quoted[ERROR_QUOTE_MAX];
	struct error why = ERROR_INIT;
	const char *near;

	n->choice = DATES_ISO;
	if (n->count < 2)
		return 0;
	if (builtin_constant_text(c, n, 1, &n->pattern))
		return -1;
	if (date_order_of(n->pattern, &order)) {
		n->choice = (int)order;
		return 0;
	}
	n->choice = BY_FORMAT;
	if (span_find_byte(n->pattern, '%') < n->pattern.len)
		return date_check_format(n->pattern, &why)
			? compile_error(c, n->args[1]->at, "%s", why.message) : 0;
	near = error_suggest(n->pattern, date_order_names);
	error_quote(n->pattern, quoted);
	if (near)
		return compile_error(c, n->args[1]->at,
				     "unknown date format %s; did you mean '%s'?", quoted, near);
	return compile_error(c, n->args[1]->at,
			     "unknown date format %s: write 'dmy', 'mdy', 'ymd', 'iso', 'excel' "
			     "or a form such as '%%d.%%m.%%Y'", quoted);
}

/* A date that cannot be read; where its order is the riddle, how to say it. */
static int bad_date(const struct node *n, struct span text, struct datum *out,
		    struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];
	bool order = n->choice == DATES_ISO && date_fits(text);

	*out = DATUM_UNKNOWN;
	if (n->lenient)
		return 0;
	error_quote(text, quoted);
	if (order)
		return error_data(err,
				  "%s can be read in several ways: date(..., 'dmy') or 'mdy' "
				  "says how", quoted);
	return error_data(err, "bad date %s", quoted);
}

static int call_date(const struct node *n, struct expr_run *run,
		     const struct datum *args, struct datum *out,
		     struct error *err)
{
	struct span text;
	struct civil civil;
	enum zone_hour hour;

	if (args[0].type == TYPE_TIME) {
		*out = args[0];
		return 0;
	}
	text = span_trim(datum_text_of(&args[0], run->scratch));
	if (!text.len)
		return 0;
	if (n->choice == BY_FORMAT
	    ? !date_parse_format(text, n->pattern, &civil)
	    : !date_parse(text, (enum date_order)n->choice, &civil))
		return bad_date(n, text, out, err);
	*out = datum_time(zone_moment(run->zone, &civil));
	hour = zone_hour(run->zone, &civil);
	if (hour != ZONE_HOUR_PLAIN) {
		run->odd_hour = hour;
		run->odd_time = text;
	}
	return 0;
}

static int check_epoch_unit(struct compiler *c, struct node *n)
{
	static const char *const units[] = {"s", "ms", "us", "ns", NULL};
	char quoted[ERROR_QUOTE_MAX];
	struct span unit = SPAN("s");

	if (n->count > 1 && builtin_constant_text(c, n, 1, &unit))
		return -1;
	for (n->choice = 0; units[n->choice]; n->choice++)
		if (span_equal(unit, span_of(units[n->choice])))
			return 0;
	return compile_error(c, n->args[1]->at,
			     "unknown unit %s: epoch() takes 's', 'ms', 'us' or 'ns'",
			     error_quote(unit, quoted));
}

/* Since the beginning of 1970, in UTC; parts of a millisecond are cut. */
static int call_epoch(const struct node *n, struct expr_run *run,
		      const struct datum *args, struct datum *out,
		      struct error *err)
{
	static const int shifts[] = {3, 0, -3, -6};
	struct decimal ms = args[0].number;
	char quoted[ERROR_QUOTE_MAX];
	int shift = shifts[n->choice] - ms.scale;

	for (; shift > 0 && ms.digits < MOMENT_MAX && ms.digits > MOMENT_MIN; shift--)
		ms.digits *= 10;
	for (; shift < 0; shift++)
		ms.digits = ms.digits / 10 - (ms.digits % 10 < 0);
	if (ms.digits >= MOMENT_MIN && ms.digits <= MOMENT_MAX) {
		*out = datum_time((int64_t)ms.digits);
		return 0;
	}
	if (n->lenient)
		return 0;
	return error_data(err, "%s is no time: its year is not one of 1 to 9999",
			  error_quote(datum_text_of(&args[0], run->scratch), quoted));
}

/* Whole days, rounded down: 23 hours are 0. */
static int64_t floor_days(int64_t ms)
{
	return ms / DAY_MS - (ms % DAY_MS < 0);
}

static int call_days_since(const struct node *n, struct expr_run *run,
			   const struct datum *args, struct datum *out,
			   struct error *err)
{
	(void)n;
	(void)err;
	if (run->as_of != MOMENT_NONE)
		*out = datum_number(decimal_of(floor_days(run->as_of - args[0].time)));
	return 0;
}

static int call_days(const struct node *n, struct expr_run *run,
		     const struct datum *args, struct datum *out,
		     struct error *err)
{
	(void)n;
	(void)run;
	(void)err;
	*out = datum_number(decimal_of(floor_days(duration_ms(args[0].duration))));
	return 0;
}

static struct civil civil_of(const struct datum *d, const struct expr_run *run)
{
	struct civil civil;

	zone_civil(run->zone, d->time, &civil);
	return civil;
}

static int call_year(const struct node *n, struct expr_run *run,
		     const struct datum *args, struct datum *out,
		     struct error *err)
{
	(void)n;
	(void)err;
	*out = datum_number(decimal_of(civil_of(&args[0], run).year));
	return 0;
}

static int call_month(const struct node *n, struct expr_run *run,
		      const struct datum *args, struct datum *out,
		      struct error *err)
{
	(void)n;
	(void)err;
	*out = datum_number(decimal_of(civil_of(&args[0], run).month));
	return 0;
}

static int call_day(const struct node *n, struct expr_run *run,
		    const struct datum *args, struct datum *out,
		    struct error *err)
{
	(void)n;
	(void)err;
	*out = datum_number(decimal_of(civil_of(&args[0], run).day));
	return 0;
}

static int call_hour(const struct node *n, struct expr_run *run,
		     const struct datum *args, struct datum *out,
		     struct error *err)
{
	(void)n;
	(void)err;
	*out = datum_number(decimal_of(civil_of(&args[0], run).hour));
	return 0;
}

/* 1 Monday to 7 Sunday, as ISO 8601 has it. */
static int call_weekday(const struct node *n, struct expr_run *run,
			const struct datum *args, struct datum *out,
			struct error *err)
{
	(void)n;
	(void)err;
	*out = datum_number(decimal_of(
		moment_weekday(zone_day(run->zone, args[0].time))));
	return 0;
}

enum unit { UNIT_YEAR, UNIT_QUARTER, UNIT_MONTH, UNIT_WEEK, UNIT_DAY, UNIT_HOUR };

static int check_unit(struct compiler *c, struct node *n)
{
	static const char *const units[] = {
		"year", "quarter", "month", "week", "day", "hour", NULL
	};
	char quoted[ERROR_QUOTE_MAX];
	struct span unit;
	const char *near;

	if (builtin_constant_text(c, n, 0, &unit))
		return -1;
	for (n->choice = 0; units[n->choice]; n->choice++) {
		if (span_equal_nocase(unit, span_of(units[n->choice])))
			return 0;
	}
	near = error_suggest(unit, units);
	error_quote(unit, quoted);
	if (near)
		return compile_error(c, n->args[0]->at,
				     "unknown unit %s; did you mean '%s'?", quoted, near);
	return compile_error(c, n->args[0]->at,
			     "unknown unit %s: date_trunc() takes 'year', 'quarter', 'month', "
			     "'week', 'day' or 'hour'", quoted);
}

/* The beginning of the year, quarter, ... that a time lies in. */
static int call_date_trunc(const struct node *n, struct expr_run *run,
			   const struct datum *args, struct datum *out,
			   struct error *err)
{
	struct civil c = civil_of(&args[1], run);
	int64_t days;

	(void)err;
	c.minute = c.second = c.millisecond = 0;
	c.has_offset = false;
	if (n->choice != UNIT_HOUR)
		c.hour = 0;
	if (n->choice <= UNIT_MONTH)
		c.day = 1;
	if (n->choice == UNIT_YEAR)
		c.month = 1;
	if (n->choice == UNIT_QUARTER)
		c.month = (c.month - 1) / 3 * 3 + 1;
	if (n->choice == UNIT_WEEK) {
		days = moment_days(c.year, c.month, c.day);
		days -= moment_weekday(days) - 1;
		moment_civil_date(days, &c.year, &c.month, &c.day);
	}
	if (c.year >= 1)
		*out = datum_time(zone_moment(run->zone, &c));
	return 0;
}

const struct builtin date_functions[] = {
	{"date", "*?t", TYPE_TIME, BUILTIN_OF_RUN, call_date, NULL, check_format},
	{"epoch", "n?t", TYPE_TIME, 0, call_epoch, NULL, check_epoch_unit},
	{"days_since", "m", TYPE_NUMBER, BUILTIN_OF_RUN, call_days_since, NULL, NULL},
	{"days", "d", TYPE_NUMBER, 0, call_days, NULL, NULL},
	{"year", "m", TYPE_NUMBER, BUILTIN_OF_RUN, call_year, NULL, NULL},
	{"month", "m", TYPE_NUMBER, BUILTIN_OF_RUN, call_month, NULL, NULL},
	{"day", "m", TYPE_NUMBER, BUILTIN_OF_RUN, call_day, NULL, NULL},
	{"weekday", "m", TYPE_NUMBER, BUILTIN_OF_RUN, call_weekday, NULL, NULL},
	{"hour", "m", TYPE_NUMBER, BUILTIN_OF_RUN, call_hour, NULL, NULL},
	{"date_trunc", "tm", TYPE_TIME, BUILTIN_OF_RUN, call_date_trunc, NULL, check_unit},
	{NULL, NULL, 0, 0, NULL, NULL, NULL},
};

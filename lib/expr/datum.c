#include <string.h>

#include "expr/period.h"
#include "expr/tree.h"
#include "record/scan.h"

static const char *const type_names[] = {
	[TYPE_UNKNOWN] = "null", [TYPE_TEXT] = "text", [TYPE_NUMBER] = "number",
	[TYPE_TIME] = "time", [TYPE_DURATION] = "duration",
	[TYPE_TRUTH] = "truth", [TYPE_LIST] = "list", [TYPE_JSON] = "JSON",
	[TYPE_WINDOW] = "window",
	[TYPE_ANY] = "any value",
};

const char *datum_type_name(enum datum_type type)
{
	return type_names[type];
}

const char *datum_type_article(enum datum_type type)
{
	static const char *const articles[] = {
		[TYPE_UNKNOWN] = "null", [TYPE_TEXT] = "a text",
		[TYPE_NUMBER] = "a number", [TYPE_TIME] = "a time",
		[TYPE_DURATION] = "a duration", [TYPE_TRUTH] = "a truth value",
		[TYPE_LIST] = "a list", [TYPE_JSON] = "JSON",
		[TYPE_WINDOW] = "a window", [TYPE_ANY] = "any value",
	};

	return articles[type];
}

/* 400 Gregorian years are 146097 days: a month is 30.436875 days. */
#define MONTH_MS 2629746000

int64_t duration_ms(struct duration d)
{
	return d.months * (int64_t)MONTH_MS + d.ms;
}

struct unit {
	int64_t size;
	const char *name;
};

/* COUNT in UNITS, the last of which has size 1: "8d14h"; none of it is 0d. */
static void put_units(struct buf *out, int64_t count, const struct unit *units)
{
	if (!count)
		buf_lit(out, "0d");
	for (; count; units++) {
		if (count / units->size) {
			buf_i64(out, count / units->size);
			buf_text_put(out, units->name);
		}
		count %= units->size;
	}
}

/*
 * As a literal where it has one sign for all of it: "90d", "1y6mo", "-2d".
 * Weeks are shown as days, which is what people compare.
 */
void duration_put(struct buf *out, struct duration d)
{
	static const struct unit months[] = {{12, "y"}, {1, "mo"}};
	static const struct unit times[] = {
		{DAY_MS, "d"}, {3600000, "h"}, {60000, "min"}, {1000, "s"},
		{1, "ms"},
	};

	if (d.months < 0 || (!d.months && d.ms < 0)) {
		buf_char(out, '-');
		d.months = -d.months;
		d.ms = -d.ms;
	}
	if (d.months)
		put_units(out, d.months, months);
	if (d.ms || !d.months)
		put_units(out, d.ms, times);
}

static void put_number(const struct datum *d, struct buf *out)
{
	if (span_absent(d->written))
		decimal_put(out, d->number);
	else
		buf_span(out, d->written);
}

static void put_list(const struct datum *d, struct buf *out)
{
	size_t i;

	for (i = 0; i < d->list.count; i++) {
		if (i)
			buf_char(out, ';');
		buf_span(out, d->list.items[i]);
	}
}

void datum_put_text(const struct datum *d, struct buf *out)
{
	switch (d->type) {
	case TYPE_TEXT:
	case TYPE_JSON:
		buf_span(out, d->text);
		break;
	case TYPE_NUMBER:
		put_number(d, out);
		break;
	case TYPE_TIME:
		moment_put(out, d->time);
		break;
	case TYPE_DURATION:
		duration_put(out, d->duration);
		break;
	case TYPE_TRUTH:
		buf_text_put(out, d->truth ? "true" : "false");
		break;
	case TYPE_WINDOW:
		buf_span(out, d->period->text);
		break;
	case TYPE_LIST:
		put_list(d, out);
		break;
	case TYPE_UNKNOWN:
	case TYPE_ANY:
		break;
	}
}

void datum_put_value(const struct datum *d, struct buf *out)
{
	size_t i;

	switch (d->type) {
	case TYPE_TEXT:
		text_encode(out, d->text);
		break;
	case TYPE_LIST:
		buf_char(out, '[');
		for (i = 0; i < d->list.count; i++) {
			if (i)
				buf_char(out, ',');
			text_encode(out, d->list.items[i]);
		}
		buf_char(out, ']');
		break;
	case TYPE_TIME:
	case TYPE_DURATION:
	case TYPE_WINDOW:
		buf_char(out, '"');
		datum_put_text(d, out);
		buf_char(out, '"');
		break;
	case TYPE_NUMBER:
	case TYPE_TRUTH:
	case TYPE_JSON:
		datum_put_text(d, out);
		break;
	case TYPE_UNKNOWN:
	case TYPE_ANY:
		buf_text_put(out, "null");
		break;
	}
}

struct span datum_text_of(const struct datum *d, struct arena *scratch)
{
	struct buf out = BUF_INIT;
	struct span text;

	if (d->type == TYPE_TEXT || d->type == TYPE_JSON)
		return d->text;
	if (d->type == TYPE_NUMBER && !span_absent(d->written))
		return d->written;
	datum_put_text(d, &out);
	text = arena_copy(scratch, buf_view(&out));
	buf_release(&out);
	return text;
}

/* The day number of DAYS moved by MONTHS, cut to the last of its month. */
static bool shift_months(int64_t *days, int months)
{
	int year, month, day, length;
	int64_t all;

	moment_civil_date(*days, &year, &month, &day);
	all = (int64_t)year * 12 + month - 1 + months;
	if (all < 12 || all >= 10000 * 12)
		return false;
	year = (int)(all / 12);
	month = (int)(all % 12) + 1;
	length = moment_month_length(year, month);
	*days = moment_days(year, month, day < length ? day : length);
	return true;
}

bool duration_add(int64_t moment, struct duration d, int sign,
		  const struct zone *zone, int64_t *out)
{
	struct civil civil;
	int64_t days;

	if (d.months) {
		zone_civil(zone, moment, &civil);
		days = moment_days(civil.year, civil.month, civil.day);
		if (!shift_months(&days, sign * d.months))
			return false;
		moment_civil_date(days, &civil.year, &civil.month, &civil.day);
		civil.has_offset = false;
		moment = zone_moment(zone, &civil);
	}
	if (__builtin_add_overflow(moment, sign * d.ms, out))
		return false;
	return *out >= MOMENT_MIN && *out <= MOMENT_MAX;
}

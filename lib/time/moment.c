/* Calendar arithmetic and the records' own form of a moment. */
#include "time/moment.h"

#include <string.h>

#define HOUR_MS 3600000
#define MINUTE_MS 60000
#define SECOND_MS 1000

/*
 * Years are counted from March in eras of 400 years (146,097 days), so that
 * the leap day comes last and every division is by a constant.
 * Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
 */
int64_t moment_days(int year, int month, int day)
{
	int64_t y = year, era, of_era;
	int of_year;

	if (month < 1 || month > 12) {
		int64_t carry = (int64_t)month - 1;
		int64_t years = carry >= 0 ? carry / 12 : -((11 - carry) / 12);

		y += years;
		month = (int)(carry - years * 12) + 1;
	}
	y -= month <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	of_era = y - era * 400;
	of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	       of_year + day - 1 - 719468;
}

void moment_civil_date(int64_t days, int *year, int *month, int *day)
{
	int64_t shifted = days + 719468;
	int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
	unsigned of_era = (unsigned)(shifted - era * 146097);
	unsigned y = (of_era - of_era / 1460 + of_era / 36524 -
		      of_era / 146096) / 365;
	unsigned of_year = of_era - (365 * y + y / 4 - y / 100);
	unsigned m = (5 * of_year + 2) / 153;

	*day = (int)(of_year - (153 * m + 2) / 5) + 1;
	*month = (int)(m < 10 ? m + 3 : m - 9);
	*year = (int)((int64_t)y + era * 400 + (*month <= 2));
}

int moment_month_length(int year, int month)
{
	static const unsigned char lengths[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31,
	};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return lengths[month - 1] + (month == 2 && leap);
}

int moment_weekday(int64_t days)
{
	/* Day 0, 1970-01-01, was a Thursday. */
	int64_t w = (days + 3) % 7;

	return (int)(w < 0 ? w + 7 : w) + 1;
}

static int64_t saturated(int64_t moment)
{
	if (moment < MOMENT_MIN)
		return MOMENT_MIN;
	return moment > MOMENT_MAX ? MOMENT_MAX : moment;
}

int64_t moment_from_civil(const struct civil *c)
{
	int64_t moment = moment_days(c->year, c->month, c->day) * DAY_MS;

	moment += (int64_t)c->hour * HOUR_MS + c->minute * MINUTE_MS +
		  c->second * SECOND_MS + c->millisecond;
	if (c->has_offset)
		moment -= (int64_t)c->offset_minutes * MINUTE_MS;
	return saturated(moment);
}

/* The days, rounded down, and the milliseconds of the last one. */
static int64_t split_day(int64_t moment, unsigned *rest)
{
	int64_t days = moment / DAY_MS;
	int64_t ms = moment - days * DAY_MS;

	if (ms < 0) {
		ms += DAY_MS;
		days--;
	}
	*rest = (unsigned)ms;
	return days;
}

void moment_to_civil(int64_t moment, struct civil *out)
{
	unsigned ms;

	moment = saturated(moment);
	moment_civil_date(split_day(moment, &ms), &out->year, &out->month,
			  &out->day);
	out->hour = (int)(ms / HOUR_MS);
	out->minute = (int)(ms / MINUTE_MS % 60);
	out->second = (int)(ms / SECOND_MS % 60);
	out->millisecond = (int)(ms % SECOND_MS);
	out->has_time = true;
	out->has_offset = true;
	out->offset_minutes = 0;
}

/*
 * The value of LEN digits; sets *BAD when a byte is none.  BAD is collected
 * over the whole text and looked at once, without a branch per digit.
 */
static inline unsigned digits(const char *p, int len, unsigned *bad)
{
	unsigned value = 0;

	for (int i = 0; i < len; i++) {
		unsigned d = (unsigned)(unsigned char)p[i] - '0';

		*bad |= d > 9;
		value = value * 10 + d;
	}
	return value;
}

bool moment_parse_record(struct span text, int64_t *out)
{
	const char *p = text.ptr;
	unsigned bad = 0, year, month, day, hour, minute, second, ms;

	if (text.len != MOMENT_TEXT)
		return false;
	year = digits(p, 4, &bad);
	month = digits(p + 5, 2, &bad);
	day = digits(p + 8, 2, &bad);
	hour = digits(p + 11, 2, &bad);
	minute = digits(p + 14, 2, &bad);
	second = digits(p + 17, 2, &bad);
	ms = digits(p + 20, 3, &bad);
	bad |= p[4] != '-' || p[7] != '-' || p[10] != 'T' || p[13] != ':' ||
	       p[16] != ':' || p[19] != '.' || p[23] != 'Z';
	bad |= year < 1 || month < 1 || month > 12 || day < 1;
	bad |= hour > 23 || minute > 59 || second > 59;
	if (bad)
		return false;
	if (day > 28 && (int)day > moment_month_length((int)year, (int)month))
		return false;
	*out = moment_days((int)year, (int)month, (int)day) * DAY_MS +
	       (int64_t)(hour * HOUR_MS + minute * MINUTE_MS +
			 second * SECOND_MS + ms);
	return true;
}

static void put_two(char *out, unsigned value)
{
	static const char pairs[] =
		"00010203040506070809101112131415161718192021222324"
		"25262728293031323334353637383940414243444546474849"
		"50515253545556575859606162636465666768697071727374"
		"75767778798081828384858687888990919293949596979899";

	memcpy(out, pairs + 2 * value, 2);
}

static void put_date(char *out, int64_t days)
{
	int year, month, day;

	moment_civil_date(days, &year, &month, &day);
	put_two(out, (unsigned)year / 100);
	put_two(out + 2, (unsigned)year % 100);
	out[4] = '-';
	put_two(out + 5, (unsigned)month);
	out[7] = '-';
	put_two(out + 8, (unsigned)day);
}

void moment_format(int64_t moment, char out[MOMENT_TEXT])
{
	unsigned ms;

	put_date(out, split_day(saturated(moment), &ms));
	out[10] = 'T';
	put_two(out + 11, ms / HOUR_MS);
	out[13] = ':';
	put_two(out + 14, ms / MINUTE_MS % 60);
	out[16] = ':';
	put_two(out + 17, ms / SECOND_MS % 60);
	out[19] = '.';
	ms %= SECOND_MS;
	out[20] = (char)('0' + ms / 100);
	put_two(out + 21, ms % 100);
	out[23] = 'Z';
}

void moment_put(struct buf *b, int64_t moment)
{
	if (!buf_reserve(b, MOMENT_TEXT))
		return;
	moment_format(moment, b->ptr + b->len);
	b->len += MOMENT_TEXT;
}

void moment_put_date(struct buf *b, int64_t moment)
{
	unsigned ms;

	if (!buf_reserve(b, 10))
		return;
	put_date(b->ptr + b->len, split_day(saturated(moment), &ms));
	b->len += 10;
}

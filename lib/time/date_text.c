/*
 * Dates as people and programs write them.
 *
 * A date is read from left to right by what stands first: a weekday is
 * skipped, then a month's name, or a number whose count of digits says what it
 * is (14, 13, 10 and 8 digits stand alone, 4 are a year, 1 and 2 a day or what
 * the order says).  Nothing is tried twice, so a form is never read in a way
 * that its neighbours in the column are not.
 */
#include "time/date_text.h"

#include <string.h>

#include "time/date_names.h"
#include "time/date_scan.h"

/* Is a point with two digits behind it next, which no third follows?  "09.30", "09.30.15.000". */
static bool at_point(const struct cursor *c)
{
	struct cursor ahead = *c;
	int two;

	return cursor_take(&ahead, '.') && cursor_number(&ahead, 2, &two) == 2 &&
	       !cursor_digit(&ahead);
}

/* The hour is read: ".30", ".30.15.000000", as Oracle and the north of Europe write them. */
static bool take_dotted(struct cursor *c, struct civil *out)
{
	c->p++;
	cursor_number(c, 2, &out->minute);
	if (!at_point(c))
		return true;
	c->p++;
	cursor_number(c, 2, &out->second);
	return !cursor_take(c, '.') || cursor_fraction(c, &out->millisecond);
}

/* "09:30", "9:30:15.123456", "09.30.15", or without colons "0930", "093015.123". */
static bool take_clock(struct cursor *c, struct civil *out)
{
	int n = cursor_number(c, 2, &out->hour);

	if (!n)
		return false;
	out->has_time = true;
	if (at_point(c))
		return take_dotted(c, out);
	if (!cursor_take(c, ':') && !cursor_take(c, 'h')) {
		/* "9 AM": the caller looks for the AM; "0930" goes on. */
		if (!cursor_digit(c))
			return true;
		if (n != 2 || cursor_number(c, 2, &out->minute) != 2)
			return false;
		if (!cursor_digit(c))
			return true;
	} else {
		if (cursor_number(c, 2, &out->minute) != 2)
			return false;
		if (!cursor_take(c, ':'))
			return true;
	}
	if (cursor_number(c, 2, &out->second) != 2)
		return false;
	if (cursor_take(c, '.') || cursor_take(c, ','))
		return cursor_fraction(c, &out->millisecond);
	return true;
}

/* What people write around a time of the day. */
static const char clock_words[] = "uhr uur h";
static const char between_words[] = "at um a kl om o alle";
static const char of_words[] = "de del";

/* Takes the next word where it is one of LIST, and blanks behind it. */
static bool skip_word(struct cursor *c, const char *list)
{
	struct span word = date_word(span_between(c->p, c->end));
	struct span rest = span_of(list);

	while (word.len && !span_absent(rest)) {
		if (!span_equal_nocase(word, span_cut(&rest, ' ')))
			continue;
		c->p += word.len;
		cursor_take(c, '.');
		cursor_blanks(c);
		return true;
	}
	return false;
}

/*
 * A clock, then AM or PM, then an offset, with blanks between them as people
 * like; "T09" alone is ISO, but "2024-03-01 9" is not a time.
 */
static bool take_time(struct cursor *c, struct civil *out, bool bare_hour)
{
	const char *begin = c->p;
	bool hour_only, meridiem = false;
	char next;

	if (!take_clock(c, out))
		return false;
	hour_only = c->p - begin <= 2;
	if (cursor_at_end(c))
		return !hour_only || bare_hour;
	cursor_blanks(c);
	if (skip_word(c, clock_words) && cursor_at_end(c))
		return true;
	next = (char)(cursor_peek(c) | 0x20);
	if ((next == 'a' || next == 'p') && cursor_is_meridiem(c)) {
		meridiem = true;
		if (!cursor_meridiem(c, out))
			return false;
		cursor_blanks(c);
		next = (char)(cursor_peek(c) | 0x20);
	}
	if (hour_only && !meridiem && !bare_hour)
		return false;
	if (cursor_at_end(c) || cursor_digit(c))
		return true;
	return cursor_offset(c, out);
}

/*
 * What may stand behind an offset and says nothing more: the zone's name,
 * "[Europe/Berlin]" (RFC 9557) or "(CET)" (an RFC 5322 comment).
 */
static bool take_remark(struct cursor *c, const struct civil *out)
{
	char close;

	cursor_blanks(c);
	if (cursor_at_end(c))
		return true;
	close = *c->p == '[' ? ']' : ')';
	if (!out->has_offset || (*c->p != '[' && *c->p != '('))
		return false;
	c->p = memchr(c->p, close, (size_t)(c->end - c->p));
	return c->p && c->p + 1 == c->end;
}

/* What stands between a date and its time; then the time and nothing more. */
static bool take_rest(struct cursor *c, struct civil *out)
{
	bool glued = false;

	if (cursor_at_end(c))
		return true;
	if ((*c->p | 0x20) == 't' || *c->p == ':') {
		glued = *c->p != ':';
		c->p++;
	} else {
		bool comma = cursor_take(c, ',');

		if (!cursor_blanks(c) && !comma)
			return false;
		if (!skip_word(c, between_words) && cursor_peek(c) == '\xc3')
			c->p += c->end - c->p >= 3 && c->p[1] == '\xa0' && c->p[2] == ' ' ? 3 : 0;
	}
	return take_time(c, out, glued) && take_remark(c, out);
}

/* One of "-/." or blanks, or a comma and blanks; 0 when there is none. */
static char take_separator(struct cursor *c)
{
	char s = cursor_peek(c);

	if (s == '-' || s == '/') {
		c->p++;
		return s;
	}
	if (s == '.' || s == ',')
		c->p++;
	else if (s != ' ')
		return '\0';
	cursor_blanks(c);
	return s;
}

static bool take_year(struct cursor *c, struct civil *out)
{
	int n = cursor_number(c, 4, &out->year);

	if (n == 2)
		out->year = date_two_digit_year(out->year);
	return (n == 4 || n == 2) && !cursor_digit(c);
}

/* "st", "nd", "rd", "th", "er" behind a day. */
static void skip_ordinal(struct cursor *c)
{
	struct span word = cursor_word(c);

	if (span_equal_nocase(word, SPAN("st")) ||
	    span_equal_nocase(word, SPAN("nd")) ||
	    span_equal_nocase(word, SPAN("rd")) ||
	    span_equal_nocase(word, SPAN("th")) ||
	    span_equal_nocase(word, SPAN("er")))
		c->p += word.len;
}

/*
 * "Mar 1, 2024", "March 1st 2024 9:30 AM", and with the year at the end
 * "Mar  1 09:30:00 2024" (asctime), "Mar  1 09:30:00 UTC 2024" (date).
 */
static bool month_first(struct cursor *c, struct civil *out)
{
	struct cursor ahead;
	int n, year;

	out->month = cursor_month(c);
	if (!out->month || !take_separator(c))
		return false;
	if (!cursor_number(c, 2, &out->day))
		return false;
	skip_ordinal(c);
	if (!take_separator(c))
		return false;
	ahead = *c;
	n = cursor_number(&ahead, 4, &year);
	if (n == 4 && !cursor_digit(&ahead)) {
		*c = ahead;
		out->year = year;
		return take_rest(c, out);
	}
	if (!take_time(c, out, false))
		return false;
	cursor_blanks(c);
	return cursor_number(c, 4, &out->year) == 4 && cursor_at_end(c);
}

/*
 * "1 Mar 2024", "01-MAR-24", "1. March 2024", "01MAR2024",
 * "01/Mar/2024:09:30:00 +0100".
 */
static bool day_then_name(struct cursor *c, int day, struct civil *out)
{
	out->day = day;
	skip_word(c, of_words);
	out->month = cursor_month(c);
	if (!out->month)
		return false;
	take_separator(c);
	cursor_blanks(c);
	skip_word(c, of_words);
	return take_year(c, out) && take_rest(c, out);
}

/* "1/3/2024", "01.03.24", "24-3-1": three numbers and twice one separator. */
static bool by_order(struct cursor *c, int first, char separator,
		     enum date_order order, struct civil *out)
{
	int second;

	if (order != DATES_DMY && order != DATES_MDY && order != DATES_YMD)
		return false;
	if (separator == ' ' || separator == ',')
		return false;
	if (!cursor_number(c, 2, &second) || take_separator(c) != separator)
		return false;
	out->month = order == DATES_MDY ? first : second;
	if (order == DATES_YMD) {
		out->year = date_two_digit_year(first);
		if (!cursor_number(c, 2, &out->day) || cursor_digit(c))
			return false;
	} else {
		out->day = order == DATES_MDY ? second : first;
		if (!take_year(c, out))
			return false;
	}
	return take_rest(c, out);
}

static bool day_first(struct cursor *c, int first, enum date_order order,
		      struct civil *out)
{
	char separator;

	skip_ordinal(c);
	separator = take_separator(c);
	if (!cursor_digit(c))
		return day_then_name(c, first, out);
	return by_order(c, first, separator, order, out);
}

/* "2024-03-01", "2024/3/1", "2024.03.01", "2024-Mar-01", "2024 Mar 1". */
static bool year_first(struct cursor *c, int year, struct civil *out)
{
	char separator = take_separator(c);

	if (!separator || separator == ',')
		return false;
	out->year = year;
	if (cursor_digit(c)) {
		if (separator == ' ' || !cursor_number(c, 2, &out->month))
			return false;
	} else {
		out->month = cursor_month(c);
	}
	if (take_separator(c) != separator || !cursor_number(c, 2, &out->day))
		return false;
	return take_rest(c, out);
}

static int count_digits(const struct cursor *c)
{
	const char *p = c->p;

	while (p < c->end && *p >= '0' && *p <= '9')
		p++;
	return (int)(p - c->p);
}

/* Unix time by its N digits: seconds (10), milli- (13), micro- (16) or nanoseconds (19), with a fraction. */
static bool unix_time(struct cursor *c, int n, struct civil *out)
{
	int64_t value = 0;
	int ms = 0;

	/* Those of nanoseconds begin with 1 until 2033; what is beyond 63 bits is none. */
	if (n == 19 && *c->p > '8')
		return false;

	for (int i = 0; i < n; i++)
		value = value * 10 + (*c->p++ - '0');
	if (cursor_take(c, '.') && !cursor_fraction(c, &ms))
		return false;
	value = n == 10 ? value * 1000 + ms : n == 16 ? value / 1000 :
		n == 19 ? value / 1000000 : value;
	moment_to_civil(value, out);
	return cursor_at_end(c);
}

/* "20240301", "20240301T093000Z", "20240301093000". */
static bool compact_date(struct cursor *c, int n, struct civil *out)
{
	cursor_number(c, 4, &out->year);
	cursor_number(c, 2, &out->month);
	cursor_number(c, 2, &out->day);
	if (n == 8)
		return take_rest(c, out);
	return take_time(c, out, false) && take_remark(c, out);
}

/*
 * An Excel day number: up to seven digits and a fraction of a day.  The day
 * 60, the 29 February 1900 that never was, and those before it are a day off
 * in Excel itself; they are read as Excel's successors do.
 */
static bool excel_day(struct span text, struct civil *out)
{
	struct cursor c = {text.ptr, text.ptr + text.len};
	uint64_t fraction = 0, unit = 1;
	int days, n = cursor_number(&c, 7, &days);
	int64_t ms;

	if (!n)
		return false;
	if (cursor_take(&c, '.')) {
		/* Eleven decimals of a day are a microsecond, and fit. */
		while (cursor_digit(&c) && unit < UINT64_C(100000000000)) {
			fraction = fraction * 10 + (uint64_t)(*c.p++ - '0');
			unit *= 10;
		}
		while (cursor_digit(&c))
			c.p++;
	}
	if (!cursor_at_end(&c) || days > 2958465)
		return false;
	ms = (int64_t)((fraction * DAY_MS + unit / 2) / unit);
	moment_to_civil((moment_days(1899, 12, 30) + days) * DAY_MS + ms, out);
	out->has_time = ms != 0;
	out->has_offset = false;
	return true;
}

/* The form that nearly every export has: "2024-03-01[T09:30:00[...]]". */
static bool iso_date(struct cursor *c, struct civil *out)
{
	const char *p = c->p;
	struct cursor at;
	int n;

	if (c->end - p < 10 || p[4] != '-' || p[7] != '-')
		return false;
	at = (struct cursor){p, p + 10};
	n = cursor_number(&at, 4, &out->year);
	at.p++;
	n += cursor_number(&at, 2, &out->month);
	at.p++;
	n += cursor_number(&at, 2, &out->day);
	if (n != 8)
		return false;
	c->p += 10;
	return true;
}

static bool any_date(struct cursor *c, enum date_order order,
		     struct civil *out)
{
	int n, first;

	if (!cursor_digit(c)) {
		if (cursor_weekday(c)) {
			cursor_take(c, '.');
			cursor_take(c, ',');
			cursor_blanks(c);
		}
		if (!cursor_digit(c))
			return month_first(c, out);
	}
	n = count_digits(c);
	switch (n) {
	case 10:
	case 13:
	case 16:
	case 19:
		return unix_time(c, n, out);
	case 8:
	case 14:
		return compact_date(c, n, out);
	case 4:
		cursor_number(c, 4, &first);
		return year_first(c, first, out);
	case 1:
	case 2:
		cursor_number(c, 2, &first);
		return day_first(c, first, order, out);
	default:
		return false;
	}
}

bool date_parse_clock(struct span text, struct civil *out)
{
	struct cursor c;

	text = span_trim(text);
	c = (struct cursor){text.ptr, text.ptr + text.len};
	*out = (struct civil){.year = 2000, .month = 1, .day = 1};
	return cursor_digit(&c) && count_digits(&c) <= 2 && take_time(&c, out, false) &&
	       take_remark(&c, out) && date_settle(out) && out->day == 1;
}

bool date_join_clock(struct civil *day, const struct civil *clock)
{
	if (day->has_time && (day->hour || day->minute || day->second || day->millisecond))
		return false;
	day->hour = clock->hour;
	day->minute = clock->minute;
	day->second = clock->second;
	day->millisecond = clock->millisecond;
	day->has_time = true;
	if (clock->has_offset) {
		day->has_offset = true;
		day->offset_minutes = clock->offset_minutes;
	}
	return true;
}

/* Units of durations, one letter or more of them, as programs and people write them. */
static const char units[] = "s sec secs second seconds m min mins minute minutes h hr hrs hour hours d day days "
	"w wk week weeks mo mon month months y yr yrs year years ms "
	"tag tage stunde stunden std jour jours heure heures";

static bool is_unit(struct span word)
{
	struct span rest = span_of(units);

	while (!span_absent(rest))
		if (span_equal_nocase(word, span_cut(&rest, ' ')))
			return true;
	return false;
}

/* P3DT4H of ISO 8601. */
static bool is_iso_duration(struct span s)
{
	bool digits = false;

	for (size_t i = 1; i < s.len; i++) {
		if (!memchr("0123456789.YMWDTHS", s.ptr[i], 18))
			return false;
		digits = digits || (s.ptr[i] >= '0' && s.ptr[i] <= '9');
	}
	return digits;
}

/* Longer runs of digits are dates or moments. */
#define DURATION_DIGITS 7

bool date_is_duration(struct span text)
{
	struct cursor c;
	bool digits = false, fraction = false;

	text = span_trim(text);
	if (text.len && text.ptr[0] == 'P')
		return is_iso_duration(text);
	c = (struct cursor){text.ptr, text.ptr + text.len};
	cursor_take(&c, '-');
	while (!cursor_at_end(&c)) {
		struct span word = cursor_word(&c);
		int value;

		if (cursor_digit(&c)) {
			if (count_digits(&c) > DURATION_DIGITS && !fraction)
				return false;
			while (cursor_digit(&c))
				cursor_number(&c, 9, &value);
			digits = true;
		} else if (word.len) {
			if (!digits || !is_unit(word))
				return false;
			c.p += word.len;
		} else if (*c.p == '.' || *c.p == ',' || *c.p == ':' || *c.p == ' ') {
			fraction = *c.p++ == '.';
		} else {
			return false;
		}
	}
	return digits;
}

const char *const date_order_names[] = {"iso", "dmy", "mdy", "ymd", "excel", NULL};

bool date_order_of(struct span name, enum date_order *out)
{
	for (int i = 0; date_order_names[i]; i++) {
		if (span_equal_nocase(name, span_of(date_order_names[i]))) {
			*out = (enum date_order)i;
			return true;
		}
	}
	return false;
}

bool date_parse(struct span text, enum date_order order,
			struct civil *out)
{
	struct cursor c;

	text = span_trim(text);
	c = (struct cursor){text.ptr, text.ptr + text.len};
	*out = (struct civil){0};
	if (iso_date(&c, out))
		return take_rest(&c, out) && date_settle(out);
	if (order == DATES_EXCEL && excel_day(text, out))
		return true;
	return any_date(&c, order, out) && date_settle(out);
}

unsigned date_fits(struct span text)
{
	struct civil c;
	unsigned fits = 0;

	text = span_trim(text);
	/* Whatever needs no order is no such date. */
	if (!text.len || date_parse(text, DATES_ISO, &c))
		return 0;
	if (date_parse(text, DATES_DMY, &c))
		fits |= DATE_FITS_DMY;
	if (date_parse(text, DATES_MDY, &c))
		fits |= DATE_FITS_MDY;
	return fits;
}

#include "time/date_format.h"

#include <string.h>

#include "time/date_scan.h"

/* What was read and does not stand in struct civil. */
struct parts {
	bool pm_given;
	bool pm;
	bool epoch;
	int year_day;	/* 0: none */
};

#define CONVERSIONS "YmdeyHIMSfpbBhaAzZsjTFDR%"

/* One blank stands for any run of them, none too. */
static bool match_literal(struct cursor *c, char byte)
{
	if (byte == ' ' || byte == '\t') {
		cursor_blanks(c);
		return true;
	}
	return cursor_take(c, byte);
}

/* One or two digits; %e also with a blank in front. */
static bool take_small(struct cursor *c, int *value)
{
	cursor_blanks(c);
	return cursor_number(c, 2, value) > 0;
}

static bool take_meridiem(struct cursor *c, struct parts *parts)
{
	struct civil probe = {.hour = 12};

	if (!cursor_meridiem(c, &probe))
		return false;
	parts->pm_given = true;
	parts->pm = probe.hour == 12;
	return true;
}

static bool take_epoch(struct cursor *c, struct civil *out,
		       struct parts *parts)
{
	bool negative = cursor_take(c, '-');
	int64_t value = 0;
	int n = 0;

	while (n < 12 && cursor_digit(c)) {
		value = value * 10 + (*c->p++ - '0');
		n++;
	}
	if (negative)
		value = -value;
	if (!n || value < MOMENT_MIN / 1000 || value > MOMENT_MAX / 1000)
		return false;
	parts->epoch = true;
	moment_to_civil(value * 1000, out);
	return true;
}

static bool take_two_digit_year(struct cursor *c, struct civil *out)
{
	if (cursor_number(c, 2, &out->year) != 2)
		return false;
	out->year = date_two_digit_year(out->year);
	return true;
}

static bool by_format(struct cursor *c, struct span format, struct civil *out,
		      struct parts *parts);

static bool take_part(struct cursor *c, char conversion, struct civil *out,
		      struct parts *parts)
{
	switch (conversion) {
	case 'Y':
		return cursor_number(c, 4, &out->year) == 4;
	case 'y':
		return take_two_digit_year(c, out);
	case 'm':
		return take_small(c, &out->month);
	case 'd':
	case 'e':
		return take_small(c, &out->day);
	case 'b':
	case 'B':
	case 'h':
		out->month = cursor_month(c);
		return out->month > 0;
	case 'a':
	case 'A':
		return cursor_weekday(c) > 0;
	case 'j':
		return cursor_number(c, 3, &parts->year_day) &&
		       parts->year_day > 0;
	case 'F':
		return by_format(c, SPAN("%Y-%m-%d"), out, parts);
	case 'D':
		return by_format(c, SPAN("%m/%d/%y"), out, parts);
	case '%':
		return cursor_take(c, '%');
	default:
		return false;
	}
}

static bool take_time_part(struct cursor *c, char conversion,
			   struct civil *out, struct parts *parts)
{
	out->has_time = true;
	switch (conversion) {
	case 'H':
	case 'I':
		return take_small(c, &out->hour);
	case 'M':
		return cursor_number(c, 2, &out->minute) == 2;
	case 'S':
		return cursor_number(c, 2, &out->second) == 2;
	case 'f':
		return cursor_fraction(c, &out->millisecond);
	case 'p':
		return take_meridiem(c, parts);
	case 'z':
	case 'Z':
		return cursor_offset(c, out);
	case 's':
		return take_epoch(c, out, parts);
	case 'T':
		return by_format(c, SPAN("%H:%M:%S"), out, parts);
	case 'R':
		return by_format(c, SPAN("%H:%M"), out, parts);
	default:
		return false;
	}
}

static bool by_format(struct cursor *c, struct span format, struct civil *out,
		      struct parts *parts)
{
	for (size_t i = 0; i < format.len; i++) {
		char conversion;

		if (format.ptr[i] != '%') {
			if (!match_literal(c, format.ptr[i]))
				return false;
			continue;
		}
		if (++i == format.len)
			return false;
		conversion = format.ptr[i];
		if (memchr("HIMSfpzZsTR", conversion, 11)) {
			if (!take_time_part(c, conversion, out, parts))
				return false;
		} else if (!take_part(c, conversion, out, parts)) {
			return false;
		}
	}
	return true;
}

/* The day of the year becomes month and day. */
static bool apply_year_day(int year_day, struct civil *out)
{
	int year = out->year;

	moment_civil_date(moment_days(year, 1, 1) + year_day - 1, &out->year,
			  &out->month, &out->day);
	return out->year == year;
}

bool date_parse_format(struct span text, struct span format,
			 struct civil *out)
{
	struct parts parts = {0};
	struct cursor c;

	text = span_trim(text);
	format = span_trim(format);
	c = (struct cursor){text.ptr, text.ptr + text.len};
	*out = (struct civil){0};
	if (!by_format(&c, format, out, &parts) || !cursor_at_end(&c))
		return false;
	if (parts.epoch)
		return true;
	if (parts.pm_given) {
		if (out->hour < 1 || out->hour > 12)
			return false;
		out->hour = out->hour % 12 + (parts.pm ? 12 : 0);
	}
	if (parts.year_day && !apply_year_day(parts.year_day, out))
		return false;
	return date_settle(out);
}

static bool format_has(const bool seen[256], const char *any)
{
	for (; *any; any++)
		if (seen[(unsigned char)*any])
			return true;
	return false;
}

/* Does a format with these conversions give a whole date? */
static bool gives_date(const bool seen[256])
{
	if (format_has(seen, "sFD"))
		return true;
	if (!format_has(seen, "Yy"))
		return false;
	return format_has(seen, "j") ||
	       (format_has(seen, "mbBh") && format_has(seen, "de"));
}

int date_check_format(struct span format, struct error *err)
{
	bool seen[256] = {false};
	char quoted[ERROR_QUOTE_MAX], unknown[ERROR_QUOTE_MAX];

	error_quote(format, quoted);
	for (size_t i = 0; i < format.len; i++) {
		if (format.ptr[i] != '%')
			continue;
		if (++i == format.len)
			return error_usage(err, "date format %s ends with a "
					   "single '%%'; write '%%%%' for a "
					   "percent sign", quoted);
		if (!format.ptr[i] || !strchr(CONVERSIONS, format.ptr[i]))
			return error_usage(err, "unknown %s in date format %s; "
					   "known are %%Y %%m %%d %%e %%y %%H "
					   "%%I %%M %%S %%f %%p %%b %%B %%a "
					   "%%A %%z %%Z %%s %%j %%T %%R %%F %%D",
					   error_quote(span_sub(format, i - 1,
								2), unknown),
					   quoted);
		seen[(unsigned char)format.ptr[i]] = true;
	}
	if (!gives_date(seen))
		return error_usage(err, "date format %s gives no whole date; "
				   "it needs year, month and day, or %%s",
				   quoted);
	if (seen['I'] != seen['p'] || (seen['p'] && format_has(seen, "HTR")))
		return error_usage(err, "date format %s: %%I (hour 1 to 12) "
				   "and %%p (AM or PM) go together", quoted);
	return 0;
}

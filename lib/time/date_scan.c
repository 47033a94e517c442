/* Names, offsets, fractions and the last check of a date that was read. */
#include "time/date_scan.h"

#include "time/date_names.h"

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

struct span cursor_word(const struct cursor *c)
{
	const char *p = c->p;

	while (p < c->end && is_letter(*p))
		p++;
	return span_between(c->p, p);
}

/*
 * Which of the COUNT names (lower case) WORD is, from 1, or 0.  Three letters
 * or the whole name; nothing between, so that "marketing" is no month.
 */
static int named(struct span word, const char *const *names, int count)
{
	if (word.len < 3)
		return 0;
	for (int i = 0; i < count; i++) {
		const char *name = names[i];

		if ((word.ptr[0] | 0x20) != name[0] ||
		    (word.ptr[1] | 0x20) != name[1] ||
		    (word.ptr[2] | 0x20) != name[2])
			continue;
		if (word.len == 3 || span_equal_nocase(word, span_of(name)))
			return i + 1;
	}
	return 0;
}

int cursor_month(struct cursor *c)
{
	static const char *const names[] = {
		"january", "february", "march", "april", "may", "june", "july",
		"august", "september", "october", "november", "december",
	};
	struct span word = cursor_word(c);
	int month = named(word, names, 12);

	if (!month) {
		word = date_word(span_between(c->p, c->end));
		month = date_month_name(word);
	}
	if (month)
		c->p += word.len;
	return month;
}

int cursor_weekday(struct cursor *c)
{
	static const char *const names[] = {
		"monday", "tuesday", "wednesday", "thursday", "friday",
		"saturday", "sunday",
	};
	struct span word = cursor_word(c);
	int day = named(word, names, 7);

	if (!day) {
		word = date_word(span_between(c->p, c->end));
		day = date_weekday_name(word);
	}
	if (day)
		c->p += word.len;
	return day;
}

bool cursor_meridiem(struct cursor *c, struct civil *out)
{
	char first = (char)(cursor_peek(c) | 0x20);
	bool dotted;

	if ((first != 'a' && first != 'p') || out->hour < 1 || out->hour > 12)
		return false;
	c->p++;
	dotted = cursor_take(c, '.');
	/* "a. m." */
	if (dotted)
		cursor_blanks(c);
	if (!cursor_take(c, 'm') && !cursor_take(c, 'M'))
		return false;
	if (dotted)
		cursor_take(c, '.');
	if (is_letter(cursor_peek(c)))
		return false;
	out->hour = out->hour % 12 + (first == 'p' ? 12 : 0);
	return true;
}

bool cursor_fraction(struct cursor *c, int *millisecond)
{
	int n = cursor_number(c, 3, millisecond);

	if (!n)
		return false;
	for (; n < 3; n++)
		*millisecond *= 10;
	while (cursor_digit(c))
		c->p++;
	return true;
}

/* "+hh:mm", "+hhmm" or "+hh", from -23:59 to +23:59. */
static bool signed_offset(struct cursor *c, int *minutes)
{
	bool negative = cursor_peek(c) == '-';
	int hours, rest = 0;

	c->p++;
	if (cursor_number(c, 2, &hours) != 2)
		return false;
	if (cursor_take(c, ':') || cursor_digit(c)) {
		if (cursor_number(c, 2, &rest) != 2)
			return false;
	}
	*minutes = (hours * 60 + rest) * (negative ? -1 : 1);
	return hours < 24 && rest < 60;
}

bool cursor_offset(struct cursor *c, struct civil *out)
{
	struct span word = cursor_word(c);
	bool is_utc = span_equal_nocase(word, SPAN("utc")) ||
		      span_equal_nocase(word, SPAN("gmt")) ||
		      span_equal_nocase(word, SPAN("ut"));
	bool is_z = span_equal_nocase(word, SPAN("z"));
	char next;

	out->has_offset = true;
	out->offset_minutes = 0;
	if (word.len && !is_utc && !is_z && !date_zone_offset(word, &out->offset_minutes))
		return false;
	c->p += word.len;
	if (word.len && !is_utc && !is_z)
		return true;
	next = cursor_peek(c);
	if (!is_z && (next == '+' || next == '-'))
		return signed_offset(c, &out->offset_minutes);
	return word.len > 0;
}

int date_two_digit_year(int year)
{
	return year >= 69 ? 1900 + year : 2000 + year;
}

/* 24:00 is the end of the day, which is the next one's beginning. */
static bool settle_midnight(struct civil *c)
{
	if (c->minute || c->second || c->millisecond)
		return false;
	c->hour = 0;
	moment_civil_date(moment_days(c->year, c->month, c->day) + 1, &c->year,
			  &c->month, &c->day);
	return c->year <= 9999;
}

bool date_settle(struct civil *c)
{
	int64_t moment;

	if (c->year < 1 || c->year > 9999 || c->month < 1 || c->month > 12)
		return false;
	if (c->day < 1 || (c->day > 28 &&
			   c->day > moment_month_length(c->year, c->month)))
		return false;
	if (c->hour == 24 && !settle_midnight(c))
		return false;
	if (c->second == 60) {
		c->second = 59;
		c->millisecond = 999;
	}
	if (c->hour > 23 || c->minute > 59 || c->second > 59)
		return false;
	if (!c->has_offset || (c->year > 1 && c->year < 9999))
		return true;
	moment = moment_days(c->year, c->month, c->day) * DAY_MS +
		 ((c->hour * 60 + c->minute - c->offset_minutes) * 60 +
		  c->second) * INT64_C(1000) + c->millisecond;
	return moment >= MOMENT_MIN && moment <= MOMENT_MAX;
}

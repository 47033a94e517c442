/*
 * The pieces that dates are written with, for the two readers of dates only
 * (date_text.c and date_format.c).  Each function takes what it can from
 * the front of the text; one that returns false may have moved the cursor, for
 * its caller then gives the text up.
 */
#ifndef TIME_DATE_SCAN_H
#define TIME_DATE_SCAN_H

#include <stdbool.h>

#include "time/moment.h"

struct cursor {
	const char *p;
	const char *end;
};

static inline bool cursor_at_end(const struct cursor *c)
{
	return c->p == c->end;
}

/* The next byte, or NUL at the end. */
static inline char cursor_peek(const struct cursor *c)
{
	return c->p < c->end ? *c->p : '\0';
}

static inline bool cursor_digit(const struct cursor *c)
{
	return c->p < c->end && *c->p >= '0' && *c->p <= '9';
}

static inline bool cursor_take(struct cursor *c, char byte)
{
	if (c->p == c->end || *c->p != byte)
		return false;
	c->p++;
	return true;
}

/* A blank that does not break, wide (U+00A0) or narrow (U+202F): its bytes, else 0. */
static inline size_t cursor_hard_blank(const struct cursor *c)
{
	if (c->end - c->p >= 2 && c->p[0] == '\xc2' && c->p[1] == '\xa0')
		return 2;
	if (c->end - c->p >= 3 && c->p[0] == '\xe2' && c->p[1] == '\x80' && c->p[2] == '\xaf')
		return 3;
	return 0;
}

/* True when there was at least one. */
static inline bool cursor_blanks(struct cursor *c)
{
	const char *begin = c->p;

	for (;;) {
		if (c->p < c->end && (*c->p == ' ' || *c->p == '\t'))
			c->p++;
		else if (cursor_hard_blank(c))
			c->p += cursor_hard_blank(c);
		else
			return c->p > begin;
	}
}

/* Takes at most MAX (<= 9) digits; returns how many there were. */
static inline int cursor_number(struct cursor *c, int max, int *value)
{
	int n = 0, v = 0;

	while (n < max && cursor_digit(c)) {
		v = v * 10 + (*c->p++ - '0');
		n++;
	}
	*value = v;
	return n;
}

/* The letters ahead, without taking them. */
struct span cursor_word(const struct cursor *c);

/* Names, whole or in short, of the languages of date_names.h; 0 when there is none. */
int cursor_month(struct cursor *c);	/* 1 .. 12 */
int cursor_weekday(struct cursor *c);	/* 1 Monday .. 7 */

/* Is AM or PM next, rather than a zone's name? */
static inline bool cursor_is_meridiem(const struct cursor *c)
{
	return c->end - c->p >= 2 && (c->p[1] == 'm' || c->p[1] == 'M' || c->p[1] == '.');
}

/* "AM", "pm", "a.m.", "a. m.": applied to out->hour, which must be 1 .. 12. */
bool cursor_meridiem(struct cursor *c, struct civil *out);

/* At least one digit; those behind the millisecond are cut off. */
bool cursor_fraction(struct cursor *c, int *millisecond);

/* A zone's abbreviation (see date_names.h), Z, UTC, UT, GMT, +hh:mm, +hhmm, +hh; GMT+0100 and UTC+01:00. */
bool cursor_offset(struct cursor *c, struct civil *out);

/* 69 .. 99 are 1969 .. 1999, the others 2000 .. 2068 (POSIX). */
int date_two_digit_year(int year);

/*
 * The last check of every reader: a date that exists, a time of the day, a
 * moment within the range.  Here 24:00 becomes 00:00 of the next day and second
 * 60 becomes 59.999.
 */
bool date_settle(struct civil *c);

#endif

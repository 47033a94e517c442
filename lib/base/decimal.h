/*
 * Exact decimal numbers: digits * 10^-scale with 128-bit digits, at most 38
 * significant digits and a scale of 0 to 18.  Sums, differences and products
 * are exact or refused (an overflow is an error, never a wrong number); only
 * division rounds: half to even at 18 decimals, then trailing zeros go.
 *
 * Money is a decimal whose scale is at most MONEY_SCALE; sums of money are
 * exact (design, law 8).  There is no floating point in this module save for
 * decimal_double.
 */
#ifndef BASE_DECIMAL_H
#define BASE_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/span.h"

#define MONEY_SCALE 6
#define DECIMAL_SCALE_MAX 18

struct decimal {
	__int128 digits;
	int scale;	/* 0 .. DECIMAL_SCALE_MAX; normalized: no trailing zeros */
};

#define DECIMAL_ZERO ((struct decimal){0, 0})

struct decimal decimal_of(int64_t number);

/*
 * A JSON number or plain decimal text: sign, digits, fraction, exponent
 * ("1e3", "2.50", "+.5", "007").  False when it is not a number, has more than
 * DECIMAL_SCALE_MAX decimals (trailing zeros aside) or does not fit.
 */
bool decimal_parse(struct span text, struct decimal *out);

/*
 * As decimal_parse, for money: more than MONEY_SCALE decimals, however many, are rounded half to even,
 * and *ROUNDED says so ("29.990000000000002", "-7.1e-15": what binary numbers leave behind).
 */
bool decimal_parse_money(struct span text, struct decimal *out, bool *rounded);

/* Shortest text: "106.53", "-0.5", "12".  At most 42 bytes. */
void decimal_put(struct buf *b, struct decimal d);

/* Each true with *OUT, or false on overflow (division: also by zero). */
bool decimal_add(struct decimal a, struct decimal b, struct decimal *out);
bool decimal_sub(struct decimal a, struct decimal b, struct decimal *out);
bool decimal_mul(struct decimal a, struct decimal b, struct decimal *out);
bool decimal_div(struct decimal a, struct decimal b, struct decimal *out);

int decimal_compare(struct decimal a, struct decimal b);
struct decimal decimal_negate(struct decimal a);
struct decimal decimal_abs(struct decimal a);

/* Rounded half to even to PLACES (>= 0) decimals. */
struct decimal decimal_round(struct decimal a, int places);

/* The nearest double; and the shortest decimal that reads back as X (at most
 * 17 digits; false for infinities, NaN, and what does not fit). */
double decimal_double(struct decimal a);
bool decimal_from_double(double x, struct decimal *out);

#endif

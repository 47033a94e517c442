/*
 * Exact decimals: their text, in the machine's form (how people write them is read in
 * decimal_local.c), and their arithmetic: magnitude and sign apart, 128 bits, with 256 bits
 * where a product or a quotient passes through more digits than its result.
 */
#include "base/decimal.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/wide.h"

/*
 * The significant digits read so far.  Zeros wait in ZEROS until a digit
 * follows, so trailing zeros never enter NUMBER: it is normalized from the
 * start, and "1000...0" (38 zeros) fails by its value, not by its length.
 */
struct reading {
	wide128 number;
	uint64_t small;		/* the number while it has at most 19 digits */
	int count;		/* digits in it */
	int zeros;
};

static bool push_long(struct reading *r, int shift, unsigned digit)
{
	if (r->count + shift > DECIMAL_DIGITS)
		return false;
	if (!r->number)
		r->number = r->small;
	r->number = r->number * wide_tens[shift] + digit;
	return true;
}

static inline bool push_digit(struct reading *r, unsigned digit)
{
	int shift = r->zeros + 1;

	if (!digit) {
		r->zeros += r->count > 0;
		return true;
	}
	if (r->count + shift <= 19)
		r->small = r->small * (uint64_t)wide_tens[shift] + digit;
	else if (!push_long(r, shift, digit))
		return false;
	r->count += r->count ? shift : 1;
	r->zeros = 0;
	return true;
}

/* The exponent behind "e", cut to +-9999 so that it cannot overflow. */
static const char *read_exponent(const char *p, const char *end, int *out)
{
	bool negative = p < end && *p == '-';
	int value = 0;

	if (p < end && (*p == '-' || *p == '+'))
		p++;
	if (p == end)
		return NULL;
	for (; p < end; p++) {
		unsigned d = (unsigned)(unsigned char)*p - '0';

		if (d > 9)
			return NULL;
		if (value < 1000)
			value = value * 10 + (int)d;
	}
	*out = negative ? -value : value;
	return p;
}

/* NUMBER * 10^EXPONENT, whose last digit is not zero. */
static bool finish_number(const struct reading *r, int exponent, bool negative,
			  struct decimal *out)
{
	wide128 number = r->number ? r->number : r->small;

	exponent += r->zeros;
	if (!number) {
		*out = DECIMAL_ZERO;
		return true;
	}
	if (exponent > 0) {
		if (r->count + exponent > DECIMAL_DIGITS)
			return false;
		number *= wide_tens[exponent];
		exponent = 0;
	}
	if (-exponent > DECIMAL_SCALE_MAX)
		return false;
	out->digits = negative ? -(__int128)number : (__int128)number;
	out->scale = -exponent;
	return true;
}

bool decimal_parse(struct span text, struct decimal *out)
{
	const char *p = text.ptr, *end = p + text.len, *digits, *point = NULL;
	struct reading r = {0};
	int exponent = 0, decimals = 0;
	bool negative;

	/* Far more than any number has; the counters below are int. */
	if (!text.len || text.len > 1 << 20)
		return false;
	negative = *p == '-';
	if (negative || *p == '+')
		p++;
	digits = p;
	for (; p < end; p++) {
		unsigned d = (unsigned)(unsigned char)*p - '0';

		if (d > 9) {
			if (*p != '.' || point)
				break;
			point = p;
		} else if (!push_digit(&r, d)) {
			return false;
		}
	}
	if (p - digits - (point != NULL) == 0)
		return false;
	if (point)
		decimals = (int)(p - point - 1);
	if (p < end) {
		if ((*p | 0x20) != 'e')
			return false;
		p = read_exponent(p + 1, end, &exponent);
		if (!p)
			return false;
	}
	/* The zeros that wait stand behind the number on either side. */
	return finish_number(&r, exponent - decimals, negative, out);
}

/* Significant digits that read_long keeps: enough for any sum of money at 18 decimals. */
#define LONG_DIGITS 36

/*
 * A number with more decimals than a decimal has, cut to DECIMAL_SCALE_MAX of them.  What is cut only
 * matters where it breaks a tie: then a last zero becomes a one.
 */
static bool read_long(struct span text, struct decimal *out)
{
	const char *p = text.ptr, *end = p + text.len;
	wide128 number = 0;
	int count = 0, scale = 0, exponent = 0;
	bool negative = text.len && *p == '-', point = false, digits = false, cut = false;

	for (p += negative || (text.len && *p == '+'); p < end; p++) {
		unsigned d = (unsigned)(unsigned char)*p - '0';

		if (d > 9) {
			if (*p != '.' || point)
				break;
			point = true;
			continue;
		}
		digits = true;
		if (count == LONG_DIGITS && !point)
			return false;
		if (count == LONG_DIGITS) {
			cut |= d > 0;
			continue;
		}
		number = number * 10 + d;
		count += count || d;
		scale += point;
	}
	if (!digits || (p < end && ((*p | 0x20) != 'e' || !read_exponent(p + 1, end, &exponent))))
		return false;
	for (scale -= exponent; scale > DECIMAL_SCALE_MAX && number; scale--) {
		cut |= number % 10 > 0;
		number /= 10;
	}
	if (scale < DECIMAL_SCALE_MAX)
		return false;
	number += cut && number && number % 10 == 0;
	*out = (struct decimal){negative ? -(__int128)number : (__int128)number,
				DECIMAL_SCALE_MAX};
	return true;
}

bool decimal_parse_money(struct span text, struct decimal *out, bool *rounded)
{
	*rounded = false;
	if (!decimal_parse(text, out) && !read_long(text, out))
		return false;
	if (out->scale <= MONEY_SCALE)
		return true;
	*out = decimal_round(*out, MONEY_SCALE);
	*rounded = true;
	return true;
}

/* The digits of NUMBER backwards from END; returns where they begin. */
static char *put_digits(char *end, uint64_t number)
{
	do {
		*--end = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	return end;
}

static char *put_wide(char *end, wide128 number)
{
	const uint64_t part = UINT64_C(10000000000000000000);	/* 10^19 */
	char *begin = end;

	if (number >> 64) {
		begin = put_digits(end, (uint64_t)(number % part));
		while (begin > end - 19)
			*--begin = '0';
		number /= part;
	}
	return put_digits(begin, (uint64_t)number);
}

void decimal_put(struct buf *b, struct decimal d)
{
	char text[64], *end = text + sizeof text, *begin;
	bool negative = d.digits < 0;

	begin = put_wide(end, negative ? -(wide128)d.digits
				       : (wide128)d.digits);
	if (d.scale) {
		/* At least one digit stands before the point. */
		while (end - begin <= d.scale)
			*--begin = '0';
		memmove(begin - 1, begin, (size_t)(end - begin - d.scale));
		begin--;
		end[-d.scale - 1] = '.';
	}
	if (negative)
		*--begin = '-';
	buf_put(b, begin, (size_t)(end - begin));
}

static inline wide128 magnitude(__int128 digits)
{
	return digits < 0 ? -(wide128)digits : (wide128)digits;
}

/* The normalized decimal of MAGNITUDE * 10^-SCALE, when it is one. */
static bool settle_scale(wide128 number, int scale, bool negative,
			 struct decimal *out)
{
	if (number >> 64 == 0) {
		uint64_t small = (uint64_t)number;

		while (scale > 0 && small % 10 == 0) {
			small /= 10;
			scale--;
		}
		number = small;
		if (!small)
			scale = 0;
	} else {
		while (scale > 0 && number % 10 == 0) {
			number /= 10;
			scale--;
		}
	}
	if (scale > DECIMAL_SCALE_MAX || number >= wide_tens[DECIMAL_DIGITS])
		return false;
	out->digits = negative ? -(__int128)number : (__int128)number;
	out->scale = scale;
	return true;
}

/* The same for 256 bits: trailing zeros may bring it back into range. */
static bool settle_wide(struct wide256 number, int scale, bool negative,
			struct decimal *out)
{
	for (; number.high && scale > 0; scale--) {
		if (wide_divide(&number, 10))
			return false;
	}
	return !number.high && settle_scale(number.low, scale, negative, out);
}

struct decimal decimal_of(int64_t number)
{
	return (struct decimal){number, 0};
}

struct decimal decimal_negate(struct decimal a)
{
	return (struct decimal){-a.digits, a.scale};
}

struct decimal decimal_abs(struct decimal a)
{
	return a.digits < 0 ? decimal_negate(a) : a;
}

/*
 * The magnitudes of both at the greater scale.  False when one reaches
 * 2 * 10^38: then neither the sum nor the difference, which is at least
 * 10^38, can fit.
 */
static bool align_scales(struct decimal a, struct decimal b, wide128 *x, wide128 *y,
			 int *scale)
{
	wide128 limit = 2 * wide_tens[DECIMAL_DIGITS];

	*x = magnitude(a.digits);
	*y = magnitude(b.digits);
	*scale = a.scale > b.scale ? a.scale : b.scale;
	if (a.scale < *scale &&
	    __builtin_mul_overflow(*x, wide_tens[*scale - a.scale], x))
		return false;
	if (b.scale < *scale &&
	    __builtin_mul_overflow(*y, wide_tens[*scale - b.scale], y))
		return false;
	return *x < limit && *y < limit;
}

bool decimal_add(struct decimal a, struct decimal b, struct decimal *out)
{
	bool a_negative = a.digits < 0, b_negative = b.digits < 0;
	wide128 x, y;
	int scale;

	if (!align_scales(a, b, &x, &y, &scale))
		return false;
	if (a_negative == b_negative)
		return settle_scale(x + y, scale, a_negative, out);
	if (x >= y)
		return settle_scale(x - y, scale, a_negative, out);
	return settle_scale(y - x, scale, b_negative, out);
}

bool decimal_sub(struct decimal a, struct decimal b, struct decimal *out)
{
	return decimal_add(a, decimal_negate(b), out);
}

bool decimal_mul(struct decimal a, struct decimal b, struct decimal *out)
{
	bool negative = (a.digits < 0) != (b.digits < 0);
	wide128 x = magnitude(a.digits), y = magnitude(b.digits), product;
	int scale = a.scale + b.scale;

	if (x >> 64 == 0 && y >> 64 == 0)
		return settle_scale(x * y, scale, negative, out);
	if (!__builtin_mul_overflow(x, y, &product))
		return settle_scale(product, scale, negative, out);
	return settle_wide(wide_multiply(x, y), scale, negative, out);
}

/*
 * a / b = (A / B) * 10^(b.scale - a.scale), so its 18 decimals are the whole
 * part of A * 10^(18 + b.scale - a.scale) / B.  The exponent is 0 .. 36 and
 * A * 10^36 has at most 74 digits: 256 bits hold 77.
 */
bool decimal_div(struct decimal a, struct decimal b, struct decimal *out)
{
	wide128 x = magnitude(a.digits), y = magnitude(b.digits), rest, half;
	wide128 power = wide_tens[DECIMAL_SCALE_MAX + b.scale - a.scale];
	bool negative = (a.digits < 0) != (b.digits < 0);
	struct wide256 n = {0, 0};

	if (!y)
		return false;
	if (!__builtin_mul_overflow(x, power, &n.low)) {
		rest = n.low % y;
		n.low /= y;
	} else {
		n = wide_multiply(x, power);
		rest = wide_divide(&n, y);
	}
	half = y - rest;	/* half the divisor is left when rest == half */
	if (rest > half || (rest == half && n.low & 1))
		n.high += ++n.low == 0;
	return settle_wide(n, DECIMAL_SCALE_MAX, negative, out);
}

/* -1, 0 or 1 for the magnitudes, at any scales. */
static int compare_magnitude(struct decimal a, struct decimal b)
{
	struct wide256 x, y;
	int scale = a.scale > b.scale ? a.scale : b.scale;

	x = wide_multiply(magnitude(a.digits), wide_tens[scale - a.scale]);
	y = wide_multiply(magnitude(b.digits), wide_tens[scale - b.scale]);
	if (x.high != y.high)
		return x.high < y.high ? -1 : 1;
	return (x.low > y.low) - (x.low < y.low);
}

int decimal_compare(struct decimal a, struct decimal b)
{
	bool negative = a.digits < 0;

	if (a.scale == b.scale || negative != (b.digits < 0))
		return (a.digits > b.digits) - (a.digits < b.digits);
	return negative ? compare_magnitude(b, a) : compare_magnitude(a, b);
}

struct decimal decimal_round(struct decimal a, int places)
{
	wide128 x, unit, rest;
	struct decimal out = a;

	assert(places >= 0);
	if (places >= a.scale)
		return a;
	x = magnitude(a.digits);
	unit = wide_tens[a.scale - places];
	rest = x % unit;
	x /= unit;
	if (rest > unit / 2 || (rest == unit / 2 && x & 1))
		x++;
	settle_scale(x, places, a.digits < 0, &out);
	return out;
}

double decimal_double(struct decimal a)
{
	/* 10^22 is the last power of ten that a double holds exactly: one
	 * division of two exact numbers is rounded once. */
	static const double tens[] = {
		1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9,
		1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
	};
	struct buf text = BUF_INIT;
	double x;

	if (magnitude(a.digits) <= (wide128)1 << 53)
		return (double)(int64_t)a.digits / tens[a.scale];
	decimal_put(&text, a);
	x = strtod(buf_text(&text), NULL);
	buf_release(&text);
	return x;
}

bool decimal_from_double(double x, struct decimal *out)
{
	char text[40];

	if (!isfinite(x))
		return false;
	if (fabs(x) < 9007199254740992.0 && x == (double)(int64_t)x) {
		*out = decimal_of((int64_t)x);
		return true;
	}
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof text, "%.*g", digits, x);
		if (strtod(text, NULL) == x)
			break;
	}
	return decimal_parse(span_of(text), out);
}

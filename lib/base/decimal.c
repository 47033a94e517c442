/*
 * Exact decimal arithmetic: magnitude and sign apart, 128 bits, with 256 bits
 * where a product or a quotient passes through more digits than its result.
 */
#include "base/decimal.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/wide.h"

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

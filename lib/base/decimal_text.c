/*
 * Decimal numbers as text: the machine's form (decimal_parse, decimal_put).
 * How people write them is read in decimal_local.c.
 */
#include "base/decimal.h"

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

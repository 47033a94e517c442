#include "base/opt.h"

#include <string.h>

/* The power of 1024 that a suffix stands for, or -1. */
static int size_power(struct span suffix)
{
	static const char letters[] = "KMG";
	char letter = suffix.len ? (char)(span_lower(*suffix.ptr) - 32) : '\0';
	const char *at = letter ? strchr(letters, letter) : NULL;

	if (!suffix.len)
		return 0;
	return at && suffix.len == 1 ? (int)(at - letters) + 1 : -1;
}

/* DIGITS behind the point, times UNIT, rounded down; false: not a fraction. */
static bool size_fraction(struct span digits, uint64_t unit, uint64_t *out)
{
	uint64_t number;
	uint64_t scale = 1;

	if (digits.len > 9 || !span_number(digits, &number))
		return false;
	for (size_t i = 0; i < digits.len; i++)
		scale *= 10;
	*out = number * unit / scale;
	return true;
}

int opt_size(const char *text, uint64_t *out, struct error *err)
{
	struct span rest = span_of(text);
	struct span number;
	struct span whole;
	size_t len = strspn(text, "0123456789.");
	int power = size_power(span_sub(rest, len, rest.len));
	uint64_t unit = UINT64_C(1) << (10 * (power < 0 ? 0 : power));
	uint64_t fraction = 0;
	uint64_t size;
	char quoted[ERROR_QUOTE_MAX];

	number = span_sub(rest, 0, len);
	whole = span_cut(&number, '.');
	error_quote(rest, quoted);
	if (power < 0 || !whole.len || span_find_byte(whole, '.') < whole.len)
		goto bad;
	if (!span_absent(number) &&
	    (!power || !size_fraction(number, unit, &fraction)))
		goto bad;
	if (!span_number(whole, &size) ||
	    __builtin_mul_overflow(size, unit, &size) ||
	    __builtin_add_overflow(size, fraction, &size))
		return error_usage(err, "size %s is too large", quoted);
	*out = size;
	return 0;
bad:
	return error_usage(err, "bad size %s; write a number of bytes, or one "
			   "with K, M or G such as 512M or 1.5G", quoted);
}

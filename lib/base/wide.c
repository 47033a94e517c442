/* 256-bit products and quotients: rare, so simple rather than fast. */
#include "base/wide.h"

#define E10 ((wide128)10000000000)
#define E20 (E10 * E10)
#define E30 (E20 * E10)

const wide128 wide_tens[DECIMAL_DIGITS + 1] = {
	1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000,
	1000000000, E10, E10 * 10, E10 * 100, E10 * 1000, E10 * 10000,
	E10 * 100000, E10 * 1000000, E10 * 10000000, E10 * 100000000,
	E10 * 1000000000, E20, E20 * 10, E20 * 100, E20 * 1000, E20 * 10000,
	E20 * 100000, E20 * 1000000, E20 * 10000000, E20 * 100000000,
	E20 * 1000000000, E30, E30 * 10, E30 * 100, E30 * 1000, E30 * 10000,
	E30 * 100000, E30 * 1000000, E30 * 10000000, E30 * 100000000,
};

/* Schoolbook, in halves of 64 bits. */
struct wide256 wide_multiply(wide128 a, wide128 b)
{
	uint64_t a0 = (uint64_t)a, a1 = (uint64_t)(a >> 64);
	uint64_t b0 = (uint64_t)b, b1 = (uint64_t)(b >> 64);
	wide128 low = (wide128)a0 * b0;
	wide128 middle = (wide128)a0 * b1 + (uint64_t)(low >> 64);
	wide128 other = (wide128)a1 * b0 + (uint64_t)middle;

	return (struct wide256){
		.high = (wide128)a1 * b1 + (middle >> 64) + (other >> 64),
		.low = other << 64 | (uint64_t)low,
	};
}

/* Bit by bit: the remainder stays below the divisor, so it never overflows
 * but for the one bit that `carry` holds. */
wide128 wide_divide(struct wide256 *n, wide128 divisor)
{
	wide128 rest = n->high % divisor;
	wide128 quotient = 0;

	n->high /= divisor;
	for (int i = 127; i >= 0; i--) {
		bool carry = rest >> 127;

		rest = rest << 1 | (n->low >> i & 1);
		quotient <<= 1;
		if (carry || rest >= divisor) {
			rest -= divisor;
			quotient |= 1;
		}
	}
	n->low = quotient;
	return rest;
}

/*
 * The arithmetic below decimal numbers: unsigned 128-bit integers, powers of
 * ten, and just enough of 256 bits for products and quotients that pass
 * through numbers longer than their result.  For lib/base/decimal*.c only.
 *
 * Magnitudes are unsigned throughout: multiplying signed 128-bit integers with
 * an overflow check needs a function that clang has and libgcc does not.
 */
#ifndef BASE_WIDE_H
#define BASE_WIDE_H

#include <stdbool.h>
#include <stdint.h>

#define DECIMAL_DIGITS 38

typedef unsigned __int128 wide128;

struct wide256 {
	wide128 high;
	wide128 low;
};

/* 10^0 .. 10^38 */
extern const wide128 wide_tens[DECIMAL_DIGITS + 1];

/* The whole product of A and B. */
struct wide256 wide_multiply(wide128 a, wide128 b);

/* *N / DIVISOR (> 0) in *N; returns the remainder. */
wide128 wide_divide(struct wide256 *n, wide128 divisor);

#endif

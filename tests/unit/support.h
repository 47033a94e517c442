/*
 * What every test includes: cmocka with the headers that it needs first, and
 * the asserts that it lacks.
 */
#ifndef UNIT_SUPPORT_H
#define UNIT_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/span.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* |a - b| <= eps, and neither is NaN (cmocka compares floats, not doubles). */
#define assert_close(a, b, eps) \
	support_close((a), (b), (eps), #a, __FILE__, __LINE__)

/* The span holds exactly the bytes of the C string. */
#define assert_span(span, text) \
	support_span((span), span_of(text), #span, __FILE__, __LINE__)

/* The struct error * has exactly this message. */
#define assert_error(err, text) assert_string_equal((err)->message, (text))

static inline void support_close(double a, double b, double eps,
				 const char *what, const char *file, int line)
{
	double gap = a > b ? a - b : b - a;

	if (gap <= eps)
		return;
	print_error("%s is %.17g, not %.17g (within %g)\n", what, a, b, eps);
	_fail(file, line);
}

static inline void support_span(struct span got, struct span want,
				const char *what, const char *file, int line)
{
	if (span_absent(got) == span_absent(want) && span_equal(got, want))
		return;
	print_error("%s is %s\"%.*s\", not \"%.*s\"\n", what,
		    span_absent(got) ? "absent " : "", SPAN_ARG(got),
		    SPAN_ARG(want));
	_fail(file, line);
}

/*
 * Numbers for property tests: the same on every machine, from a seed that a
 * failure can name (splitmix64, Steele and others 2014).
 */
static inline uint64_t support_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

/*
 * Where a property begins: NUMBER, in a direction that the environment's SEED chooses.  Without
 * SEED, or with 0, every run makes the same cases.  The log of a program names its SEED.
 */
static inline uint64_t support_seed(uint64_t number)
{
	static bool named;
	const char *text = getenv("SEED");
	uint64_t turn = text ? strtoull(text, NULL, 10) : 0;

	if (!named)
		print_message("SEED=%llu\n", (unsigned long long)turn);
	named = true;
	return turn ? number ^ support_random(&turn) : number;
}

/* Below LIMIT, which is not 0. */
static inline size_t support_below(uint64_t *state, size_t limit)
{
	return (size_t)(support_random(state) % limit);
}

/* Says why a test cannot run here, and leaves it. */
#define support_skip(name, reason) \
	do { \
		print_message("SKIP %s: %s\n", (name), (reason)); \
		skip(); \
	} while (0)

#endif

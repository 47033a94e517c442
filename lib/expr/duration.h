/* Durations of options, in the notation of cdp-expr(7): 30min, 24h, 7d, 6mo. */
#ifndef EXPR_DURATION_H
#define EXPR_DURATION_H

#include <stdint.h>

#include "base/error.h"

/*
 * The milliseconds of TEXT; a month counts as a twelfth of 365.2425 days.  0, or
 * -1 with a usage error that begins with OPTION ("--dedupe").
 */
int duration_read(const char *text, const char *option, int64_t *ms,
		  struct error *err);

#endif

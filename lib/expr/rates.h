/*
 * Stated rates of exchange, a file of assignments: what one unit of a currency is in another.
 *
 *	USD = 0.92 EUR
 *	INR = 0.011 EUR
 *
 * Only what is written is used: no rate is turned round, and none goes over a third currency.
 * Amounts are exact decimals.
 */
#ifndef EXPR_RATES_H
#define EXPR_RATES_H

#include <stdint.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "base/error.h"
#include "record/order.h"

#define RATE_DECIMALS_MAX 12

struct rate {
	char from[CURRENCY_SIZE];
	char to[CURRENCY_SIZE];
	struct decimal rate;	/* above 0 */
};

struct rates {
	struct rate *list;
	size_t count;
	size_t cap;
};

void rates_release(struct rates *r);

/* -1 with a usage error at its place, or a failed one when PATH cannot be read. */
int rates_load(struct rates *r, const char *path, struct error *err);

/* The rate between two codes of capitals; NULL: none is stated. */
const struct rate *rates_find(const struct rates *r, const char *from, const char *to);

/* AMOUNT at R; false: it does not fit. */
bool rate_convert(const struct rate *r, struct decimal amount, struct decimal *out);

/* Which conversions one thread made, or could not; zeroed at the start. */
struct rate_uses {
	struct rate_use *list;
	size_t count;
	size_t cap;
};

void rate_uses_release(struct rate_uses *u);

/* The customer NUMBER (another one for each) has money in FROM that was asked for in TO. */
void rate_use(struct rate_uses *u, const char *from, const char *to, uint64_t number);

/* So many customers have money in FROM that was asked for in TO. */
struct rate_pair {
	char from[CURRENCY_SIZE];
	char to[CURRENCY_SIZE];
	uint64_t customers;
};

/* The pair I; false: there is none. */
bool rate_uses_at(const struct rate_uses *u, size_t i, struct rate_pair *out);

/* Adds a pair, and all of another thread, which met other customers. */
void rate_uses_put(struct rate_uses *u, const struct rate_pair *pair);
void rate_uses_add(struct rate_uses *u, const struct rate_uses *other);

/*
 * Appends a line, ended by a newline, for each pair of currencies that the COUNT threads met: at what
 * rate how many customers were converted (MISSING false), or that there is none (true).  Where nothing
 * was met, that.
 */
void rates_put(const struct rates *r, const struct rate_uses *const *uses, size_t count, bool missing,
	       struct buf *out);

#endif

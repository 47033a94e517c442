/*
 * Orders and their money (design, law 8): what one event says, and what a
 * customer's events add up to.
 *
 * What an event adds depends on the other events of its order
 * (record/orders.h); an event without a number of its order counts by itself.
 * Money of different currencies never adds up; no currency means unknown, which
 * is a currency of its own here.
 */
#ifndef INDEX_PURCHASE_H
#define INDEX_PURCHASE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "base/error.h"
#include "base/hash.h"
#include "record/orders.h"

/* What one event says.  Plain bytes, 56 of them: it is stored with its event. */
struct purchase {
	uint64_t digits[2];	/* of the money, low half first; a refund's is negative or zero */
	uint64_t order;		/* hash_64 of the order id's text */
	uint64_t line;		/* this and the next as in struct order */
	char currency[CURRENCY_SIZE];	/* "" is unknown */
	uint32_t state;
	uint8_t scale;		/* of the money */
	uint8_t kind;		/* enum order_kind */
	uint8_t status;		/* enum order_status */
	uint8_t from;		/* enum order_money */
	bool has_order;
	bool has_money;
	bool has_refunded;	/* its properties say how much was paid back: order_refunded */
	bool whole;
	bool rounded;
};

/* 0 with *OUT, or -1 with a data error, as order_read. */
int purchase_parse(const struct event *e, struct purchase *out,
		   struct buf *scratch, struct error *err);

struct money {
	char currency[CURRENCY_SIZE];
	struct decimal revenue;		/* net */
	struct decimal refunded;	/* positive */
};

/* Sums by currency, in the order of their names once sorted. */
struct monies {
	struct money *list;
	size_t count;
	size_t cap;
};

void monies_release(struct monies *m);

/* -1 with a failure when the sum does not fit into 38 digits. */
int monies_add(struct monies *m, const struct purchase *p, struct error *err);
int monies_add_all(struct monies *m, const struct monies *other,
		   struct error *err);
void monies_sort(struct monies *m);

/* Appends "12.5 EUR, 3 of unknown currency", or "0". */
void monies_put_text(const struct monies *m, struct buf *out);

/* Appends {"EUR":12.5,"unknown":3}: net revenue by currency. */
void monies_put_json(const struct monies *m, struct buf *out);

/* A customer's purchases; one for each thread, reused. */
struct purchases {
	struct orders orders;
	struct monies monies;		/* what they add up to */
	struct monies written;		/* what their events say, each by itself */
	uint64_t counts[2];		/* of orders, of refunds */
	int64_t first, last;		/* dated orders; MOMENT_NONE */
};

void purchases_clear(struct purchases *s);
void purchases_release(struct purchases *s);

/*
 * Adds P of event number EVENT, whose time and source these are; REFUNDED is what
 * was paid back where has_refunded says so.
 */
int purchases_add(struct purchases *s, const struct purchase *p, uint64_t source,
		  int64_t time, uint32_t event, struct decimal refunded, struct error *err);

/*
 * No more come: settles the orders and sorts money by currency.  -1 with a failure when a sum does not fit into 38 digits.
 */
int purchases_settle(struct purchases *s, struct error *err);

/* Appends the value of `orders` of settled S. */
void purchases_put(const struct purchases *s, struct buf *out);

#endif

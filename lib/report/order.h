/*
 * The order that one event tells of and the month it fell into, as every
 * report counts them, and as cdp-merge does: `Order Completed` adds its
 * revenue, `Order Refunded` and `Order Cancelled` take its absolute value away
 * (design, section 1); a currency of three letters is written in capitals.
 */
#ifndef REPORT_ORDER_H
#define REPORT_ORDER_H

#include "base/decimal.h"
#include "base/zone.h"
#include "record/event.h"

enum order_kind {
	ORDER_NONE,
	ORDER_COMPLETED,
	ORDER_REFUNDED,		/* or cancelled */
};

enum order_kind order_kind(const struct event *e);

struct order {
	enum order_kind kind;
	bool money_known;
	struct decimal money;	/* signed, net */
	bool id_known;
	uint64_t id;		/* hash of props.order_id */
	struct span currency;	/* "" unknown; may point to `code` */
	char code[3];
};

/*
 * Reads E into *OUT; only `kind` is set when that is ORDER_NONE.  The currency
 * borrows from the event, from *OUT or from SCRATCH, which is overwritten.
 * 0, or -1 with a data error: a revenue that is no exact amount.
 */
int order_read(const struct event *e, struct order *out, struct buf *scratch,
	       struct error *err);

/* The signed props.revenue of any event; false when it states none. */
bool order_money(const struct event *e, enum order_kind kind,
		 struct decimal *out);

/* Months since year 0 of MOMENT in ZONE: 2024-03 is 2024 * 12 + 2. */
int order_month(const struct zone *zone, int64_t moment);

/* "2024-03" of such a number. */
#define MONTH_TEXT 8
void order_month_text(int month, char out[MONTH_TEXT]);

#endif

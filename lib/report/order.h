/*
 * The money of one event and the month it fell into, as every report counts
 * them: `Order Completed` adds its revenue, `Order Refunded` and `Order
 * Cancelled` take its absolute value away (design, section 1).
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

/* Signed net money of the event; false when it states none. */
bool order_money(const struct event *e, enum order_kind kind,
		 struct decimal *out);

/* Its props.currency, or "" when unknown.  Borrowed as value_text's result. */
struct span order_currency(const struct event *e, struct buf *scratch);

/* Months since year 0 of MOMENT in ZONE: 2024-03 is 2024 * 12 + 2. */
int order_month(const struct zone *zone, int64_t moment);

/* "2024-03" of such a number. */
#define MONTH_TEXT 8
void order_month_text(int month, char out[MONTH_TEXT]);

#endif

#include "report/order.h"

#include <stdio.h>

enum order_kind order_kind(const struct event *e)
{
	if (e->type != EVENT_TRACK || e->name.kind != VALUE_TEXT)
		return ORDER_NONE;
	if (value_is_text(e->name, SPAN("Order Completed")))
		return ORDER_COMPLETED;
	if (value_is_text(e->name, SPAN("Order Refunded")) ||
	    value_is_text(e->name, SPAN("Order Cancelled")))
		return ORDER_REFUNDED;
	return ORDER_NONE;
}

bool order_money(const struct event *e, enum order_kind kind,
		 struct decimal *out)
{
	if (!value_decimal(value_member(e->props, SPAN("revenue")), out))
		return false;
	if (kind == ORDER_REFUNDED)
		*out = decimal_negate(decimal_abs(*out));
	return true;
}

struct span order_currency(const struct event *e, struct buf *scratch)
{
	struct span text = value_text(value_member(e->props, SPAN("currency")),
				      scratch);

	return span_absent(text) ? SPAN("") : text;
}

int order_month(const struct zone *zone, int64_t moment)
{
	struct civil c;

	zone_civil(zone, moment, &c);
	return c.year * 12 + c.month - 1;
}

void order_month_text(int month, char out[MONTH_TEXT])
{
	snprintf(out, MONTH_TEXT, "%04u-%02u", (unsigned)(month / 12) % 10000,
		 (unsigned)(month % 12 + 1) % 100);
}

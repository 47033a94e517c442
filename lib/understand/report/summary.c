#include "understand/report/summary.h"

uint64_t summary_count(struct value orders, struct span key)
{
	struct decimal number;

	if (!value_decimal(value_member(orders, key), &number) || number.scale || number.digits < 0 ||
	    number.digits > INT64_MAX)
		return 0;
	return (uint64_t)number.digits;
}

static bool read_money(struct value object, struct summary_money *out)
{
	*out = (struct summary_money){0};
	if (!value_decimal(value_member(object, SPAN("revenue")), &out->revenue))
		return false;
	if (!value_decimal(value_member(object, SPAN("refunded")), &out->refunded))
		out->refunded = (struct decimal){0};
	return true;
}

int summary_walk(struct value orders, int (*put)(void *context, struct span currency, const struct summary_money *money, struct error *err),
		 void *context, struct buf *text, struct error *err)
{
	struct value by = value_member(orders, SPAN("by_currency"));
	struct summary_money money;
	struct member m;
	struct scan s;
	int status = 0;

	if (!summary_count(orders, SPAN("count")) && !summary_count(orders, SPAN("refunds")))
		return 0;
	if (by.kind != VALUE_OBJECT) {
		buf_clear(text);
		return read_money(orders, &money) ?
		       put(context, value_text(value_member(orders, SPAN("currency")), text), &money, err) : 0;
	}
	scan_start(&s, by.raw);
	if (scan_enter(&s, '{', NULL))
		return 0;
	while (!status && scan_member(&s, &m, NULL) > 0)
		if (read_money(m.value, &money))
			status = put(context, span_equal(m.key, SPAN("unknown")) ? SPAN("") : m.key, &money, err);
	return status;
}

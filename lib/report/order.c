#include "report/order.h"

#include <stdio.h>

#include "base/hash.h"

enum order_kind order_kind(const struct event *e)
{
	if (e->type != EVENT_TRACK || e->name.raw.len < sizeof "\"Order ")
		return ORDER_NONE;
	if (value_is_text(e->name, SPAN("Order Completed")))
		return ORDER_COMPLETED;
	if (value_is_text(e->name, SPAN("Order Refunded")) ||
	    value_is_text(e->name, SPAN("Order Cancelled")))
		return ORDER_REFUNDED;
	return ORDER_NONE;
}

/* An empty text is as good as none. */
static bool is_missing(struct value v)
{
	if (v.kind == VALUE_TEXT)
		return v.raw.len == 2;
	return v.kind == VALUE_NONE || v.kind == VALUE_NULL;
}

/* In one walk; names with escapes need one each. */
static void find_members(struct value props, struct value *revenue,
			 struct value *currency, struct value *id)
{
	struct member m;
	struct scan s;

	scan_start(&s, props.raw);
	if (scan_enter(&s, '{', NULL))
		return;
	while (scan_member(&s, &m, NULL) > 0) {
		struct value *to = NULL;

		if (m.key_escaped) {
			*revenue = value_member(props, SPAN("revenue"));
			*currency = value_member(props, SPAN("currency"));
			*id = value_member(props, SPAN("order_id"));
			return;
		}
		if (span_equal(m.key, SPAN("revenue")))
			to = revenue;
		else if (span_equal(m.key, SPAN("currency")))
			to = currency;
		else if (span_equal(m.key, SPAN("order_id")))
			to = id;
		if (to && to->kind == VALUE_NONE)
			*to = m.value;
	}
}

static int read_money(struct value v, struct order *out, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];
	struct span shown = v.kind != VALUE_TEXT ? v.raw :
			    span_sub(v.raw, 1, v.raw.len - 2);

	if (is_missing(v))
		return 0;
	if (!value_decimal(v, &out->money) || out->money.scale > MONEY_SCALE)
		return error_data(err, "revenue %s is not an amount with up to %d decimals",
				  error_quote(shown, quoted), MONEY_SCALE);
	if (out->kind == ORDER_REFUNDED)
		out->money = decimal_negate(decimal_abs(out->money));
	out->money_known = true;
	return 0;
}

static void read_currency(struct value v, struct order *out,
			  struct buf *scratch)
{
	bool lower = false;

	out->currency = SPAN("");
	if (v.kind != VALUE_TEXT)
		return;
	buf_clear(scratch);
	out->currency = span_trim(value_text(v, scratch));
	if (span_equal(out->currency, SPAN("unknown")))
		out->currency = SPAN("");
	if (out->currency.len != sizeof out->code)
		return;
	for (size_t i = 0; i < sizeof out->code; i++) {
		char c = out->currency.ptr[i];

		lower = lower || (c >= 'a' && c <= 'z');
		out->code[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
	}
	if (lower)
		out->currency = (struct span){out->code, sizeof out->code};
}

int order_read(const struct event *e, struct order *out, struct buf *scratch,
	       struct error *err)
{
	struct value revenue = VALUE_ABSENT, currency = VALUE_ABSENT;
	struct value id = VALUE_ABSENT;

	out->kind = order_kind(e);
	if (out->kind == ORDER_NONE)
		return 0;
	out->money_known = out->id_known = false;
	if (e->props.kind == VALUE_OBJECT)
		find_members(e->props, &revenue, &currency, &id);
	if (!is_missing(id) && (id.kind == VALUE_TEXT || id.kind == VALUE_NUMBER)) {
		buf_clear(scratch);
		out->id = hash_64(value_text(id, scratch));
		out->id_known = true;
	}
	read_currency(currency, out, scratch);
	return read_money(revenue, out, err);
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

#include "record/order.h"

#include <string.h>

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

/* A value for a message: texts without their quotes. */
static struct span shown(struct value v)
{
	return v.kind == VALUE_TEXT ? span_sub(v.raw, 1, v.raw.len - 2) : v.raw;
}

static int read_money(struct value v, struct order *out, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];

	if (is_missing(v))
		return 0;
	if (!value_decimal(v, &out->money))
		return error_data(err, "revenue %s is not an amount like 1234.50",
				  error_quote(shown(v), quoted));
	if (out->money.scale > MONEY_SCALE)
		return error_data(err, "revenue %s has more than %d decimals",
				  error_quote(shown(v), quoted), MONEY_SCALE);
	if (out->kind == ORDER_REFUNDED)
		out->money = decimal_negate(decimal_abs(out->money));
	out->money_known = true;
	return 0;
}

/* Visible ASCII only: the codes go into messages and become keys. */
static bool is_code(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] <= ' ' || text.ptr[i] > '~')
			return false;
	}
	return text.len < CURRENCY_SIZE;
}

/* Codes of three letters are ISO 4217's, which are capitals. */
static int read_currency(struct value v, struct order *out,
			 struct buf *scratch, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];
	struct span text;

	if (is_missing(v))
		return 0;
	buf_clear(scratch);
	text = span_trim(value_text(v, scratch));
	if (v.kind != VALUE_TEXT || !is_code(text))
		return error_data(err, "currency %s is not a code like EUR",
				  error_quote(shown(v), quoted));
	if (span_equal(text, SPAN("unknown")))
		return 0;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		out->currency[i] = text.len == 3 && c >= 'a' && c <= 'z'
					   ? (char)(c - 32) : c;
	}
	return 0;
}

/* One walk over the properties for the three that count; a second one for
 * each where somebody escapes letters in keys. */
static void find_members(struct value props, struct value *revenue,
			 struct value *currency, struct value *order)
{
	struct scan s;
	struct member m;

	*revenue = *currency = *order = VALUE_ABSENT;
	scan_start(&s, props.raw);
	if (scan_enter(&s, '{', NULL))
		return;
	while (scan_member(&s, &m, NULL) > 0) {
		struct value *to = NULL;

		if (m.key_escaped) {
			*revenue = value_member(props, SPAN("revenue"));
			*currency = value_member(props, SPAN("currency"));
			*order = value_member(props, SPAN("order_id"));
			return;
		}
		if (span_equal(m.key, SPAN("revenue")))
			to = revenue;
		else if (span_equal(m.key, SPAN("currency")))
			to = currency;
		else if (span_equal(m.key, SPAN("order_id")))
			to = order;
		if (to && to->kind == VALUE_NONE)
			*to = m.value;
	}
}

int order_read(const struct event *e, struct order *out, struct buf *scratch,
	       struct error *err)
{
	struct value revenue, currency, id;

	out->kind = order_kind(e);
	if (out->kind == ORDER_NONE)
		return 0;
	out->money_known = out->id_known = false;
	memset(out->currency, 0, sizeof out->currency);
	if (e->props.kind != VALUE_OBJECT)
		return 0;
	find_members(e->props, &revenue, &currency, &id);
	if (read_money(revenue, out, err) ||
	    read_currency(currency, out, scratch, err))
		return -1;
	if (is_missing(id) || (id.kind != VALUE_TEXT && id.kind != VALUE_NUMBER))
		return 0;
	buf_clear(scratch);
	out->id = hash_64(value_text(id, scratch));
	out->id_known = true;
	return 0;
}

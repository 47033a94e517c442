#include "record/order.h"

#include <string.h>

#include "base/hash.h"

/* Names as programs spell them: "Order Completed", "order_completed", "OrderCompleted". */
#define FOLDED_MAX 16

static const struct {
	struct span folded;
	enum order_kind kind;
} kinds[] = {
	{SPAN("ordercompleted"), ORDER_COMPLETED},
	{SPAN("orderrefunded"), ORDER_REFUNDED},
	{SPAN("ordercancelled"), ORDER_REFUNDED},
	{SPAN("ordercanceled"), ORDER_REFUNDED},
	{SPAN("purchase"), ORDER_COMPLETED},
};

/* The letters of NAME, in lower case; more than any kind has: nothing. */
static struct span fold_name(struct span name, char *out)
{
	size_t len = 0;

	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];

		if (c == ' ' || c == '_' || c == '-')
			continue;
		if (len == FOLDED_MAX)
			return (struct span){out, 0};
		out[len++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
	}
	return (struct span){out, len};
}

enum order_kind order_kind_of_name(struct span name)
{
	char folded[FOLDED_MAX];
	struct span text;

	if (!name.len || !memchr("OoPp ", name.ptr[0], 5))
		return ORDER_NONE;
	text = fold_name(name, folded);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (span_equal(text, kinds[i].folded))
			return kinds[i].kind;
	return ORDER_NONE;
}

enum order_kind order_kind(const struct event *e)
{
	if (e->type != EVENT_TRACK || e->name.kind != VALUE_TEXT || e->name.raw.len < 2)
		return ORDER_NONE;
	/* The usual spelling, in which no letter is escaped. */
	if (value_is_text(e->name, SPAN("Order Completed")))
		return ORDER_COMPLETED;
	return order_kind_of_name(span_sub(e->name.raw, 1, e->name.raw.len - 2));
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

/* How much of an order was paid back, where its source says so in a number. */
static void read_refunded(struct value v, struct order *out)
{
	struct decimal d;

	out->refunded = DECIMAL_ZERO;
	if (out->kind == ORDER_COMPLETED && value_decimal(v, &d) && d.scale <= MONEY_SCALE)
		out->refunded = decimal_abs(d);
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

/* The properties that count. */
enum property { REVENUE, CURRENCY, ORDER_ID, REFUNDED, PROPERTIES };

static const struct span property_keys[PROPERTIES] = {
	[REVENUE] = SPAN("revenue"), [CURRENCY] = SPAN("currency"),
	[ORDER_ID] = SPAN("order_id"), [REFUNDED] = SPAN("refunded"),
};

/* One walk over the properties for those that count; one for each where
 * somebody escapes letters in keys. */
static void find_properties(struct value props, struct value found[PROPERTIES])
{
	struct scan s;
	struct member m;

	for (int i = 0; i < PROPERTIES; i++)
		found[i] = VALUE_ABSENT;
	scan_start(&s, props.raw);
	if (scan_enter(&s, '{', NULL))
		return;
	while (scan_member(&s, &m, NULL) > 0) {
		for (int i = 0; i < PROPERTIES && m.key_escaped; i++)
			found[i] = value_member(props, property_keys[i]);
		if (m.key_escaped)
			return;
		for (int i = 0; i < PROPERTIES; i++) {
			if (found[i].kind == VALUE_NONE && span_equal(m.key, property_keys[i])) {
				found[i] = m.value;
				break;
			}
		}
	}
}

int order_read(const struct event *e, struct order *out, struct buf *scratch,
	       struct error *err)
{
	return order_read_properties(order_kind(e), e->props, out, scratch, err);
}

int order_read_properties(enum order_kind kind, struct value props, struct order *out,
			  struct buf *scratch, struct error *err)
{
	struct value found[PROPERTIES], id;

	out->kind = kind;
	if (kind == ORDER_NONE)
		return 0;
	out->money_known = out->id_known = false;
	out->money = out->refunded = DECIMAL_ZERO;
	memset(out->currency, 0, sizeof out->currency);
	if (props.kind != VALUE_OBJECT)
		return 0;
	find_properties(props, found);
	if (read_money(found[REVENUE], out, err) ||
	    read_currency(found[CURRENCY], out, scratch, err))
		return -1;
	read_refunded(found[REFUNDED], out);
	id = found[ORDER_ID];
	if (is_missing(id) || (id.kind != VALUE_TEXT && id.kind != VALUE_NUMBER))
		return 0;
	buf_clear(scratch);
	out->id = hash_64(value_text(id, scratch));
	out->id_known = true;
	return 0;
}

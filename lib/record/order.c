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
	{SPAN("ordercancelled"), ORDER_CANCELLED},
	{SPAN("ordercanceled"), ORDER_CANCELLED},
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

/* Most events, "Product Viewed" and "Open", do not begin as the names of KINDS do. */
static bool begins_as_order(struct span name)
{
	char first = name.len > 1 ? name.ptr[0] : '\0', second = first ? name.ptr[1] : '\0';

	if (first == ' ' || second == ' ' || second == '_' || second == '-')
		return true;
	return ((first == 'O' || first == 'o') && (second == 'r' || second == 'R')) ||
	       ((first == 'P' || first == 'p') && (second == 'u' || second == 'U'));
}

enum order_kind order_kind_of_name(struct span name)
{
	char folded[FOLDED_MAX];
	struct span text;

	if (!begins_as_order(name))
		return ORDER_NONE;
	if (span_equal(name, SPAN("Order Completed")))
		return ORDER_COMPLETED;
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

/* V as money: a number, or a text that holds one. */
static bool read_amount(struct value v, struct decimal *out, bool *rounded)
{
	*rounded = false;
	if (v.kind == VALUE_TEXT && v.escaped)
		return value_decimal(v, out) && out->scale <= MONEY_SCALE;
	if (v.kind != VALUE_NUMBER && v.kind != VALUE_TEXT)
		return false;
	return decimal_parse_money(shown(v), out, rounded);
}

static int read_revenue(struct value v, struct order *out, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];

	if (is_missing(v))
		return 0;
	if (!read_amount(v, &out->money, &out->rounded))
		return error_data(err, "revenue %s is not an amount like 1234.50",
				  error_quote(shown(v), quoted));
	out->from = ORDER_MONEY_REVENUE;
	return 0;
}

/* The property of each, and what it is called in messages; QUANTITY stands in the first place. */
static const struct {
	struct span key;
	const char *name;
} monies[ORDER_MONIES] = {
	[ORDER_MONEY_NONE] = {SPAN("quantity"), ""},
	[ORDER_MONEY_REVENUE] = {SPAN("revenue"), "revenue"},
	[ORDER_MONEY_REFUND_AMOUNT] = {SPAN("refund_amount"), "refund_amount"},
	[ORDER_MONEY_AMOUNT_REFUNDED] = {SPAN("amount_refunded"), "amount_refunded"},
	[ORDER_MONEY_REFUNDED_AMOUNT] = {SPAN("refunded_amount"), "refunded_amount"},
	[ORDER_MONEY_TOTAL] = {SPAN("total"), "total"},
	[ORDER_MONEY_GRAND_TOTAL] = {SPAN("grand_total"), "grand_total"},
	[ORDER_MONEY_ORDER_TOTAL] = {SPAN("order_total"), "order_total"},
	[ORDER_MONEY_TOTAL_AMOUNT] = {SPAN("total_amount"), "total_amount"},
	[ORDER_MONEY_TOTAL_PRICE] = {SPAN("total_price"), "total_price"},
	[ORDER_MONEY_AMOUNT] = {SPAN("amount"), "amount"},
	[ORDER_MONEY_VALUE] = {SPAN("value"), "value"},
	[ORDER_MONEY_PRICE] = {SPAN("price"), "price * quantity"},
	[ORDER_MONEY_PRODUCTS] = {SPAN("products"), "price * quantity of products"},
	[ORDER_MONEY_SUBTOTAL] = {SPAN("subtotal"), "subtotal"},
	[ORDER_MONEY_SALES] = {SPAN("sales"), "sales"},
};

#define QUANTITY ORDER_MONEY_NONE

const char *order_money_name(enum order_money from)
{
	return monies[from].name;
}

bool order_monies_put(const uint64_t counts[ORDER_MONIES], struct buf *out)
{
	bool any = false;

	for (int i = ORDER_MONEY_REVENUE + 1; i < ORDER_MONIES; i++) {
		if (!counts[i])
			continue;
		buf_printf(out, "%s%s (%llu)", any ? ", " : "", order_money_name((enum order_money)i),
			   (unsigned long long)counts[i]);
		any = true;
	}
	return any;
}

bool order_money_is_key(struct span key)
{
	for (int i = ORDER_MONEY_REVENUE; i < ORDER_MONIES; i++)
		if (span_equal(key, monies[i].key))
			return true;
	return false;
}

/* PRICE times QUANTITY, which is 1 where it is missing. */
static bool multiply(struct value price, struct value quantity, struct decimal *out, bool *rounded)
{
	struct decimal count;

	if (!read_amount(price, out, rounded))
		return false;
	if (is_missing(quantity))
		return true;
	if (!value_decimal(quantity, &count) || !decimal_mul(*out, count, out))
		return false;
	if (out->scale > MONEY_SCALE) {
		*out = decimal_round(*out, MONEY_SCALE);
		*rounded = true;
	}
	return true;
}

/* Each of the products has a price. */
static bool add_up_products(struct value products, struct decimal *out, bool *rounded)
{
	bool part = false, any = false;
	struct decimal more;
	struct value v;
	struct scan s;

	*out = DECIMAL_ZERO;
	*rounded = false;
	if (products.kind != VALUE_ARRAY)
		return false;
	scan_start(&s, products.raw);
	scan_enter(&s, '[', NULL);
	while (scan_element(&s, &v, NULL) > 0) {
		if (!multiply(value_member(v, SPAN("price")), value_member(v, SPAN("quantity")), &more, &part) ||
		    !decimal_add(*out, more, out))
			return false;
		*rounded |= part;
		any = true;
	}
	return any;
}

static bool take_money(const struct value found[ORDER_MONIES], enum order_money from, struct order *out)
{
	switch (from) {
	case ORDER_MONEY_PRICE:
		return multiply(found[from], found[QUANTITY], &out->money, &out->rounded);
	case ORDER_MONEY_PRODUCTS:
		return add_up_products(found[from], &out->money, &out->rounded);
	case ORDER_MONEY_REFUND_AMOUNT:
	case ORDER_MONEY_AMOUNT_REFUNDED:
	case ORDER_MONEY_REFUNDED_AMOUNT:
		return out->kind == ORDER_REFUNDED && read_amount(found[from], &out->money, &out->rounded);
	default:
		return read_amount(found[from], &out->money, &out->rounded);
	}
}

/* A sum that stands on each line of an order, where the order has lines. */
static bool is_whole(enum order_money from)
{
	return (from >= ORDER_MONEY_TOTAL && from <= ORDER_MONEY_TOTAL_PRICE) ||
	       from == ORDER_MONEY_SUBTOTAL;
}

/* A walk over the properties. */
struct walk {
	struct scan scan;
	struct buf *scratch;	/* overwritten where a key is escaped */
	struct member at;	/* its key is decoded */
};

static void start_walk(struct walk *w, struct value props, struct buf *scratch)
{
	w->scratch = scratch;
	scan_start(&w->scan, props.raw);
	scan_enter(&w->scan, '{', NULL);
}

static inline bool next_property(struct walk *w)
{
	if (scan_member(&w->scan, &w->at, NULL) <= 0)
		return false;
	if (w->at.key_escaped) {
		buf_clear(w->scratch);
		w->at.key = member_key(&w->at, w->scratch);
	}
	return true;
}

/* The money of an order without revenue. */
static void find_money(struct value props, struct order *out, struct buf *scratch)
{
	struct value found[ORDER_MONIES] = {{{0}, VALUE_NONE, false}};
	struct walk w;

	start_walk(&w, props, scratch);
	while (next_property(&w))
		for (int i = 0; i < ORDER_MONIES; i++)
			if (found[i].kind == VALUE_NONE && span_equal(w.at.key, monies[i].key))
				found[i] = w.at.value;
	for (int i = ORDER_MONEY_REFUND_AMOUNT; i < ORDER_MONIES; i++)
		if (take_money(found, (enum order_money)i, out)) {
			out->from = (enum order_money)i;
			out->whole = is_whole(out->from);
			return;
		}
	out->rounded = false;
	out->money = DECIMAL_ZERO;
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
	if (v.kind != VALUE_TEXT || !currency_is_code(text))
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

/* The properties that count, save those of the status. */
enum property { REVENUE, CURRENCY, ORDER_ID, REFUNDED, REFUNDED_AMOUNT, AMOUNT_REFUNDED, REFUND_AMOUNT, PROPERTIES };

static const struct span property_keys[PROPERTIES] = {
	[REVENUE] = SPAN("revenue"), [CURRENCY] = SPAN("currency"),
	[ORDER_ID] = SPAN("order_id"), [REFUNDED] = SPAN("refunded"),
	[REFUNDED_AMOUNT] = SPAN("refunded_amount"), [AMOUNT_REFUNDED] = SPAN("amount_refunded"),
	[REFUND_AMOUNT] = SPAN("refund_amount"),
};

/* What KEY says of the status, beside what is known of it. */
static void note_status(struct order *out, struct span key, struct value v)
{
	enum order_status status = order_status_of_property(key, v);

	if (status == ORDER_STATUS_ABSENT)
		return;
	out->state += (uint32_t)hash_64(v.raw);
	if (status <= out->status)
		return;
	out->status = status;
	out->word = order_status_is_word(key) ? v.raw : key;
}

/* One walk over the properties for those that count. */
static void find_properties(struct value props, struct value found[PROPERTIES], struct order *out,
			    struct buf *scratch)
{
	struct walk w;

	for (int i = 0; i < PROPERTIES; i++)
		found[i] = VALUE_ABSENT;
	start_walk(&w, props, scratch);
	while (next_property(&w)) {
		for (int i = 0; i < PROPERTIES; i++) {
			if (found[i].kind == VALUE_NONE && span_equal(w.at.key, property_keys[i])) {
				found[i] = w.at.value;
				break;
			}
		}
		note_status(out, w.at.key, w.at.value);
	}
}

/*
 * What tells one line of an order from another.  Only events with a status ask: their lines come
 * again when the order has gone on.
 */
static uint64_t read_line(struct value props, struct buf *scratch)
{
	static const struct span keys[] = {
		SPAN("product_id"), SPAN("sku"), SPAN("name"), SPAN("variant"),
		SPAN("product"), SPAN("line"), SPAN("line_id"), SPAN("line_item_id"), SPAN("item_id"),
	};
	uint64_t line = 0;
	struct walk w;

	start_walk(&w, props, scratch);
	while (next_property(&w))
		for (size_t i = 0; i < sizeof keys / sizeof *keys && !is_missing(w.at.value); i++)
			if (span_equal(w.at.key, keys[i]))
				line += hash_64(w.at.value.raw) * (2 * i + 3);
	return line;
}

/* What the status makes of an event of this name. */
static enum order_kind settle_kind(enum order_kind kind, enum order_status status)
{
	if (status >= ORDER_STATUS_FAILED)
		return ORDER_NONE;
	if (kind != ORDER_COMPLETED)
		return kind;
	if (status == ORDER_STATUS_OPEN)
		return ORDER_NONE;
	return status == ORDER_STATUS_REFUND ? ORDER_REFUNDED : kind;
}

/* How much of an order was paid back, where its source says so in a number. */
static void read_refunded(const struct value found[PROPERTIES], struct order *out)
{
	struct decimal d;
	bool rounded;

	for (int i = REFUNDED; i <= REFUND_AMOUNT && out->kind == ORDER_COMPLETED; i++)
		if (found[i].kind != VALUE_NONE && read_amount(found[i], &d, &rounded)) {
			out->refunded = decimal_abs(d);
			return;
		}
}

/* "Net" beside "Total" and "Refunded": a revenue that is the total less what was paid back is that total. */
static void add_refunded(struct value props, struct order *out)
{
	struct decimal before, total;
	bool rounded;

	if (out->from != ORDER_MONEY_REVENUE || !decimal_compare(out->refunded, DECIMAL_ZERO) ||
	    !decimal_add(out->money, out->refunded, &before) ||
	    !read_amount(value_member(props, monies[ORDER_MONEY_TOTAL].key), &total, &rounded))
		return;
	if (!decimal_compare(before, total))
		out->money = total;
}

struct decimal order_refunded(struct value props)
{
	struct value found[PROPERTIES] = {{{0}, VALUE_NONE, false}};
	struct order order = {.kind = ORDER_COMPLETED};

	for (int i = REFUNDED; i <= REFUND_AMOUNT; i++)
		found[i] = value_member(props, property_keys[i]);
	read_refunded(found, &order);
	return order.refunded;
}

static void read_id(struct value id, struct order *out, struct buf *scratch)
{
	if (is_missing(id) || (id.kind != VALUE_TEXT && id.kind != VALUE_NUMBER))
		return;
	buf_clear(scratch);
	out->id = hash_64(value_text(id, scratch));
	out->id_known = true;
}

static int read_order(struct value props, const struct value found[PROPERTIES], struct order *out,
		      struct buf *scratch, struct error *err)
{
	if (read_revenue(found[REVENUE], out, err) ||
	    read_currency(found[CURRENCY], out, scratch, err))
		return -1;
	if (out->from == ORDER_MONEY_NONE)
		find_money(props, out, scratch);
	out->money_known = out->from != ORDER_MONEY_NONE;
	if (out->kind == ORDER_REFUNDED)
		out->money = decimal_negate(decimal_abs(out->money));
	read_refunded(found, out);
	add_refunded(props, out);
	read_id(found[ORDER_ID], out, scratch);
	if (out->status == ORDER_STATUS_ABSENT)
		return 0;
	out->line = read_line(props, scratch);
	out->state += !out->state;
	return 0;
}

int order_read(const struct event *e, struct order *out, struct buf *scratch,
	       struct error *err)
{
	return order_read_properties(order_kind(e), e->props, out, scratch, err);
}

int order_read_properties(enum order_kind kind, struct value props, struct order *out,
			  struct buf *scratch, struct error *err)
{
	struct value found[PROPERTIES];

	out->kind = kind;
	out->status = ORDER_STATUS_ABSENT;
	if (kind == ORDER_NONE)
		return 0;
	*out = (struct order){.kind = kind == ORDER_CANCELLED ? ORDER_REFUNDED : kind};
	if (props.kind == VALUE_OBJECT)
		find_properties(props, found, out, scratch);
	if (kind == ORDER_CANCELLED && out->status < ORDER_STATUS_UNDONE)
		out->status = ORDER_STATUS_UNDONE;
	if (props.kind != VALUE_OBJECT)
		return 0;
	out->kind = settle_kind(out->kind, out->status);
	return out->kind == ORDER_NONE ? 0 : read_order(props, found, out, scratch, err);
}

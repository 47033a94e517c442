#include "understand/recommend/bought.h"

#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

#define NO_BASKET UINT32_MAX

void bought_release(struct bought *b)
{
	mem_free(b->list);
	mem_free(b->left);
	mem_free(b->taken);
	mem_free(b->named);
	orders_release(&b->settled);
	buf_release(&b->scratch);
	arena_release(&b->texts);
	*b = BOUGHT_INIT;
}

/*
 * Items.
 */

enum { NAME_LAST = 6 };	/* "name": among ITEM_KEYS */

static const struct span item_keys[] = {
	SPAN("sku"), SPAN("product_id"), SPAN("item_id"), SPAN("variant_id"), SPAN("product"),
	SPAN("product_name"), SPAN("name"),
};

static const struct span label_keys[] = {
	SPAN("name"), SPAN("product_name"), SPAN("title"), SPAN("description"), SPAN("product"),
};

static const struct span total_keys[] = {SPAN("line_total"), SPAN("total"), SPAN("revenue"), SPAN("amount")};
static const struct span cost_keys[] = {SPAN("cost"), SPAN("unit_cost"), SPAN("cost_price")};

#define TOTAL_KEYS (sizeof total_keys / sizeof *total_keys)
#define COST_KEYS (sizeof cost_keys / sizeof *cost_keys)
#define ITEM_KEYS (sizeof item_keys / sizeof *item_keys)
#define LABEL_KEYS (sizeof label_keys / sizeof *label_keys)

/* The text of V without blanks around it; escaped ones are decoded into B. */
static struct span take_text(struct bought *b, struct value v)
{
	if (v.kind != VALUE_TEXT && v.kind != VALUE_NUMBER)
		return SPAN_NONE;
	if (!v.escaped)
		return span_trim(value_text(v, &b->scratch));
	buf_clear(&b->scratch);
	return span_trim(arena_copy(&b->texts, value_text(v, &b->scratch)));
}

/* Names of events without blanks, '_' and '-', in lower case. */
static const struct {
	struct span folded;
	enum signal signal;
} signal_names[] = {
	{SPAN("productviewed"), SIGNAL_VIEW}, {SPAN("viewitem"), SIGNAL_VIEW}, {SPAN("viewcontent"), SIGNAL_VIEW},
	{SPAN("productadded"), SIGNAL_CART}, {SPAN("addtocart"), SIGNAL_CART}, {SPAN("addtobasket"), SIGNAL_CART},
	{SPAN("addedtocart"), SIGNAL_CART},
};

/* SIGNAL_PURCHASE: it is none of these. */
static enum signal signal_of(const struct event *e)
{
	char folded[24];
	size_t len = 0;
	struct span name = e->name.raw;

	if (e->type != EVENT_TRACK || e->name.kind != VALUE_TEXT)
		return SIGNAL_PURCHASE;
	for (size_t i = 1; i + 1 < name.len; i++) {
		char c = span_lower(name.ptr[i]);

		if (c == ' ' || c == '_' || c == '-')
			continue;
		if (len == sizeof folded)
			return SIGNAL_PURCHASE;
		folded[len++] = c;
	}
	for (size_t i = 0; i < sizeof signal_names / sizeof *signal_names; i++)
		if (span_equal((struct span){folded, len}, signal_names[i].folded))
			return signal_names[i].signal;
	return SIGNAL_PURCHASE;
}

static struct bought_line *add_line(struct bought *b, struct span item, struct span label, struct value quantity,
				    uint32_t entry)
{
	struct bought_line *p;

	b->list = mem_room(b->list, b->count, &b->cap, sizeof *b->list);
	p = &b->list[b->count++];
	*p = (struct bought_line){.item = item, .label = label, .entry = entry, .basket = NO_BASKET};
	p->counted = value_decimal(quantity, &p->quantity);
	p->sold = p->counted ? p->quantity : decimal_of(1);
	return p;
}

/* What the members of an object say that may name an item. */
struct naming {
	struct value items[ITEM_KEYS];
	struct value labels[LABEL_KEYS];
	struct value asked;
	struct value quantity;
	struct value products;
	struct value price;
	struct value totals[TOTAL_KEYS];
	struct value costs[COST_KEYS];
};

static void note_member(struct naming *n, const struct member *m, struct span asked)
{
	for (size_t i = 0; i < ITEM_KEYS; i++)
		if (span_equal(m->key, item_keys[i]))
			n->items[i] = m->value;
	for (size_t i = 0; i < LABEL_KEYS; i++)
		if (span_equal(m->key, label_keys[i]))
			n->labels[i] = m->value;
	if (span_equal(m->key, asked))
		n->asked = m->value;
	if (span_equal(m->key, SPAN("quantity")))
		n->quantity = m->value;
	if (span_equal(m->key, SPAN("products")))
		n->products = m->value;
}

static void note_money(struct naming *n, const struct member *m)
{
	if (span_equal(m->key, SPAN("price")))
		n->price = m->value;
	for (size_t i = 0; i < TOTAL_KEYS; i++)
		if (span_equal(m->key, total_keys[i]))
			n->totals[i] = m->value;
	for (size_t i = 0; i < COST_KEYS; i++)
		if (span_equal(m->key, cost_keys[i]))
			n->costs[i] = m->value;
}

/* Money as orders read it: a number, or a text of one. */
static bool read_money(struct bought *b, struct value v, struct decimal *out)
{
	bool rounded;

	if (v.kind != VALUE_NUMBER && v.kind != VALUE_TEXT)
		return false;
	buf_clear(&b->scratch);
	return decimal_parse_money(span_trim(value_text(v, &b->scratch)), out, &rounded);
}

/* What the line came to, and what one cost. */
static void price_line(struct bought *b, const struct naming *n, struct bought_line *p)
{
	struct decimal price;

	p->priced = read_money(b, n->price, &price) && decimal_mul(price, p->sold, &p->amount);
	for (size_t i = 0; i < TOTAL_KEYS && !p->priced; i++)
		p->priced = read_money(b, n->totals[i], &p->amount);
	for (size_t i = 0; i < COST_KEYS && !p->costed; i++)
		p->costed = read_money(b, n->costs[i], &p->cost);
}

static void read_naming(const struct bought *b, struct naming *n, struct value object, struct span asked)
{
	struct scan s;
	struct member m;

	memset(n, 0, sizeof *n);
	scan_start(&s, object.raw);
	scan_enter(&s, '{', NULL);
	while (scan_member(&s, &m, NULL) > 0) {
		note_member(n, &m, asked);
		if (b->money)
			note_money(n, &m);
	}
}

/* The item that N names, added to B; none where it names none. */
static void add_named(struct bought *b, const struct naming *n, struct span asked, bool is_order,
		      uint32_t entry)
{
	struct span item = SPAN_NONE, label = SPAN_NONE;
	struct bought_line *line;

	if (!span_absent(asked)) {
		item = take_text(b, n->asked);
	} else {
		for (size_t i = 0; i < ITEM_KEYS && !item.len; i++)
			if (i != NAME_LAST || !is_order || n->quantity.kind != VALUE_NONE)
				item = take_text(b, n->items[i]);
	}
	if (!item.len)
		return;
	for (size_t i = 0; i < LABEL_KEYS && !label.len; i++) {
		label = take_text(b, n->labels[i]);
		if (span_equal(label, item))
			label = SPAN_NONE;
	}
	line = add_line(b, item, label, n->quantity, entry);
	if (b->money)
		price_line(b, n, line);
}

static void add_product(struct bought *b, struct value v, struct span asked, uint32_t entry)
{
	struct naming n;

	if (v.kind == VALUE_OBJECT) {
		read_naming(b, &n, v, asked);
		add_named(b, &n, asked, false, entry);
		return;
	}
	if (span_absent(asked) && take_text(b, v).len)
		add_line(b, take_text(b, v), SPAN_NONE, VALUE_ABSENT, entry);
}

/* The items of the event with these PROPS; an order has a name of its own. */
static void add_items(struct bought *b, struct value props, struct span asked, bool is_order, uint32_t entry)
{
	size_t before = b->count;
	struct naming n;
	struct scan s;
	struct value v;

	if (props.kind != VALUE_OBJECT)
		return;
	read_naming(b, &n, props, asked);
	if (n.products.kind == VALUE_ARRAY) {
		scan_start(&s, n.products.raw);
		scan_enter(&s, '[', NULL);
		while (scan_element(&s, &v, NULL) > 0)
			add_product(b, v, asked, entry);
	}
	if (b->count == before)
		add_named(b, &n, asked, is_order, entry);
	else
		return;
	/* The event is the line: it came to what the order event says. */
	for (size_t i = before; is_order && i < b->count; i++) {
		const struct order *o = &b->settled.list[entry].order;

		b->list[i].priced = o->money_known;
		b->list[i].amount = decimal_abs(o->money);
	}
}

/*
 * Orders.
 */

/* What E says of carts and views. */
static void add_signal(struct bought *b, const struct event *e, struct span item)
{
	enum signal signal = b->signals ? signal_of(e) : SIGNAL_PURCHASE;
	size_t before = b->count;

	if (signal == SIGNAL_PURCHASE)
		return;
	add_items(b, e->props, item, false, 0);
	for (size_t i = before; i < b->count; i++) {
		b->list[i].signal = signal;
		b->list[i].time = e->time;
	}
}

static int add_orders(struct bought *b, const struct profile *p, int64_t as_of, struct span item,
		      struct error *err)
{
	struct profile_events walk;
	struct event e;
	int got;

	profile_events_start(&walk, p);
	while ((got = profile_events_next(&walk, &e, err)) > 0) {
		enum order_kind kind = order_kind(&e);
		uint32_t entry = (uint32_t)b->settled.count;
		struct order order;

		if (e.time != MOMENT_NONE && as_of != MOMENT_NONE && e.time > as_of)
			continue;
		if (kind == ORDER_NONE) {
			add_signal(b, &e, item);
			continue;
		}
		/* Money that cannot be read is not known. */
		order_read_properties(kind, e.props, &order, &b->scratch, NULL);
		orders_add(&b->settled, &order, hash_64(e.source.raw), e.time, entry);
		if (b->settled.count > entry)
			add_items(b, e.props, item, true, entry);
	}
	return got ? -1 : orders_settle(&b->settled, err);
}

static void reserve_entries(struct bought *b)
{
	size_t count = b->settled.count + 1;

	if (count > b->entry_cap) {
		b->entry_cap = count * 2;
		b->left = mem_grow(b->left, b->entry_cap, sizeof *b->left);
		b->taken = mem_grow(b->taken, b->entry_cap, sizeof *b->taken);
		b->named = mem_grow(b->named, b->entry_cap, sizeof *b->named);
	}
	memset(b->left, 0, count * sizeof *b->left);
	memset(b->taken, 0, count * sizeof *b->taken);
	memset(b->named, 0, count * sizeof *b->named);
}

/* What is left of each order's money, and whether something was paid back. */
static void sum_orders(struct bought *b)
{
	reserve_entries(b);
	for (size_t i = 0; i < b->settled.count; i++) {
		const struct order_entry *e = &b->settled.list[i];

		if (e->of == ORDER_OF_NONE)
			continue;
		b->taken[e->of] |= e->part == ORDER_PART_REFUND || e->refund;
		if (e->has_net)
			decimal_add(b->left[e->of], e->net, &b->left[e->of]);
	}
}

/* Does E say what was bought, in an order of which something was kept? */
static bool is_bought(const struct bought *b, const struct order_entry *e)
{
	return (e->part == ORDER_PART_NEW || e->part == ORDER_PART_LINE) && e->of != ORDER_OF_NONE &&
	       !(b->taken[e->of] && b->left[e->of].digits <= 0);
}

/* Was P ordered, though nothing may be left of it? */
static bool was_bought(const struct bought *b, const struct bought_line *p)
{
	const struct order_entry *e = &b->settled.list[p->entry];

	return p->signal == SIGNAL_PURCHASE && (e->part == ORDER_PART_NEW || e->part == ORDER_PART_LINE) &&
	       e->of != ORDER_OF_NONE && p->sold.digits > 0;
}

static void sort_out(struct bought *b)
{
	for (size_t i = 0; i < b->count; i++) {
		struct bought_line *p = &b->list[i];
		const struct order_entry *e = &b->settled.list[p->entry];

		if (p->signal != SIGNAL_PURCHASE)
			continue;
		p->time = e->time;
		p->refund = e->part == ORDER_PART_REFUND;
		p->dropped = !p->refund && (!is_bought(b, e) || (p->counted && p->quantity.digits <= 0));
	}
}

/*
 * Refunds that name items.
 */

/* May what REFUND gives back be P? */
static bool may_be_of(const struct bought *b, const struct bought_line *refund, const struct bought_line *p)
{
	uint32_t of = b->settled.list[refund->entry].of;

	if (p->signal != SIGNAL_PURCHASE || p->refund || p->dropped || !span_equal(p->item, refund->item))
		return false;
	if (of != ORDER_OF_NONE)
		return b->settled.list[p->entry].of == of;
	return p->time == MOMENT_NONE || refund->time == MOMENT_NONE || p->time <= refund->time;
}

/* Takes what is left of REFUND off P; true: nothing is left of the refund. */
static bool give_back(struct bought *b, struct bought_line *refund, struct bought_line *p)
{
	struct decimal back = decimal_abs(refund->quantity);

	if (refund->counted && p->counted && decimal_compare(back, p->quantity) < 0) {
		decimal_sub(p->quantity, back, &p->quantity);
		return true;
	}
	if (refund->counted && p->counted)
		decimal_sub(back, p->quantity, &refund->quantity);
	p->dropped = true;
	b->given_back++;
	return !refund->counted || !p->counted || !refund->quantity.digits;
}

static void apply_refunds(struct bought *b)
{
	for (size_t i = 0; i < b->count; i++) {
		if (!b->list[i].refund)
			continue;
		for (size_t k = b->count; k--;)
			if (may_be_of(b, &b->list[i], &b->list[k]) && give_back(b, &b->list[i], &b->list[k]))
				break;
	}
}

/*
 * Baskets.
 */

/* Are they one basket, without an order's number? */
static bool bought_together(const struct order_entry *a, const struct order_entry *b)
{
	return !a->order.id_known && !b->order.id_known && a->source == b->source && a->time == b->time &&
	       a->time != MOMENT_NONE;
}

/* The entries are by time, so what was bought together stands together but for other sources. */
static void number_baskets(struct bought *b)
{
	uint32_t *basket_of = mem_alloc((b->settled.count + 1) * sizeof *basket_of);

	for (size_t i = 0; i < b->settled.count; i++) {
		const struct order_entry *e = &b->settled.list[i];

		basket_of[i] = NO_BASKET;
		for (size_t k = e->order.id_known ? 0 : i;
		     k-- && b->settled.list[k].time == e->time && basket_of[i] == NO_BASKET;)
			if (bought_together(e, &b->settled.list[k]))
				basket_of[i] = basket_of[k];
		if (basket_of[i] == NO_BASKET)
			basket_of[i] = (uint32_t)i;
	}
	for (size_t i = 0; i < b->count; i++) {
		struct bought_line *p = &b->list[i];
		uint32_t of = p->signal == SIGNAL_PURCHASE ? b->settled.list[p->entry].of : ORDER_OF_NONE;

		if (!p->refund && of != ORDER_OF_NONE)
			p->basket = basket_of[of];
	}
	b->baskets = (uint32_t)b->settled.count;
	mem_free(basket_of);
}

/* Leaves what counts, and counts it. */
static void keep_bought(struct bought *b)
{
	size_t kept = 0;

	for (size_t i = 0; i < b->count; i++) {
		const struct bought_line *p = &b->list[i];

		if (p->signal == SIGNAL_PURCHASE && !p->refund && b->settled.list[p->entry].of != ORDER_OF_NONE)
			b->named[b->settled.list[p->entry].of] = true;
		if (!p->refund && (!p->dropped || (b->money && was_bought(b, p))))
			b->list[kept++] = *p;
	}
	b->count = kept;
	for (size_t i = 0; i < b->settled.count; i++) {
		const struct order_entry *e = &b->settled.list[i];

		if (e->part != ORDER_PART_NEW || !is_bought(b, e))
			continue;
		b->orders++;
		b->nameless += !b->named[i];
	}
}

int bought_read(struct bought *b, const struct profile *p, int64_t as_of, struct span item,
		   struct error *err)
{
	orders_clear(&b->settled);
	arena_clear(&b->texts);
	b->count = 0;
	b->baskets = 0;
	b->orders = b->nameless = b->given_back = 0;
	if (p->events.kind != VALUE_ARRAY)
		return 0;
	if (add_orders(b, p, as_of, item, err))
		return -1;
	sum_orders(b);
	sort_out(b);
	apply_refunds(b);
	number_baskets(b);
	keep_bought(b);
	return 0;
}

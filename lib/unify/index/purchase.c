#include "unify/index/purchase.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define UNKNOWN "unknown"

static struct decimal money_of_purchase(const struct purchase *p)
{
	unsigned __int128 digits = (unsigned __int128)p->digits[1] << 64;

	return (struct decimal){(__int128)(digits | p->digits[0]), p->scale};
}

int purchase_parse(const struct event *e, struct purchase *out,
		   struct buf *scratch, struct error *err)
{
	struct order order;

	if (order_read(e, &order, scratch, err))
		return -1;
	out->kind = (uint8_t)order.kind;
	if (order.kind == ORDER_NONE)
		return 0;
	memset(out, 0, sizeof *out);
	out->kind = (uint8_t)order.kind;
	out->status = (uint8_t)order.status;
	out->from = (uint8_t)order.from;
	out->has_order = order.id_known;
	out->order = order.id_known ? order.id : 0;
	out->line = order.line;
	out->state = order.state;
	out->has_money = order.money_known;
	out->has_refunded = order.refunded.digits != 0;
	out->whole = order.whole;
	out->rounded = order.rounded;
	memcpy(out->currency, order.currency, sizeof out->currency);
	if (!order.money_known)
		return 0;
	out->digits[0] = (uint64_t)order.money.digits;
	out->digits[1] = (uint64_t)((unsigned __int128)order.money.digits >> 64);
	out->scale = (uint8_t)order.money.scale;
	return 0;
}

void monies_release(struct monies *m)
{
	mem_free(m->list);
	*m = (struct monies){0};
}

static struct money *money_of(struct monies *m, const char *currency)
{
	for (size_t i = 0; i < m->count; i++) {
		if (!strcmp(m->list[i].currency, currency))
			return &m->list[i];
	}
	m->list = mem_room(m->list, m->count, &m->cap, sizeof *m->list);
	memset(&m->list[m->count], 0, sizeof *m->list);
	memcpy(m->list[m->count].currency, currency, CURRENCY_SIZE);
	return &m->list[m->count++];
}

static int add_sum(struct decimal *to, struct decimal more, struct error *err)
{
	if (decimal_add(*to, more, to))
		return 0;
	return error_failed(err, "a sum of money has more than 38 digits");
}

int monies_add(struct monies *m, const struct purchase *p, struct error *err)
{
	struct decimal money = money_of_purchase(p);
	struct money *to;

	if (!p->has_money)
		return 0;
	to = money_of(m, p->currency);
	if (p->kind == ORDER_REFUNDED &&
	    add_sum(&to->refunded, decimal_negate(money), err))
		return -1;
	return add_sum(&to->revenue, money, err);
}

int monies_add_all(struct monies *m, const struct monies *other,
		   struct error *err)
{
	for (size_t i = 0; i < other->count; i++) {
		struct money *money = money_of(m, other->list[i].currency);

		if (add_sum(&money->revenue, other->list[i].revenue, err) ||
		    add_sum(&money->refunded, other->list[i].refunded, err))
			return -1;
	}
	return 0;
}

static int by_currency(const void *a, const void *b)
{
	const struct money *x = a, *y = b;

	return strcmp(x->currency, y->currency);
}

void monies_sort(struct monies *m)
{
	if (m->count > 1)
		qsort(m->list, m->count, sizeof *m->list, by_currency);
}

void monies_put_text(const struct monies *m, struct buf *out)
{
	if (!m->count)
		buf_char(out, '0');
	for (size_t i = 0; i < m->count; i++) {
		if (i)
			buf_lit(out, ", ");
		decimal_put(out, m->list[i].revenue);
		if (m->list[i].currency[0])
			buf_printf(out, " %s", m->list[i].currency);
		else if (m->count > 1)
			buf_lit(out, " of unknown currency");
	}
}

static void put_currency(struct buf *out, const char *currency)
{
	text_encode(out, span_of(*currency ? currency : UNKNOWN));
}

void monies_put_json(const struct monies *m, struct buf *out)
{
	buf_char(out, '{');
	for (size_t i = 0; i < m->count; i++) {
		if (i)
			buf_char(out, ',');
		put_currency(out, m->list[i].currency);
		buf_char(out, ':');
		decimal_put(out, m->list[i].revenue);
	}
	buf_char(out, '}');
}

void purchases_clear(struct purchases *s)
{
	orders_clear(&s->orders);
	s->monies.count = s->written.count = 0;
	s->counts[0] = s->counts[1] = 0;
	s->first = s->last = MOMENT_NONE;
}

void purchases_release(struct purchases *s)
{
	orders_release(&s->orders);
	monies_release(&s->monies);
	monies_release(&s->written);
	*s = (struct purchases){0};
}

static void note_time(struct purchases *s, int64_t time)
{
	if (time == MOMENT_NONE)
		return;
	if (s->first == MOMENT_NONE || time < s->first)
		s->first = time;
	if (time > s->last)
		s->last = time;
}

static struct order order_of_purchase(const struct purchase *p, struct decimal refunded)
{
	struct order order = {
		.kind = (enum order_kind)p->kind, .status = (enum order_status)p->status,
		.from = (enum order_money)p->from, .money_known = p->has_money,
		.id_known = p->has_order, .rounded = p->rounded, .whole = p->whole,
		.money = money_of_purchase(p), .refunded = refunded, .id = p->order,
		.line = p->line, .state = p->state,
	};

	memcpy(order.currency, p->currency, sizeof order.currency);
	return order;
}

int purchases_add(struct purchases *s, const struct purchase *p, uint64_t source,
		  int64_t time, uint32_t event, struct decimal refunded, struct error *err)
{
	struct order order = order_of_purchase(p, refunded);

	orders_add(&s->orders, &order, source, time, event);
	return monies_add(&s->written, p, err);
}

/* What E adds to the money of its currency. */
static int add_net(struct purchases *s, const struct order_entry *e, struct error *err)
{
	struct decimal refunded = e->part == ORDER_PART_REFUND ? decimal_negate(e->net) : e->returned;
	struct money *to;

	if (!e->has_net)
		return 0;
	to = money_of(&s->monies, e->order.currency);
	return add_sum(&to->refunded, refunded, err) || add_sum(&to->revenue, e->net, err) ? -1 : 0;
}

int purchases_settle(struct purchases *s, struct error *err)
{
	if (orders_settle(&s->orders, err))
		return -1;
	for (size_t i = 0; i < s->orders.count; i++) {
		const struct order_entry *e = &s->orders.list[i];

		s->counts[0] += e->part == ORDER_PART_NEW;
		s->counts[1] += e->refund;
		if (e->part == ORDER_PART_NEW || e->part == ORDER_PART_LINE)
			note_time(s, e->time);
		if (add_net(s, e, err))
			return -1;
	}
	monies_sort(&s->monies);
	return 0;
}

static void put_money(struct buf *out, const struct money *m)
{
	buf_lit(out, "\"revenue\":");
	decimal_put(out, m->revenue);
	buf_lit(out, ",\"refunded\":");
	decimal_put(out, m->refunded);
}

static void put_by_currency(const struct monies *m, struct buf *out)
{
	buf_lit(out, "\"revenue\":null,\"refunded\":null,\"by_currency\":{");
	for (size_t i = 0; i < m->count; i++) {
		if (i)
			buf_char(out, ',');
		put_currency(out, m->list[i].currency);
		buf_lit(out, ":{");
		put_money(out, &m->list[i]);
		buf_char(out, '}');
	}
	buf_char(out, '}');
}

static void put_time(struct buf *out, const char *key, int64_t time)
{
	if (time == MOMENT_NONE)
		return;
	buf_printf(out, ",\"%s\":\"", key);
	moment_put(out, time);
	buf_char(out, '"');
}

void purchases_put(const struct purchases *s, struct buf *out)
{
	static const struct money none;

	buf_lit(out, "{\"count\":");
	buf_u64(out, s->counts[0]);
	buf_lit(out, ",\"refunds\":");
	buf_u64(out, s->counts[1]);
	buf_char(out, ',');
	if (s->monies.count > 1) {
		put_by_currency(&s->monies, out);
	} else {
		put_money(out, s->monies.count ? s->monies.list : &none);
		if (s->monies.count && s->monies.list[0].currency[0]) {
			buf_lit(out, ",\"currency\":");
			put_currency(out, s->monies.list[0].currency);
		}
	}
	put_time(out, "first", s->first);
	put_time(out, "last", s->last);
	buf_char(out, '}');
}

#include "journey/buying.h"

#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

void buying_release(struct buying *b)
{
	mem_free(b->days);
	mem_free(b->left);
	mem_free(b->taken);
	orders_release(&b->orders);
	buf_release(&b->text);
	*b = (struct buying){0};
}

static int add_orders(struct buying *b, const struct profile *p, struct error *err)
{
	struct profile_events events;
	struct event e;
	int got;

	orders_clear(&b->orders);
	profile_events_start(&events, p);
	while ((got = profile_events_next_past(&events, p->as_of, &e, err)) > 0) {
		enum order_kind kind = order_kind(&e);
		struct order order;

		if (kind == ORDER_NONE)
			continue;
		/* Money that cannot be read is not known. */
		order_read_properties(kind, e.props, &order, &b->text, NULL);
		orders_add(&b->orders, &order, hash_64(e.source.raw), e.time, (uint32_t)b->orders.count);
	}
	return got ? -1 : orders_settle(&b->orders, err);
}

/* What is left of each order, and whether something was paid back of it. */
static void add_up(struct buying *b)
{
	size_t count = b->orders.count;

	b->lost = false;
	while (b->left_cap < count + 1)
		b->left = mem_room(b->left, b->left_cap, &b->left_cap, sizeof *b->left);
	while (b->taken_cap < count + 1)
		b->taken = mem_room(b->taken, b->taken_cap, &b->taken_cap, sizeof *b->taken);
	for (size_t i = 0; i < count; i++) {
		b->left[i] = DECIMAL_ZERO;
		b->taken[i] = false;
	}
	for (size_t i = 0; i < count; i++) {
		const struct order_entry *e = &b->orders.list[i];

		if (e->of == ORDER_OF_NONE)
			continue;
		b->taken[e->of] |= e->part == ORDER_PART_REFUND || e->refund;
		if (e->has_net && !decimal_add(b->left[e->of], e->net, &b->left[e->of])) {
			b->left[e->of] = e->net;
			b->lost = true;
		}
	}
}

/* An order of which all was paid back was no purchase. */
bool buying_is_kept(const struct buying *b, const struct order_entry *e)
{
	return e->of != ORDER_OF_NONE && !(b->taken[e->of] && b->left[e->of].digits <= 0);
}

bool buying_is_purchase(const struct buying *b, const struct order_entry *e)
{
	return (e->part == ORDER_PART_NEW || e->part == ORDER_PART_LINE) && buying_is_kept(b, e);
}

static void take_day(struct buying *b, int64_t day)
{
	size_t at = b->count;

	while (at && b->days[at - 1] > day)
		at--;
	if (at && b->days[at - 1] == day)
		return;
	b->days = mem_room(b->days, b->count, &b->cap, sizeof *b->days);
	memmove(b->days + at + 1, b->days + at, (b->count - at) * sizeof *b->days);
	b->days[at] = day;
	b->count++;
}

int buying_read_orders(struct buying *b, const struct profile *p, enum buying_state *state, struct error *err)
{
	struct decimal omitted;

	*state = BUYING_NO_EVENTS;
	if (p->events.kind != VALUE_ARRAY)
		return 0;
	*state = BUYING_OMITTED;
	if (value_decimal(p->events_omitted, &omitted) && omitted.digits > 0)
		return 0;
	*state = BUYING_KNOWN;
	if (add_orders(b, p, err))
		return -1;
	add_up(b);
	return 0;
}

int buying_read(struct buying *b, const struct profile *p, const struct zone *zone,
		enum buying_state *state, struct error *err)
{
	b->count = 0;
	if (buying_read_orders(b, p, state, err))
		return -1;
	if (*state != BUYING_KNOWN)
		return 0;
	for (size_t i = 0; i < b->orders.count; i++)
		if (buying_is_purchase(b, &b->orders.list[i]))
			take_day(b, zone_day(zone, b->orders.list[i].time));
	*state = b->count ? BUYING_KNOWN : BUYING_NEVER;
	return 0;
}

#include "collect/ingest/repeats.h"

#include "base/mem.h"
#include "collect/mapping/contest.h"

/* Fewer orders of several lines prove nothing. */
#define ORDERS_MIN 3

struct watched {
	const struct target *target;
	struct buf before;	/* its value in the row before */
	bool differs;		/* within the order at hand */
	uint64_t same_orders;
	uint64_t different_orders;
	struct span example;	/* the first order in which it differs */
};

struct repeats {
	int order_column;
	struct watched *list;
	size_t count;
	struct buf order;	/* the id of the order at hand */
	uint64_t lines;		/* of it so far */
	struct arena arena;
};

/* Of rows that are not folded only the revenue counts on each: a total counts once, the others do not count. */
static bool is_watched(const struct plan *p, const struct target *t)
{
	return t->column >= 0 && !(t->contest && t->contest->before_count) &&
	       (p->fold || span_equal(t->field.key, SPAN("revenue"))) &&
	       t->field.section == SECTION_PROPS && t->field.form == FORM_MONEY && t->field.hint == HINT_MONEY;
}

struct repeats *repeats_new(const struct plan *p)
{
	const struct target *order = p->fold ? &p->targets[p->fold_key] :
		plan_find(p, SECTION_PROPS, SPAN("order_id"));
	struct repeats *r;

	if (!order || order->column < 0)
		return NULL;
	r = mem_zero(1, sizeof *r);
	r->order_column = order->column;
	r->list = mem_zero(p->target_count, sizeof *r->list);
	for (size_t i = 0; i < p->target_count; i++)
		if (is_watched(p, &p->targets[i]))
			r->list[r->count++].target = &p->targets[i];
	return r;
}

void repeats_free(struct repeats *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->count; i++)
		buf_release(&r->list[i].before);
	mem_free(r->list);
	buf_release(&r->order);
	arena_release(&r->arena);
	mem_free(r);
}

static void close_order(struct repeats *r)
{
	for (size_t i = 0; i < r->count; i++) {
		struct watched *w = &r->list[i];

		if (r->lines > 1 && w->differs) {
			if (!w->different_orders++)
				w->example = arena_copy(&r->arena, buf_view(&r->order));
		} else if (r->lines > 1 && w->before.len) {
			w->same_orders++;
		}
		w->differs = false;
	}
	r->lines = 0;
}

void repeats_take(struct repeats *r, const struct row *row)
{
	struct span order = row->cells[r->order_column].text;

	if (!order.len || !span_equal(order, buf_view(&r->order)))
		close_order(r);
	buf_clear(&r->order);
	buf_span(&r->order, order);
	if (!order.len)
		return;
	for (size_t i = 0; i < r->count; i++) {
		struct watched *w = &r->list[i];
		struct span value = row->cells[w->target->column].text;

		if (r->lines && !span_equal(value, buf_view(&w->before)))
			w->differs = true;
		buf_clear(&w->before);
		buf_span(&w->before, value);
	}
	r->lines++;
}

void repeats_end(struct repeats *r)
{
	close_order(r);
}

const struct target *repeats_find(const struct repeats *r, bool repeats,
				  struct span *order)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct watched *w = &r->list[i];

		*order = w->example;
		if (repeats ? w->same_orders >= ORDERS_MIN && !w->different_orders :
			      w->different_orders > 0)
			return w->target;
	}
	return NULL;
}

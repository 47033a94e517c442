#include "unify/index/versions.h"

#include "record/event.h"
#include "record/order.h"
#include "record/version.h"

void versions_release(struct versions *v)
{
	for (int i = 0; i < 2; i++) {
		buf_release(&v->texts[i]);
		buf_release(&v->whole[i]);
	}
}

static int compare_numbers(struct versions *v, const struct stored *a, const struct stored *b)
{
	struct version x = version_read(stored_version(a), &v->texts[0]);
	struct version y = version_read(stored_version(b), &v->texts[1]);

	return version_compare(&x, &y);
}

/* How far an order's life has come, and how much of it is paid back. */
struct life {
	enum order_kind kind;
	struct decimal refunded;
};

static struct life life_of(const struct stored *s, struct buf *scratch)
{
	struct life life = {ORDER_NONE, DECIMAL_ZERO};
	struct event event;
	struct order order;

	if (!s->has_purchase)
		return life;
	life.kind = (enum order_kind)stored_purchase(s)->kind;
	if (!stored_purchase(s)->has_refunded || event_parse(&event, stored_json(s), NULL) ||
	    order_read(&event, &order, scratch, NULL))
		return life;
	life.refunded = order.refunded;
	return life;
}

static int compare_lives(struct versions *v, const struct stored *a, const struct stored *b)
{
	struct life x = life_of(a, &v->texts[0]), y = life_of(b, &v->texts[1]);

	if (x.kind != y.kind)
		return x.kind < y.kind ? -1 : 1;
	return decimal_compare(x.refunded, y.refunded);
}

/* Does the record's time say when all of it was so? */
static bool is_dated_saying(const struct stored *s)
{
	struct span json = stored_json(s);
	static const struct span sayings[] = {SPAN("identify\""), SPAN("group\""), SPAN("alias\"")};

	for (size_t i = 0; i < sizeof sayings / sizeof *sayings; i++) {
		if (span_starts(span_sub(json, sizeof "{\"type\":\"" - 1, json.len), sayings[i]))
			return true;
	}
	return false;
}

static int compare_bytes(struct versions *v, const struct version_of_record *a,
			 const struct version_of_record *b,
			 void (*put)(const struct stored *s, struct span fragment, struct buf *out))
{
	buf_clear(&v->whole[0]);
	buf_clear(&v->whole[1]);
	put(a->stored, a->fragment, &v->whole[0]);
	put(b->stored, b->fragment, &v->whole[1]);
	return span_compare(buf_view(&v->whole[0]), buf_view(&v->whole[1]));
}

struct version_order versions_compare(struct versions *v, const struct version_of_record *a,
				      const struct version_of_record *b)
{
	struct version_order o = {
		.order = compare_numbers(v, a->stored, b->stored),
		.differs = compare_bytes(v, a, b, stored_put_unversioned) != 0,
	};

	if (!o.order)
		o.order = compare_lives(v, a->stored, b->stored);
	o.told = o.order || !o.differs;
	if (!o.order && a->time != b->time) {
		o.order = a->time > b->time ? 1 : -1;
		o.told = is_dated_saying(a->stored) && is_dated_saying(b->stored);
	}
	if (!o.order)
		o.order = compare_bytes(v, a, b, stored_put_full);
	return o;
}

#include "unify/merge/changes.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "record/scan.h"

#define RECORDS_MAX 100		/* that a `moved` names */
#define FLUSH ((size_t)64 << 10)

const char *const change_names[CHANGE_KINDS] = {
	"created", "grew", "merged", "split", "retired", "moved",
};

void changes_release(struct changes *c)
{
	map_release(&c->olds);
	mem_free(c->of_event);
	*c = (struct changes){0};
}

void changes_mark(struct changes *c, struct hash128 id)
{
	struct span key = {(const char *)&id, sizeof id};

	c->current = 0;
	if (id.high || id.low)
		c->current = (uint32_t)map_put(&c->olds, key, NULL) + 1;
}

void changes_note(struct changes *c)
{
	c->of_event = mem_room(c->of_event, c->count, &c->cap, sizeof *c->of_event);
	c->of_event[c->count++] = c->current;
}

static struct hash128 old_id(const struct changes *c, uint32_t number)
{
	struct hash128 id;

	memcpy(&id, c->olds.entries[number].key.ptr, sizeof id);
	return id;
}

/* The one of two old profiles, each + 1 or 0, that counts. */
static uint32_t either(const struct changes *c, uint32_t a, uint32_t b)
{
	if (!a || !b)
		return a ? a : b;
	return hash_128_compare(old_id(c, a - 1), old_id(c, b - 1)) <= 0 ? a : b;
}

void changes_share(struct changes *c, const struct twins *twins)
{
	for (size_t i = 0; i < twins->count; i++) {
		uint32_t *first = &c->of_event[twins->list[i].first];

		*first = either(c, *first, c->of_event[twins->list[i].again]);
	}
	for (size_t i = 0; i < twins->count; i++)
		c->of_event[twins->list[i].again] = c->of_event[twins->list[i].first];
}

size_t changes_bytes(const struct changes *c)
{
	return c->cap * sizeof *c->of_event + (c->olds.count ? map_bytes(&c->olds) : 0);
}

/* An event on its way from an old profile to a customer. */
struct step {
	uint32_t old;		/* place of the id among all old ones */
	uint32_t customer;
	uint32_t event;
};

/* All that went one way: steps[at] and COUNT - 1 more. */
struct flow {
	uint32_t old;
	uint32_t customer;
	size_t at;
	size_t count;
};

struct flows {
	struct flow *list;
	size_t count;
	size_t cap;
};

/* One record to be written. */
struct change {
	struct hash128 id;
	struct hash128 from;		/* of moved */
	enum change_kind kind;
	uint32_t customer;		/* of retired: into; or CUSTOMER_NONE */
	const struct flow *flows;	/* of merged, split, moved */
	size_t count;			/* flows; of created and grew: events */
};

/* What one run of changes_write needs. */
struct comparison {
	const struct changes_view *view;
	struct hash128 *olds;		/* ascending */
	size_t old_count;
	struct step *steps;		/* by old profile, then customer */
	size_t step_count;
	uint32_t *fresh;		/* by customer: events of no old profile */
	struct flows by_old, by_customer;
	struct change *list;
	size_t count;
	size_t cap;
	struct buf scratch, out;
};

static int by_id(const void *a, const void *b)
{
	return hash_128_compare(*(const struct hash128 *)a, *(const struct hash128 *)b);
}

/* The place of ID among the old ones, or old_count. */
static size_t find_old(const struct comparison *x, struct hash128 id)
{
	const struct hash128 *found;

	if (!x->old_count)
		return 0;
	found = bsearch(&id, x->olds, x->old_count, sizeof id, by_id);
	return found ? (size_t)(found - x->olds) : x->old_count;
}

static bool has_customer(const struct comparison *x, struct hash128 id)
{
	const struct customers *c = x->view->customers;
	const struct hash128 *found = NULL;

	if (c->count)
		found = bsearch(&id, c->ids, c->count, sizeof id, by_id);
	return found && !exclude_has(x->view->leaving, (size_t)(found - c->ids));
}

static int by_way(const void *a, const void *b)
{
	const struct step *x = a, *y = b;

	if (x->old != y->old)
		return x->old < y->old ? -1 : 1;
	return (x->customer > y->customer) - (x->customer < y->customer);
}

/* The kept events of customers, and the old ids in order. */
static void take_steps(struct comparison *x, const struct changes *c)
{
	const struct events *v = x->view->events;
	uint32_t *places = mem_alloc((c->olds.count + 1) * sizeof *places);

	x->old_count = c->olds.count;
	x->olds = mem_alloc((x->old_count + 1) * sizeof *x->olds);
	for (uint32_t i = 0; i < x->old_count; i++)
		x->olds[i] = old_id(c, i);
	qsort(x->olds, x->old_count, sizeof *x->olds, by_id);
	for (uint32_t i = 0; i < x->old_count; i++)
		places[i] = (uint32_t)find_old(x, old_id(c, i));
	x->fresh = mem_zero(x->view->customers->count + 1, sizeof *x->fresh);
	x->steps = mem_alloc((v->count + 1) * sizeof *x->steps);
	for (uint32_t i = 0; i < v->count; i++) {
		uint32_t home = v->list[i].home;

		if (home >= HOME_DUPLICATE || exclude_has(x->view->leaving, home))
			continue;
		if (c->of_event[i])
			x->steps[x->step_count++] =
				(struct step){places[c->of_event[i] - 1], home, i};
		else
			x->fresh[home]++;
	}
	qsort(x->steps, x->step_count, sizeof *x->steps, by_way);
	mem_free(places);
}

static int by_customer(const void *a, const void *b)
{
	const struct flow *x = a, *y = b;

	if (x->customer != y->customer)
		return x->customer < y->customer ? -1 : 1;
	return (x->old > y->old) - (x->old < y->old);
}

static void add_flow(struct flows *f, const struct flow *flow)
{
	f->list = mem_room(f->list, f->count, &f->cap, sizeof *f->list);
	f->list[f->count++] = *flow;
}

static void gather_flows(struct comparison *x)
{
	for (size_t from = 0, to; from < x->step_count; from = to) {
		const struct step *s = &x->steps[from];
		struct flow flow = {s->old, s->customer, from, 0};

		for (to = from; to < x->step_count && !by_way(&x->steps[to], s); to++)
			;
		flow.count = to - from;
		add_flow(&x->by_old, &flow);
		add_flow(&x->by_customer, &flow);
	}
	if (x->by_customer.count)
		qsort(x->by_customer.list, x->by_customer.count, sizeof *x->by_customer.list,
		      by_customer);
}

static void add_change(struct comparison *x, const struct change *change)
{
	x->list = mem_room(x->list, x->count, &x->cap, sizeof *x->list);
	x->list[x->count++] = *change;
}

/* Old profile NUMBER, whose COUNT flows begin at FLOWS. */
static void compare_old(struct comparison *x, size_t number, const struct flow *flows,
		      size_t count)
{
	struct change change = {.id = x->olds[number], .flows = flows, .count = count,
				.customer = CUSTOMER_NONE};
	size_t most = 0;

	if (count > 1) {
		change.kind = CHANGE_SPLIT;
		add_change(x, &change);
	}
	if (has_customer(x, change.id))
		return;
	for (size_t i = 0; i < count; i++) {
		if (flows[i].count > most) {
			most = flows[i].count;
			change.customer = flows[i].customer;
		}
	}
	change.kind = CHANGE_RETIRED;
	add_change(x, &change);
}

/* The customer, whose COUNT flows begin at FLOWS. */
static void find_in_customer(struct comparison *x, uint32_t customer, const struct flow *flows,
			   size_t count)
{
	struct change change = {.id = x->view->customers->ids[customer]};
	bool known = find_old(x, change.id) < x->old_count;

	change.count = x->fresh[customer];
	change.kind = known ? CHANGE_GREW : CHANGE_CREATED;
	if (known ? change.count > 0 : !count)
		add_change(x, &change);
	change.flows = flows;
	change.count = count;
	change.kind = CHANGE_MERGED;
	if (count > 1)
		add_change(x, &change);
	change.count = 1;
	change.kind = CHANGE_MOVED;
	for (size_t i = 0; i < count; i++) {
		change.flows = &flows[i];
		change.from = x->olds[flows[i].old];
		if (hash_128_compare(change.id, change.from))
			add_change(x, &change);
	}
}

static int in_order(const void *a, const void *b)
{
	const struct change *x = a, *y = b;
	int order = hash_128_compare(x->id, y->id);

	if (!order)
		order = (x->kind > y->kind) - (x->kind < y->kind);
	return order ? order : hash_128_compare(x->from, y->from);
}

static void compare_customers(struct comparison *x)
{
	const struct flows *o = &x->by_old, *c = &x->by_customer;
	size_t from = 0, to;

	for (size_t i = 0; i < x->old_count; i++, from = to) {
		for (to = from; to < o->count && o->list[to].old == i; to++)
			;
		compare_old(x, i, o->list ? o->list + from : NULL, to - from);
	}
	from = 0;
	for (uint32_t i = 0; i < x->view->customers->count; i++, from = to) {
		for (to = from; to < c->count && c->list[to].customer == i; to++)
			;
		if (!exclude_has(x->view->leaving, i))
			find_in_customer(x, i, c->list ? c->list + from : NULL,
				       to - from);
	}
	if (x->count)
		qsort(x->list, x->count, sizeof *x->list, in_order);
}

static void put_id(struct hash128 id, struct buf *out)
{
	char hex[32];

	hash_128_hex(id, hex);
	buf_char(out, '"');
	buf_put(out, hex, sizeof hex);
	buf_char(out, '"');
}

/* The other ends of a change's flows, without its own id. */
static void put_others(struct comparison *x, const struct change *change)
{
	bool merged = change->kind == CHANGE_MERGED, any = false;

	buf_text_put(&x->out, merged ? ",\"from\":[" : ",\"to\":[");
	for (size_t i = 0; i < change->count; i++) {
		const struct flow *f = &change->flows[i];
		struct hash128 id = merged ? x->olds[f->old] : x->view->customers->ids[f->customer];

		if (!hash_128_compare(id, change->id))
			continue;
		if (any)
			buf_char(&x->out, ',');
		any = true;
		put_id(id, &x->out);
	}
	buf_char(&x->out, ']');
}

/* By time, undated ones first, then by key: a fact of the data. */
static int oldest_first(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return hash_128_compare(x->key, y->key);
}

static int put_record(struct comparison *x, const struct entry *e, struct error *err)
{
	const struct stored *s = store_get(x->view->store, e->place, e->size, &x->scratch, err);
	struct buf key = BUF_INIT;

	if (!s)
		return -1;
	buf_span(&key, source_name(x->view->sources, e->source));
	buf_char(&key, '/');
	value_decode((struct value){stored_id(s), VALUE_TEXT, true}, &key);
	text_encode(&x->out, buf_view(&key));
	buf_release(&key);
	return 0;
}

/* The first records of a flow; events without an id have no name. */
static int put_records(struct comparison *x, const struct flow *f, struct error *err)
{
	struct entry *list = mem_alloc(f->count * sizeof *list);
	size_t count = 0;
	int status = 0;

	for (size_t i = f->at; i < f->at + f->count; i++) {
		const struct entry *e = &x->view->events->list[x->steps[i].event];

		if (e->key.high || e->key.low)
			list[count++] = *e;
	}
	qsort(list, count, sizeof *list, oldest_first);
	buf_printf(&x->out, ",\"events\":%zu,\"records\":[", f->count);
	for (size_t i = 0; i < count && i < RECORDS_MAX && !status; i++) {
		if (i)
			buf_char(&x->out, ',');
		status = put_record(x, &list[i], err);
	}
	buf_char(&x->out, ']');
	mem_free(list);
	return status;
}

static int put_change(struct comparison *x, const struct change *change, struct error *err)
{
	int status = 0;

	buf_printf(&x->out, "{\"type\":\"change\",\"change\":\"%s\",\"id\":",
		   change_names[change->kind]);
	put_id(change->id, &x->out);
	if (change->kind == CHANGE_MERGED || change->kind == CHANGE_SPLIT) {
		put_others(x, change);
	} else if (change->kind == CHANGE_MOVED) {
		buf_lit(&x->out, ",\"from\":");
		put_id(change->from, &x->out);
		status = put_records(x, change->flows, err);
	} else if (change->kind != CHANGE_RETIRED) {
		buf_printf(&x->out, ",\"events\":%zu", change->count);
	} else if (change->customer != CUSTOMER_NONE) {
		buf_lit(&x->out, ",\"into\":");
		put_id(x->view->customers->ids[change->customer], &x->out);
	}
	buf_lit(&x->out, "}\n");
	return status;
}

static int put_changes(struct comparison *x, struct changes *c, const struct merge_sink *sink,
		       struct error *err)
{
	for (size_t i = 0; i < x->count; i++) {
		c->counts[x->list[i].kind]++;
		if (put_change(x, &x->list[i], err))
			return -1;
		if (x->out.len < FLUSH && i + 1 < x->count)
			continue;
		if (sink->put(sink->context, buf_view(&x->out), err))
			return -1;
		buf_clear(&x->out);
	}
	return 0;
}

int changes_write(struct changes *c, const struct changes_view *view,
		  const struct merge_sink *sink, struct error *err)
{
	struct comparison x = {.view = view};
	int status;

	take_steps(&x, c);
	gather_flows(&x);
	compare_customers(&x);
	status = put_changes(&x, c, sink, err);
	mem_free(x.olds);
	mem_free(x.steps);
	mem_free(x.fresh);
	mem_free(x.by_old.list);
	mem_free(x.by_customer.list);
	mem_free(x.list);
	buf_release(&x.scratch);
	buf_release(&x.out);
	return status;
}

#include "unify/graph/tombstones.h"

#include <stdlib.h>

#include "base/mem.h"

void tombstones_release(struct tombstones *t)
{
	buf_release(&t->lines);
	*t = (struct tombstones){.lines = BUF_INIT};
}

#define OF_LEAVING 1
#define OF_STAYING 2

struct making {
	const struct identity_graph *of;
	const struct customers *customers;
	const struct exclude *exclude;
	const struct shared_values *values;
	struct suppressor *suppressor;
	unsigned char *whose;		/* by identifier: who carries it */
	uint32_t *places;		/* by identifier that is shared: its place in the list of these */
	struct shared_value *rest;	/* by that place: without who leaves */
	struct buf text;		/* of all lines, unsorted */
	struct arena texts;
	struct span *lines;
	size_t count, cap;
};

static void see_carrier(void *context, uint32_t event, uint32_t home, const uint32_t *ids, size_t count)
{
	struct making *k = context;
	unsigned char who = home < HOME_DUPLICATE && exclude_has(k->exclude, home) ? OF_LEAVING : OF_STAYING;

	(void)event;
	for (size_t i = 0; i < count; i++)
		k->whose[ids[i]] |= who;
}

/* Takes the line that was put into k->text. */
static void take_line(struct making *k)
{
	k->lines = mem_room(k->lines, k->count, &k->cap, sizeof *k->lines);
	k->lines[k->count++] = arena_copy(&k->texts, buf_view(&k->text));
	buf_clear(&k->text);
}

static void add_entry(void *context, struct span type, struct span value)
{
	struct making *k = context;

	if (suppression_has(&k->values->suppressed->list, k->suppressor, type, value))
		return;
	suppressor_put_entry(k->suppressor, type, value, &k->text);
	take_line(k);
}

static struct span type_of(const struct making *k, uint32_t number)
{
	const struct identifiers *t = k->of->identifiers;

	return identifier_type_name(t, t->types[number]);
}

static uint32_t less(uint32_t all, uint32_t rest)
{
	return all > rest ? all - rest : 0;
}

static struct suppression_share count_leaving(const struct making *k, uint32_t number)
{
	const struct shared_values *v = k->values;
	const struct suppression_share *left = suppressed_share_of(v->suppressed, number);
	struct suppression_share share = {.listed = exclude_is_listed(k->exclude, number)};
	uint32_t place;

	if (number >= v->kind_count || !v->kinds[number])
		return share;
	place = k->places[number];
	share.household = v->kinds[number] == SHARED_HOUSEHOLD;
	share.people = less(v->list[place].people, k->rest[place].people + (left ? left->people : 0));
	share.records = less(v->list[place].records, k->rest[place].records + (left ? left->records : 0));
	return share;
}

/* Said again it would count again, but for nothing. */
static void add_share(struct making *k, uint32_t number)
{
	const struct suppression_share *left = suppressed_share_of(k->values->suppressed, number);
	struct suppression_share share = count_leaving(k, number);

	if (left && !share.people && !share.records && left->household >= share.household && left->listed >= share.listed)
		return;
	suppressor_put_share(k->suppressor, type_of(k, number), identifier_value(k->of->identifiers, number),
			     &share, &k->text);
	take_line(k);
}

/* A name at a shared value of somebody who leaves. */
static bool is_name_leaving(const struct making *k, uint32_t number)
{
	uint32_t customer = k->customers->numbers[k->of->graph->roots[number]];

	return span_ends(type_of(k, number), SPAN(NAMED_SUFFIX)) && customer != CUSTOMER_NONE &&
	       exclude_has(k->exclude, customer);
}

static void add_identifiers(struct making *k)
{
	const struct identifiers *t = k->of->identifiers;

	for (uint32_t i = 0; i < identifiers_count(t); i++) {
		if (k->whose[i] == OF_LEAVING || is_name_leaving(k, i))
			add_entry(k, type_of(k, i), identifier_value(t, i));
		else if (k->whose[i] == (OF_LEAVING | OF_STAYING))
			add_share(k, i);
	}
}

static void add_records(struct making *k)
{
	for (size_t i = 0; i < k->of->events->count; i++) {
		const struct entry *e = &k->of->events->list[i];

		if (e->home >= HOME_DUPLICATE || !exclude_has(k->exclude, e->home) || (!e->key.high && !e->key.low))
			continue;
		suppressor_put_record(k->suppressor, e->key, &k->text);
		take_line(k);
	}
}

/* Lines of the list, but those whose value somebody who stays has, too. */
static void add_listed(struct making *k)
{
	const struct exclude *x = k->exclude;
	bool *shared = mem_zero(x->list.count + 1, sizeof *shared);

	for (size_t i = 0; i < x->match_count; i++)
		shared[x->matches[i].entry] |= (k->whose[x->matches[i].identifier] & OF_STAYING) != 0;
	exclude_each_held(x, shared, add_entry, k);
	mem_free(shared);
}

static int by_text(const void *a, const void *b)
{
	return span_compare(*(const struct span *)a, *(const struct span *)b);
}

/* The order of the data would say what belongs together. */
static void put_lines(struct making *k, struct tombstones *out)
{
	if (k->count > 1)
		qsort(k->lines, k->count, sizeof *k->lines, by_text);
	for (size_t i = 0; i < k->count; i++) {
		if (i && span_equal(k->lines[i], k->lines[i - 1]))
			continue;
		buf_span(&out->lines, k->lines[i]);
		out->count++;
	}
}

void tombstones_make(struct tombstones *t, const struct identity_graph *of, const struct customers *c,
		     const struct exclude *x, struct shared_values *v, const struct carriers *carriers)
{
	struct making k = {.of = of, .customers = c, .exclude = x, .values = v};

	if (!x->count)
		return;
	k.suppressor = suppressor_new(v->suppressed->key);
	k.whose = mem_zero(identifiers_count(of->identifiers) + 1, sizeof *k.whose);
	k.rest = mem_zero(v->count + 1, sizeof *k.rest);
	k.places = mem_zero(v->kind_count + 1, sizeof *k.places);
	for (uint32_t i = 0; i < v->count; i++)
		k.places[v->list[i].identifier] = i;
	carriers_each(carriers, of, see_carrier, &k);
	shared_values_recount(v, of, carriers, x->customers, k.rest);
	add_identifiers(&k);
	add_records(&k);
	add_listed(&k);
	put_lines(&k, t);
	suppressor_free(k.suppressor);
	mem_free(k.whose);
	mem_free(k.rest);
	mem_free(k.places);
	mem_free(k.lines);
	arena_release(&k.texts);
	buf_release(&k.text);
}

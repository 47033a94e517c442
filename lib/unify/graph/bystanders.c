#include "unify/graph/bystanders.h"

#include <stdlib.h>
#include <string.h>

#include "base/disjoint.h"
#include "base/mem.h"

/*
 * A listed identifier, or one of somebody who stays.  Links without weak identifiers
 * make its part of a customer; of each part one stands for all.
 */
struct party {
	uint32_t customer;
	uint32_t part;
	uint32_t identifier;
	bool stays;
	struct hash128 pin;	/* the id; 0: none */
};

struct parting {
	const struct exclude *exclude;
	const struct shared_values *values;
	const struct identifiers *identifiers;
	const struct links *links;
	const struct graph *graph;
	struct decisions *decisions;
	bool *weak;		/* by identifier: what it joins need not be one person */
	struct party *list;
	size_t count, cap;
};

static bool is_household(const struct shared_values *v, uint32_t identifier)
{
	return identifier < v->kind_count && v->kinds[identifier] == SHARED_HOUSEHOLD;
}

/* By identifier: what the ledger ties, and links but those that end in a weak one. */
static uint32_t *unite_links(const struct parting *p)
{
	size_t count = identifiers_count(p->identifiers);
	uint32_t *sets = mem_alloc((count + 1) * sizeof *sets);

	disjoint_init(sets, count);
	for (size_t i = 0; i < p->links->count; i++) {
		const struct link *k = &p->links->list[i];

		if (!p->weak[k->a] && !p->weak[k->b])
			disjoint_unite(sets, k->a, k->b);
	}
	for (size_t i = 0; i < p->decisions->together_count; i++)
		disjoint_unite(sets, p->decisions->together[i].a, p->decisions->together[i].b);
	disjoint_flatten(sets, count);
	return sets;
}

/* By customer; in it by part, of which one that stays goes first. */
static int by_part(const void *a, const void *b)
{
	const struct party *x = a, *y = b;

	if (x->customer != y->customer)
		return x->customer < y->customer ? -1 : 1;
	if (x->part != y->part)
		return x->part < y->part ? -1 : 1;
	if (x->stays != y->stays)
		return x->stays ? -1 : 1;
	return (x->identifier > y->identifier) - (x->identifier < y->identifier);
}

static void keep_one_a_part(struct parting *p)
{
	size_t kept = 0;

	if (p->count > 1)
		qsort(p->list, p->count, sizeof *p->list, by_part);
	for (size_t i = 0; i < p->count; i++) {
		if (!kept || p->list[i].part != p->list[kept - 1].part ||
		    p->list[i].customer != p->list[kept - 1].customer)
			p->list[kept++] = p->list[i];
	}
	p->count = kept;
}

static void add_party(struct parting *p, uint32_t identifier, bool stays, struct hash128 pin)
{
	p->list = mem_room(p->list, p->count, &p->cap, sizeof *p->list);
	p->list[p->count++] = (struct party){.identifier = identifier, .stays = stays, .pin = pin};
}

static bool have_one_pin(const struct party *a, const struct party *b)
{
	return (a->pin.high || a->pin.low) && !hash_128_compare(a->pin, b->pin);
}

/* The parties [FROM, TO) are of one customer. */
static void part_customer(struct parting *p, size_t from, size_t to)
{
	struct decisions *d = p->decisions;

	for (size_t i = from; i < to; i++) {
		for (size_t j = from; j < to && !p->list[i].stays; j++) {
			if (!p->list[j].stays || have_one_pin(&p->list[i], &p->list[j]))
				continue;
			d->apart = mem_room(d->apart, d->apart_count, &d->apart_cap, sizeof *d->apart);
			d->bystander_count++;
			d->apart[d->apart_count++] =
				(struct pair){p->list[i].identifier, p->list[j].identifier, 0};
		}
	}
}

/* Parts the parties, and forgets them and what is weak. */
static void part_all(struct parting *p)
{
	uint32_t *parts = unite_links(p);

	for (size_t i = 0; i < p->count; i++) {
		p->list[i].customer = p->graph->roots[p->list[i].identifier];
		p->list[i].part = parts[p->list[i].identifier];
	}
	keep_one_a_part(p);
	for (size_t from = 0, to; from < p->count; from = to) {
		for (to = from + 1; to < p->count && p->list[to].customer == p->list[from].customer; to++)
			;
		part_customer(p, from, to);
	}
	mem_free(parts);
	p->count = 0;
	memset(p->weak, 0, identifiers_count(p->identifiers) * sizeof *p->weak);
}

/* Whoever says a name at a shared value is not who is listed without one.  A household's value that is
 * listed takes all who have it. */
static void part_named(struct parting *p)
{
	bool any = false;

	for (uint32_t i = 0; i < identifiers_count(p->identifiers); i++) {
		bool named = identifier_type_of(p->identifiers, i)->inner;

		p->weak[i] = is_household(p->values, i);
		any = any || p->weak[i];
		if (named || (exclude_is_listed(p->exclude, i) && !p->weak[i]))
			add_party(p, i, named, (struct hash128){0, 0});
	}
	if (any)
		part_all(p);
	p->count = 0;
}

/* Whose pin has another id is not who is listed. */
static void part_pinned(struct parting *p, const struct ledger *ledger)
{
	const struct identifiers *t = p->identifiers;
	bool leaves = false;

	for (uint32_t i = 0; i < identifiers_count(t); i++)
		p->weak[i] = shared_values_at_home(identifier_type_base(t, t->types[i])) &&
			     !exclude_is_listed(p->exclude, i);
	for (size_t i = 0; i < ledger->pin_names.count; i++) {
		const struct pin *pin = &ledger->pins[i];
		uint32_t number;
		size_t at = 0;

		while (identifiers_meant(t, pin->type, pin->value, &at, &number)) {
			bool listed = exclude_is_listed(p->exclude, number);

			add_party(p, number, !listed, pin->id);
			p->weak[number] = false;
			leaves = leaves || listed;
		}
	}
	if (leaves)
		part_all(p);
}

void bystanders_find(const struct exclude *x, const struct shared_values *v,
		     const struct identifiers *t, const struct links *l, const struct ledger *ledger,
		     const struct graph *g, struct decisions *d)
{
	struct parting p = {
		.exclude = x, .values = v, .identifiers = t, .links = l, .graph = g, .decisions = d,
	};

	if (!x->match_count)
		return;
	p.weak = mem_zero(identifiers_count(t) + 1, sizeof *p.weak);
	if (v->count)
		part_named(&p);
	if (ledger)
		part_pinned(&p, ledger);
	mem_free(p.weak);
	mem_free(p.list);
}

#include "unify/graph/bystanders.h"

#include <stdlib.h>

#include "base/disjoint.h"
#include "base/mem.h"

/*
 * A listed identifier, or a value with a name.  Links alone make the whole of it, links
 * without households its part; of each part one stands for all.
 */
struct party {
	uint32_t whole;
	uint32_t part;
	uint32_t identifier;
	bool named;
};

struct parties {
	struct party *list;
	size_t count, cap;
};

static bool is_household(const struct shared_values *v, uint32_t identifier)
{
	return identifier < v->kind_count && v->kinds[identifier] == SHARED_HOUSEHOLD;
}

static bool has_household(const struct shared_values *v)
{
	for (size_t i = 0; i < v->count; i++) {
		if (v->list[i].kind == SHARED_HOUSEHOLD)
			return true;
	}
	return false;
}

/* By identifier: what the ledger ties, and links but those that end in a value of WITHOUT, which may be NULL. */
static uint32_t *unite_links(const struct identifiers *t, const struct links *l,
			     const struct decisions *d, const struct shared_values *without)
{
	size_t count = identifiers_count(t);
	uint32_t *sets = mem_alloc((count + 1) * sizeof *sets);

	disjoint_init(sets, count);
	for (size_t i = 0; i < l->count; i++) {
		const struct link *k = &l->list[i];

		if (!without || (!is_household(without, k->a) && !is_household(without, k->b)))
			disjoint_unite(sets, k->a, k->b);
	}
	for (size_t i = 0; i < d->together_count; i++)
		disjoint_unite(sets, d->together[i].a, d->together[i].b);
	disjoint_flatten(sets, count);
	return sets;
}

/* By whole; in it by part, of which one with a name goes first. */
static int by_part(const void *a, const void *b)
{
	const struct party *x = a, *y = b;

	if (x->whole != y->whole)
		return x->whole < y->whole ? -1 : 1;
	if (x->part != y->part)
		return x->part < y->part ? -1 : 1;
	if (x->named != y->named)
		return x->named ? -1 : 1;
	return (x->identifier > y->identifier) - (x->identifier < y->identifier);
}

/* A household's value that is listed takes all who have it. */
static void list_parties(struct parties *p, const struct exclude *x, const struct shared_values *v,
			 const struct identifiers *t, const uint32_t *wholes, const uint32_t *parts)
{
	size_t kept = 0;

	for (uint32_t i = 0; i < identifiers_count(t); i++) {
		bool named = identifier_type_of(t, i)->inner;

		if (!named && (!exclude_is_listed(x, i) || is_household(v, i)))
			continue;
		p->list = mem_room(p->list, p->count, &p->cap, sizeof *p->list);
		p->list[p->count++] = (struct party){wholes[i], parts[i], i, named};
	}
	if (p->count > 1)
		qsort(p->list, p->count, sizeof *p->list, by_part);
	for (size_t i = 0; i < p->count; i++) {
		if (!kept || p->list[i].part != p->list[kept - 1].part)
			p->list[kept++] = p->list[i];
	}
	p->count = kept;
}

/* The parties [FROM, TO) are of one whole: who is listed without a name is none of the named. */
static void part_whole(const struct parties *p, size_t from, size_t to, struct decisions *d)
{
	for (size_t i = from; i < to; i++) {
		for (size_t j = from; j < to && !p->list[i].named; j++) {
			if (!p->list[j].named)
				continue;
			d->apart = mem_room(d->apart, d->apart_count, &d->apart_cap, sizeof *d->apart);
			d->apart[d->apart_count++] =
				(struct pair){p->list[i].identifier, p->list[j].identifier, 0};
		}
	}
}

void bystanders_part(const struct exclude *x, const struct shared_values *v,
		     const struct identifiers *t, const struct links *l, struct decisions *d)
{
	struct parties p = {0};
	uint32_t *wholes, *parts;

	if (!x->match_count || !has_household(v))
		return;
	wholes = unite_links(t, l, d, NULL);
	parts = unite_links(t, l, d, v);
	list_parties(&p, x, v, t, wholes, parts);
	for (size_t from = 0, to; from < p.count; from = to) {
		for (to = from + 1; to < p.count && p.list[to].whole == p.list[from].whole; to++)
			;
		part_whole(&p, from, to, d);
	}
	mem_free(wholes);
	mem_free(parts);
	mem_free(p.list);
}

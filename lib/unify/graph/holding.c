#include "unify/graph/holding.h"

void holding_make(struct holding *out, const struct holding_rules *r, uint32_t identifier,
		  struct arena *a)
{
	const struct identifier_type *type = identifier_type_of(r->identifiers, identifier);
	uint16_t number = r->identifiers->types[identifier];

	*out = (struct holding){
		.tallies = arena_alloc(a, sizeof *out->tallies),
		.tally_count = 1, .tally_cap = 1,
	};
	out->tallies[0] = (struct tally){number, 1, NULL};
	if (!type->window)
		return;
	out->tallies[0].uses = arena_alloc(a, sizeof *out->tallies[0].uses);
	uses_make(out->tallies[0].uses, &r->uses[identifier], type->window, identifier, a);
}

/* Room for COUNT things of SIZE at *LIST, whose content may go. */
static void *room(void *list, uint32_t count, uint32_t *cap, size_t size, struct arena *a)
{
	if (count <= *cap)
		return list;
	*cap = count * 2;
	return arena_alloc(a, *cap * size);
}

/* Are the values of both, of TYPE, too many? */
static bool is_over(const struct tally *x, const struct tally *y,
		    const struct identifier_type *type)
{
	if ((uint64_t)x->count + y->count <= type->limit)
		return false;
	return !type->window || uses_most(x->uses, y->uses) > type->limit;
}

/* How many values of TYPE both have. */
static uint64_t count_type(const struct holding *x, const struct holding *y, uint32_t type)
{
	uint64_t count = 0;

	for (uint32_t i = 0; i < x->tally_count; i++)
		count += x->tallies[i].type == type ? x->tallies[i].count : 0;
	for (uint32_t i = 0; i < y->tally_count; i++)
		count += y->tallies[i].type == type ? y->tallies[i].count : 0;
	return count;
}

/* Has one of them, X, the one value of a type that names a person and is as strong as ORDER? */
static bool has_person(const struct holding *x, const struct holding *y, uint32_t order,
		       const struct identifier_type *types)
{
	for (uint32_t i = 0; i < x->tally_count; i++) {
		uint32_t type = x->tallies[i].type;

		if (types[type].names_person && types[type].order <= order && count_type(x, y, type) == 1)
			return true;
	}
	return false;
}

/* The type of which LINK brings one person more values than its limit, or -1. */
static int excused_type(const struct holding *x, const struct holding *y, struct holding_link link,
			const struct holding_rules *r)
{
	const struct identifier_type *types = r->identifiers->type_list;
	const struct identifier_type *a = identifier_type_of(r->identifiers, link.a);
	const struct identifier_type *b = identifier_type_of(r->identifiers, link.b);
	uint32_t order = a->order < b->order ? a->order : b->order;
	const struct identifier_type *weak = a->order < b->order ? b : a;

	if (!weak->person || !(has_person(x, y, order, types) || has_person(y, x, order, types)))
		return -1;
	return (int)(weak - types);
}

/* The type, the strongest, whose limit both together break, but EXCUSED; or -1. */
static int broken_limit(const struct holding *x, const struct holding *y,
			const struct identifier_type *types, int excused)
{
	uint32_t i = 0, j = 0;
	int broken = -1;

	while (i < x->tally_count && j < y->tally_count) {
		const struct tally *p = &x->tallies[i], *q = &y->tallies[j];
		const struct identifier_type *type = &types[p->type];

		if (p->type != q->type) {
			i += p->type < q->type;
			j += q->type < p->type;
			continue;
		}
		i++;
		j++;
		if ((int)p->type != excused && is_over(p, q, type) && (broken < 0 || type->order < types[broken].order))
			broken = (int)p->type;
	}
	return broken;
}

static struct holding_check check_union(const struct holding *x, const struct holding *y,
			    struct holding_link link, const struct holding_rules *r)
{
	const struct identifier_type *types = r->identifiers->type_list;
	int type = broken_limit(x, y, types, -1);

	if (type >= 0 && types[type].person)
		type = broken_limit(x, y, types, excused_type(x, y, link, r));
	if (type >= 0)
		return (struct holding_check){REFUSED_BY_LIMIT, (uint32_t)type};
	return (struct holding_check){REFUSED_NOT, 0};
}

/* From the ends, so that INTO's own list can be filled in place. */
static void unite_tallies(struct holding *into, const struct holding *more, struct arena *a)
{
	struct tally *old = into->tallies;
	uint32_t i = into->tally_count, j = more->tally_count, equal = 0, at;

	for (uint32_t p = 0, q = 0; p < i && q < j;) {
		uint32_t x = old[p].type, y = more->tallies[q].type;

		equal += x == y;
		p += x <= y;
		q += y <= x;
	}
	at = i + j - equal;
	into->tallies = room(old, at, &into->tally_cap, sizeof *old, a);
	into->tally_count = at;
	while (i || j) {
		struct tally sum;

		if (!j || (i && old[i - 1].type > more->tallies[j - 1].type)) {
			into->tallies[--at] = old[--i];
			continue;
		}
		sum = more->tallies[--j];
		if (i && old[i - 1].type == sum.type) {
			sum.count += old[--i].count;
			if (sum.uses)
				uses_unite(sum.uses, old[i].uses);
		}
		into->tallies[--at] = sum;
	}
}

struct holding_check holding_unite(struct holding *into, struct holding *more, struct holding_link link,
			     const struct holding_rules *r, struct arena *a)
{
	struct holding_check v = {REFUSED_NOT, 0};

	if (link.a != IDENTIFIER_NONE)
		v = check_union(into, more, link, r);
	if (v.reason != REFUSED_NOT)
		return v;
	unite_tallies(into, more, a);
	return v;
}

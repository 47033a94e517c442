#include "unify/linkage/contraction.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/disjoint.h"
#include "base/grouping.h"
#include "base/mem.h"
#include "base/pool.h"
#include "unify/identity/numbers.h"

/* Up to so many records all pairs of a component are scored. */
#define DENSE_MAX 200


#define COMPONENTS_A_JOB 64

void contraction_release(struct contraction_result *r)
{
	mem_free(r->fragments);
	mem_free(r->refusals);
	*r = (struct contraction_result){0};
}

/* Between two clusters, by their places in the component, x < y. */
struct bond {
	uint64_t key;		/* (x + 1) << 32 | y; 0: free */
	double weight;
	bool complete;		/* all pairs are in it */
};

struct bonds {
	struct bond *slots;
	size_t mask;
	size_t count;
};

struct offer {
	double weight;
	uint32_t x, y;
};

/* At its smallest unit's place. */
struct cluster {
	struct numbers records;	/* those that speak */
	struct numbers identifiers;
	struct numbers neighbours;	/* places, some of them gone */
	struct numbers apart;	/* ends of cannot-links */
	size_t size;		/* records in all */
	uint64_t sources;
};

struct component {
	const struct contraction *problem;
	const uint32_t *units;	/* ascending */
	size_t count;
	uint32_t *parents;	/* by place */
	struct cluster *clusters;
	struct bonds bonds;
	struct offer *heap;
	size_t heap_count;
	size_t heap_cap;
	struct contraction_result *result;	/* refusals and joined only */
};

static struct bond *bond_slot(struct bonds *b, uint64_t key)
{
	size_t at = (key * UINT64_C(0x9E3779B97F4A7C15)) >> 32 & b->mask;

	while (b->slots[at].key && b->slots[at].key != key)
		at = (at + 1) & b->mask;
	return &b->slots[at];
}

static void bonds_grow(struct bonds *b)
{
	struct bonds old = *b;
	size_t size = old.slots ? (old.mask + 1) * 2 : 16;

	b->slots = mem_zero(size, sizeof *b->slots);
	b->mask = size - 1;
	for (size_t i = 0; old.slots && i <= old.mask; i++) {
		if (old.slots[i].key)
			*bond_slot(b, old.slots[i].key) = old.slots[i];
	}
	mem_free(old.slots);
}

/* The bond of X and Y, made when it is new. */
static struct bond *bond_of(struct component *c, uint32_t x, uint32_t y)
{
	uint64_t key = x < y ? ((uint64_t)x + 1) << 32 | y : ((uint64_t)y + 1) << 32 | x;
	struct bond *bond;

	if (!c->bonds.slots || c->bonds.count > c->bonds.mask / 2)
		bonds_grow(&c->bonds);
	bond = bond_slot(&c->bonds, key);
	if (!bond->key) {
		*bond = (struct bond){.key = key};
		c->bonds.count++;
		numbers_add(&c->clusters[x].neighbours, y);
		numbers_add(&c->clusters[y].neighbours, x);
	}
	return bond;
}

/* The heavier first, then the smaller places. */
static bool goes_before(const struct offer *a, const struct offer *b)
{
	if (a->weight != b->weight)
		return a->weight > b->weight;
	return a->x != b->x ? a->x < b->x : a->y < b->y;
}

static void heap_push(struct component *c, struct offer o)
{
	size_t at = c->heap_count;

	c->heap = mem_room(c->heap, c->heap_count, &c->heap_cap, sizeof *c->heap);
	c->heap_count++;
	while (at && goes_before(&o, &c->heap[(at - 1) / 2])) {
		c->heap[at] = c->heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	c->heap[at] = o;
}

static struct offer heap_pop(struct component *c)
{
	struct offer top = c->heap[0], last = c->heap[--c->heap_count];
	size_t at = 0;

	for (;;) {
		size_t child = 2 * at + 1;

		if (child + 1 < c->heap_count &&
		    goes_before(&c->heap[child + 1], &c->heap[child]))
			child++;
		if (child >= c->heap_count || !goes_before(&c->heap[child], &last))
			break;
		c->heap[at] = c->heap[child];
		at = child;
	}
	if (c->heap_count)
		c->heap[at] = last;
	return top;
}

static void offer_bond(struct component *c, uint32_t x, uint32_t y, double weight)
{
	if (weight > 0)
		heap_push(c, x < y ? (struct offer){weight, x, y}
				   : (struct offer){weight, y, x});
}

static double weigh_clusters(const struct component *c, const struct cluster *x,
		    const struct cluster *y)
{
	const struct contraction *p = c->problem;
	double sum = 0;

	if (!linking_fits(p->link, x->sources, y->sources))
		return -INFINITY;

	for (size_t i = 0; i < x->records.count; i++) {
		for (size_t j = 0; j < y->records.count; j++) {
			uint32_t a = x->records.list[i], b = y->records.list[j];

			sum += a < b ? p->score(p->context, a, b)
				     : p->score(p->context, b, a);
		}
	}
	return sum;
}

/* The type whose limit UNITED breaks: the first by priority, or -1. */
static int broken_limit(const struct identifiers *t, const struct numbers *united)
{
	uint32_t *counts = mem_zero(t->type_names.count + 1, sizeof *counts);
	int broken = -1;

	for (size_t i = 0; i < united->count; i++) {
		uint16_t type = t->types[united->list[i]];

		if (++counts[type] > t->type_list[type].limit &&
		    (broken < 0 || t->type_list[type].order < t->type_list[broken].order))
			broken = type;
	}
	mem_free(counts);
	return broken;
}

/* Only what together is new can break a limit. */
static bool may_break(const struct cluster *x, const struct cluster *y)
{
	return x->identifiers.count && y->identifiers.count;
}

static void refuse_union(struct component *c, uint32_t x, uint32_t y, int type)
{
	struct contraction_result *r = c->result;

	bond_of(c, x, y)->weight = -INFINITY;
	r->refusals = mem_room(r->refusals, r->refusal_count, &r->refusal_cap,
			       sizeof *r->refusals);
	r->refusals[r->refusal_count++] = (struct contraction_refusal){
		c->clusters[x].records.list[0], c->clusters[y].records.list[0], type,
	};
}

/* The bonds of GONE go over to KEPT. */
static void move_bonds(struct component *c, uint32_t kept, uint32_t gone)
{
	struct numbers old = c->clusters[gone].neighbours;

	c->clusters[gone].neighbours = (struct numbers){0};
	for (size_t i = 0; i < old.count; i++) {
		uint32_t z = old.list[i];
		struct bond from, *to;

		if (z == kept || c->parents[z] != z)
			continue;
		from = *bond_of(c, gone, z);
		to = bond_of(c, kept, z);
		to->complete = to->complete && from.complete;
		to->weight += from.weight;
	}
	mem_free(old.list);
}

/* May KEPT and Z be one, as far as their sources go?  Their bond says so from now on. */
static bool fit_clusters(struct component *c, uint32_t kept, uint32_t z)
{
	const struct cluster *x = &c->clusters[kept], *y = &c->clusters[z];

	if (linking_fits(c->problem->link, x->sources, y->sources))
		return true;
	bond_of(c, kept, z)->weight = -INFINITY;
	return false;
}

/*
 * X and Y go together: is there a Z that would have gone as well with X, and
 * that now cannot, because Y is of its source?
 */
static bool is_tied(struct component *c, uint32_t x, uint32_t y, double weight)
{
	const struct numbers *n = &c->clusters[x].neighbours;

	for (size_t i = 0; i < n->count; i++) {
		uint32_t z = n->list[i];

		if (z != y && c->parents[z] == z && bond_of(c, x, z)->weight == weight &&
		    !linking_fits(LINK_BETWEEN, c->clusters[y].sources, c->clusters[z].sources))
			return true;
	}
	return false;
}

/* New weights of KEPT to all that are left. */
static void offer_all(struct component *c, uint32_t kept)
{
	struct numbers *n = &c->clusters[kept].neighbours;
	size_t alive = 0;

	for (size_t i = 0; i < n->count; i++) {
		uint32_t z = n->list[i];

		if (c->parents[z] != z)
			continue;
		n->list[alive++] = z;
		if (fit_clusters(c, kept, z))
			offer_bond(c, kept, z, bond_of(c, kept, z)->weight);
	}
	n->count = alive;
}

static void join_clusters(struct component *c, uint32_t kept, uint32_t gone,
		 struct numbers *identifiers)
{
	struct cluster *x = &c->clusters[kept], *y = &c->clusters[gone];
	struct numbers records = numbers_unite(&x->records, &y->records);
	struct numbers apart = numbers_unite(&x->apart, &y->apart);

	if (records.count > CONTRACTION_SPEAKERS_MAX)
		records.count = CONTRACTION_SPEAKERS_MAX;
	mem_free(x->records.list);
	mem_free(x->identifiers.list);
	mem_free(x->apart.list);
	x->records = records;
	x->apart = apart;
	x->identifiers = *identifiers;
	x->size += y->size;
	x->sources |= y->sources;
	disjoint_attach(c->parents, kept, gone);
	c->result->joined++;
	move_bonds(c, kept, gone);
	offer_all(c, kept);
}

/* X and Y, or a refusal. */
static void contract_clusters(struct component *c, uint32_t x, uint32_t y)
{
	struct cluster *a = &c->clusters[x], *b = &c->clusters[y];
	struct numbers identifiers;
	int type = -1;

	if (a->size + b->size > CONTRACTION_RECORDS_MAX) {
		refuse_union(c, x, y, -1);
		return;
	}
	if (numbers_are_apart(&a->apart, &b->apart)) {
		refuse_union(c, x, y, -2);
		return;
	}
	identifiers = numbers_unite(&a->identifiers, &b->identifiers);
	if (may_break(a, b))
		type = broken_limit(c->problem->table, &identifiers);
	if (type < 0) {
		if (c->problem->link == LINK_BETWEEN) {
			double weight = bond_of(c, x, y)->weight;

			c->result->ties += is_tied(c, x, y, weight) || is_tied(c, y, x, weight);
		}
		join_clusters(c, x, y, &identifiers);
		return;
	}
	mem_free(identifiers.list);
	refuse_union(c, x, y, type);
}

static void contract_all(struct component *c)
{
	while (c->heap_count) {
		struct offer o = heap_pop(c);
		struct bond *bond;
		double weight;

		if (c->parents[o.x] != o.x || c->parents[o.y] != o.y)
			continue;
		bond = bond_of(c, o.x, o.y);
		if (bond->weight != o.weight)
			continue;
		if (!bond->complete) {
			weight = weigh_clusters(c, &c->clusters[o.x], &c->clusters[o.y]);
			bond->complete = true;
			bond->weight = weight;
			offer_bond(c, o.x, o.y, weight);
			continue;
		}
		contract_clusters(c, o.x, o.y);
	}
}

static void take_list(struct numbers *n, const struct unit_list *l, uint32_t unit,
		      size_t most)
{
	for (uint32_t i = l->starts[unit]; i < l->starts[unit + 1] && n->count < most; i++)
		numbers_add(n, l->items[i]);
}

static size_t fill_clusters(struct component *c)
{
	size_t records = 0;

	for (size_t i = 0; i < c->count; i++) {
		struct cluster *k = &c->clusters[i];
		uint32_t unit = c->units[i];

		take_list(&k->records, &c->problem->records, unit, CONTRACTION_SPEAKERS_MAX);
		take_list(&k->identifiers, &c->problem->identifiers, unit, SIZE_MAX);
		if (c->problem->sources)
			k->sources = c->problem->sources[unit];
		if (c->problem->apart.items)
			take_list(&k->apart, &c->problem->apart, unit, SIZE_MAX);
		k->size = c->problem->records.starts[unit + 1] -
			  c->problem->records.starts[unit];
		records += k->size;
	}
	return records;
}

static void weigh_all(struct component *c)
{
	for (uint32_t x = 0; x < c->count; x++) {
		for (uint32_t y = x + 1; y < c->count; y++) {
			struct bond *bond = bond_of(c, x, y);

			bond->weight = weigh_clusters(c, &c->clusters[x], &c->clusters[y]);
			bond->complete = true;
			offer_bond(c, x, y, bond->weight);
		}
	}
}

/* What all components share. */
struct plan {
	const struct contraction *problem;
	uint32_t *units;	/* grouped by component */
	uint32_t *starts;	/* by component */
	size_t components;
	uint32_t *places;	/* by unit: in its component */
	uint32_t *pairs;	/* grouped by component */
	uint32_t *pair_starts;
	uint32_t *fragments;
	struct contraction_result *results;	/* by job */
};

static void take_pairs(struct component *c, const struct plan *plan, size_t number)
{
	const struct contraction *p = c->problem;

	for (uint32_t i = plan->pair_starts[number]; i < plan->pair_starts[number + 1]; i++) {
		const struct scored_pair *pair = &p->pairs[plan->pairs[i]];
		uint32_t x = plan->places[p->unit_of[pair->a]];
		uint32_t y = plan->places[p->unit_of[pair->b]];

		bond_of(c, x, y)->weight += pair->weight;
	}
	for (size_t i = 0; c->bonds.slots && i <= c->bonds.mask; i++) {
		const struct bond *b = &c->bonds.slots[i];

		if (b->key)
			offer_bond(c, (uint32_t)(b->key >> 32) - 1, (uint32_t)b->key, b->weight);
	}
}

static void run_component(const struct plan *plan, size_t number,
			  struct contraction_result *result)
{
	struct component c = {
		.problem = plan->problem, .units = plan->units + plan->starts[number],
		.count = plan->starts[number + 1] - plan->starts[number],
		.result = result,
	};

	c.parents = mem_alloc(c.count * sizeof *c.parents);
	disjoint_init(c.parents, c.count);
	c.clusters = mem_zero(c.count, sizeof *c.clusters);
	if (fill_clusters(&c) <= DENSE_MAX)
		weigh_all(&c);
	else
		take_pairs(&c, plan, number);
	contract_all(&c);
	for (uint32_t i = 0; i < c.count; i++) {
		plan->fragments[c.units[i]] = c.units[disjoint_find(c.parents, i)];
		mem_free(c.clusters[i].records.list);
		mem_free(c.clusters[i].identifiers.list);
		mem_free(c.clusters[i].apart.list);
		mem_free(c.clusters[i].neighbours.list);
	}
	mem_free(c.parents);
	mem_free(c.clusters);
	mem_free(c.bonds.slots);
	mem_free(c.heap);
}

static void run_some(void *context, size_t job)
{
	struct plan *plan = context;
	size_t end = (job + 1) * COMPONENTS_A_JOB;

	if (end > plan->components)
		end = plan->components;
	for (size_t i = job * COMPONENTS_A_JOB; i < end; i++)
		run_component(plan, i, &plan->results[job]);
}

/* The component of each unit: those that positive pairs connect, by their smallest unit. */
static uint32_t *number_components(const struct contraction *c, size_t *count)
{
	uint32_t *numbers = mem_alloc((c->units + 1) * sizeof *numbers);

	disjoint_init(numbers, c->units);
	for (size_t i = 0; i < c->pair_count; i++)
		disjoint_unite(numbers, c->unit_of[c->pairs[i].a], c->unit_of[c->pairs[i].b]);
	*count = disjoint_number(numbers, c->units);
	return numbers;
}

static void number_places(struct plan *p)
{
	for (size_t i = 0; i < p->components; i++) {
		for (uint32_t j = p->starts[i]; j < p->starts[i + 1]; j++)
			p->places[p->units[j]] = j - p->starts[i];
	}
}

static void gather_result(struct contraction_result *r, const struct contraction_result *more)
{
	for (size_t i = 0; i < more->refusal_count; i++) {
		r->refusals = mem_room(r->refusals, r->refusal_count, &r->refusal_cap,
				       sizeof *r->refusals);
		r->refusals[r->refusal_count++] = more->refusals[i];
	}
	r->joined += more->joined;
	r->ties += more->ties;
}

void contraction_run(const struct contraction *c, struct contraction_result *r)
{
	struct plan p = {.problem = c};
	uint32_t *numbers = number_components(c, &p.components);
	uint32_t *keys = mem_alloc((c->pair_count + 1) * sizeof *keys);
	size_t jobs = (p.components + COMPONENTS_A_JOB - 1) / COMPONENTS_A_JOB;

	p.units = grouping_make(numbers, c->units, p.components, &p.starts);
	for (size_t i = 0; i < c->pair_count; i++)
		keys[i] = numbers[c->unit_of[c->pairs[i].a]];
	p.pairs = grouping_make(keys, c->pair_count, p.components, &p.pair_starts);
	p.places = mem_alloc((c->units + 1) * sizeof *p.places);
	p.fragments = mem_alloc((c->units + 1) * sizeof *p.fragments);
	p.results = mem_zero(jobs + 1, sizeof *p.results);
	number_places(&p);
	pool_each(c->workers, jobs, run_some, &p);
	*r = (struct contraction_result){.fragments = p.fragments};
	for (size_t i = 0; i < jobs; i++) {
		gather_result(r, &p.results[i]);
		mem_free(p.results[i].refusals);
	}
	mem_free(p.results);
	mem_free(p.places);
	mem_free(p.pairs);
	mem_free(p.pair_starts);
	mem_free(p.units);
	mem_free(p.starts);
	mem_free(keys);
	mem_free(numbers);
}

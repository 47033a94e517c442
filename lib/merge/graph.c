#include "merge/graph.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"

void graph_release(struct graph *g)
{
	mem_free(g->roots);
	mem_free(g->refusals);
	*g = GRAPH_INIT;
}

/* Path halving: with union by size near-linear (Tarjan, van Leeuwen 1984). */
static uint32_t find(uint32_t *parents, uint32_t i)
{
	while (parents[i] != i) {
		parents[i] = parents[parents[i]];
		i = parents[i];
	}
	return i;
}

/* How many values of a type a component holds. */
struct tally {
	uint32_t type;
	uint32_t count;
};

/* A component's tallies, by type; at its root.  None: one value of its own. */
struct tallies {
	struct tally *list;
	uint32_t count;
	uint32_t cap;
};

struct work {
	const struct identifiers *identifiers;
	const struct links *links;
	uint32_t *parents;
	uint32_t *sizes;
	struct tallies *tallies;	/* of broken components; by identifier */
	struct arena arena;
	struct graph *graph;
};

static void unite(struct work *w, uint32_t a, uint32_t b)
{
	a = find(w->parents, a);
	b = find(w->parents, b);
	if (a == b)
		return;
	if (w->sizes[a] < w->sizes[b]) {
		uint32_t swap = a;

		a = b;
		b = swap;
	}
	w->parents[b] = a;
	w->sizes[a] += w->sizes[b];
}

/* Identifiers grouped by root: members[starts[root]] and on. */
struct groups {
	uint32_t *starts;	/* one more than there are identifiers */
	uint32_t *members;
};

static struct groups group_by_root(struct work *w, size_t count)
{
	struct groups g = {
		mem_zero(count + 2, sizeof *g.starts),
		mem_alloc(count * sizeof *g.members),
	};

	for (size_t i = 0; i < count; i++)
		g.starts[find(w->parents, (uint32_t)i) + 2]++;
	for (size_t i = 2; i < count + 2; i++)
		g.starts[i] += g.starts[i - 1];
	for (size_t i = 0; i < count; i++)
		g.members[g.starts[find(w->parents, (uint32_t)i) + 1]++] =
			(uint32_t)i;
	return g;
}

/* Marks the roots of components that hold too many values of a type. */
static bool *mark_broken(struct work *w, size_t count, size_t *marked)
{
	const struct identifiers *t = w->identifiers;
	struct groups g = group_by_root(w, count);
	uint32_t *counts = mem_zero(IDENTIFIER_TYPES_MAX, sizeof *counts);
	bool *broken = mem_zero(count + 1, sizeof *broken);

	*marked = 0;
	for (size_t root = 0; root < count; root++) {
		uint32_t from = g.starts[root], to = g.starts[root + 1];

		if (to - from < 2)
			continue;
		for (uint32_t i = from; i < to; i++) {
			uint16_t type = t->types[g.members[i]];

			if (++counts[type] > t->type_list[type].limit)
				broken[root] = true;
		}
		for (uint32_t i = from; i < to; i++)
			counts[t->types[g.members[i]]] = 0;
		*marked += broken[root];
	}
	mem_free(g.starts);
	mem_free(g.members);
	mem_free(counts);
	return broken;
}

static int compare_links(const void *a, const void *b, void *context)
{
	const struct work *w = context;
	const struct identifiers *t = w->identifiers;
	const struct link *x = &w->links->list[*(const uint32_t *)a];
	const struct link *y = &w->links->list[*(const uint32_t *)b];
	uint32_t xb = identifier_type_of(t, x->b)->order;
	uint32_t yb = identifier_type_of(t, y->b)->order;
	uint32_t xa = identifier_type_of(t, x->a)->order;
	uint32_t ya = identifier_type_of(t, y->a)->order;
	int order;

	if (xb != yb)
		return xb < yb ? -1 : 1;
	if (xa != ya)
		return xa < ya ? -1 : 1;
	if (x->seen.last != y->seen.last)
		return x->seen.last > y->seen.last ? -1 : 1;
	order = identifier_compare(t, x->a, y->a);
	return order ? order : identifier_compare(t, x->b, y->b);
}

/* The tallies of ROOT; ONE is room for a lone identifier's. */
static struct tallies tallies_of(const struct work *w, uint32_t root,
				 struct tally *one)
{
	if (w->tallies[root].count)
		return w->tallies[root];
	*one = (struct tally){w->identifiers->types[root], 1};
	return (struct tallies){one, 1, 1};
}

/*
 * Merges tallies X and Y into OUT, which holds both.  Returns the type with
 * the smallest order whose limit breaks, or -1.
 */
static int merge_tallies(const struct work *w, struct tallies x,
			 struct tallies y, struct tallies *out)
{
	const struct identifier_type *types = w->identifiers->type_list;
	int broken = -1;
	uint32_t i = 0, j = 0;

	out->count = 0;
	while (i < x.count || j < y.count) {
		struct tally sum;

		if (j == y.count || (i < x.count && x.list[i].type < y.list[j].type)) {
			sum = x.list[i++];
		} else if (i == x.count || y.list[j].type < x.list[i].type) {
			sum = y.list[j++];
		} else {
			sum = x.list[i++];
			sum.count += y.list[j++].count;
			if (sum.count > types[sum.type].limit &&
			    (broken < 0 || types[sum.type].order < types[broken].order))
				broken = (int)sum.type;
		}
		out->list[out->count++] = sum;
	}
	return broken;
}

static void refuse(struct graph *g, uint32_t link, int type)
{
	g->refusals = mem_room(g->refusals, g->refusal_count, &g->refusal_cap,
			       sizeof *g->refusals);
	g->refusals[g->refusal_count++] =
		(struct refusal){link, (uint16_t)type};
}

/* Unites the ends of LINK, or refuses.  MERGED is room for all types. */
static void replay(struct work *w, uint32_t link, struct tallies *merged)
{
	const struct link *l = &w->links->list[link];
	uint32_t a = find(w->parents, l->a), b = find(w->parents, l->b);
	struct tally one[2];
	struct tallies *at;
	int broken;

	if (a == b)
		return;
	broken = merge_tallies(w, tallies_of(w, a, &one[0]),
			       tallies_of(w, b, &one[1]), merged);
	if (broken >= 0) {
		refuse(w->graph, link, broken);
		return;
	}
	unite(w, a, b);
	at = &w->tallies[find(w->parents, a)];
	if (at->cap < merged->count) {
		at->cap = merged->count * 2;
		at->list = arena_alloc(&w->arena, at->cap * sizeof *at->list);
	}
	memcpy(at->list, merged->list, merged->count * sizeof *at->list);
	at->count = merged->count;
}

/* Takes the broken components apart and unites their links in order. */
static void replay_broken(struct work *w, size_t count, const bool *broken)
{
	uint32_t *order = mem_alloc(w->links->count * sizeof *order);
	struct tallies merged = {
		mem_zero(2 * IDENTIFIER_TYPES_MAX, sizeof *merged.list), 0, 0,
	};
	uint32_t *roots = mem_alloc(count * sizeof *roots);
	size_t links = 0;

	for (size_t i = 0; i < count; i++)
		roots[i] = find(w->parents, (uint32_t)i);
	for (size_t i = 0; i < w->links->count; i++) {
		if (broken[roots[w->links->list[i].a]])
			order[links++] = (uint32_t)i;
	}
	for (size_t i = 0; i < count; i++) {
		if (!broken[roots[i]])
			continue;
		w->parents[i] = (uint32_t)i;
		w->sizes[i] = 1;
	}
	mem_free(roots);
	qsort_r(order, links, sizeof *order, compare_links, w);
	w->tallies = mem_zero(count, sizeof *w->tallies);
	for (size_t i = 0; i < links; i++)
		replay(w, order[i], &merged);
	mem_free(w->tallies);
	mem_free(merged.list);
	mem_free(order);
	arena_release(&w->arena);
}

void graph_settle(struct graph *g, const struct identifiers *t,
		  const struct links *l)
{
	size_t count = identifiers_count(t);
	struct work w = {
		.identifiers = t, .links = l, .graph = g,
		.parents = mem_alloc(count * sizeof *w.parents),
		.sizes = mem_alloc(count * sizeof *w.sizes),
	};
	size_t marked;
	bool *broken;

	for (size_t i = 0; i < count; i++) {
		w.parents[i] = (uint32_t)i;
		w.sizes[i] = 1;
	}
	for (size_t i = 0; i < l->count; i++)
		unite(&w, l->list[i].a, l->list[i].b);
	broken = mark_broken(&w, count, &marked);
	if (marked)
		replay_broken(&w, count, broken);
	mem_free(broken);
	mem_free(w.sizes);
	for (size_t i = 0; i < count; i++)
		w.parents[i] = find(w.parents, (uint32_t)i);
	g->roots = w.parents;
}

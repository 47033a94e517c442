#include "unify/graph/graph.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/disjoint.h"
#include "base/mem.h"

void graph_release(struct graph *g)
{
	mem_free(g->roots);
	mem_free(g->wholes);
	mem_free(g->refusals);
	*g = GRAPH_INIT;
}

/* The ends of cannot-links that a component has, decision * 2 + which end: a chain. */
struct sides {
	uint32_t first, last;
	uint32_t count;		/* 0: none */
};

struct work {
	const struct identifiers *identifiers;
	const struct links *links;
	const struct decisions *decisions;
	const uint32_t *within;		/* by identifier; NULL, or links between two of these are none */
	struct holding_rules rules;
	uint32_t *parents;
	uint32_t *sizes;	/* by root, of broken components */
	struct holding **holdings;	/* by root, of broken components */
	struct sides *sides;		/* by root; NULL: nobody is kept apart */
	uint32_t *next;			/* by end of a cannot-link */
	bool *ends;			/* by identifier: it, or what must be one with it, is
					   an end of one; NULL: there are none */
	struct arena arena;
	struct graph *graph;
};

static bool is_taken(const struct work *w, const struct link *l)
{
	return !w->within || w->within[l->a] == w->within[l->b];
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
		g.starts[disjoint_find(w->parents, (uint32_t)i) + 2]++;
	for (size_t i = 2; i < count + 2; i++)
		g.starts[i] += g.starts[i - 1];
	for (size_t i = 0; i < count; i++)
		g.members[g.starts[disjoint_find(w->parents, (uint32_t)i) + 1]++] =
			(uint32_t)i;
	return g;
}

/* Of one component: how many values of each type with a window; scratch. */
struct tallying {
	uint32_t *counts;	/* by type; 0 between components */
	struct uses *uses;	/* by type */
	struct arena arena;
};

/* Do COUNT MEMBERS of one component break a limit? */
static bool is_broken(const struct work *w, const uint32_t *members, size_t count,
		      struct tallying *s)
{
	const struct identifiers *t = w->identifiers;
	bool broken = false;

	for (size_t i = 0; i < count; i++) {
		uint16_t number = t->types[members[i]];
		const struct identifier_type *type = &t->type_list[number];
		struct uses one;

		s->counts[number]++;
		if (!type->window) {
			broken = s->counts[number] > type->limit || broken;
			continue;
		}
		uses_make(&one, &w->rules.uses[members[i]], type->window, members[i], &s->arena);
		if (s->counts[number] == 1)
			s->uses[number] = one;
		else
			uses_unite(&s->uses[number], &one);
		broken = uses_peak(&s->uses[number]) > type->limit || broken;
	}
	for (size_t i = 0; i < count; i++)
		s->counts[t->types[members[i]]] = 0;
	arena_clear(&s->arena);
	return broken;
}

/* Marks the roots of components that break a rule. */
static bool *mark_broken(struct work *w, size_t count, size_t *marked)
{
	struct groups g = group_by_root(w, count);
	size_t types = w->identifiers->type_names.count;
	struct tallying scratch = {
		.counts = mem_zero(types + 1, sizeof *scratch.counts),
		.uses = mem_zero(types + 1, sizeof *scratch.uses),
	};
	bool *broken = mem_zero(count + 1, sizeof *broken);

	*marked = 0;
	for (size_t root = 0; root < count; root++) {
		uint32_t from = g.starts[root], to = g.starts[root + 1];

		if (to - from > 1)
			broken[root] = is_broken(w, g.members + from, to - from, &scratch);
		*marked += broken[root];
	}
	for (size_t i = 0; i < w->decisions->apart_count; i++) {
		uint32_t root = disjoint_find(w->parents, w->decisions->apart[i].a);

		if (root != disjoint_find(w->parents, w->decisions->apart[i].b))
			continue;
		*marked += !broken[root];
		broken[root] = true;
	}
	mem_free(g.starts);
	mem_free(g.members);
	mem_free(scratch.counts);
	mem_free(scratch.uses);
	arena_release(&scratch.arena);
	return broken;
}

/* The priorities of a link's ends: where one is a shared value's, the first end
 * need not be the stronger. */
struct ranks {
	uint32_t weak, strong;
};

static struct ranks ranks_of(const struct identifiers *t, const struct link *l)
{
	uint32_t a = identifier_type_of(t, l->a)->order, b = identifier_type_of(t, l->b)->order;

	return a < b ? (struct ranks){b, a} : (struct ranks){a, b};
}

int graph_compare_links(const struct identifiers *t, const struct link *x,
			const struct link *y)
{
	struct ranks p = ranks_of(t, x), q = ranks_of(t, y);
	int order = x->seen.last == y->seen.last ? 0 : x->seen.last > y->seen.last ? -1 : 1;

	if (p.weak != q.weak)
		return p.weak < q.weak ? -1 : 1;
	if (p.strong != q.strong)
		return p.strong < q.strong ? -1 : 1;
	if (order)
		return order;
	order = identifier_compare(t, x->a, y->a);
	return order ? order : identifier_compare(t, x->b, y->b);
}

/*
 * What a cannot-link names goes first with what it stands beside: whoever parts two shop
 * numbers, the weakest identifiers there are, parts those who have them.
 */
static int compare_links(const void *a, const void *b, void *context)
{
	const struct work *w = context;
	const struct link *x = &w->links->list[*(const uint32_t *)a];
	const struct link *y = &w->links->list[*(const uint32_t *)b];

	if (w->ends) {
		bool p = w->ends[x->a] || w->ends[x->b], q = w->ends[y->a] || w->ends[y->b];

		if (p != q)
			return p ? -1 : 1;
	}
	return graph_compare_links(w->identifiers, x, y);
}

static struct holding *holding_of(struct work *w, uint32_t root)
{
	if (!w->holdings[root]) {
		w->holdings[root] = arena_alloc(&w->arena, sizeof **w->holdings);
		holding_make(w->holdings[root], &w->rules, root, &w->arena);
	}
	return w->holdings[root];
}

static void take_side(struct work *w, uint32_t root, struct sides more)
{
	struct sides *s = &w->sides[root];

	if (!more.count)
		return;
	if (s->count)
		w->next[s->last] = more.first;
	else
		s->first = more.first;
	s->last = more.last;
	s->count += more.count;
}

/*
 * The first cannot-link with one end in component A and the other in B, or -1.
 * Where its other ends are now is asked of the smaller chain.
 */
static int64_t kept_apart(struct work *w, uint32_t a, uint32_t b)
{
	int64_t apart = -1;
	uint32_t end;

	if (!w->sides)
		return -1;
	if (w->sides[a].count > w->sides[b].count)
		return kept_apart(w, b, a);
	end = w->sides[a].first;
	for (uint32_t i = 0; i < w->sides[a].count; i++, end = w->next[end]) {
		const struct pair *p = &w->decisions->apart[end / 2];

		if (disjoint_find(w->parents, end % 2 ? p->a : p->b) == b &&
		    (apart < 0 || end / 2 < apart))
			apart = end / 2;
	}
	return apart;
}

/* Unites the components of A and B, or says why not: of several reasons the ledger's. */
static struct holding_check replay_link(struct work *w, uint32_t a, uint32_t b, bool forced)
{
	struct holding_link link = forced ? (struct holding_link){IDENTIFIER_NONE, IDENTIFIER_NONE}
					  : (struct holding_link){a, b};
	struct holding_check v;
	int64_t apart;

	a = disjoint_find(w->parents, a);
	b = disjoint_find(w->parents, b);
	if (a == b)
		return (struct holding_check){REFUSED_NOT, 0};
	if (w->sizes[a] < w->sizes[b]) {
		uint32_t swap = a;

		a = b;
		b = swap;
	}
	apart = forced ? -1 : kept_apart(w, a, b);
	if (apart >= 0)
		return (struct holding_check){REFUSED_BY_LEDGER, (uint32_t)apart};
	v = holding_unite(holding_of(w, a), holding_of(w, b), link, &w->rules, &w->arena);
	if (v.reason != REFUSED_NOT)
		return v;
	disjoint_attach(w->parents, a, b);
	w->sizes[a] += w->sizes[b];
	if (w->sides)
		take_side(w, a, w->sides[b]);
	return v;
}

static void refuse_link(struct graph *g, uint32_t link, struct holding_check v)
{
	g->refusals = mem_room(g->refusals, g->refusal_count, &g->refusal_cap,
			       sizeof *g->refusals);
	g->refusals[g->refusal_count++] = (struct refusal){link, v};
}

/* The ledger's word in the broken components, before any link. */
static void replay_decisions(struct work *w, const uint32_t *roots, const bool *broken)
{
	const struct decisions *d = w->decisions;

	for (size_t i = 0; i < d->apart_count; i++) {
		uint32_t end = (uint32_t)i * 2;

		if (roots[d->apart[i].a] != roots[d->apart[i].b])
			continue;
		take_side(w, d->apart[i].a, (struct sides){end, end, 1});
		take_side(w, d->apart[i].b, (struct sides){end + 1, end + 1, 1});
	}
	for (size_t i = 0; i < d->together_count; i++) {
		if (broken[roots[d->together[i].a]])
			replay_link(w, d->together[i].a, d->together[i].b, true);
	}
}

static void replay_links(struct work *w, const uint32_t *order, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct link *l = &w->links->list[order[i]];
		struct holding_check v = replay_link(w, l->a, l->b, false);

		if (v.reason != REFUSED_NOT)
			refuse_link(w->graph, order[i], v);
	}
}

/* After replay_decisions, when only what must be one is. */
static bool *mark_ends(struct work *w, size_t count)
{
	bool *ends = w->sides ? mem_zero(count + 1, sizeof *ends) : NULL;

	for (size_t i = 0; i < count && ends; i++)
		ends[i] = w->sides[disjoint_find(w->parents, (uint32_t)i)].count > 0;
	return ends;
}

/* Takes the broken components apart and unites their links in order. */
static void replay_broken(struct work *w, size_t count, const bool *broken)
{
	uint32_t *order = mem_alloc((w->links->count + 1) * sizeof *order);
	uint32_t *roots = mem_alloc(count * sizeof *roots);
	size_t links = 0;

	w->sizes = mem_alloc(count * sizeof *w->sizes);
	for (size_t i = 0; i < count; i++)
		roots[i] = disjoint_find(w->parents, (uint32_t)i);
	for (size_t i = 0; i < w->links->count; i++) {
		if (broken[roots[w->links->list[i].a]] && is_taken(w, &w->links->list[i]))
			order[links++] = (uint32_t)i;
	}
	for (size_t i = 0; i < count; i++) {
		if (!broken[roots[i]])
			continue;
		w->parents[i] = (uint32_t)i;
		w->sizes[i] = 1;
	}
	w->holdings = mem_zero(count, sizeof *w->holdings);
	if (w->decisions->apart_count) {
		w->sides = mem_zero(count, sizeof *w->sides);
		w->next = mem_alloc(2 * w->decisions->apart_count * sizeof *w->next);
	}
	replay_decisions(w, roots, broken);
	w->ends = mark_ends(w, count);
	if (links > 1)
		qsort_r(order, links, sizeof *order, compare_links, w);
	replay_links(w, order, links);
	mem_free(roots);
	mem_free(w->sizes);
	mem_free(w->holdings);
	mem_free(w->sides);
	mem_free(w->next);
	mem_free(w->ends);
	mem_free(order);
	arena_release(&w->arena);
}

/* Unites all that may be, and takes apart what breaks a rule. */
static void settle(struct work *w)
{
	size_t count = identifiers_count(w->identifiers), marked;
	const struct decisions *d = w->decisions;
	bool *broken;

	w->parents = mem_alloc(count * sizeof *w->parents);
	disjoint_init(w->parents, count);
	for (size_t i = 0; i < w->links->count; i++) {
		if (is_taken(w, &w->links->list[i]))
			disjoint_unite(w->parents, w->links->list[i].a, w->links->list[i].b);
	}
	for (size_t i = 0; i < d->together_count; i++)
		disjoint_unite(w->parents, d->together[i].a, d->together[i].b);
	broken = mark_broken(w, count, &marked);
	if (marked)
		replay_broken(w, count, broken);
	mem_free(broken);
	disjoint_flatten(w->parents, count);
}

void graph_settle(struct graph *g, const struct identifiers *t, const struct links *l,
		  const struct decisions *d, const struct use *uses)
{
	struct work w = {
		.identifiers = t, .links = l, .graph = g, .decisions = d, .rules = {t, uses},
	};

	settle(&w);
	g->roots = w.parents;
}

void graph_part(struct graph *g, const struct identifiers *t, const struct links *l,
		const struct decisions *d, const struct use *uses)
{
	struct work w = {
		.identifiers = t, .links = l, .graph = g, .decisions = d, .within = g->roots,
		.rules = {t, uses},
	};

	settle(&w);
	mem_free(g->wholes);
	g->wholes = g->roots;
	g->roots = w.parents;
}

#include "unify/graph/shared_values_show.h"

#include <stdlib.h>

#include "base/mem.h"
#include "unify/graph/apart.h"

/* Who shows VALUE. */
struct holder {
	uint32_t root;
	uint32_t value;
	uint32_t home;
	struct seen seen;
};

struct showing {
	struct holder *list;
	size_t count;
	size_t cap;
};

/* Those whose customer has the value itself need no copy. */
static void add_holder(struct showing *w, const struct graph *g, uint32_t home, uint32_t value,
		 const struct seen *seen)
{
	if (home >= HOME_DUPLICATE || g->roots[home] == g->roots[value])
		return;
	w->list = mem_room(w->list, w->count, &w->cap, sizeof *w->list);
	w->list[w->count++] = (struct holder){g->roots[home], value, home, *seen};
}

/* Within a customer the stronger value first. */
static int by_root(const void *a, const void *b, void *context)
{
	const struct holder *x = a, *y = b;

	if (x->root != y->root)
		return x->root < y->root ? -1 : 1;
	if (x->value != y->value)
		return identifier_compare(context, x->value, y->value);
	return x->home < y->home ? -1 : x->home > y->home;
}

/* By root: it has an event of its own, and so it is a customer. */
static bool *find_customers(const struct identity_graph *of)
{
	const struct fragments *p = of->fragments;
	const struct events *v = of->events;
	const struct graph *graph = of->graph;
	bool *has = mem_zero(identifiers_count(of->identifiers) + 1, sizeof *has);

	for (size_t i = 0; i < p->count; i++) {
		if (p->list[i].home != HOME_NONE && of->links->fragments[i].any)
			has[graph->roots[p->list[i].home]] = true;
	}
	for (size_t i = 0; i < v->count; i++) {
		const struct entry *e = &v->list[i];

		if (e->fragment >= FRAGMENT_INLINE && e->home < HOME_DUPLICATE)
			has[graph->roots[e->home]] = true;
	}
	return has;
}

/* What is kept from a bystander's customer is theirs all the same. */
static bool is_bystanders(const struct decisions *d, struct holding_check v)
{
	return v.reason == REFUSED_BY_LEDGER && v.which >= d->apart_count - d->bystander_count;
}

/*
 * What a limit left out of a person's is nobody's otherwise: whose event has it shows it, so
 * that it can be looked up.  A limit without `or one person` is the user's wish.
 */
static void list_left_out(struct showing *w, const struct identity_graph *of)
{
	const struct identifiers *t = of->identifiers;
	const struct graph *graph = of->graph;
	bool *has = graph->refusal_count ? find_customers(of) : NULL;

	for (size_t i = 0; i < graph->refusal_count; i++) {
		const struct refusal *r = &graph->refusals[i];
		const struct link *k = &of->links->list[r->link];
		bool of_person = r->holding_check.reason == REFUSED_BY_LIMIT &&
				 t->type_list[r->holding_check.which].person && !has[graph->roots[k->b]];

		if ((of_person || is_bystanders(of->decisions, r->holding_check)) &&
		    !identifier_type_of(t, k->b)->inner)
			add_holder(w, graph, k->a, k->b, &k->seen);
	}
	mem_free(has);
}

static void list_holders(struct showing *w, const struct shared_values *g, const struct identity_graph *of)
{
	const struct fragments *p = of->fragments;
	const struct appearance *said = of->links->fragments;

	for (size_t i = 0; i < p->count; i++) {
		const struct fragment *fragment = &p->list[i];
		uint32_t shown = fragment->others + fragment->other_count;

		for (uint32_t j = 0; j < fragment->shown_count && said[i].any; j++)
			add_holder(w, of->graph, fragment->home, p->others[shown + j], &said[i].seen);
	}
	for (size_t i = 0; i < g->shown_count; i++) {
		const struct entry *e = &of->events->list[g->shown[i].event];

		add_holder(w, of->graph, e->home, g->shown[i].identifier,
		     &(struct seen){e->time, e->time});
	}
	list_left_out(w, of);
	if (w->count > 1)
		qsort_r(w->list, w->count, sizeof *w->list, by_root, of->identifiers);
}

/* What the ledger ties is on one profile: where its customer has no events, on none. */
static void keep_tied(struct showing *w, const struct identity_graph *of)
{
	const struct decisions *d = of->decisions;
	const struct graph *graph = of->graph;
	bool *has = d->together_count ? find_customers(of) : NULL;
	bool *tied = has ? mem_zero(identifiers_count(of->identifiers) + 1, sizeof *tied) : NULL;
	size_t kept = 0;

	for (size_t i = 0; i < d->together_count; i++)
		tied[graph->roots[d->together[i].a]] = true;
	for (size_t i = 0; i < w->count && has; i++) {
		uint32_t root = graph->roots[w->list[i].value];

		if (has[root] || !tied[root])
			w->list[kept++] = w->list[i];
	}
	w->count = has ? kept : w->count;
	mem_free(has);
	mem_free(tied);
}

/* Leaves out what the ledger keeps from a customer, also what two values keep from
 * each other: then the stronger stays. */
static void keep_decisions(struct showing *w, const struct decisions *d,
			   const struct identifiers *t, const struct graph *graph)
{
	struct numbers tags = {0};
	struct apart apart;
	size_t kept = 0;

	apart_begin(&apart, d, graph->roots);
	apart_add_copies(&apart, t, graph->roots);
	for (size_t i = 0; i < w->count && apart.end_count; i++) {
		struct holder b = w->list[i];

		if (!i || b.root != w->list[i - 1].root) {
			tags.count = 0;
			apart_add_root(&apart, b.root, &tags);
		}
		if (apart_is_barred(&apart, b.value, &tags))
			continue;
		apart_add_end(&apart, b.value, &tags);
		w->list[kept++] = b;
	}
	w->count = apart.end_count ? kept : w->count;
	mem_free(tags.list);
	apart_release(&apart);
}

/* The holders [FROM, TO) of one value at one customer get a copy of it. */
static int add_copy(const struct identity_graph *of, const struct holder *from, const struct holder *to,
		    struct error *err)
{
	struct links *l = of->links;
	uint32_t home = from->home, copy = identifiers_copy(of->identifiers, from->value, err);
	struct seen seen = SEEN_NEVER;

	if (copy == IDENTIFIER_NONE)
		return -1;
	for (const struct holder *b = from; b < to; b++) {
		seen_add_all(&seen, &b->seen);
		if (identifier_compare(of->identifiers, b->home, home) < 0)
			home = b->home;
	}
	of->graph->roots[copy] = from->root;
	l->list[l->count++] = (struct link){home, copy, seen};
	return 0;
}

int shared_values_show(const struct shared_values *g, const struct identity_graph *of, struct error *err)
{
	struct links *l = of->links;
	struct graph *graph = of->graph;
	struct showing w = {0};
	int status = 0;

	if (!g->count && !graph->refusal_count)
		return 0;
	list_holders(&w, g, of);
	keep_tied(&w, of);
	keep_decisions(&w, of->decisions, of->identifiers, graph);
	l->list = mem_grow(l->list, l->count + w.count + 1, sizeof *l->list);
	graph->roots = mem_grow(graph->roots, identifiers_count(of->identifiers) + w.count + 1,
				sizeof *graph->roots);
	for (size_t from = 0, to; from < w.count && !status; from = to) {
		for (to = from + 1; to < w.count && w.list[to].root == w.list[from].root &&
		     w.list[to].value == w.list[from].value;)
			to++;
		status = add_copy(of, w.list + from, w.list + to, err);
	}
	mem_free(w.list);
	return status;
}

#include "unify/graph/apart.h"

#include <stdlib.h>

#include "base/disjoint.h"
#include "base/mem.h"

static int by_number(const void *a, const void *b)
{
	const struct tagged *x = a, *y = b;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return x->tag < y->tag ? -1 : x->tag > y->tag;
}

static size_t first_of(const struct tagged *list, size_t count, uint32_t number)
{
	size_t from = 0, to = count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (list[middle].number < number)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static void sort_tagged(struct tagged *list, size_t count)
{
	if (count > 1)
		qsort(list, count, sizeof *list, by_number);
}

/* Pairs of D->together have the one that stands for all in front, as cannot-links. */
static void add_tied_ends(struct apart *a, const struct decisions *d, size_t *cap)
{
	size_t count = a->end_count;

	for (size_t i = 0; i < d->together_count; i++) {
		const struct pair *p = &d->together[i];

		for (size_t at = first_of(a->ends, count, p->a);
		     at < count && a->ends[at].number == p->a; at++) {
			struct tagged end = {p->b, a->ends[at].tag};

			a->ends = mem_room(a->ends, a->end_count, cap, sizeof *a->ends);
			a->ends[a->end_count++] = end;
		}
	}
	sort_tagged(a->ends, a->end_count);
}

void apart_begin(struct apart *a, const struct decisions *d, const uint32_t *roots)
{
	size_t cap = 0;

	*a = APART_INIT;
	for (uint32_t i = 0; i < d->apart_count; i++) {
		uint32_t ends[2] = {d->apart[i].a, d->apart[i].b};

		for (uint32_t k = 0; k < 2 && d->apart[i].line; k++) {
			a->ends = mem_room(a->ends, a->end_count, &cap, sizeof *a->ends);
			a->ends[a->end_count++] = (struct tagged){ends[k], 2 * i + k};
		}
	}
	if (!a->end_count)
		return;
	sort_tagged(a->ends, a->end_count);
	a->root_count = a->end_count;
	a->roots = mem_alloc(a->root_count * sizeof *a->roots);
	for (size_t i = 0; i < a->root_count; i++)
		a->roots[i] = (struct tagged){roots[a->ends[i].number], a->ends[i].tag};
	sort_tagged(a->roots, a->root_count);
	add_tied_ends(a, d, &cap);
}

void apart_add_copies(struct apart *a, const struct identifiers *t, const uint32_t *roots)
{
	size_t cap = a->root_count, end = identifiers_count(t);

	if (end > t->copied)
		end = t->copied;
	for (size_t i = 0; i < end && a->end_count; i++) {
		uint32_t original = (uint32_t)i;

		if (!t->copies[i])
			continue;
		original = (uint32_t)map_find(&t->map, t->map.entries[i].key);
		for (size_t at = first_of(a->ends, a->end_count, original);
		     at < a->end_count && a->ends[at].number == original; at++) {
			a->roots = mem_room(a->roots, a->root_count, &cap, sizeof *a->roots);
			a->roots[a->root_count++] = (struct tagged){roots[i], a->ends[at].tag};
		}
	}
	sort_tagged(a->roots, a->root_count);
}

void apart_release(struct apart *a)
{
	mem_free(a->ends);
	mem_free(a->roots);
	mem_free(a->tags);
	mem_free(a->starts);
	mem_free(a->claims);
	*a = APART_INIT;
}

static bool has(const struct numbers *n, uint32_t number)
{
	size_t from = 0, to = n->count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (n->list[middle] == number)
			return true;
		if (n->list[middle] < number)
			from = middle + 1;
		else
			to = middle;
	}
	return false;
}

static void add_number(struct numbers *n, uint32_t number)
{
	size_t at = n->count;

	if (has(n, number))
		return;
	numbers_add(n, number);
	for (; at && n->list[at - 1] > number; at--)
		n->list[at] = n->list[at - 1];
	n->list[at] = number;
}

static bool is_against(const struct tagged *list, size_t count, uint32_t number,
		       const struct numbers *tags)
{
	for (size_t at = first_of(list, count, number);
	     at < count && list[at].number == number; at++) {
		if (has(tags, list[at].tag ^ 1))
			return true;
	}
	return false;
}

bool apart_is_foreign(const struct apart *a, uint32_t root, const struct numbers *tags)
{
	return is_against(a->roots, a->root_count, root, tags);
}

bool apart_is_barred(const struct apart *a, uint32_t identifier, const struct numbers *tags)
{
	return is_against(a->ends, a->end_count, identifier, tags);
}

static void add_all(const struct tagged *list, size_t count, uint32_t number,
		    struct numbers *tags)
{
	for (size_t at = first_of(list, count, number);
	     at < count && list[at].number == number; at++)
		add_number(tags, list[at].tag);
}

void apart_add_end(const struct apart *a, uint32_t identifier, struct numbers *tags)
{
	add_all(a->ends, a->end_count, identifier, tags);
}

void apart_add_root(const struct apart *a, uint32_t root, struct numbers *tags)
{
	add_all(a->roots, a->root_count, root, tags);
}

void apart_add_record(const struct apart *a, uint32_t record, struct numbers *tags)
{
	for (uint32_t i = a->starts ? a->starts[record] : 0;
	     a->starts && i < a->starts[record + 1]; i++)
		add_number(tags, a->tags[i]);
}

/* Appends FROM to a list of lists. */
static void put_list(uint32_t **items, size_t *count, size_t *cap, const struct numbers *from)
{
	for (size_t i = 0; i < from->count; i++) {
		*items = mem_room(*items, *count, cap, sizeof **items);
		(*items)[(*count)++] = from->list[i];
	}
}

void apart_of_units(const struct apart *a, const struct unit_list *records,
		    const struct unit_list *identifiers, const uint32_t *roots,
		    size_t units, uint32_t **tags, uint32_t **starts)
{
	struct numbers one = {0};
	size_t count = 0, cap = 0;

	if (!a->end_count)
		return;
	*starts = mem_alloc((units + 1) * sizeof **starts);
	for (size_t u = 0; u < units; u++) {
		(*starts)[u] = (uint32_t)count;
		one.count = 0;
		for (uint32_t i = records->starts[u]; a->starts && i < records->starts[u + 1]; i++)
			apart_add_record(a, records->items[i], &one);
		for (uint32_t i = identifiers->starts[u];
		     !a->starts && i < identifiers->starts[u + 1]; i++)
			apart_add_root(a, roots[identifiers->items[i]], &one);
		put_list(tags, &count, &cap, &one);
	}
	(*starts)[units] = (uint32_t)count;
	*tags = mem_room(*tags, count, &cap, sizeof **tags);
	mem_free(one.list);
}

/* What must be one, and who is. */
struct grouping {
	struct apart *apart;
	const uint32_t *roots;
	const struct records *records;
	const struct fragments *fragments;
	const struct identifiers *identifiers;
	uint32_t *parents;	/* of records (disjoint.h) */
	struct numbers *sides;	/* by first record of a group */
};

static const struct fragment *fragment_of(const struct grouping *g, uint32_t record)
{
	return &g->fragments->list[g->records->fragments[record]];
}

/* The claim on ROOT, or NULL: no must-link ties it. */
static struct tagged *claim_of(const struct apart *a, uint32_t root)
{
	size_t at = first_of(a->claims, a->claim_count, root);

	return at < a->claim_count && a->claims[at].number == root ? &a->claims[at] : NULL;
}

uint32_t apart_claim(const struct apart *a, uint32_t root)
{
	const struct tagged *claim = claim_of(a, root);

	return claim ? claim->tag : RECORD_NONE;
}

static void make_claims(struct apart *a, const struct decisions *d, const uint32_t *roots)
{
	size_t kept = 0;

	a->claims = mem_alloc((d->together_count + 1) * sizeof *a->claims);
	for (size_t i = 0; i < d->together_count; i++)
		a->claims[i] = (struct tagged){roots[d->together[i].a], RECORD_NONE};
	sort_tagged(a->claims, d->together_count);
	for (size_t i = 0; i < d->together_count; i++) {
		if (!kept || a->claims[i].number != a->claims[kept - 1].number)
			a->claims[kept++] = a->claims[i];
	}
	a->claim_count = kept;
}

/* Those whose home is tied are all on one side. */
static void group_by_homes(struct grouping *g)
{
	for (uint32_t i = 0; i < g->records->count; i++) {
		struct tagged *claim = claim_of(g->apart, g->roots[fragment_of(g, i)->home]);

		if (!claim)
			continue;
		if (claim->tag == RECORD_NONE)
			claim->tag = i;
		disjoint_unite(g->parents, claim->tag, i);
	}
}

static int by_strength(const void *a, const void *b, void *context)
{
	return identifier_compare(context, *(const uint32_t *)a, *(const uint32_t *)b);
}

/* The sides that RECORD adds to its group's: its others', where they are not against. */
static void read_record(struct grouping *g, uint32_t record, struct numbers *order,
			struct numbers *tags)
{
	const struct fragment *fragment = fragment_of(g, record);
	struct numbers *group = &g->sides[disjoint_find(g->parents, record)];

	order->count = tags->count = 0;
	numbers_add(order, fragment->home);
	for (uint32_t i = 0; i < fragment->other_count; i++)
		numbers_add(order, g->fragments->others[fragment->others + i]);
	if (order->count > 2)
		qsort_r(order->list + 1, order->count - 1, sizeof *order->list, by_strength,
			(void *)(uintptr_t)g->identifiers);
	for (size_t i = 0; i < order->count; i++) {
		uint32_t root = g->roots[order->list[i]];

		if (apart_is_foreign(g->apart, root, group))
			continue;
		apart_add_root(g->apart, root, tags);
		apart_add_root(g->apart, root, group);
	}
}

static void read_records(struct grouping *g)
{
	struct apart *a = g->apart;
	struct numbers order = {0}, tags = {0};
	size_t count = 0, cap = 0;

	a->starts = mem_alloc((g->records->count + 1) * sizeof *a->starts);
	for (uint32_t i = 0; i < g->records->count; i++) {
		a->starts[i] = (uint32_t)count;
		read_record(g, i, &order, &tags);
		put_list(&a->tags, &count, &cap, &tags);
	}
	a->starts[g->records->count] = (uint32_t)count;
	mem_free(order.list);
	mem_free(tags.list);
}

static void unite_groups(struct grouping *g, uint32_t a, uint32_t b)
{
	if (a > b) {
		uint32_t swap = a;

		a = b;
		b = swap;
	}
	disjoint_attach(g->parents, a, b);
	for (size_t i = 0; g->sides && i < g->sides[b].count; i++)
		add_number(&g->sides[a], g->sides[b].list[i]);
}

/* A record that has what is tied to ROOT joins the first that does. */
static void group_record(struct grouping *g, uint32_t record, uint32_t root)
{
	struct tagged *claim = claim_of(g->apart, root);
	uint32_t a = disjoint_find(g->parents, record), b;

	if (!claim || (g->sides && apart_is_foreign(g->apart, root, &g->sides[a])))
		return;
	if (claim->tag == RECORD_NONE) {
		claim->tag = record;
		return;
	}
	b = disjoint_find(g->parents, claim->tag);
	if (a != b && (!g->sides || !numbers_are_apart(&g->sides[a], &g->sides[b])))
		unite_groups(g, a, b);
}

static void group_by_incidences(struct grouping *g)
{
	for (uint32_t i = 0; g->apart->claim_count && i < g->records->count; i++) {
		const struct fragment *fragment = fragment_of(g, i);

		group_record(g, i, g->roots[fragment->home]);
		for (uint32_t j = 0; j < fragment->other_count; j++)
			group_record(g, i, g->roots[g->fragments->others[fragment->others + j]]);
	}
}

size_t apart_group(struct apart *a, const struct identity_graph *of, const struct records *r,
		   uint32_t *of_record)
{
	struct grouping g = {a, of->graph->roots, r, of->fragments, of->identifiers, of_record, NULL};

	disjoint_init(of_record, r->count);
	make_claims(a, of->decisions, of->graph->roots);
	if (a->claim_count)
		group_by_homes(&g);
	if (a->end_count) {
		g.sides = mem_zero(r->count + 1, sizeof *g.sides);
		read_records(&g);
	}
	group_by_incidences(&g);
	for (uint32_t i = 0; g.sides && i < r->count; i++)
		mem_free(g.sides[i].list);
	mem_free(g.sides);
	return disjoint_number(of_record, r->count);
}

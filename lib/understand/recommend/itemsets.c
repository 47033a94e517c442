/*
 * The sets whose rarest item is x are found in the baskets that have x, of which only the more
 * frequent items are looked at: their paths, without what is rare among them, make a forest of prefix trees, each node
 * an item that counts the paths through it.  Of that forest the nodes of an item y, and what is above
 * them, make again a forest, with the sets whose rarest items are x and y; and so on.
 *
 * The first step is the great one.  It reads the baskets as they lie, sorted and equal ones in one,
 * with the places of each item beside them, and not a tree of all baskets: to climb such a tree is
 * a miss of the cache for each node, seven a basket (one million of baskets: 2 s against 0.3 s).
 *
 * A path is joined with the one before it as far as they agree, and one that loses a node in its middle may leave
 * two children of one item: forests are larger than they might be, never wrong, as sums over
 * all nodes of an item are what counts.
 *
 * Each frequent item is a task of its own, so workers share nothing but the baskets.
 */
#include "understand/recommend/itemsets.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/pool.h"

#define NO_NODE UINT32_MAX

struct node {
	uint32_t parent;	/* or NO_NODE */
	uint32_t item;		/* its number in the forest */
};

/* Nodes by item: those of item i are place[first[i]] .. place[first[i + 1] - 1]. */
struct forest {
	struct node *nodes;
	uint32_t *count;	/* by node */
	uint32_t node_count;
	size_t node_cap;
	uint32_t *first;	/* by item, and one more */
	uint32_t *place;
	uint32_t *name;		/* by item: its number among all; ascending */
	uint32_t *support;	/* by item */
	uint32_t item_count;
	size_t item_cap;
};

/* An item in a basket: what is more frequent there are the `length` items of the list from `at` on. */
struct occurrence {
	size_t at;
	uint32_t length;
	uint32_t count;		/* baskets that are equal */
};

/* The occurrences of item i are all[first[i]] .. all[first[i + 1] - 1]. */
struct store {
	const struct baskets *baskets;
	uint32_t item_count;	/* frequent ones */
	uint32_t *list;		/* the different baskets, one behind the other */
	size_t *first;
	struct occurrence *all;
};

/* What projecting a forest, or the baskets, onto one of their items needs. */
struct projection {
	uint32_t *sum;		/* by node; zero between calls */
	uint32_t *reached;	/* the nodes whose sum is not zero */
	uint32_t *renamed;	/* by node: its number in the new forest */
	uint32_t *item_sum;	/* by item; zero between calls */
	uint32_t *new_item;	/* by item: its number in the new forest, or NO_NODE */
	size_t node_cap, item_cap;
	uint32_t *path, *before, *at;	/* of the baskets: by item */
};

struct worker {
	struct forest levels[ITEMSET_LENGTH_MAX + 1];	/* [0] is not used: the baskets */
	struct projection projections[ITEMSET_LENGTH_MAX + 1];
	uint32_t found[ITEMSET_LENGTH_MAX];	/* items of the set, rarest first */
	struct itemset *sets;
	size_t count, cap;
	uint32_t *items;
	size_t item_count, item_cap;
};

struct growing {
	const struct itemsets_asked *asked;
	struct store store;
	struct worker *workers;
	atomic_uint next;	/* item, counted from the rarest */
	atomic_ullong total;
	atomic_bool stopped;
};

static void reserve(uint32_t **array, size_t count)
{
	mem_free(*array);
	*array = mem_alloc((count + 1) * sizeof **array);
}

static void reserve_nodes(struct forest *f, size_t nodes)
{
	if (nodes <= f->node_cap)
		return;
	f->node_cap = nodes + nodes / 2;
	mem_free(f->nodes);
	f->nodes = mem_alloc((f->node_cap + 1) * sizeof *f->nodes);
	reserve(&f->count, f->node_cap);
	reserve(&f->place, f->node_cap);
}

/* The same for one that has nodes. */
static void grow_nodes(struct forest *f, size_t nodes)
{
	if (nodes <= f->node_cap)
		return;
	f->node_cap = nodes * 2;
	f->nodes = mem_grow(f->nodes, f->node_cap + 1, sizeof *f->nodes);
	f->count = mem_grow(f->count, f->node_cap + 1, sizeof *f->count);
	reserve(&f->place, f->node_cap);
}

static void reserve_items(struct forest *f, size_t items)
{
	if (items <= f->item_cap)
		return;
	f->item_cap = items + items / 2;
	reserve(&f->first, f->item_cap + 1);
	reserve(&f->name, f->item_cap);
	reserve(&f->support, f->item_cap);
}

static void release_forest(struct forest *f)
{
	mem_free(f->nodes);
	mem_free(f->count);
	mem_free(f->first);
	mem_free(f->place);
	mem_free(f->name);
	mem_free(f->support);
}

static void add_node(struct forest *f, uint32_t parent, uint32_t item)
{
	f->nodes[f->node_count] = (struct node){parent, item};
	f->count[f->node_count++] = 0;
}

/* Once all nodes are there: who is of which item. */
static void sort_nodes(struct forest *f)
{
	memset(f->first, 0, (f->item_count + 1) * sizeof *f->first);
	for (uint32_t i = 0; i < f->node_count; i++)
		f->first[f->nodes[i].item]++;
	for (uint32_t i = 1; i <= f->item_count; i++)
		f->first[i] += f->first[i - 1];
	for (uint32_t i = f->node_count; i--;)
		f->place[--f->first[f->nodes[i].item]] = i;
}

/*
 * The baskets, sorted.
 */

/* A basket's frequent items begin its list, since the list is in their order. */
struct sorted_basket {
	uint64_t key;		/* its first items */
	const uint32_t *items;
	uint32_t length;
};

static int compare_baskets(const void *a, const void *b)
{
	const struct sorted_basket *x = a, *y = b;
	uint32_t shorter = x->length < y->length ? x->length : y->length;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	for (uint32_t i = 0; i < shorter; i++)
		if (x->items[i] != y->items[i])
			return x->items[i] < y->items[i] ? -1 : 1;
	return (x->length > y->length) - (x->length < y->length);
}

/* The first four items where they are small numbers, else the first two; 0 is no item. */
static uint64_t basket_key(const uint32_t *items, uint32_t length, uint32_t item_count)
{
	uint32_t bits = item_count < UINT16_MAX ? 16 : 32;
	uint64_t key = 0;

	for (uint32_t i = 0; i < 64 / bits; i++)
		key = key << bits | (i < length ? (uint64_t)items[i] + 1 : 0);
	return key;
}

static size_t sort_baskets(const struct baskets *b, uint32_t item_count, struct sorted_basket *sorted)
{
	size_t kept = 0;

	for (size_t i = 0; i < b->count; i++) {
		const uint32_t *items = b->list + b->starts[i];
		uint32_t length = (uint32_t)(b->starts[i + 1] - b->starts[i]);

		while (length && items[length - 1] >= item_count)
			length--;
		if (length)
			sorted[kept++] = (struct sorted_basket){basket_key(items, length, item_count), items, length};
	}
	qsort(sorted, kept, sizeof *sorted, compare_baskets);
	return kept;
}

/* Copies the different baskets of COUNT SORTED ones, and counts in FIRST[item + 1] who has which item. */
static size_t copy_baskets(struct store *s, struct sorted_basket *sorted, size_t count, uint32_t *times)
{
	size_t kept = 0, at = 0;

	for (size_t i = 0; i < count; i++) {
		if (i && !compare_baskets(&sorted[kept - 1], &sorted[i])) {
			times[kept - 1]++;
			continue;
		}
		memcpy(s->list + at, sorted[i].items, sorted[i].length * sizeof *s->list);
		for (uint32_t k = 0; k < sorted[i].length; k++)
			s->first[sorted[i].items[k] + 1]++;
		at += sorted[i].length;
		times[kept] = 1;
		sorted[kept++] = sorted[i];
	}
	return kept;
}

static void build_store(struct store *s, const struct baskets *b, uint32_t item_count)
{
	struct sorted_basket *sorted = mem_alloc((b->count + (size_t)1) * sizeof *sorted);
	uint32_t *times = mem_alloc((b->count + (size_t)1) * sizeof *times);
	size_t count = sort_baskets(b, item_count, sorted), at = 0;

	s->baskets = b;
	s->item_count = item_count;
	s->list = mem_alloc((b->starts[b->count] + 1) * sizeof *s->list);
	s->first = mem_zero(item_count + (size_t)2, sizeof *s->first);
	count = copy_baskets(s, sorted, count, times);
	for (uint32_t i = 0; i < item_count; i++)
		s->first[i + 1] += s->first[i];
	s->all = mem_alloc((s->first[item_count] + 1) * sizeof *s->all);
	for (size_t i = 0; i < count; i++) {
		for (uint32_t k = 0; k < sorted[i].length; k++)
			s->all[s->first[sorted[i].items[k]]++] = (struct occurrence){at, k, times[i]};
		at += sorted[i].length;
	}
	for (uint32_t i = item_count; i; i--)
		s->first[i] = s->first[i - 1];
	s->first[0] = 0;
	mem_free(times);
	mem_free(sorted);
}

static void release_store(struct store *s)
{
	mem_free(s->list);
	mem_free(s->first);
	mem_free(s->all);
}

/*
 * Projection.
 */

static void reserve_sums(struct projection *p, uint32_t items)
{
	if (items <= p->item_cap)
		return;
	p->item_cap = items + (size_t)items / 2;
	mem_free(p->item_sum);
	p->item_sum = mem_zero(p->item_cap + 1, sizeof *p->item_sum);
	reserve(&p->new_item, p->item_cap);
}

static void reserve_projection(struct projection *p, const struct forest *f)
{
	reserve_sums(p, f->item_count);
	if (f->node_count <= p->node_cap)
		return;
	p->node_cap = f->node_count + (size_t)f->node_count / 2;
	mem_free(p->sum);
	p->sum = mem_zero(p->node_cap + 1, sizeof *p->sum);
	reserve(&p->reached, p->node_cap);
	reserve(&p->renamed, p->node_cap);
}

static void release_projection(struct projection *p)
{
	mem_free(p->sum);
	mem_free(p->reached);
	mem_free(p->renamed);
	mem_free(p->item_sum);
	mem_free(p->new_item);
	mem_free(p->path);
	mem_free(p->before);
	mem_free(p->at);
}

/* Sums what the nodes of ITEM count over the nodes above them; returns how many these are. */
static uint32_t climb(struct projection *p, const struct forest *f, uint32_t item)
{
	uint32_t reached = 0;

	for (uint32_t k = f->first[item]; k < f->first[item + 1]; k++) {
		uint32_t node = f->place[k], count = f->count[node];

		for (uint32_t at = f->nodes[node].parent; at != NO_NODE; at = f->nodes[at].parent) {
			if (!p->sum[at])
				p->reached[reached++] = at;
			p->sum[at] += count;
			p->item_sum[f->nodes[at].item] += count;
		}
	}
	return reached;
}

/* Names the items below ITEM that are frequent on these paths: those of TO.  NAMES: of all; NULL: the same. */
static void name_items(struct projection *p, const uint32_t *names, uint32_t item_count, uint32_t item,
		       uint32_t min_count, struct forest *to)
{
	reserve_items(to, item_count);
	to->item_count = 0;
	for (uint32_t i = 0; i < item; i++) {
		p->new_item[i] = NO_NODE;
		if (p->item_sum[i] >= min_count) {
			p->new_item[i] = to->item_count;
			to->name[to->item_count] = names ? names[i] : i;
			to->support[to->item_count++] = p->item_sum[i];
		}
		p->item_sum[i] = 0;
	}
}

/* The nodes reached, but for rare items, as a forest. */
static void copy_nodes(struct projection *p, const struct forest *f, uint32_t reached, struct forest *to)
{
	reserve_nodes(to, reached);
	to->node_count = 0;
	for (uint32_t k = 0; k < reached; k++) {
		uint32_t at = p->reached[k], item = p->new_item[f->nodes[at].item];

		p->renamed[at] = to->node_count;
		if (item == NO_NODE)
			continue;
		add_node(to, f->nodes[at].parent, item);
		to->count[to->node_count - 1] = p->sum[at];
	}
	for (uint32_t i = 0; i < to->node_count; i++) {
		uint32_t at = to->nodes[i].parent;

		while (at != NO_NODE && p->new_item[f->nodes[at].item] == NO_NODE)
			at = f->nodes[at].parent;
		to->nodes[i].parent = at == NO_NODE ? NO_NODE : p->renamed[at];
	}
	for (uint32_t k = 0; k < reached; k++)
		p->sum[p->reached[k]] = 0;
}

/* Adds the PATH of LENGTH items, of which the first SHARED are those of the path before, at the nodes AT. */
static void add_path(struct forest *f, const uint32_t *path, uint32_t length, uint32_t shared, uint32_t *at,
		     uint32_t count)
{
	for (uint32_t i = 0; i < length; i++) {
		if (i >= shared) {
			at[i] = f->node_count;
			add_node(f, i ? at[i - 1] : NO_NODE, path[i]);
		}
		f->count[at[i]] += count;
	}
}

/* The paths of ITEM's baskets, without rare items, as a forest. */
static void copy_paths(struct projection *p, const struct store *s, uint32_t item, struct forest *to)
{
	uint32_t *path = p->path, *before = p->before, *swap;
	uint32_t length, length_before = 0, shared;

	to->node_count = 0;
	for (size_t k = s->first[item]; k < s->first[item + 1]; k++) {
		const struct occurrence *o = &s->all[k];

		length = shared = 0;
		for (uint32_t i = 0; i < o->length; i++) {
			uint32_t name = p->new_item[s->list[o->at + i]];

			if (name != NO_NODE)
				path[length++] = name;
		}
		while (shared < length && shared < length_before && path[shared] == before[shared])
			shared++;
		grow_nodes(to, to->node_count + (size_t)length);
		add_path(to, path, length, shared, p->at, o->count);
		swap = before;
		before = path;
		path = swap;
		length_before = length;
	}
}

/* What the baskets of ITEM have that is more frequent, as a forest. */
static void project_baskets(struct projection *p, const struct store *s, uint32_t item, uint32_t min_count,
			    struct forest *to)
{
	for (size_t k = s->first[item]; k < s->first[item + 1]; k++) {
		const struct occurrence *o = &s->all[k];

		for (uint32_t i = 0; i < o->length; i++)
			p->item_sum[s->list[o->at + i]] += o->count;
	}
	name_items(p, NULL, s->item_count, item, min_count, to);
	if (!to->item_count)
		return;
	copy_paths(p, s, item, to);
	sort_nodes(to);
}

static void project(struct projection *p, const struct forest *f, uint32_t item, uint32_t min_count,
		    struct forest *to)
{
	uint32_t reached;

	reserve_projection(p, f);
	reached = climb(p, f, item);
	name_items(p, f->name, f->item_count, item, min_count, to);
	copy_nodes(p, f, to->item_count ? reached : 0, to);
	for (uint32_t k = 0; k < reached && !to->item_count; k++)
		p->sum[p->reached[k]] = 0;
	if (to->item_count)
		sort_nodes(to);
}

/*
 * Growth.
 */

static void keep_set(struct worker *w, uint32_t length, uint32_t count)
{
	w->sets = mem_room(w->sets, w->count, &w->cap, sizeof *w->sets);
	w->sets[w->count++] = (struct itemset){w->item_count, length, count};
	for (uint32_t i = length; i--;) {
		w->items = mem_room(w->items, w->item_count, &w->item_cap, sizeof *w->items);
		w->items[w->item_count++] = w->found[i];
	}
}

/* Keeps the set of what was found down to DEPTH; false: there are too many. */
static bool find_set(struct growing *g, struct worker *w, uint32_t depth, uint32_t item, uint32_t support)
{
	w->found[depth] = item;
	if (atomic_fetch_add_explicit(&g->total, 1, memory_order_relaxed) >= g->asked->most)
		g->stopped = true;
	else
		keep_set(w, depth + 1, support);
	return !atomic_load_explicit(&g->stopped, memory_order_relaxed);
}

/* The sets of what was found above DEPTH and of items of F. */
static void grow_forest(struct growing *g, struct worker *w, const struct forest *f, uint32_t depth)
{
	struct forest *to = &w->levels[depth + 1];

	for (uint32_t i = f->item_count; i--;) {
		if (!find_set(g, w, depth, f->name[i], f->support[i]))
			return;
		if (!i || depth + 1 == g->asked->max_length)
			continue;
		project(&w->projections[depth], f, i, g->asked->min_count, to);
		grow_forest(g, w, to, depth + 1);
	}
}

/* The sets whose rarest item is ITEM. */
static void grow_item(struct growing *g, struct worker *w, uint32_t item)
{
	const struct store *s = &g->store;
	struct forest *to = &w->levels[1];

	if (!find_set(g, w, 0, item, s->baskets->items.list[item].count) || !item || g->asked->max_length == 1)
		return;
	project_baskets(&w->projections[0], s, item, g->asked->min_count, to);
	grow_forest(g, w, to, 1);
}

static void work(void *context, size_t number)
{
	struct growing *g = context;
	struct worker *w = &g->workers[number];
	uint32_t items = g->store.item_count;
	unsigned next;

	reserve_sums(&w->projections[0], items);
	reserve(&w->projections[0].path, items);
	reserve(&w->projections[0].before, items);
	reserve(&w->projections[0].at, items);
	while ((next = atomic_fetch_add(&g->next, 1)) < items && !g->stopped)
		grow_item(g, w, items - 1 - next);
}

/*
 * The result.
 */

/* What the workers found, in one list. */
static void gather(struct itemsets *s, struct growing *g)
{
	size_t items = 0;

	for (unsigned i = 0; i < g->asked->workers; i++) {
		s->count += g->workers[i].count;
		items += g->workers[i].item_count;
	}
	s->sets = mem_alloc((s->count + 1) * sizeof *s->sets);
	s->items = mem_alloc((items + 1) * sizeof *s->items);
	s->count = items = 0;
	for (unsigned i = 0; i < g->asked->workers; i++) {
		const struct worker *w = &g->workers[i];

		if (w->item_count)
			memcpy(s->items + items, w->items, w->item_count * sizeof *w->items);
		for (size_t k = 0; k < w->count; k++) {
			s->sets[s->count] = w->sets[k];
			s->sets[s->count++].at += items;
		}
		items += w->item_count;
	}
}

static int compare_sets(const void *a, const void *b, void *context)
{
	const struct itemset *x = a, *y = b;
	const uint32_t *items = context;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	if (x->length != y->length)
		return x->length < y->length ? -1 : 1;
	for (uint32_t i = 0; i < x->length; i++)
		if (items[x->at + i] != items[y->at + i])
			return items[x->at + i] < items[y->at + i] ? -1 : 1;
	return 0;
}

static size_t hash_items(const uint32_t *items, uint32_t count)
{
	uint64_t hash = count;

	for (uint32_t i = 0; i < count; i++)
		hash = (hash ^ items[i]) * 0x9e3779b97f4a7c15u ^ hash >> 29;
	return (size_t)(hash ^ hash >> 32);
}

static void index_sets(struct itemsets *s)
{
	size_t size = 16;

	while (size < 2 * s->count)
		size *= 2;
	s->mask = size - 1;
	s->slots = mem_zero(size, sizeof *s->slots);
	for (size_t i = 0; i < s->count; i++) {
		const struct itemset *set = &s->sets[i];
		size_t at = hash_items(s->items + set->at, set->length) & s->mask;

		while (s->slots[at])
			at = (at + 1) & s->mask;
		s->slots[at] = (uint32_t)i + 1;
		if (set->length > s->longest)
			s->longest = set->length;
	}
}

uint32_t itemsets_find(const struct itemsets *s, const uint32_t *items, uint32_t count)
{
	size_t at = hash_items(items, count) & s->mask;

	for (; s->slots[at]; at = (at + 1) & s->mask) {
		const struct itemset *set = &s->sets[s->slots[at] - 1];

		if (set->length == count && !memcmp(s->items + set->at, items, count * sizeof *items))
			return set->count;
	}
	return 0;
}

static void release_growing(struct growing *g)
{
	for (unsigned i = 0; i < g->asked->workers; i++) {
		struct worker *w = &g->workers[i];

		for (size_t k = 0; k <= ITEMSET_LENGTH_MAX; k++) {
			release_forest(&w->levels[k]);
			release_projection(&w->projections[k]);
		}
		mem_free(w->sets);
		mem_free(w->items);
	}
	mem_free(g->workers);
	release_store(&g->store);
}

int itemsets_grow(struct itemsets *s, const struct baskets *b, const struct itemsets_asked *asked,
		  struct error *err)
{
	struct growing g = {.asked = asked};
	uint32_t frequent = 0;

	*s = (struct itemsets){0};
	while (frequent < b->items.count && b->items.list[frequent].count >= asked->min_count)
		frequent++;
	g.workers = mem_zero(asked->workers, sizeof *g.workers);
	build_store(&g.store, b, frequent);
	pool_each(asked->workers, asked->workers, work, &g);
	if (!g.stopped) {
		gather(s, &g);
		qsort_r(s->sets, s->count, sizeof *s->sets, compare_sets, s->items);
		index_sets(s);
	}
	release_growing(&g);
	if (g.stopped)
		return error_usage(err, "more than %llu itemsets are in %u baskets: raise --support, or lower --max-length",
				   (unsigned long long)asked->most, asked->min_count);
	return 0;
}

void itemsets_release(struct itemsets *s)
{
	mem_free(s->sets);
	mem_free(s->items);
	mem_free(s->slots);
	*s = (struct itemsets){0};
}

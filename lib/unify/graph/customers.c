#include "unify/graph/customers.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "base/pool.h"
#include "unify/graph/naming.h"

/* Digests a job of pool_each makes. */
#define DIGESTS 1024

/*
 * Identifiers are numbered as they come and customers by digest, so one leads to a
 * place anywhere in memory.  So many steps ahead that place is fetched.
 */
#define AHEAD 16

void customers_release(struct customers *c)
{
	mem_free(c->ids);
	mem_free(c->numbers);
	mem_free(c->anchors);
	mem_free(c->pinned);
	mem_free(c->seen);
	mem_free(c->identifiers.items);
	mem_free(c->identifiers.starts);
	mem_free(c->events.items);
	mem_free(c->events.starts);
	*c = CUSTOMERS_INIT;
}

static uint32_t customer_of(const struct naming *n, uint32_t identifier)
{
	return n->numbers[n->graph->roots[identifier]];
}

/* What the homes of fragments behind NUMBER lead to, and then their roots. */
static void fetch_homes(const struct naming *n, size_t number)
{
	const struct fragment *p = &n->fragments->list[number];
	const uint32_t *roots = n->graph->roots;
	size_t left = n->fragments->count - number;

	if (left > 2 * AHEAD && p[2 * AHEAD].home != HOME_NONE) {
		__builtin_prefetch(&n->customers->seen[p[2 * AHEAD].home]);
		__builtin_prefetch(&roots[p[2 * AHEAD].home]);
	}
	if (n->numbers && left > AHEAD && p[AHEAD].home != HOME_NONE)
		__builtin_prefetch(&n->numbers[roots[p[AHEAD].home]]);
}

/* The customer of an identifier behind NUMBER, and what stands at it in STARTS. */
static void fetch_customer(const struct naming *n, size_t number, size_t identifiers,
			   const uint32_t *starts)
{
	uint32_t customer;

	if (number + 2 * AHEAD < identifiers)
		__builtin_prefetch(&n->numbers[n->graph->roots[number + 2 * AHEAD]]);
	if (number + AHEAD >= identifiers)
		return;
	customer = customer_of(n, (uint32_t)(number + AHEAD));
	if (customer != CUSTOMER_NONE)
		__builtin_prefetch(starts ? (const void *)&starts[customer + 1]
					  : (const void *)&n->named[customer]);
}

/* Each kept event's home and time, the same fragments' taken together. */
static void see_homes(struct naming *n, void (*see)(struct naming *n,
						    uint32_t home,
						    const struct seen *seen))
{
	for (size_t i = 0; i < n->fragments->count; i++) {
		const struct fragment *p = &n->fragments->list[i];

		fetch_homes(n, i);
		if (n->appearances[i].any && p->home != HOME_NONE)
			see(n, p->home, &n->appearances[i].seen);
	}
	for (size_t i = 0; i < n->events->count; i++) {
		const struct entry *e = &n->events->list[i];
		struct seen seen = {e->time, e->time};

		mem_pace(i);
		if (e->fragment >= FRAGMENT_INLINE && e->home < HOME_DUPLICATE)
			see(n, e->home, &seen);
	}
}

static void see_home(struct naming *n, uint32_t home, const struct seen *seen)
{
	seen_add_all(&n->customers->seen[home], seen);
}

static void see_identifiers(struct naming *n, const struct links *l)
{
	const uint32_t *roots = n->graph->roots;

	see_homes(n, see_home);
	for (size_t i = 0; i < l->count; i++) {
		const struct link *k = &l->list[i];

		if (l->count - i > AHEAD) {
			__builtin_prefetch(&roots[k[AHEAD].a]);
			__builtin_prefetch(&roots[k[AHEAD].b]);
			__builtin_prefetch(&n->customers->seen[k[AHEAD].b]);
		}
		if (roots[k->a] == roots[k->b])
			seen_add_all(&n->customers->seen[k->b], &k->seen);
	}
}

static void number_home(struct naming *n, uint32_t home, const struct seen *seen)
{
	uint32_t *number = &n->numbers[n->graph->roots[home]];

	(void)seen;
	if (*number == CUSTOMER_NONE)
		*number = (uint32_t)n->count++;
}

/* A component without events has lost its links to limits: no customer. */
static void number_customers(struct naming *n, size_t identifiers)
{
	n->numbers = mem_alloc(identifiers * sizeof *n->numbers);
	for (size_t i = 0; i < identifiers; i++)
		n->numbers[i] = CUSTOMER_NONE;
	see_homes(n, number_home);
}

/* Has A been owned before B? */
bool naming_is_older(const struct naming *n, uint32_t a, uint32_t b)
{
	int64_t x = n->customers->seen[a].first;
	int64_t y = n->customers->seen[b].first;
	int p = identifier_rank(n->identifiers, a);
	int q = identifier_rank(n->identifiers, b);

	if (p != q)
		return p < q;
	if (x == MOMENT_NONE || p)
		x = INT64_MAX;
	if (y == MOMENT_NONE || p)
		y = INT64_MAX;
	if (x != y)
		return x < y;
	return identifier_compare(n->identifiers, a, b) < 0;
}

static void find_anchors(struct naming *n, size_t identifiers)
{
	n->named = mem_alloc(n->count * sizeof *n->named);
	for (size_t i = 0; i < n->count; i++)
		n->named[i].anchor = n->named[i].pin = IDENTIFIER_NONE;
	for (size_t i = 0; i < identifiers; i++) {
		uint32_t number = customer_of(n, (uint32_t)i);
		uint32_t *anchor;

		mem_pace(i);
		fetch_customer(n, i, identifiers, NULL);
		if (number == CUSTOMER_NONE)
			continue;
		anchor = &n->named[number].anchor;
		if (*anchor == IDENTIFIER_NONE ||
		    naming_is_older(n, (uint32_t)i, *anchor))
			*anchor = (uint32_t)i;
	}
}

struct hash128 naming_digest(const struct naming *n, uint32_t anchor, unsigned salt,
			     struct buf *text)
{
	unsigned char bytes[32];
	struct hash128 id = {0, 0};

	buf_clear(text);
	buf_span(text, identifier_type_of(n->identifiers, anchor)->name);
	buf_char(text, ':');
	buf_span(text, identifier_value(n->identifiers, anchor));
	if (salt)
		buf_printf(text, "#%u", salt);
	if (span_absent(n->key))
		hash_sha256(buf_view(text), bytes);
	else
		hash_hmac_sha256(n->key, buf_view(text), bytes);
	for (int i = 0; i < 8; i++) {
		id.high = id.high << 8 | bytes[i];
		id.low = id.low << 8 | bytes[8 + i];
	}
	return id;
}

static void digest_some(void *context, size_t job)
{
	struct naming *n = context;
	const struct map_entry *entries = n->identifiers->map.entries;
	size_t end = (job + 1) * DIGESTS;
	struct buf text = BUF_INIT;

	if (end > n->count)
		end = n->count;
	for (size_t i = job * DIGESTS; i < end; i++) {
		const struct named *c = &n->named[i];

		if (end - i > 2 * AHEAD)
			__builtin_prefetch(&entries[c[2 * AHEAD].anchor]);
		if (end - i > AHEAD)
			__builtin_prefetch(entries[c[AHEAD].anchor].key.ptr);
		n->named[i].id = naming_digest(n, c->anchor, 0, &text);
	}
	buf_release(&text);
}

int naming_by_id(const struct named *x, const struct named *y)
{
	return hash_128_compare(x->id, y->id);
}

static int compare_named(const void *a, const void *b)
{
	return naming_by_id(a, b);
}

/* Up to so many are sorted by insertion: most buckets have one or two. */
#define INSERTION_MAX 16

static void sort_bucket(struct named *list, size_t count)
{
	if (count > INSERTION_MAX) {
		qsort(list, count, sizeof *list, compare_named);
		return;
	}
	for (size_t i = 1; i < count; i++) {
		struct named here = list[i];
		size_t to = i;

		for (; to && naming_by_id(&list[to - 1], &here) > 0; to--)
			list[to] = list[to - 1];
		list[to] = here;
	}
}

/*
 * Digests are evenly spread: one pass puts each into one of about as many
 * buckets, by its first bits.  The ids that pins give need not be: their buckets
 * may be large.
 */
static void sort_named(struct naming *n)
{
	unsigned bits = 1;
	size_t *starts, at = 0;
	struct named *sorted = mem_alloc(n->count * sizeof *sorted);

	while (n->count >> bits && bits < 24)
		bits++;
	starts = mem_zero((size_t)1 << bits, sizeof *starts);
	for (size_t i = 0; i < n->count; i++)
		starts[n->named[i].id.high >> (64 - bits)]++;
	for (size_t i = 0; i < (size_t)1 << bits; i++) {
		size_t size = starts[i];

		starts[i] = at;
		at += size;
	}
	for (size_t i = 0; i < n->count; i++)
		sorted[starts[n->named[i].id.high >> (64 - bits)]++] = n->named[i];
	/* Each start is now its bucket's end. */
	for (size_t i = 0, from = 0; i < (size_t)1 << bits; from = starts[i++])
		sort_bucket(&sorted[from], starts[i] - from);
	mem_free(starts);
	mem_free(n->named);
	n->named = sorted;
}

/* From now on a customer's number is its place by id. */
static void sort_by_id(struct naming *n)
{
	sort_named(n);
	n->customers->ids = mem_alloc(n->count * sizeof *n->customers->ids);
	n->customers->anchors = mem_alloc((n->count + 1) * sizeof *n->customers->anchors);
	n->customers->pinned = mem_alloc((n->count + 1) * sizeof *n->customers->pinned);
	for (size_t i = 0; i < n->count; i++) {
		const struct named *c = &n->named[i];

		mem_pace(i);
		if (n->count - i > 2 * AHEAD)
			__builtin_prefetch(&n->graph->roots[c[2 * AHEAD].anchor]);
		if (n->count - i > AHEAD)
			__builtin_prefetch(&n->numbers[n->graph->roots[c[AHEAD].anchor]]);
		n->customers->ids[i] = c->id;
		n->customers->anchors[i] = c->anchor;
		n->customers->pinned[i] = c->pin != IDENTIFIER_NONE;
		n->numbers[n->graph->roots[c->anchor]] = (uint32_t)i;
	}
	n->customers->count = n->count;
}

/* Starts from the sizes counted at starts[i + 2]; see put_part. */
static void make_starts(struct parts *p, size_t parts)
{
	for (size_t i = 2; i < parts + 2; i++)
		p->starts[i] += p->starts[i - 1];
}

static void make_items(struct parts *p, size_t parts)
{
	p->items = mem_alloc((size_t)p->starts[parts + 1] * sizeof *p->items);
}

/* starts[part + 1] is where the next item goes; in the end it is the end. */
static void put_part(struct parts *p, size_t part, uint32_t item)
{
	p->items[p->starts[part + 1]++] = item;
}

static void part_identifiers(struct naming *n, size_t identifiers)
{
	struct parts *p = &n->customers->identifiers;

	p->starts = mem_zero(n->count + 2, sizeof *p->starts);
	for (size_t i = 0; i < identifiers; i++) {
		mem_pace(i);
		fetch_customer(n, i, identifiers, p->starts);
		if (customer_of(n, (uint32_t)i) != CUSTOMER_NONE)
			p->starts[customer_of(n, (uint32_t)i) + 2]++;
	}
	make_starts(p, n->count);
	make_items(p, n->count);
	for (size_t i = 0; i < identifiers; i++) {
		mem_pace(i);
		fetch_customer(n, i, identifiers, p->starts);
		if (customer_of(n, (uint32_t)i) != CUSTOMER_NONE)
			put_part(p, customer_of(n, (uint32_t)i), (uint32_t)i);
	}
}

/* From its home to its customer; all events of a fragment have one, but for what is given back. */
static void place_events(struct naming *n, const struct moved *m)
{
	uint32_t *of_fragment = mem_alloc((n->fragments->count + 1) *
					sizeof *of_fragment);

	for (size_t i = 0; i < n->fragments->count; i++) {
		uint32_t home = n->fragments->list[i].home;

		fetch_homes(n, i);
		of_fragment[i] = home == HOME_NONE ? HOME_NONE
						 : customer_of(n, home);
	}
	for (size_t i = 0; i < n->events->count; i++) {
		struct entry *e = &n->events->list[i];

		mem_pace(i);
		if (e->home >= HOME_DUPLICATE)
			continue;
		e->home = e->fragment < FRAGMENT_INLINE ? of_fragment[e->fragment]
						    : customer_of(n, e->home);
	}
	for (size_t i = 0; i < m->count; i++)
		n->events->list[m->list[i].event].home = customer_of(n, m->list[i].home);
	mem_free(of_fragment);
}

/* Where an event behind NUMBER goes. */
static void fetch_part(const struct parts *p, const struct events *v, size_t number)
{
	const struct entry *e = &v->list[number];

	if (v->count - number > AHEAD && e[AHEAD].home < HOME_DUPLICATE)
		__builtin_prefetch(&p->starts[e[AHEAD].home + 1]);
}

/* LISTED: not only where each part would begin. */
static void part_events(struct naming *n, bool listed)
{
	struct parts *p = &n->customers->events;
	const struct events *v = n->events;

	p->starts = mem_zero(n->count + 3, sizeof *p->starts);
	for (size_t i = 0; i < v->count; i++) {
		uint32_t home = v->list[i].home;

		mem_pace(i);
		fetch_part(p, v, i);
		if (home == HOME_NONE)
			p->starts[n->count + 2]++;
		else if (home != HOME_DUPLICATE)
			p->starts[home + 2]++;
	}
	make_starts(p, n->count + 1);
	if (!listed) {
		memmove(p->starts, p->starts + 1, (n->count + 2) * sizeof *p->starts);
		return;
	}
	make_items(p, n->count + 1);
	for (size_t i = 0; i < v->count; i++) {
		uint32_t home = v->list[i].home;

		mem_pace(i);
		fetch_part(p, v, i);
		if (home == HOME_NONE)
			put_part(p, n->count, (uint32_t)i);
		else if (home != HOME_DUPLICATE)
			put_part(p, home, (uint32_t)i);
	}
}

void customers_settle(struct customers *c, const struct identity_graph *of, const struct moved *m,
		      struct span key, const struct ledger *ledger, bool listed)
{
	size_t count = identifiers_count(of->identifiers);
	struct naming n = {
		.customers = c, .identifiers = of->identifiers, .graph = of->graph, .events = of->events,
		.fragments = of->fragments, .appearances = of->links->fragments, .key = key,
	};

	c->seen = mem_alloc(count * sizeof *c->seen);
	for (size_t i = 0; i < count; i++)
		c->seen[i] = SEEN_NEVER;
	see_identifiers(&n, of->links);
	number_customers(&n, count);
	find_anchors(&n, count);
	pool_each(of->workers, (n.count + DIGESTS - 1) / DIGESTS, digest_some, &n);
	if (ledger)
		naming_pin(&n, ledger);
	sort_by_id(&n);
	part_identifiers(&n, count);
	place_events(&n, m);
	part_events(&n, listed);
	mem_free(n.named);
	c->numbers = n.numbers;
}

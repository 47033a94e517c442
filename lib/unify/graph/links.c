#include "unify/graph/links.h"

#include <stdlib.h>

#include "base/mem.h"

/* Bits a pass: 2,048 counters stay in the first-level cache. */
#define DIGIT 11

struct dated_pair {
	uint64_t pair;
	int64_t time;
};

void links_release(struct links *l)
{
	mem_free(l->sightings);
	mem_free(l->list);
	mem_free(l->examples);
	mem_free(l->fragments);
	*l = LINKS_INIT;
}

void links_add(struct links *l, uint32_t event, uint32_t identifier)
{
	l->sightings = mem_room(l->sightings, l->sighting_count,
				&l->sighting_cap, sizeof *l->sightings);
	l->sightings[l->sighting_count++] = (struct sighting){event, identifier};
}

/* One stable pass of the radix sort by the bits at SHIFT. */
static void sort_pass(const struct dated_pair *from, struct dated_pair *to,
		      size_t count, unsigned shift)
{
	size_t starts[1 << DIGIT] = {0};
	size_t at = 0;
	const uint64_t mask = (1 << DIGIT) - 1;

	for (size_t i = 0; i < count; i++)
		starts[from[i].pair >> shift & mask]++;
	for (size_t i = 0; i <= mask; i++) {
		size_t n = starts[i];

		starts[i] = at;
		at += n;
	}
	for (size_t i = 0; i < count; i++)
		to[starts[from[i].pair >> shift & mask]++] = from[i];
}

/* Sorts *LIST by pair, which has BITS bits; the array may change. */
static void sort_pairs(struct dated_pair **list, size_t count, unsigned bits)
{
	struct dated_pair *other = mem_alloc(count * sizeof *other);

	for (unsigned shift = 0; shift < bits; shift += DIGIT) {
		struct dated_pair *from = *list;

		sort_pass(from, other, count, shift);
		*list = other;
		other = from;
	}
	mem_free(other);
}

/* Each fragment's first and last event: two dates stand for all between. */
void links_see_fragments(struct links *l, const struct events *v, const struct fragments *p)
{
	struct appearance *list = mem_alloc((p->count + 1) * sizeof *list);

	for (size_t i = 0; i < p->count; i++)
		list[i] = (struct appearance){SEEN_NEVER, false};
	for (size_t i = 0; i < v->count; i++) {
		const struct entry *e = &v->list[i];

		mem_pace(i);
		if (e->fragment >= FRAGMENT_INLINE || e->home == HOME_DUPLICATE)
			continue;
		list[e->fragment].any = true;
		seen_add(&list[e->fragment].seen, e->time);
	}
	l->fragments = list;
}

static struct dated_pair date_pair(uint32_t a, uint32_t b, unsigned bits,
			       int64_t time)
{
	return (struct dated_pair){(uint64_t)a << bits | b, time};
}

/* The links of one fragment, with the first and the last of its dates. */
static size_t put_pairs(const struct fragments *p, size_t number,
			const struct appearance *seen, bool silent,
			unsigned bits, struct dated_pair *out)
{
	const struct fragment *fragment = &p->list[number];
	size_t count = 0;

	if (silent || !seen->any)
		return 0;
	for (uint32_t i = 0; i < fragment->other_count; i++) {
		uint32_t b = p->others[fragment->others + i];

		out[count++] = date_pair(fragment->home, b, bits, seen->seen.first);
		out[count++] = date_pair(fragment->home, b, bits, seen->seen.last);
	}
	return count;
}

static struct dated_pair *read_pairs(struct links *l, const struct events *v,
				     const struct fragments *p, unsigned bits,
				     size_t *count)
{
	struct dated_pair *list = mem_alloc((l->sighting_count + 2 * p->other_count + 1) *
					    sizeof *list);

	*count = 0;
	for (size_t i = 0; i < p->count; i++)
		*count += put_pairs(p, i, &l->fragments[i],
				    l->silent && l->silent[i], bits,
				    list + *count);
	for (size_t i = 0; i < l->sighting_count; i++) {
		const struct entry *e = &v->list[l->sightings[i].event];
		uint32_t b = l->sightings[i].identifier;

		if (e->home == HOME_DUPLICATE)
			continue;
		list[(*count)++] = date_pair(e->home, b, bits, e->time);
	}
	return list;
}

/* Runs of equal pairs become one link each; returns how many. */
static size_t unite_pairs(const struct dated_pair *pairs, size_t count,
			  unsigned bits, struct link *out)
{
	uint64_t mask = ((uint64_t)1 << bits) - 1;
	size_t links = 0;

	for (size_t from = 0, to; from < count; from = to) {
		struct link *l = &out[links++];

		l->a = (uint32_t)(pairs[from].pair >> bits);
		l->b = (uint32_t)(pairs[from].pair & mask);
		l->seen = SEEN_NEVER;
		for (to = from; to < count && pairs[to].pair == pairs[from].pair; to++)
			seen_add(&l->seen, pairs[to].time);
	}
	return links;
}

bool links_better_example(const struct events *v, uint32_t x, uint32_t y)
{
	const struct entry *a = &v->list[x], *b = &v->list[y];

	if ((a->time == MOMENT_NONE) != (b->time == MOMENT_NONE))
		return b->time == MOMENT_NONE;
	if (a->time != b->time)
		return a->time < b->time;
	return hash_128_compare(a->key, b->key) < 0;
}

static int by_pair(const void *a, const void *b)
{
	const struct link *x = a, *y = b;

	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	return (x->b > y->b) - (x->b < y->b);
}

/* Where sightings are forgotten, what they show of each link is not. */
static void find_examples(struct links *l, const struct events *v)
{
	if (!l->sighting_count)
		return;
	l->example_count = l->count;
	l->examples = mem_alloc(l->count * sizeof *l->examples);
	for (size_t i = 0; i < l->count; i++)
		l->examples[i] = EVENTS_MAX;
	for (size_t i = 0; i < l->sighting_count; i++) {
		uint32_t event = l->sightings[i].event, *best;
		struct link key = {.a = v->list[event].home, .b = l->sightings[i].identifier};
		const struct link *found = NULL;

		if (key.a != HOME_DUPLICATE && l->count)
			found = bsearch(&key, l->list, l->count, sizeof key, by_pair);
		if (!found)
			continue;
		best = &l->examples[found - l->list];
		if (*best == EVENTS_MAX || links_better_example(v, event, *best))
			*best = event;
	}
}

int links_settle(struct links *l, const struct events *v,
		 const struct fragments *p, size_t identifiers, struct error *err)
{
	uint32_t most = l->most ? l->most : LINKS_MAX;
	unsigned bits = 1;
	size_t count, distinct = 0;
	struct dated_pair *pairs;

	while (identifiers >> bits)
		bits++;
	pairs = read_pairs(l, v, p, bits, &count);
	sort_pairs(&pairs, count, 2 * bits);
	for (size_t i = 0; i < count; i++)
		distinct += !i || pairs[i].pair != pairs[i - 1].pair;
	if (distinct > most) {
		mem_free(pairs);
		return error_failed(err, "more than %u links between identifiers: merge fewer events at a time",
				    most);
	}
	l->list = mem_alloc((distinct + 1) * sizeof *l->list);
	l->count = unite_pairs(pairs, count, bits, l->list);
	mem_free(pairs);
	find_examples(l, v);
	return 0;
}

void links_forget_sightings(struct links *l)
{
	mem_free(l->sightings);
	l->sightings = NULL;
	l->sighting_count = l->sighting_cap = 0;
}

void links_see_uses(const struct links *l, const struct events *v, const struct fragments *p,
		    struct use *uses)
{
	for (size_t i = 0; i < v->count; i++) {
		const struct entry *e = &v->list[i];
		const struct fragment *fragment;

		mem_pace(i);
		if (e->home >= HOME_DUPLICATE)
			continue;
		use_add(&uses[e->home], e->time);
		if (e->fragment >= FRAGMENT_INLINE)
			continue;
		fragment = &p->list[e->fragment];
		for (uint32_t j = 0; j < fragment->other_count; j++)
			use_add(&uses[p->others[fragment->others + j]], e->time);
	}
	for (size_t i = 0; i < l->sighting_count; i++) {
		const struct entry *e = &v->list[l->sightings[i].event];

		if (e->home != HOME_DUPLICATE)
			use_add(&uses[l->sightings[i].identifier], e->time);
	}
}

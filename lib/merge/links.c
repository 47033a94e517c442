#include "merge/links.h"

#include <string.h>

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

/* Each person's first and last event: two dates stand for all between. */
static struct appearance *see_persons(const struct events *v,
				      const struct persons *p)
{
	struct appearance *list = mem_alloc((p->count + 1) * sizeof *list);

	for (size_t i = 0; i < p->count; i++)
		list[i] = (struct appearance){SEEN_NEVER, false};
	for (size_t i = 0; i < v->count; i++) {
		const struct entry *e = &v->list[i];

		if (e->person >= PERSON_INLINE || e->home == HOME_DUPLICATE)
			continue;
		list[e->person].any = true;
		seen_add(&list[e->person].seen, e->time);
	}
	return list;
}

/* The links of one person, with the first and the last of its dates. */
static size_t put_pairs(const struct persons *p, size_t number,
			const struct appearance *seen, unsigned bits,
			struct dated_pair *out)
{
	const struct person *person = &p->list[number];
	size_t count = 0;

	for (uint32_t i = 0; seen->any && i < person->other_count; i++) {
		uint64_t pair = (uint64_t)person->home << bits |
				p->others[person->others + i];

		out[count++] = (struct dated_pair){pair, seen->seen.first};
		if (seen->seen.last != seen->seen.first)
			out[count++] = (struct dated_pair){pair, seen->seen.last};
	}
	return count;
}

static struct dated_pair *read_pairs(struct links *l, const struct events *v,
				     const struct persons *p, unsigned bits,
				     size_t *count)
{
	struct appearance *seen = see_persons(v, p);
	struct dated_pair *list = mem_alloc((l->sighting_count + 2 * p->other_count + 1) *
					    sizeof *list);

	*count = 0;
	for (size_t i = 0; i < p->count; i++)
		*count += put_pairs(p, i, &seen[i], bits, list + *count);
	mem_free(seen);
	for (size_t i = 0; i < l->sighting_count; i++) {
		const struct entry *e = &v->list[l->sightings[i].event];
		uint64_t b = l->sightings[i].identifier;

		if (e->home != HOME_DUPLICATE)
			list[(*count)++] = (struct dated_pair){
				(uint64_t)e->home << bits | b, e->time,
			};
	}
	mem_free(l->sightings);
	l->sightings = NULL;
	l->sighting_count = l->sighting_cap = 0;
	return list;
}

void links_settle(struct links *l, const struct events *v,
		  const struct persons *p, size_t identifiers)
{
	unsigned bits = 1;
	size_t count, distinct = 0, out = 0;
	struct dated_pair *pairs;

	while (identifiers >> bits)
		bits++;
	pairs = read_pairs(l, v, p, bits, &count);
	sort_pairs(&pairs, count, 2 * bits);
	for (size_t i = 0; i < count; i++)
		distinct += !i || pairs[i].pair != pairs[i - 1].pair;
	l->list = mem_alloc((distinct + 1) * sizeof *l->list);
	for (size_t i = 0; i < count; i++) {
		if (!i || pairs[i].pair != pairs[i - 1].pair)
			l->list[out++] = (struct link){
				(uint32_t)(pairs[i].pair >> bits),
				(uint32_t)(pairs[i].pair & (((uint64_t)1 << bits) - 1)),
				SEEN_NEVER,
			};
		seen_add(&l->list[out - 1].seen, pairs[i].time);
	}
	l->count = distinct;
	mem_free(pairs);
}

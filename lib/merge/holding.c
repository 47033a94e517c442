#include "merge/holding.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/moment.h"

bool holding_is_over(const struct identifier_type *type, const struct stamp *stamps,
		     size_t count)
{
	for (size_t i = type->limit; i < count; i++) {
		int64_t first = stamps[i - type->limit].time, last = stamps[i].time;

		if (first == MOMENT_NONE ? last == MOMENT_NONE : last - first < type->window)
			return true;
	}
	return false;
}

int holding_compare_stamps(const void *a, const void *b)
{
	const struct stamp *x = a, *y = b;

	if (x->type != y->type)
		return x->type < y->type ? -1 : 1;
	return x->time < y->time ? -1 : x->time > y->time;
}

void holding_make(struct holding *out, const struct holding_rules *r, uint32_t identifier,
		  struct arena *a)
{
	const struct identifier_type *type = identifier_type_of(r->identifiers, identifier);
	uint16_t number = r->identifiers->types[identifier];

	*out = (struct holding){
		.tallies = arena_alloc(a, sizeof *out->tallies),
		.tally_count = 1, .tally_cap = 1,
		.identifiers = !type->hidden, .size = 1,
	};
	out->tallies[0] = (struct tally){number, 1};
	if (!type->window)
		return;
	out->stamps = arena_alloc(a, sizeof *out->stamps);
	out->stamps[0] = (struct stamp){r->last[identifier], number, 0};
	out->stamp_count = out->stamp_cap = 1;
}

/* Room for COUNT things of SIZE at *LIST, whose content may go. */
static void *room(void *list, uint32_t count, uint32_t *cap, size_t size, struct arena *a)
{
	if (count <= *cap)
		return list;
	*cap = count * 2;
	return arena_alloc(a, *cap * size);
}

void holding_tag(struct holding *h, uint32_t tag, struct arena *a)
{
	uint32_t *old = h->tags;

	h->tags = room(old, h->tag_count + 1, &h->tag_cap, sizeof *h->tags, a);
	if (h->tags != old && h->tag_count)
		memcpy(h->tags, old, h->tag_count * sizeof *old);
	h->tags[h->tag_count++] = tag;
}

/* The cannot-link that has one end in X and the other in Y, or -1. */
static int64_t kept_apart(const struct holding *x, const struct holding *y)
{
	uint32_t i = 0, j = 0;

	while (i < x->tag_count && j < y->tag_count) {
		uint32_t p = x->tags[i] / 2, q = y->tags[j] / 2;

		if (p == q && x->tags[i] != y->tags[j])
			return p;
		if (x->tags[i] < y->tags[j])
			i++;
		else
			j++;
	}
	return -1;
}

/* The stamps of type NUMBER in H: where they begin, and how many. */
static uint32_t stamps_of(const struct holding *h, uint32_t number, uint32_t *count)
{
	uint32_t from = 0, to;

	while (from < h->stamp_count && h->stamps[from].type < number)
		from++;
	for (to = from; to < h->stamp_count && h->stamps[to].type == number; to++)
		;
	*count = to - from;
	return from;
}

/* Are the values of both, of type NUMBER, too many for its window? */
static bool window_is_over(const struct holding *x, const struct holding *y,
			   const struct identifier_type *type, uint32_t number)
{
	uint32_t m, n;
	uint32_t i = stamps_of(x, number, &m), j = stamps_of(y, number, &n);
	struct stamp *all = mem_alloc((m + n) * sizeof *all);
	bool over;

	memcpy(all, x->stamps + i, m * sizeof *all);
	memcpy(all + m, y->stamps + j, n * sizeof *all);
	qsort(all, m + n, sizeof *all, holding_compare_stamps);
	over = holding_is_over(type, all, m + n);
	mem_free(all);
	return over;
}

/* The type, the strongest, whose limit both together break; or -1. */
static int broken_limit(const struct holding *x, const struct holding *y,
			const struct identifier_type *types)
{
	uint32_t i = 0, j = 0;
	int broken = -1;

	while (i < x->tally_count && j < y->tally_count) {
		uint32_t p = x->tallies[i].type, q = y->tallies[j].type;
		const struct identifier_type *type = &types[p];
		bool over;

		if (p != q) {
			i += p < q;
			j += q < p;
			continue;
		}
		over = (uint64_t)x->tallies[i++].count + y->tallies[j++].count > type->limit;
		if (over && type->window)
			over = window_is_over(x, y, type, p);
		if (over && (broken < 0 || type->order < types[broken].order))
			broken = (int)p;
	}
	return broken;
}

static uint32_t merges_of(const struct holding *x, const struct holding *y)
{
	return x->merges + y->merges + (x->size > 1 && y->size > 1);
}

static struct verdict judge(const struct holding *x, const struct holding *y,
			    const struct holding_rules *r)
{
	int64_t apart = kept_apart(x, y);
	int type;

	if (apart >= 0)
		return (struct verdict){REFUSED_BY_LEDGER, (uint32_t)apart};
	type = broken_limit(x, y, r->identifiers->type_list);
	if (type >= 0)
		return (struct verdict){REFUSED_BY_LIMIT, (uint32_t)type};
	if ((uint64_t)x->identifiers + y->identifiers > r->rules->identifier_cap)
		return (struct verdict){REFUSED_BY_IDENTIFIERS, 0};
	if (merges_of(x, y) > r->rules->merge_cap)
		return (struct verdict){REFUSED_BY_MERGES, 0};
	return (struct verdict){REFUSED_NOT, 0};
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
		if (i && old[i - 1].type == sum.type)
			sum.count += old[--i].count;
		into->tallies[--at] = sum;
	}
}

static void unite_stamps(struct holding *into, const struct holding *more, struct arena *a)
{
	struct stamp *old = into->stamps;
	uint32_t i = into->stamp_count, j = more->stamp_count, at = i + j;

	into->stamps = room(old, at, &into->stamp_cap, sizeof *old, a);
	into->stamp_count = at;
	while (at--) {
		bool left = !j || (i && holding_compare_stamps(&old[i - 1],
							       &more->stamps[j - 1]) > 0);

		into->stamps[at] = left ? old[--i] : more->stamps[--j];
	}
}

static void unite_tags(struct holding *into, const struct holding *more, struct arena *a)
{
	uint32_t *old = into->tags;
	uint32_t i = into->tag_count, j = more->tag_count, at = i + j;

	into->tags = room(old, at, &into->tag_cap, sizeof *old, a);
	into->tag_count = at;
	while (at--) {
		bool left = !j || (i && old[i - 1] > more->tags[j - 1]);

		into->tags[at] = left ? old[--i] : more->tags[--j];
	}
}

struct verdict holding_unite(struct holding *into, const struct holding *more, bool forced,
			     const struct holding_rules *r, struct arena *a)
{
	struct verdict v = {REFUSED_NOT, 0};

	if (!forced)
		v = judge(into, more, r);
	if (v.reason != REFUSED_NOT)
		return v;
	into->merges = merges_of(into, more);
	into->identifiers += more->identifiers;
	into->size += more->size;
	unite_tallies(into, more, a);
	if (more->stamp_count)
		unite_stamps(into, more, a);
	if (more->tag_count)
		unite_tags(into, more, a);
	return v;
}

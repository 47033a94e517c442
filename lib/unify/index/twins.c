#include "unify/index/twins.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/dealer.h"

/* Keys of a bucket: a quarter of a megabyte with their table, which is cache. */
#define BUCKET ((size_t)1 << 13)
#define BUCKETS_MAX ((size_t)1 << 12)
/* Of a dealer, which wants long runs: a megabyte of keys. */
#define PART ((size_t)1 << 16)

struct keyed {
	uint64_t low;
	uint32_t high;
	uint32_t event;
};

struct search {
	struct twins *twins;
	const struct events *events;
	unsigned bits;		/* 1 << bits buckets */
	uint32_t *slots;	/* number in the bucket + 1; 0 is free */
	size_t slot_cap;
};

static bool has_key(const struct entry *e)
{
	return e->key.high || e->key.low;
}

static struct keyed keyed_of(const struct events *v, size_t number)
{
	struct hash128 key = v->list[number].key;

	return (struct keyed){key.low, (uint32_t)key.high, (uint32_t)number};
}

static size_t bucket_of(const struct search *s, uint64_t low)
{
	return s->bits ? low >> (64 - s->bits) : 0;
}

static void add_twin(struct twins *t, uint32_t first, uint32_t again)
{
	t->list = mem_room(t->list, t->count, &t->cap, sizeof *t->list);
	t->list[t->count++] = (struct twin){first, again};
}

/* The bucket's keys stand in the order of their events. */
static void search_bucket(struct search *s, const struct keyed *list, size_t count)
{
	size_t mask = 1;

	while (mask < count * 2)
		mask *= 2;
	if (mask > s->slot_cap) {
		mem_free(s->slots);
		s->slots = mem_alloc(mask * sizeof *s->slots);
		s->slot_cap = mask;
	}
	memset(s->slots, 0, mask * sizeof *s->slots);
	mask--;
	for (size_t i = 0; i < count; i++) {
		size_t at = list[i].low & mask;

		while (s->slots[at] && (list[s->slots[at] - 1].low != list[i].low ||
					list[s->slots[at] - 1].high != list[i].high))
			at = (at + 1) & mask;
		if (s->slots[at])
			add_twin(s->twins, list[s->slots[at] - 1].event, list[i].event);
		else
			s->slots[at] = (uint32_t)i + 1;
	}
}

static void search_memory(struct search *s)
{
	const struct events *v = s->events;
	size_t buckets = (size_t)1 << s->bits, from = 0;
	size_t *ends = mem_zero(buckets + 1, sizeof *ends);
	struct keyed *list = mem_alloc((v->count + 1) * sizeof *list);

	for (size_t i = 0; i < v->count; i++) {
		mem_pace(i);
		if (has_key(&v->list[i]))
			ends[bucket_of(s, v->list[i].key.low) + 1]++;
	}
	for (size_t i = 0; i < buckets; i++)
		ends[i + 1] += ends[i];
	for (size_t i = 0; i < v->count; i++) {
		mem_pace(i);
		if (has_key(&v->list[i]))
			list[ends[bucket_of(s, v->list[i].key.low)]++] = keyed_of(v, i);
	}
	for (size_t i = 0; i < buckets; from = ends[i++])
		search_bucket(s, list + from, ends[i] - from);
	mem_free(list);
	mem_free(ends);
}

static int deal_keys(struct search *s, struct dealer *d, struct error *err)
{
	for (size_t i = 0; i < s->events->count; i++) {
		struct keyed k = keyed_of(s->events, i);

		mem_pace(i);
		if (has_key(&s->events->list[i]) &&
		    dealer_put(d, bucket_of(s, k.low), (struct span){(const char *)&k, sizeof k}, err))
			return -1;
	}
	return dealer_end(d, err);
}

static int search_dealt(struct search *s, uint64_t memory, const char *scratch, struct error *err)
{
	size_t buckets = (size_t)1 << s->bits;
	struct dealer *d = dealer_new(buckets, memory, scratch, err);
	int status = d ? deal_keys(s, d, err) : -1;

	for (size_t i = 0; i < buckets && !status; i++) {
		size_t size = dealer_size(d, i);
		struct keyed *list = mem_window(size);

		status = dealer_read(d, i, (char *)list, err);
		if (!status)
			search_bucket(s, list, size / sizeof *list);
		mem_free(list);
	}
	dealer_free(d);
	return status;
}

static int by_events(const void *a, const void *b)
{
	const struct twin *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return (x->again > y->again) - (x->again < y->again);
}

int twins_find(struct twins *t, const struct events *v, uint64_t memory, const char *scratch,
	       struct error *err)
{
	bool dealt = v->count > memory / sizeof(struct keyed);
	struct search s = {.twins = t, .events = v};
	int status = 0;

	*t = TWINS_INIT;
	while ((size_t)1 << s.bits < BUCKETS_MAX && v->count >> s.bits > (dealt ? PART : BUCKET))
		s.bits++;
	if (dealt)
		status = search_dealt(&s, memory, scratch, err);
	else
		search_memory(&s);
	mem_free(s.slots);
	if (t->count > 1)
		qsort(t->list, t->count, sizeof *t->list, by_events);
	return status;
}

void twins_release(struct twins *t)
{
	mem_free(t->list);
	*t = TWINS_INIT;
}

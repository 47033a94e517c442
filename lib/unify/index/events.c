#include "unify/index/events.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define SLOTS_MIN ((size_t)1024)

void events_release(struct events *v)
{
	mem_free(v->list);
	mem_free(v->slots);
	mem_free(v->twins);
	*v = EVENTS_INIT;
}

static void slots_grow(struct events *v)
{
	size_t old_count = v->slots ? v->mask + 1 : 0;
	size_t count = old_count ? old_count * 2 : SLOTS_MIN;
	uint64_t *slots = mem_zero(count, sizeof *slots);

	for (size_t i = 0; i < old_count; i++) {
		size_t at = v->slots[i] >> 32 & (count - 1);

		if (!v->slots[i])
			continue;
		while (slots[at])
			at = (at + 1) & (count - 1);
		slots[at] = v->slots[i];
	}
	mem_free(v->slots);
	v->slots = slots;
	v->mask = count - 1;
}

static void add_twin(struct events *v, uint32_t first, uint32_t again)
{
	v->twins = mem_room(v->twins, v->twin_count, &v->twin_cap,
			    sizeof *v->twins);
	v->twins[v->twin_count++] = (struct twin){first, again};
}

/* Notices event NUMBER: into the table, or among the twins of its first. */
static void notice_event(struct events *v, uint32_t number)
{
	struct hash128 key = v->list[number].key;
	uint64_t tag = key.low >> 32;
	size_t at;

	if (!v->slots || v->keyed >= (v->mask + 1) / 3 * 2)
		slots_grow(v);
	at = tag & v->mask;
	for (; v->slots[at]; at = (at + 1) & v->mask) {
		uint32_t other = (uint32_t)v->slots[at] - 1;

		if (v->slots[at] >> 32 != tag ||
		    v->list[other].key.low != key.low ||
		    v->list[other].key.high != key.high)
			continue;
		add_twin(v, other, number);
		return;
	}
	v->slots[at] = tag << 32 | (number + 1);
	v->keyed++;
}

int events_add(struct events *v, const struct entry *e, bool has_key,
	       struct error *err)
{
	if (v->count == EVENTS_MAX)
		return error_failed(err, "more than %u events", EVENTS_MAX);
	v->list = mem_room(v->list, v->count, &v->cap, sizeof *v->list);
	v->list[v->count] = *e;
	if (has_key)
		notice_event(v, (uint32_t)v->count);
	v->count++;
	return 0;
}

/* What choosing among duplicates needs. */
struct duplicate_choice {
	struct events *events;
	const struct store *store;
	const struct fragments *fragments;
	struct buf scratch[2];
	struct buf whole[2];
	uint32_t *group;	/* events of one key */
	size_t group_cap;
	struct error *err;
};

/* The whole event as text, in buffer NUMBER. */
static struct span put_whole(struct duplicate_choice *c, const struct entry *e,
			 const struct stored *s, int number)
{
	buf_clear(&c->whole[number]);
	stored_put_full(s, fragments_of(c->fragments, e->fragment, s),
			&c->whole[number]);
	return buf_view(&c->whole[number]);
}

/* The bytes of A against B's; *FAILED when they cannot be read. */
static int compare_bytes(struct duplicate_choice *c, uint32_t a, uint32_t b, bool *failed)
{
	const struct entry *x = &c->events->list[a], *y = &c->events->list[b];
	const struct stored *s, *t;

	s = store_get(c->store, x->place, x->size, &c->scratch[0], c->err);
	t = store_get(c->store, y->place, y->size, &c->scratch[1], c->err);
	*failed = !s || !t;
	if (*failed)
		return 0;
	return span_compare(put_whole(c, x, s, 0), put_whole(c, y, t, 1));
}

/* Is A to be kept rather than B? */
static bool goes_before(struct duplicate_choice *c, uint32_t a, uint32_t b, bool *failed)
{
	const struct entry *x = &c->events->list[a], *y = &c->events->list[b];

	*failed = false;
	if (x->time != y->time)
		return x->time > y->time;
	return compare_bytes(c, a, b, failed) > 0;
}

static bool key_less(const struct events *v, uint32_t a, uint32_t b)
{
	return hash_128_compare(v->list[a].key, v->list[b].key) < 0;
}

/* Have A and B one source and one id?  Their keys are equal, but keys are hashes. */
static bool is_same_record(struct duplicate_choice *c, uint32_t a, uint32_t b, bool *failed)
{
	const struct entry *x = &c->events->list[a], *y = &c->events->list[b];
	const struct stored *s, *t;

	*failed = false;
	if (x->source != y->source)
		return false;
	s = store_get(c->store, x->place, x->size, &c->scratch[0], c->err);
	t = store_get(c->store, y->place, y->size, &c->scratch[1], c->err);
	*failed = !s || !t;
	return !*failed && span_equal(stored_id(s), stored_id(t));
}

/* Puts those of GROUP that are one record with its first before all others.  Returns how
 * many they are: nearly always COUNT; or 0 when they cannot be read. */
static size_t part_group(struct duplicate_choice *c, uint32_t *group, size_t count)
{
	size_t same = 1;
	bool failed;

	for (size_t i = 1; i < count; i++) {
		uint32_t e = group[i];

		if (is_same_record(c, group[0], e, &failed)) {
			group[i] = group[same];
			group[same++] = e;
		}
		if (failed)
			return 0;
	}
	return same;
}

/* Of GROUP, which is one record, one event stays. */
static int choose_of_record(struct duplicate_choice *c, const uint32_t *group, size_t count,
			    struct duplicates *out)
{
	struct events *v = c->events;
	uint32_t best = group[0];
	bool failed, differs = false;

	for (size_t i = 1; i < count; i++) {
		if (goes_before(c, group[i], best, &failed))
			best = group[i];
		if (failed)
			return -1;
	}
	for (size_t i = 0; i < count; i++) {
		uint32_t e = group[i];

		if (e == best)
			continue;
		if (compare_bytes(c, e, best, &failed)) {
			out->differing++;
			differs = true;
		}
		if (failed)
			return -1;
		v->list[e].home = HOME_DUPLICATE;
		out->count++;
	}
	if (differs && (out->example == EVENTS_MAX ||
			key_less(v, best, out->example)))
		out->example = best;
	return 0;
}

/* Twins [FROM, TO) share one key. */
static int choose_of_twins(struct duplicate_choice *c, size_t from, size_t to,
			   struct duplicates *out)
{
	const struct twin *twins = c->events->twins;
	size_t count = to - from + 1;

	if (count > c->group_cap) {
		c->group_cap = count * 2;
		c->group = mem_grow(c->group, c->group_cap, sizeof *c->group);
	}
	c->group[0] = twins[from].first;
	for (size_t i = from; i < to; i++)
		c->group[i - from + 1] = twins[i].again;
	for (size_t at = 0, same; at < count; at += same) {
		same = part_group(c, c->group + at, count - at);
		if (!same || (same > 1 && choose_of_record(c, c->group + at, same, out)))
			return -1;
	}
	return 0;
}

static int by_first(const void *a, const void *b)
{
	const struct twin *x = a, *y = b;

	return (x->first > y->first) - (x->first < y->first);
}

int events_choose(struct events *v, const struct store *s,
		 const struct fragments *p, struct duplicates *out,
		 struct error *err)
{
	struct duplicate_choice c = {.events = v, .store = s, .fragments = p, .err = err};
	int status = 0;

	*out = (struct duplicates){.example = EVENTS_MAX};
	mem_free(v->slots);
	v->slots = NULL;
	if (v->twin_count > 1)
		qsort(v->twins, v->twin_count, sizeof *v->twins, by_first);
	for (size_t from = 0, to; from < v->twin_count && !status; from = to) {
		for (to = from + 1; to < v->twin_count &&
		     v->twins[to].first == v->twins[from].first; to++)
			;
		status = choose_of_twins(&c, from, to, out);
	}
	mem_free(v->twins);
	v->twins = NULL;
	v->twin_count = v->twin_cap = 0;
	mem_free(c.group);
	for (int i = 0; i < 2; i++) {
		buf_release(&c.scratch[i]);
		buf_release(&c.whole[i]);
	}
	return status;
}

size_t events_bytes(const struct events *v)
{
	return v->cap * sizeof *v->list + v->twin_cap * sizeof *v->twins +
	       (v->slots ? (v->mask + 1) * sizeof *v->slots : 0);
}

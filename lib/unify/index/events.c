#include "unify/index/events.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "unify/index/versions.h"

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
	struct versions versions;
	uint32_t *group;	/* events of one key */
	size_t group_cap;
	struct error *err;
};

/* Event NUMBER, which scratch buffer AT may hold; its stored is NULL when it cannot be read. */
static struct version_of_record read_version(struct duplicate_choice *c, uint32_t number, int at)
{
	const struct entry *e = &c->events->list[number];
	struct version_of_record v = {
		.stored = store_get(c->store, e->place, e->size, &c->scratch[at], c->err),
		.time = e->time,
	};

	if (v.stored)
		v.fragment = fragments_of(c->fragments, e->fragment, v.stored);
	return v;
}

/* Versions A and B; *FAILED when they cannot be read. */
static struct version_order compare_versions(struct duplicate_choice *c, uint32_t a, uint32_t b,
					     bool *failed)
{
	struct version_of_record x = read_version(c, a, 0), y = read_version(c, b, 1);

	*failed = !x.stored || !y.stored;
	return *failed ? (struct version_order){0} : versions_compare(&c->versions, &x, &y);
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

/* The version of GROUP that counts; EVENTS_MAX: they cannot be read. */
static uint32_t find_best(struct duplicate_choice *c, const uint32_t *group, size_t count)
{
	uint32_t best = group[0];
	bool failed;

	for (size_t i = 1; i < count; i++) {
		if (compare_versions(c, group[i], best, &failed).order > 0)
			best = group[i];
		if (failed)
			return EVENTS_MAX;
	}
	return best;
}

/* Of GROUP, which is one record, one event stays. */
static int choose_of_record(struct duplicate_choice *c, const uint32_t *group, size_t count,
			    struct duplicates *out)
{
	struct events *v = c->events;
	uint32_t best = find_best(c, group, count), rival = EVENTS_MAX;
	bool failed = best == EVENTS_MAX;

	for (size_t i = 0; i < count && !failed; i++) {
		uint32_t e = group[i];
		struct version_order o;

		if (e == best)
			continue;
		o = compare_versions(c, e, best, &failed);
		if (!failed && !o.told) {
			out->differing++;
			if (rival == EVENTS_MAX || compare_versions(c, e, rival, &failed).order > 0)
				rival = e;
		}
		v->list[e].home = HOME_DUPLICATE;
		out->count++;
	}
	if (failed)
		return -1;
	if (rival != EVENTS_MAX && (out->example == EVENTS_MAX || key_less(v, best, out->example))) {
		out->example = best;
		out->rival = rival;
	}
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

	*out = (struct duplicates){.example = EVENTS_MAX, .rival = EVENTS_MAX};
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
	for (int i = 0; i < 2; i++)
		buf_release(&c.scratch[i]);
	versions_release(&c.versions);
	return status;
}

size_t events_bytes(const struct events *v)
{
	return v->cap * sizeof *v->list + v->twin_cap * sizeof *v->twins +
	       (v->slots ? (v->mask + 1) * sizeof *v->slots : 0);
}

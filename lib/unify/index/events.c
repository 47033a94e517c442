#include "unify/index/events.h"

#include "base/mem.h"
#include "unify/index/twins.h"
#include "unify/index/versions.h"

void events_release(struct events *v)
{
	mem_free(v->list);
	*v = EVENTS_INIT;
}

int events_add(struct events *v, const struct entry *e, struct error *err)
{
	if (v->count == EVENTS_MAX)
		return error_failed(err, "more than %u events", EVENTS_MAX);
	v->list = mem_room(v->list, v->count, &v->cap, sizeof *v->list);
	v->list[v->count++] = *e;
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
static int choose_of_twins(struct duplicate_choice *c, const struct twin *twins, size_t from, size_t to,
			   struct duplicates *out)
{
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

int events_choose(struct events *v, const struct store *s,
		  const struct fragments *p, const struct twins *twins, struct duplicates *out,
		  struct error *err)
{
	struct duplicate_choice c = {.events = v, .store = s, .fragments = p, .err = err};
	int status = 0;

	*out = (struct duplicates){.example = EVENTS_MAX, .rival = EVENTS_MAX};
	for (size_t from = 0, to; from < twins->count && !status; from = to) {
		for (to = from + 1; to < twins->count &&
		     twins->list[to].first == twins->list[from].first; to++)
			;
		status = choose_of_twins(&c, twins->list, from, to, out);
	}
	mem_free(c.group);
	for (int i = 0; i < 2; i++)
		buf_release(&c.scratch[i]);
	versions_release(&c.versions);
	return status;
}

void events_to_files(struct events *v)
{
	if (v->in_files || v->cap * sizeof *v->list < MEM_LARGE)
		return;
	v->list = mem_to_files(v->list, v->cap * sizeof *v->list);
	v->in_files = true;
}

size_t events_bytes(const struct events *v)
{
	return v->in_files ? 0 : v->cap * sizeof *v->list;
}

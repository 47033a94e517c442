#include "unify/graph/own_types.h"

#include <stdlib.h>

#include "base/mem.h"
#include "unify/graph/kept.h"

#define PREVIOUS SPAN("previous_id")

struct turning {
	struct identifiers *identifiers;
	const struct identity_rules *rules;
	const struct sources *sources;
	struct fragments *fragments;
	struct events *events;
	struct links *links;
	bool *kept;		/* by identifier: an event that stays has it */
	uint32_t *ids;		/* scratch: of one fragment */
	size_t id_cap;
	struct error *err;
};

/* By type: may its identifiers turn out to be others?  NULL: none may. */
static bool *find_types(const struct turning *w)
{
	const struct identifiers *t = w->identifiers;
	bool *list = mem_zero(t->type_names.count + 1, sizeof *list), any = false;

	for (size_t i = 0; i < t->type_names.count; i++) {
		struct span base = identifier_type_base(t, (uint16_t)i);

		list[i] = t->type_names.entries[i].number ? sources_have_type(w->sources, base)
							  : span_equal(base, PREVIOUS);
		any = any || list[i];
	}
	if (any)
		return list;
	mem_free(list);
	return NULL;
}

/* The identifier of TYPE that PREVIOUS names, if an event has it. */
static uint32_t named(const struct turning *w, struct span type, uint32_t previous)
{
	struct span key = w->identifiers->map.entries[previous].key;
	struct buf text = BUF_INIT;
	size_t at;

	buf_span(&text, type);
	buf_span(&text, span_sub(key, PREVIOUS.len, SIZE_MAX));
	at = map_find(&w->identifiers->map, buf_view(&text));
	buf_release(&text);
	return at == MAP_NONE || !w->kept[at] ? IDENTIFIER_NONE : (uint32_t)at;
}

/* Which identifier NUMBER turns out to be; IDENTIFIER_NONE: *ERR. */
static uint32_t turn(struct turning *w, uint32_t number)
{
	struct identifiers *t = w->identifiers;
	struct span key = t->map.entries[number].key;
	size_t owner = t->type_names.entries[t->types[number]].number;
	uint32_t found;

	if (owner) {
		size_t type = identifier_type_base(t, t->types[number]).len;

		key = span_sub(key, owner, SIZE_MAX);
		return identifiers_put(t, key, type, hash_64(key), w->err);
	}
	found = named(w, SPAN("anonymous_id"), number);
	if (found == IDENTIFIER_NONE)
		found = named(w, SPAN("user_id"), number);
	return found == IDENTIFIER_NONE ? number : found;
}

static int turn_all(struct turning *w, const bool *types)
{
	struct identifiers *t = w->identifiers;
	size_t count = identifiers_count(t);

	t->resolved = mem_alloc((count + 1) * sizeof *t->resolved);
	for (uint32_t i = 0; i < count; i++) {
		t->resolved[i] = types[t->types[i]] ? turn(w, i) : i;
		if (t->resolved[i] == IDENTIFIER_NONE)
			return -1;
	}
	t->resolved_count = count;
	return 0;
}

/* By what they resolve to, the strongest first; of one type what was said
 * goes before what a previous_id named. */
static int by_priority(const void *a, const void *b, void *context)
{
	const struct turning *w = context;
	const struct identifiers *t = w->identifiers;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	uint32_t p = identifiers_resolved(t, x), q = identifiers_resolved(t, y);
	int order = identity_rules_compare(w->rules, identifier_type_base(t, t->types[p]),
					   identifier_type_base(t, t->types[q]));

	if (order || (p == x) != (q == y))
		return order ? order : p == x ? -1 : 1;
	return span_compare(t->map.entries[p].key, t->map.entries[q].key);
}

/* Room in w->ids for COUNT more than one, the first of which is HOME. */
static void start_ids(struct turning *w, uint32_t home, size_t count)
{
	if (count >= w->id_cap) {
		w->id_cap = count * 2 + 16;
		w->ids = mem_grow(w->ids, w->id_cap, sizeof *w->ids);
	}
	w->ids[0] = home;
}

static bool has(const uint32_t *list, size_t count, uint32_t number)
{
	while (count && list[count - 1] != number)
		count--;
	return count > 0;
}

/* What COUNT w->ids resolve to, the strongest first; returns how many are
 * left, 0 when all are what they were. */
static size_t turn_ids(struct turning *w, size_t count)
{
	size_t kept = 0, changed = 0;

	for (size_t i = 0; i < count; i++)
		changed += identifiers_resolved(w->identifiers, w->ids[i]) != w->ids[i];
	if (!changed)
		return 0;
	qsort_r(w->ids, count, sizeof *w->ids, by_priority, w);
	for (size_t i = 0; i < count; i++) {
		uint32_t now = identifiers_resolved(w->identifiers, w->ids[i]);

		if (!has(w->ids, kept, now))
			w->ids[kept++] = now;
	}
	return kept;
}

static void resolve_fragments(struct turning *w)
{
	struct fragments *p = w->fragments;

	for (size_t i = 0; i < p->count; i++) {
		struct fragment *fragment = &p->list[i];
		uint32_t *others = p->others + fragment->others;
		size_t left;

		if (fragment->home == HOME_NONE)
			continue;
		start_ids(w, fragment->home, fragment->other_count);
		for (uint32_t j = 0; j < fragment->other_count; j++)
			w->ids[j + 1] = others[j];
		left = turn_ids(w, fragment->other_count + 1);
		if (!left)
			continue;
		fragment->home = w->ids[0];
		fragment->other_count = (uint32_t)left - 1;
		for (size_t j = 1; j < left; j++)
			others[j - 1] = w->ids[j];
	}
}

/* The sightings of one event, [FROM, TO), to INTO and on; returns how many stay. */
static size_t turn_sightings(struct turning *w, struct entry *e, size_t from, size_t to, size_t into)
{
	struct sighting *list = w->links->sightings;
	uint32_t event = (uint32_t)(e - w->events->list);
	size_t left;

	start_ids(w, e->home, to - from);
	for (size_t i = from; i < to; i++)
		w->ids[i - from + 1] = list[i].identifier;
	left = turn_ids(w, to - from + 1);
	left = left ? left : to - from + 1;
	e->home = w->ids[0];
	for (size_t i = 1; i < left; i++)
		list[into + i - 1] = (struct sighting){event, w->ids[i]};
	return left - 1;
}

/* Events whose fragments are not in the table have sightings, in their order. */
static void turn_events(struct turning *w)
{
	struct links *l = w->links;
	size_t at = 0, kept = 0;

	for (size_t i = 0; i < w->events->count; i++) {
		struct entry *e = &w->events->list[i];
		size_t from = at;

		mem_pace(i);
		while (at < l->sighting_count && l->sightings[at].event == i)
			at++;
		if (e->home >= HOME_DUPLICATE)
			continue;
		if (e->fragment < FRAGMENT_INLINE)
			e->home = w->fragments->list[e->fragment].home;
		else
			kept += turn_sightings(w, e, from, at, kept);
	}
	l->sighting_count = kept;
}

int own_types_turn(struct identifiers *t, const struct identity_rules *r,
		   const struct sources *s, struct fragments *p, struct events *v,
		   struct links *l, struct error *err)
{
	struct turning w = {
		.identifiers = t, .rules = r, .sources = s, .fragments = p, .events = v,
		.links = l, .err = err,
	};
	bool *types = find_types(&w);
	int status;

	if (!types)
		return 0;
	w.kept = kept_find(t, p, v, l);
	status = turn_all(&w, types);
	if (!status) {
		resolve_fragments(&w);
		turn_events(&w);
	}
	mem_free(w.kept);
	mem_free(w.ids);
	mem_free(types);
	return status;
}

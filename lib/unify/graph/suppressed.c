#include "unify/graph/suppressed.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/pool.h"
#include "unify/index/who.h"

void suppressed_release(struct suppressed *s)
{
	suppression_release(&s->list);
	mem_free(s->marks);
	mem_free(s->shares);
	monies_release(&s->money);
}

int suppressed_load(struct suppressed *s, const char *path, struct span key, struct error *err)
{
	struct suppressor *r = suppressor_new(key);
	int bad = suppression_load(&s->list, path, r, err);

	suppressor_free(r);
	s->key = key;
	return bad;
}

const struct suppression_share *suppressed_share_of(const struct suppressed *s, uint32_t identifier)
{
	size_t from = 0, to = s->share_count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (s->shares[middle].identifier == identifier)
			return s->shares[middle].share;
		if (s->shares[middle].identifier < identifier)
			from = middle + 1;
		else
			to = middle;
	}
	return NULL;
}

/* Identifiers or events that a job looks at. */
#define JOB 4096

struct taking {
	struct suppressed *suppressed;
	const struct identity_graph *of;
	const struct store *store;
	unsigned char *roles;	/* by type */
	const struct suppression_share **shares;	/* by identifier; NULL where the list has none */
	unsigned char *fragments;	/* by fragment: what its identifiers say */
	bool *records;		/* by event: it is listed by its name */
	struct buf scratch;
};

/* What the identifiers of an event say: which are listed, and whether one names somebody else. */
#define CARRIES_LISTED 1
#define CARRIES_BROWSER 2	/* listed, too */
#define CARRIES_OTHER 4

static void look_up(struct taking *k, struct suppressor *r, uint32_t number)
{
	const struct identifiers *t = k->of->identifiers;
	const struct suppression *list = &k->suppressed->list;
	struct span type = identifier_type_name(t, t->types[number]);
	struct hash128 entry = suppressor_entry(r, type, span_sub(t->map.entries[number].key, type.len + 1, SIZE_MAX));

	if (suppression_has_entry(list, entry))
		k->suppressed->marks[number] = SUPPRESSED_LISTED;
	if (k->shares)
		k->shares[number] = suppression_share_of(list, entry);
}

static void look_up_job(void *context, size_t job)
{
	struct taking *k = context;
	struct suppressor *r = suppressor_new(k->suppressed->key);
	size_t end = (job + 1) * JOB;

	for (size_t i = job * JOB; i < k->suppressed->mark_count && i < end; i++)
		look_up(k, r, (uint32_t)i);
	suppressor_free(r);
}

static void find_identifiers(struct taking *k)
{
	struct suppressed *s = k->suppressed;

	s->mark_count = identifiers_count(k->of->identifiers);
	s->marks = mem_zero(s->mark_count + 1, sizeof *s->marks);
	if (s->list.share_count)
		k->shares = mem_zero(s->mark_count + 1, sizeof(void *));
	pool_each(k->of->workers, (s->mark_count + JOB - 1) / JOB, look_up_job, k);
	for (uint32_t i = 0; k->shares && i < s->mark_count; i++) {
		if (!k->shares[i])
			continue;
		s->shares = mem_room(s->shares, s->share_count, &s->share_cap, sizeof *s->shares);
		s->shares[s->share_count++] = (struct suppressed_share){i, k->shares[i]};
	}
	mem_free(k->shares);
}

bool suppressed_is_browser(const struct identifiers *t, uint32_t identifier)
{
	struct span type = identifier_type_name(t, t->types[identifier]);

	return span_equal(type, SPAN("anonymous_id")) || span_equal(type, SPAN("device_id"));
}

static bool names_person(const struct taking *k, uint32_t identifier)
{
	return k->roles[k->of->identifiers->types[identifier]] != ROLE_NONE;
}

static unsigned carries(const struct taking *k, uint32_t identifier)
{
	if (!(suppressed_mark(k->suppressed, identifier) & SUPPRESSED_LISTED))
		return names_person(k, identifier) ? CARRIES_OTHER : 0;
	return suppressed_is_browser(k->of->identifiers, identifier) ? CARRIES_BROWSER : CARRIES_LISTED;
}

/* Whoever else logs in on the browser of somebody who has left is not that person. */
static bool is_gone(unsigned found)
{
	return found & CARRIES_LISTED || (found & CARRIES_BROWSER && !(found & CARRIES_OTHER));
}

static void look_at_fragments(struct taking *k)
{
	const struct fragments *p = k->of->fragments;

	k->fragments = mem_zero(p->count + 1, sizeof *k->fragments);
	for (size_t i = 0; i < p->count; i++) {
		const struct fragment *f = &p->list[i];

		if (f->home == HOME_NONE)
			continue;
		k->fragments[i] = (unsigned char)carries(k, f->home);
		for (uint32_t j = 0; j < f->other_count; j++)
			k->fragments[i] |= (unsigned char)carries(k, p->others[f->others + j]);
	}
}

static void find_records_job(void *context, size_t job)
{
	struct taking *k = context;
	struct suppressor *r = suppressor_new(k->suppressed->key);
	size_t end = (job + 1) * JOB;

	for (size_t i = job * JOB; i < k->of->events->count && i < end; i++) {
		const struct entry *e = &k->of->events->list[i];

		if (e->home != HOME_DUPLICATE && (e->key.high || e->key.low))
			k->records[i] = suppression_has_record_key(&k->suppressed->list, r, e->key);
	}
	suppressor_free(r);
}

/* An identifier beside a listed one.  A phone may be a family's. */
static void mark_beside(struct taking *k, uint32_t identifier)
{
	if (names_person(k, identifier) || suppressed_is_browser(k->of->identifiers, identifier))
		k->suppressed->marks[identifier] |= SUPPRESSED_BESIDE;
}

/* The sightings [FROM, TO) are those of event NUMBER, if it is inline. */
static void mark_others(struct taking *k, uint32_t number, size_t from, size_t to)
{
	const struct entry *e = &k->of->events->list[number];
	const struct fragments *p = k->of->fragments;

	if (e->home < HOME_DUPLICATE)
		mark_beside(k, e->home);
	for (size_t i = from; i < to; i++)
		mark_beside(k, k->of->links->sightings[i].identifier);
	if (e->fragment >= FRAGMENT_INLINE)
		return;
	for (uint32_t i = 0; i < p->list[e->fragment].other_count; i++)
		mark_beside(k, p->others[p->list[e->fragment].others + i]);
}

static unsigned look_at_event(const struct taking *k, uint32_t number, size_t from, size_t to)
{
	const struct entry *e = &k->of->events->list[number];
	unsigned found = e->home < HOME_DUPLICATE ? carries(k, e->home) : 0;

	if (e->fragment < FRAGMENT_INLINE)
		return k->fragments[e->fragment];
	for (size_t i = from; i < to; i++)
		found |= carries(k, k->of->links->sightings[i].identifier);
	return found;
}

static int take_event(struct taking *k, uint32_t number, struct error *err)
{
	struct entry *e = &k->of->events->list[number];
	const struct stored *stored = store_get(k->store, e->place, e->size, &k->scratch, err);
	const struct purchase *p = stored ? stored_purchase(stored) : NULL;

	e->home = HOME_DUPLICATE;
	k->suppressed->count++;
	if (!stored)
		return -1;
	return p && p->has_money ? monies_add(&k->suppressed->money, p, err) : 0;
}

static int take_events(struct taking *k, struct error *err)
{
	const struct links *l = k->of->links;
	size_t from = 0, to = 0;
	int bad = 0;

	for (uint32_t i = 0; i < k->of->events->count && !bad; i++, from = to) {
		unsigned found;

		while (to < l->sighting_count && l->sightings[to].event == i)
			to++;
		if (k->of->events->list[i].home == HOME_DUPLICATE)
			continue;
		found = look_at_event(k, i, from, to);
		if (!is_gone(found) && !k->records[i])
			continue;
		if (found & CARRIES_LISTED || k->records[i])
			mark_others(k, i, from, to);
		bad = take_event(k, i, err);
	}
	return bad;
}

int suppressed_take(struct suppressed *s, const struct identity_graph *of, const struct identity_rules *rules,
		    const struct store *store, struct error *err)
{
	struct taking k = {.suppressed = s, .of = of, .store = store};
	int bad;

	if (!s->list.count && !s->list.share_count)
		return 0;
	k.roles = who_roles(rules, of->identifiers);
	k.records = mem_zero(of->events->count + 1, sizeof *k.records);
	find_identifiers(&k);
	look_at_fragments(&k);
	pool_each(of->workers, (of->events->count + JOB - 1) / JOB, find_records_job, &k);
	bad = take_events(&k, err);
	monies_sort(&s->money);
	mem_free(k.roles);
	mem_free(k.fragments);
	mem_free(k.records);
	buf_release(&k.scratch);
	return bad;
}

#include "unify/graph/shared_values_split.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "unify/graph/apart.h"

static void add_sighting(struct splitting *s, uint32_t event, uint32_t identifier)
{
	s->sightings = mem_room(s->sightings, s->sighting_count, &s->sighting_cap,
				sizeof *s->sightings);
	s->sightings[s->sighting_count++] = (struct sighting){event, identifier};
}

void splitting_keep(struct splitting *s, bool is_inline, uint32_t number,
		    const uint32_t *ids, size_t count)
{
	for (size_t i = 1; is_inline && i < count; i++)
		add_sighting(s, number, ids[i]);
}

/*
 * The identifier of value and name, "email:name NUL info@example.com ann lee"; of namesakes with a number
 * behind it.
 */
static uint32_t name_value(struct splitting *s, uint32_t value, uint32_t namesake)
{
	const struct identifiers *t = s->identifiers;
	struct span type = t->type_names.entries[t->types[value]].key;
	struct span key = t->map.entries[value].key;
	size_t type_len = type.len + sizeof NAMED_SUFFIX - 1;
	uint32_t number;

	buf_clear(&s->key);
	buf_span(&s->key, type);
	buf_lit(&s->key, NAMED_SUFFIX);
	buf_span(&s->key, span_sub(key, type.len, key.len));
	buf_char(&s->key, ' ');
	buf_span(&s->key, s->name);
	if (namesake)
		buf_printf(&s->key, " %u", namesake);
	number = identifiers_put(s->identifiers, buf_view(&s->key), type_len,
				 hash_64(buf_view(&s->key)), s->err);
	s->failed = s->failed || number == IDENTIFIER_NONE;
	return number;
}

static void add(uint32_t **list, size_t *count, size_t *cap, uint32_t number)
{
	*list = mem_room(*list, *count, cap, sizeof **list);
	(*list)[(*count)++] = number;
}

static void tie_to(struct splitting *s, uint32_t number)
{
	add(&s->usable, &s->usable_count, &s->usable_cap, number);
}

static void show_value(struct splitting *s, uint32_t number)
{
	add(&s->shown, &s->shown_count, &s->shown_cap, number);
}

/* The record at hand has VALUE of a household, and a name that tells who it is. */
static void add_household_member(struct splitting *s, uint32_t value, uint32_t namesake)
{
	uint32_t named = name_value(s, value, namesake);

	s->household_members = mem_room(s->household_members, s->household_member_count, &s->household_member_cap,
				sizeof *s->household_members);
	s->household_members[s->household_member_count++] =
		(struct household_member){value, named, namesake > 0, s->who};
	tie_to(s, named);
}

/*
 * Sorts IDS into what ties, home first, and what is only shown.  A household's
 * value ties, but a record with a name has its own named one before it.
 */
static void sort_out(struct splitting *s, const uint32_t *ids, size_t count)
{
	uint32_t many = IDENTIFIER_NONE;

	s->usable_count = s->shown_count = 0;
	for (size_t i = 0; i < count; i++) {
		unsigned kind = s->values->kinds[ids[i]];

		if (!kind || (kind == SHARED_HOUSEHOLD && (!s->name.len || !s->household)))
			tie_to(s, ids[i]);
		else
			show_value(s, ids[i]);
		if (kind == SHARED_BY_MANY && many == IDENTIFIER_NONE)
			many = ids[i];
	}
	for (size_t i = 0; i < s->shown_count && s->household; i++) {
		uint32_t value = s->shown[i], namesake;

		if (s->values->kinds[value] != SHARED_HOUSEHOLD)
			continue;
		namesake = shared_values_namesake(s->values, value, &s->who);
		if (namesake != NAMESAKE_UNKNOWN)
			add_household_member(s, value, namesake);
		tie_to(s, value);
	}
	if (!s->usable_count && many != IDENTIFIER_NONE && s->name.len)
		tie_to(s, name_value(s, many, 0));
}

/* Its identifiers get a new place: there may be more of them. */
static void change_fragment(struct splitting *s, uint32_t number)
{
	struct fragments *p = s->fragments;
	struct fragment *fragment = &p->list[number];
	size_t ties = s->usable_count ? s->usable_count - 1 : 0;

	if (s->failed || fragments_check(p, ties + s->shown_count, s->err)) {
		s->failed = true;
		return;
	}
	fragment->home = s->usable_count ? s->usable[0] : HOME_NONE;
	fragment->others = (uint32_t)p->other_count;
	fragment->other_count = (uint32_t)ties;
	fragment->shown_count = (uint32_t)s->shown_count;
	for (size_t i = 0; i < ties + s->shown_count; i++) {
		p->others = mem_room(p->others, p->other_count, &p->other_cap,
				     sizeof *p->others);
		p->others[p->other_count++] =
			i < ties ? s->usable[i + 1] : s->shown[i - ties];
	}
}

static void change_event(struct splitting *s, uint32_t number)
{
	struct shared_values *g = s->values;

	s->events->list[number].home = s->usable_count ? s->usable[0] : HOME_NONE;
	for (size_t i = 1; i < s->usable_count; i++)
		add_sighting(s, number, s->usable[i]);
	for (size_t i = 0; i < s->shown_count; i++) {
		g->shown = mem_room(g->shown, g->shown_count, &g->shown_cap, sizeof *g->shown);
		g->shown[g->shown_count++] = (struct sighting){number, s->shown[i]};
	}
}

void splitting_take(struct splitting *s, bool is_inline, uint32_t number,
		    const uint32_t *ids, size_t count)
{
	sort_out(s, ids, count);
	if (is_inline)
		change_event(s, number);
	else
		change_fragment(s, number);
}

static int compare(uint32_t x, uint32_t y)
{
	return (x > y) - (x < y);
}

/* By value, then by the name at it. */
static int by_value(const void *a, const void *b)
{
	const struct household_member *x = a, *y = b;

	return compare(x->value, y->value) ? compare(x->value, y->value) : compare(x->named, y->named);
}

/* COUNT members have one name at one value: one person with all their numbers. */
static struct who unite_members(const struct household_member *list, size_t count, struct who *scratch)
{
	uint32_t born = 0;

	for (size_t i = 0; i < count; i++) {
		uint32_t said = list[i].who.born;

		scratch[i] = list[i].who;
		scratch[i].born = 0;	/* slips are one person's */
		if (!list[i].namesake)
			scratch[i].generation = 0;
		if (said && (!born || said < born))
			born = said;
	}
	people_unite(scratch, count);
	scratch[0].born = born;
	return scratch[0];
}

/* The COUNT members have one value, and each its own name there. */
static void keep_apart(struct splitting *s, const struct household_member *list, size_t count)
{
	struct decisions *d = s->decisions;

	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < i; j++) {
			uint32_t x = list[j].named, y = list[i].named;

			if (!people_are_parted(&s->values->persons, &list[j].who, &list[i].who))
				continue;
			d->apart = mem_room(d->apart, d->apart_count, &d->apart_cap,
					    sizeof *d->apart);
			d->apart[d->apart_count++] = x < y ? (struct pair){x, y, 0} : (struct pair){y, x, 0};
		}
	}
}

static int by_pair(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	return compare(x->a, y->a) ? compare(x->a, y->a) : compare(x->b, y->b);
}

/* The pairs from FIRST on stay once each. */
static void keep_once(struct decisions *d, size_t first)
{
	size_t kept = first;

	if (d->apart_count > first)
		qsort(d->apart + first, d->apart_count - first, sizeof *d->apart, by_pair);
	for (size_t i = first; i < d->apart_count; i++) {
		if (kept == first || by_pair(&d->apart[i], &d->apart[kept - 1]))
			d->apart[kept++] = d->apart[i];
	}
	d->apart_count = kept;
}

/* Members of one name at one value become one, in front of LIST; returns how many are left. */
static size_t unite_names(struct household_member *list, size_t count)
{
	struct who *scratch = mem_alloc((count + 1) * sizeof *scratch);
	size_t kept = 0;

	for (size_t from = 0, to; from < count; from = to) {
		struct household_member m = list[from];

		for (to = from + 1; to < count && !by_value(&list[from], &list[to]); to++)
			;
		m.who = unite_members(list + from, to - from, scratch);
		list[kept++] = m;
	}
	mem_free(scratch);
	return kept;
}

/* A value of many people is shared by too many, so the names of a household are few. */
static void part_household_members(struct splitting *s)
{
	size_t count = s->household_member_count, first = s->decisions->apart_count;
	struct household_member *list = s->household_members;

	if (count > 1)
		qsort(list, count, sizeof *list, by_value);
	count = unite_names(list, count);
	for (size_t from = 0, to; from < count; from = to) {
		for (to = from + 1; to < count && list[to].value == list[from].value; to++)
			;
		keep_apart(s, list + from, to - from);
	}
	keep_once(s->decisions, first);
}

void splitting_end(struct splitting *s)
{
	struct links *l = s->links;
	const struct fragments *p = s->fragments;

	mem_free(l->sightings);
	l->sightings = s->sightings;
	l->sighting_count = s->sighting_count;
	l->sighting_cap = s->sighting_cap;
	for (size_t i = 0; i < s->events->count; i++) {
		struct entry *e = &s->events->list[i];

		mem_pace(i);
		if (e->fragment < FRAGMENT_INLINE && e->home < HOME_DUPLICATE)
			e->home = p->list[e->fragment].home;
	}
	part_household_members(s);
	mem_free(s->household_members);
	mem_free(s->usable);
	mem_free(s->shown);
	buf_release(&s->key);
}

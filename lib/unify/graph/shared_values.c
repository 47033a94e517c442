#include "unify/graph/shared_values.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/pool.h"
#include "unify/graph/shared_values_split.h"
#include "unify/linkage/records.h"

void shared_values_release(struct shared_values *g)
{
	who_reader_release(&g->reader);
	mem_free(g->inlines);
	buf_release(&g->names);
	people_release(&g->persons);
	map_release(&g->namesakes);
	mem_free(g->kinds);
	mem_free(g->list);
	mem_free(g->shown);
}

bool shared_values_is_wanted(const struct identity_rules *r)
{
	bool any = r->household || r->other_generic.records != LIMIT_NONE;

	for (size_t i = 0; i < r->generics.count; i++)
		any = any || r->generic_list[i].records != LIMIT_NONE;
	return any;
}

void shared_values_see(struct shared_values *g, uint32_t event, struct span fragment)
{
	struct inline_who w = {.event = event, .name = g->names.len};

	w.who = who_read(&g->reader, fragment);
	if (!w.who.name)
		return;
	w.name_len = (uint32_t)g->reader.name.len;
	buf_span(&g->names, buf_view(&g->reader.name));
	g->inlines = mem_room(g->inlines, g->inline_count, &g->inline_cap,
			      sizeof *g->inlines);
	g->inlines[g->inline_count++] = w;
}

/* Whos that a job of pool_each reads. */
#define WHOS 1024

/* So many steps ahead memory is fetched. */
#define AHEAD 16

#define HOLDER_INLINE UINT32_MAX

/* That somebody (whos[who]) has IDENTIFIER. */
struct incidence {
	uint32_t identifier;
	uint32_t who;
};

struct search {
	struct shared_values *values;
	const struct fragments *fragments;
	const struct events *events;
	const struct links *links;
	const struct identifiers *identifiers;
	bool records_too;
	unsigned char *roles;	/* by type */
	uint32_t *counts;	/* by identifier: incidences; then 0: no candidate */
	struct who *whos;
	size_t who_count, who_cap;
	uint32_t *holders;	/* by who: the fragment, or HOLDER_INLINE */
	size_t holder_cap;
	struct incidence *incidences;
	size_t incidence_count, incidence_cap;
	uint64_t *keys;		/* scratch */
	size_t key_cap;
	struct who *persons;	/* scratch: of one value */
	size_t person_cap;
	struct decisions *decisions;
	struct splitting *splitting;
	const bool *leaves;	/* by home, when those who stay are counted */
};

/* Calls SEE with the identifiers of each fragment and inline event that is kept. */
static void each_holder(struct search *s, void (*see)(struct search *s, bool is_inline,
						     uint32_t number, const uint32_t *ids,
						     size_t count))
{
	uint32_t *ids = NULL;
	size_t cap = 0, at = 0;

	for (uint32_t i = 0; i < s->fragments->count; i++) {
		const struct fragment *p = &s->fragments->list[i];

		mem_pace(i);
		if (p->home == HOME_NONE || !s->links->fragments[i].any)
			continue;
		ids = mem_room(ids, p->other_count, &cap, sizeof *ids);
		while (cap < p->other_count + 1)
			ids = mem_room(ids, cap, &cap, sizeof *ids);
		ids[0] = p->home;
		if (p->other_count)
			memcpy(ids + 1, s->fragments->others + p->others,
			       p->other_count * sizeof *ids);
		see(s, false, i, ids, p->other_count + 1);
	}
	for (uint32_t i = 0; i < s->events->count; i++) {
		const struct entry *e = &s->events->list[i];
		size_t count = 1;

		mem_pace(i);
		if (e->fragment != FRAGMENT_INLINE || e->home >= HOME_DUPLICATE)
			continue;
		while (at < s->links->sighting_count && s->links->sightings[at].event < i)
			at++;
		ids = mem_room(ids, 0, &cap, sizeof *ids);
		ids[0] = e->home;
		for (; at < s->links->sighting_count && s->links->sightings[at].event == i; at++) {
			ids = mem_room(ids, count, &cap, sizeof *ids);
			ids[count++] = s->links->sightings[at].identifier;
		}
		see(s, true, i, ids, count);
	}
	mem_free(ids);
}

static void count_incidences(struct search *s, bool is_inline, uint32_t number,
			   const uint32_t *ids, size_t count)
{
	(void)is_inline;
	(void)number;
	for (size_t i = 0; i < count; i++)
		s->counts[ids[i]]++;
}

bool shared_values_at_home(struct span type)
{
	static const char *const types[] = {"email", "phone", "device_id", "anonymous_id"};

	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (span_equal(type, span_of(types[i])))
			return true;
	}
	return false;
}

/* How many must have a value of type BASE before anything can be said of it; 0: never. */
static uint32_t least_of(const struct identity_rules *rules, struct span base)
{
	struct generic_rule rule = identity_rules_generic_of(rules, base);

	if (rule.records == LIMIT_NONE)
		return 0;
	if (rules->household && shared_values_at_home(base))
		return 2;
	return (rule.records < rule.people ? rule.records : rule.people) + 1;
}

static void choose_candidates(struct search *s)
{
	const struct identifiers *t = s->identifiers;
	uint32_t *least = mem_zero(t->type_names.count + 1, sizeof *least);

	for (size_t i = 0; i < t->type_names.count; i++)
		least[i] = least_of(s->values->rules, identifier_type_base(t, (uint16_t)i));
	for (uint32_t i = 0; i < identifiers_count(t); i++) {
		bool few = s->counts[i] < least[t->types[i]] || s->counts[i] < 2;

		if (!least[t->types[i]] || (few && !suppressed_share_of(s->values->suppressed, i)))
			s->counts[i] = 0;
	}
	mem_free(least);
}

static const struct inline_who *inline_of(const struct shared_values *g, uint32_t event)
{
	size_t from = 0, to = g->inline_count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (g->inlines[middle].event == event)
			return &g->inlines[middle];
		if (g->inlines[middle].event < event)
			from = middle + 1;
		else
			to = middle;
	}
	return NULL;
}

static struct span fragment_bytes(const struct search *s, uint32_t number)
{
	return (struct span){s->fragments->list[number].bytes, s->fragments->list[number].len};
}

/* Who the holder of IDS is; the name is in the reader, or in *NAME. */
static struct who who_of(struct search *s, bool is_inline, uint32_t number, const uint32_t *ids,
			 size_t count, struct span *name)
{
	struct shared_values *g = s->values;
	const struct inline_who *found = is_inline ? inline_of(g, number) : NULL;
	struct who who = {0};

	*name = SPAN("");
	if (!is_inline) {
		who = who_read(&g->reader, fragment_bytes(s, number));
		*name = buf_view(&g->reader.name);
	} else if (found) {
		who = found->who;
		*name = span_sub(buf_view(&g->names), found->name, found->name_len);
	}
	who_add_identifiers(&who, s->identifiers, s->roles, ids, count);
	return who;
}

/* Whoever has IDS, at the end of the list; of a fragment the rest is read later. */
static void add_who(struct search *s, bool is_inline, uint32_t number, const uint32_t *ids,
		    size_t count)
{
	struct who who = {0};
	struct span name;

	if (is_inline)
		who = who_of(s, is_inline, number, ids, count, &name);
	s->holders = mem_room(s->holders, s->who_count, &s->holder_cap, sizeof *s->holders);
	s->holders[s->who_count] = is_inline ? HOLDER_INLINE : number;
	s->whos = mem_room(s->whos, s->who_count, &s->who_cap, sizeof *s->whos);
	s->whos[s->who_count++] = who;
}

/* What fragments say takes the most time: the workers share it. */
static void read_whos(void *context, size_t job)
{
	struct search *s = context;
	struct who_reader reader = {0};
	size_t end = (job + 1) * WHOS;

	if (end > s->who_count)
		end = s->who_count;
	for (size_t i = job * WHOS; i < end; i++) {
		const struct fragment *p;
		struct who *who = &s->whos[i];

		if (s->holders[i] == HOLDER_INLINE)
			continue;
		p = &s->fragments->list[s->holders[i]];
		*who = who_read(&reader, fragment_bytes(s, s->holders[i]));
		who_add_identifiers(who, s->identifiers, s->roles, &p->home, 1);
		if (p->other_count)
			who_add_identifiers(who, s->identifiers, s->roles,
					    s->fragments->others + p->others, p->other_count);
	}
	who_reader_release(&reader);
}

static void note_incidences(struct search *s, bool is_inline, uint32_t number,
			  const uint32_t *ids, size_t count)
{
	bool known = false;

	for (size_t i = 0; i < count; i++) {
		if (!s->counts[ids[i]])
			continue;
		if (!known)
			add_who(s, is_inline, number, ids, count);
		known = true;
		s->incidences = mem_room(s->incidences, s->incidence_count, &s->incidence_cap,
				       sizeof *s->incidences);
		s->incidences[s->incidence_count++] =
			(struct incidence){ids[i], (uint32_t)s->who_count - 1};
	}
}

/*
 * By identifier, then by who, as they come.  How many an identifier has is known, so
 * each incidence goes to its place at once.
 */
static void sort_incidences(struct search *s)
{
	size_t identifiers = identifiers_count(s->identifiers), at = 0;
	size_t *starts = mem_alloc((identifiers + 1) * sizeof *starts);
	struct incidence *sorted = mem_alloc((s->incidence_count + 1) * sizeof *sorted);

	for (size_t i = 0; i < identifiers; i++) {
		starts[i] = at;
		at += s->counts[i];
	}
	for (size_t i = 0; i < s->incidence_count; i++) {
		const struct incidence *m = &s->incidences[i];

		if (s->incidence_count - i > AHEAD)
			__builtin_prefetch(&starts[m[AHEAD].identifier]);
		sorted[starts[m->identifier]++] = *m;
	}
	mem_free(starts);
	mem_free(s->incidences);
	s->incidences = sorted;
}

static int by_key(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static uint64_t user_key(const struct who *w)
{
	return w->user;
}

static uint64_t named_key(const struct who *w)
{
	return w->user ? w->user : w->name ? w->name : w->own;
}

/* Where all names are one person's. */
static uint64_t person_key(const struct who *w)
{
	return w->user ? w->user : w->name ? 1 : w->own;
}

/* A name with a date of birth is another key than one without: only then names and dates are compared. */
static uint64_t name_key(const struct who *w)
{
	return w->name ? w->name + w->born * UINT64_C(0x9E3779B97F4A7C15) + w->generation : 0;
}

/* How many different keys the incidences [FROM, TO) have; s->keys holds them. */
static uint32_t count_distinct(struct search *s, size_t from, size_t to,
			       uint64_t (*key)(const struct who *w))
{
	size_t count = 0;
	uint32_t distinct = 0;

	for (size_t i = from; i < to; i++) {
		uint64_t k = key(&s->whos[s->incidences[i].who]);

		if (!k)
			continue;
		s->keys = mem_room(s->keys, count, &s->key_cap, sizeof *s->keys);
		s->keys[count++] = k;
	}
	if (count > 1)
		qsort(s->keys, count, sizeof *s->keys, by_key);
	for (size_t i = 0; i < count; i++)
		distinct += !i || s->keys[i] != s->keys[i - 1];
	return distinct;
}

/* Who has a full name among incidences [FROM, TO), each once, into s->persons; how many. */
static size_t list_persons(struct search *s, size_t from, size_t to)
{
	size_t count = 0;

	for (size_t i = from; i < to; i++) {
		const struct who *w = &s->whos[s->incidences[i].who];

		if (!w->name)
			continue;
		s->persons = mem_room(s->persons, count, &s->person_cap, sizeof *s->persons);
		s->persons[count++] = *w;
	}
	return people_unite(s->persons, count);
}

/* Have all COUNT persons one user_id, or one number of a source, that is not the value itself? */
static bool have_one_number(const struct search *s, size_t count, unsigned role)
{
	const struct who *list = s->persons;
	bool user = role != ROLE_USER, own = role != ROLE_OWN;

	for (size_t i = 0; i < count; i++) {
		user = user && list[i].user > 1 && list[i].user == list[0].user;
		own = own && list[i].own > 1 && list[i].own == list[0].own;
	}
	return user || own;
}

static uint32_t namesake_number(const struct who *w)
{
	return w->born * 8 + w->generation;
}

static struct span namesake_key(const struct namesake *n)
{
	return (struct span){(const char *)n, sizeof *n};
}

static void put_namesake(struct shared_values *g, struct namesake n, uint32_t person)
{
	bool added;
	size_t at = map_put(&g->namesakes, namesake_key(&n), &added);

	if (added)
		g->namesakes.entries[at].number = person;
}

/* Which of s->persons has the name of number I, and is the same: the first one. */
static size_t first_of_name(const struct search *s, size_t i)
{
	for (size_t j = 0; j < i; j++) {
		if (s->persons[j].name == s->persons[i].name && namesake_number(&s->persons[j]) &&
		    !people_are_namesakes(&s->persons[j], &s->persons[i]))
			return j;
	}
	return i;
}

/* Persons I and J of VALUE have one name: from now on all of that name go by more. */
static void note_namesakes(const struct search *s, size_t count, uint32_t value, uint64_t name)
{
	struct shared_values *g = s->values;

	put_namesake(g, (struct namesake){name, value, 0}, NAMESAKE_UNKNOWN);
	for (size_t i = 0; i < count; i++) {
		const struct who *w = &s->persons[i];

		if (w->name == name && namesake_number(w))
			put_namesake(g, (struct namesake){name, value, namesake_number(w)},
				     namesake_number(&s->persons[first_of_name(s, i)]));
	}
}

uint32_t shared_values_namesake(const struct shared_values *g, uint32_t value, const struct who *w)
{
	struct namesake n = {w->name, value, 0};
	size_t at;

	if (!g->namesakes.count || map_find(&g->namesakes, namesake_key(&n)) == MAP_NONE)
		return 0;
	n.who = namesake_number(w);
	at = map_find(&g->namesakes, namesake_key(&n));
	return at == MAP_NONE ? n.who : (uint32_t)g->namesakes.entries[at].number;
}

/* Looks at all pairs, for each may be two of one name. */
static bool is_household(const struct search *s, size_t count, uint32_t value, bool by_email)
{
	bool two = false;

	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < i; j++) {
			const struct who *a = &s->persons[i], *b = &s->persons[j];

			if (people_are_namesakes(a, b))
				note_namesakes(s, count, value, a->name);
			else if (two || !people_are_two(&s->values->persons, a, b, by_email))
				continue;
			two = true;
		}
	}
	return two;
}

/* How many people and records have the value of incidences [FROM, TO); s->persons are those
 * with a name, *COUNT of them. */
static struct shared_value count_holders(struct search *s, size_t from, size_t to, unsigned role,
					 size_t *count)
{
	struct shared_value v = {.identifier = s->incidences[from].identifier};
	uint32_t users = count_distinct(s, from, to, user_key);

	*count = 0;
	if (count_distinct(s, from, to, name_key) > 1)
		*count = list_persons(s, from, to);
	v.people = *count && !have_one_number(s, *count, role)
		 ? people_count(&s->values->persons, s->persons, *count) : 1;
	v.records = count_distinct(s, from, to, v.people > 1 ? named_key : person_key);
	if (users > v.people || (v.people == 1 && !*count))
		v.people = users;
	if (v.records < v.people)	/* father and son have one name */
		v.records = v.people;
	return v;
}

/* What the value of V is to those who have it; 0: nothing. */
static unsigned char kind_of(const struct search *s, const struct shared_value *v, struct span name,
			     const struct generic_rule *rule, size_t persons)
{
	const struct suppression_share *left = suppressed_share_of(s->values->suppressed, v->identifier);
	bool at_home = s->values->rules->household && shared_values_at_home(name);

	if (v->records > rule->records || v->people > rule->people)
		return SHARED_BY_MANY;
	if (left && left->household && at_home) {
		is_household(s, persons, v->identifier, !span_equal(name, SPAN("email")));	/* notes namesakes */
		return SHARED_HOUSEHOLD;
	}
	if (persons < 2 || v->people < 2 || !at_home)
		return 0;
	return is_household(s, persons, v->identifier, !span_equal(name, SPAN("email")))
	       ? SHARED_HOUSEHOLD : SHARED_NAMES;
}

/* The incidences [FROM, TO) are of one value. */
static void rate_value(struct search *s, size_t from, size_t to)
{
	struct shared_values *g = s->values;
	uint32_t identifier = s->incidences[from].identifier;
	uint16_t type = s->identifiers->types[identifier];
	struct span name = identifier_type_name(s->identifiers, type);
	struct span base = identifier_type_base(s->identifiers, type);
	struct span value = span_sub(s->identifiers->map.entries[identifier].key,
				     name.len + 1, SIZE_MAX);
	struct generic_rule rule = identity_rules_generic_of(g->rules, base);
	size_t persons;
	struct shared_value v = count_holders(s, from, to, s->roles[type], &persons);
	const struct suppression_share *left = suppressed_share_of(g->suppressed, identifier);

	if (left) {
		v.people += left->people;
		v.records += left->records;
	}
	v.kind = kind_of(s, &v, name, &rule, persons);
	if (!v.kind || (v.kind == SHARED_NAMES && !s->records_too))
		return;
	if (blocked_listed(&g->rules->blocked, name, value) == 0 ||
	    blocked_listed(&g->rules->blocked, base, value) == 0)
		return;
	if (v.kind != SHARED_NAMES)
		g->kinds[identifier] = v.kind;
	g->list = mem_room(g->list, g->count, &g->cap, sizeof *g->list);
	g->list[g->count++] = v;
}

/* Who has the value whose incidences begin at FROM; returns where they end. */
static size_t end_of_value(const struct search *s, size_t from)
{
	const struct incidence *list = s->incidences;
	size_t to = from;

	for (; to < s->incidence_count && list[to].identifier == list[from].identifier; to++) {
		if (to + AHEAD < s->incidence_count)
			__builtin_prefetch(&s->whos[list[to + AHEAD].who]);
	}
	return to;
}

static void rate_values(struct search *s)
{
	for (size_t from = 0, to; from < s->incidence_count; from = to) {
		to = end_of_value(s, from);
		rate_value(s, from, to);
	}
}

static bool has_shared(const struct search *s, const uint32_t *ids, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (s->values->kinds[ids[i]])
			return true;
	}
	return false;
}

static void split_holder(struct search *s, bool is_inline, uint32_t number,
			 const uint32_t *ids, size_t count)
{
	struct splitting *p = s->splitting;
	bool parts = false;

	if (!has_shared(s, ids, count) ||
	    (!s->records_too && !is_inline && record_traits(fragment_bytes(s, number), &parts))) {
		splitting_keep(p, is_inline, number, ids, count);
		return;
	}
	p->who = who_of(s, is_inline, number, ids, count, &p->name);
	splitting_take(p, is_inline, number, ids, count);
}

int shared_values_find(struct shared_values *g, const struct identity_graph *of, bool records_too,
		       struct error *err)
{
	struct identifiers *t = of->identifiers;
	struct splitting splitting = {
		.values = g, .fragments = of->fragments, .events = of->events, .links = of->links, .identifiers = t,
		.decisions = of->decisions, .err = err, .household = records_too,
	};
	struct search s = {
		.values = g, .fragments = of->fragments, .events = of->events, .links = of->links, .identifiers = t,
		.records_too = records_too, .splitting = &splitting,
		.counts = mem_zero(identifiers_count(t) + 1, sizeof *s.counts),
		.roles = who_roles(g->rules, t),
	};

	each_holder(&s, count_incidences);
	choose_candidates(&s);
	each_holder(&s, note_incidences);
	pool_each(of->workers, (s.who_count + WHOS - 1) / WHOS, read_whos, &s);
	sort_incidences(&s);
	g->kind_count = identifiers_count(t);
	g->kinds = mem_zero(g->kind_count + 1, sizeof *g->kinds);
	rate_values(&s);
	if (g->count) {
		each_holder(&s, split_holder);
		splitting_end(&splitting);
	}
	mem_free(s.counts);
	mem_free(s.roles);
	mem_free(s.whos);
	mem_free(s.holders);
	mem_free(s.incidences);
	mem_free(s.keys);
	mem_free(s.persons);
	return splitting.failed ? -1 : 0;
}

static void count_carrier(void *context, uint32_t event, uint32_t home, const uint32_t *ids, size_t count)
{
	struct search *s = context;

	(void)event;
	for (size_t i = 0; i < count && (home >= HOME_DUPLICATE || !s->leaves[home]); i++)
		s->counts[ids[i]] += s->values->kinds[ids[i]] > 0;
}

static void note_carrier(void *context, uint32_t event, uint32_t home, const uint32_t *ids, size_t count)
{
	struct search *s = context;
	uint32_t fragment = s->events->list[event].fragment;
	struct span name;

	if (home < HOME_DUPLICATE && s->leaves[home])
		return;
	for (size_t i = 0; i < count; i++) {
		if (!s->values->kinds[ids[i]])
			continue;
		s->incidences = mem_room(s->incidences, s->incidence_count, &s->incidence_cap, sizeof *s->incidences);
		s->incidences[s->incidence_count++] = (struct incidence){ids[i], (uint32_t)s->who_count};
	}
	if (s->incidence_count && s->incidences[s->incidence_count - 1].who == s->who_count) {
		s->whos = mem_room(s->whos, s->who_count, &s->who_cap, sizeof *s->whos);
		s->whos[s->who_count++] = who_of(s, fragment >= FRAGMENT_INLINE, fragment < FRAGMENT_INLINE ? fragment : event,
						 ids, count, &name);
	}
}

static int by_number(const void *a, const void *b)
{
	const struct shared_value *x = a, *y = b;

	return (x->identifier > y->identifier) - (x->identifier < y->identifier);
}

/* Counts each value of s->incidences, by number. */
static struct shared_value *count_staying(struct search *s, size_t *count)
{
	struct shared_value *list = NULL;
	size_t cap = 0, persons;

	*count = 0;
	for (size_t from = 0, to; from < s->incidence_count; from = to) {
		uint32_t identifier = s->incidences[from].identifier;

		to = end_of_value(s, from);
		list = mem_room(list, *count, &cap, sizeof *list);
		list[(*count)++] = count_holders(s, from, to, s->roles[s->identifiers->types[identifier]], &persons);
	}
	return list;
}

void shared_values_recount(struct shared_values *g, const struct identity_graph *of, const struct carriers *carriers,
			   const bool *leaves, struct shared_value *out)
{
	size_t identifiers = identifiers_count(of->identifiers), count;
	struct search s = {
		.values = g, .fragments = of->fragments, .events = of->events, .links = of->links,
		.identifiers = of->identifiers, .leaves = leaves, .roles = who_roles(g->rules, of->identifiers),
		.counts = mem_zero(identifiers + 1, sizeof *s.counts),
	};
	struct shared_value *list;

	carriers_each(carriers, of, count_carrier, &s);
	carriers_each(carriers, of, note_carrier, &s);
	sort_incidences(&s);
	list = count_staying(&s, &count);
	for (size_t i = 0; i < g->count; i++) {
		const struct shared_value *found = bsearch(&g->list[i], list, count, sizeof *list, by_number);

		out[i] = found ? *found : (struct shared_value){.identifier = g->list[i].identifier};
	}
	mem_free(list);
	mem_free(s.counts);
	mem_free(s.roles);
	mem_free(s.whos);
	mem_free(s.incidences);
	mem_free(s.keys);
	mem_free(s.persons);
}

static int by_priority(const void *a, const void *b, void *context)
{
	const struct shared_value *x = a, *y = b;

	return identifier_compare(context, x->identifier, y->identifier);
}

void shared_values_sort(struct shared_values *g, const struct identifiers *t)
{
	if (g->count > 1)
		qsort_r(g->list, g->count, sizeof *g->list, by_priority,
			(void *)(uintptr_t)t);
}

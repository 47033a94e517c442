#include "merge/joining.h"

#include "base/mem.h"

void joining_release(struct joining *j)
{
	records_release(&j->records);
	matching_release(&j->matching);
	*j = JOINING_INIT;
}

/* Traits that tell who somebody is without an identifier. */
#define TELLING_LEAST 2

static bool key_less(struct hash128 a, struct hash128 b)
{
	return a.high != b.high ? a.high < b.high : a.low < b.low;
}

/* By person: its kept event with the smallest key, or EVENTS_MAX. */
static uint32_t *find_first_events(const struct persons *p, const struct events *v)
{
	uint32_t *first = mem_alloc((p->count + 1) * sizeof *first);

	for (size_t i = 0; i < p->count; i++)
		first[i] = EVENTS_MAX;
	for (size_t i = 0; i < v->count; i++) {
		const struct entry *e = &v->list[i];

		if (e->person >= PERSON_INLINE || e->home == HOME_DUPLICATE)
			continue;
		if (first[e->person] == EVENTS_MAX ||
		    key_less(e->key, v->list[first[e->person]].key))
			first[e->person] = (uint32_t)i;
	}
	return first;
}

static bool is_kept(const void *context, uint32_t person)
{
	const uint32_t *first = context;

	return first[person] != EVENTS_MAX;
}

static uint32_t name_stranger(struct identifiers *t, struct hash128 key,
			      struct error *err)
{
	char text[sizeof RECORD_TYPE + 32] = RECORD_TYPE;
	struct span whole = {text, sizeof text};

	hash_128_hex(key, text + sizeof RECORD_TYPE);
	return identifiers_put(t, whole, sizeof RECORD_TYPE - 1, hash_64(whole), err);
}

/* Persons without identifier who say enough of themselves get one. */
static int name_strangers(struct joining *j, struct persons *p, struct events *v,
			  struct identifiers *t, const uint32_t *first,
			  struct error *err)
{
	bool parts;

	for (size_t i = 0; i < p->count; i++) {
		struct person *person = &p->list[i];
		struct hash128 key;

		if (person->home != HOME_NONE || first[i] == EVENTS_MAX ||
		    record_traits((struct span){person->bytes, person->len}, &parts) < TELLING_LEAST)
			continue;
		key = v->list[first[i]].key;
		if (!key.high && !key.low)	/* the event has no id */
			key = hash_128((struct span){person->bytes, person->len});
		person->home = name_stranger(t, key, err);
		if (person->home == IDENTIFIER_NONE)
			return -1;
		j->strangers++;
	}
	for (size_t i = 0; i < v->count; i++) {
		struct entry *e = &v->list[i];

		if (e->home == HOME_NONE && e->person < PERSON_INLINE)
			e->home = p->list[e->person].home;
	}
	return 0;
}

int joining_begin(struct joining *j, struct persons *p, struct events *v,
		  struct identifiers *t, struct error *err)
{
	uint32_t *first = find_first_events(p, v);
	int status = name_strangers(j, p, v, t, first, err);

	if (!status)
		records_gather(&j->records, p, is_kept, first);
	mem_free(first);
	return status;
}

/* Customers of the graph that have records, and what is theirs. */
struct units {
	uint32_t *of_root;	/* by identifier; UINT32_MAX: none */
	uint32_t *of_record;
	uint32_t *records, *record_starts;
	uint32_t *identifiers, *identifier_starts;
	uint32_t *roots;	/* by unit */
	size_t count;
};

static void units_release(struct units *u)
{
	mem_free(u->of_root);
	mem_free(u->of_record);
	mem_free(u->records);
	mem_free(u->record_starts);
	mem_free(u->identifiers);
	mem_free(u->identifier_starts);
	mem_free(u->roots);
}

/* Numbered by their first record. */
static void number_units(struct units *u, const struct records *r,
			 const struct persons *p, const struct graph *g,
			 size_t identifiers)
{
	u->of_root = mem_alloc((identifiers + 1) * sizeof *u->of_root);
	u->of_record = mem_alloc((r->count + 1) * sizeof *u->of_record);
	u->roots = mem_alloc((r->count + 1) * sizeof *u->roots);
	for (size_t i = 0; i < identifiers; i++)
		u->of_root[i] = UINT32_MAX;
	for (size_t i = 0; i < r->count; i++) {
		uint32_t root = g->roots[p->list[r->persons[i]].home];

		if (u->of_root[root] == UINT32_MAX) {
			u->of_root[root] = (uint32_t)u->count;
			u->roots[u->count++] = root;
		}
		u->of_record[i] = u->of_root[root];
	}
}

/* Items 0 .. COUNT - 1 by their part; UINT32_MAX: in none. */
static uint32_t *put_parts(const uint32_t *part_of, size_t count, size_t parts,
			   uint32_t **starts)
{
	uint32_t *items = mem_alloc((count + 1) * sizeof *items);
	uint32_t *at = mem_zero(parts + 2, sizeof *at);

	for (size_t i = 0; i < count; i++) {
		if (part_of[i] != UINT32_MAX)
			at[part_of[i] + 2]++;
	}
	for (size_t i = 2; i < parts + 2; i++)
		at[i] += at[i - 1];
	for (size_t i = 0; i < count; i++) {
		if (part_of[i] != UINT32_MAX)
			items[at[part_of[i] + 1]++] = (uint32_t)i;
	}
	*starts = at;
	return items;
}

static void fill_units(struct units *u, const struct records *r,
		       const struct graph *g, size_t identifiers)
{
	uint32_t *unit_of = mem_alloc((identifiers + 1) * sizeof *unit_of);

	for (size_t i = 0; i < identifiers; i++)
		unit_of[i] = u->of_root[g->roots[i]];
	u->identifiers = put_parts(unit_of, identifiers, u->count, &u->identifier_starts);
	u->records = put_parts(u->of_record, r->count, u->count, &u->record_starts);
	mem_free(unit_of);
}

void joining_run(struct joining *j, const struct persons *p,
		 const struct identifiers *t, const struct blocked *blocked,
		 struct graph *g, unsigned workers)
{
	size_t identifiers = identifiers_count(t);
	struct units u = {0};
	struct contraction problem;

	number_units(&u, &j->records, p, g, identifiers);
	fill_units(&u, &j->records, g, identifiers);
	problem = (struct contraction){
		.units = u.count, .unit_of = u.of_record,
		.records = {u.records, u.record_starts},
		.identifiers = {u.identifiers, u.identifier_starts},
		.table = t, .workers = workers,
	};
	matching_run(&j->matching, &j->records, p, blocked, &problem);
	for (size_t i = 0; i < identifiers; i++) {
		uint32_t unit = u.of_root[g->roots[i]];

		if (unit != UINT32_MAX)
			g->roots[i] = u.roots[j->matching.result.persons[unit]];
	}
	units_release(&u);
}

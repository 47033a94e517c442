#include "unify/graph/joining.h"

#include <stdlib.h>

#include "base/grouping.h"
#include "base/mem.h"
#include "unify/graph/apart.h"
#include "unify/graph/sharing.h"

void joining_release(struct joining *j)
{
	records_release(&j->records);
	mem_free(j->first);
	mem_free(j->silent);
	mem_free(j->sources);
	matching_release(&j->matching);
	*j = JOINING_INIT;
}

/* Traits that tell who somebody is without an identifier. */
#define TELLING_LEAST 2

/* By fragment: its kept event with the smallest key, or EVENTS_MAX. */
static uint32_t *find_first_events(const struct fragments *p, const struct events *v)
{
	uint32_t *first = mem_alloc((p->count + 1) * sizeof *first);

	for (size_t i = 0; i < p->count; i++)
		first[i] = EVENTS_MAX;
	for (size_t i = 0; i < v->count; i++) {
		const struct entry *e = &v->list[i];

		if (e->fragment >= FRAGMENT_INLINE || e->home == HOME_DUPLICATE)
			continue;
		if (first[e->fragment] == EVENTS_MAX ||
		    hash_128_compare(e->key, v->list[first[e->fragment]].key) < 0)
			first[e->fragment] = (uint32_t)i;
	}
	return first;
}

static bool is_kept(const void *context, uint32_t fragment)
{
	const uint32_t *first = context;

	return first[fragment] != EVENTS_MAX;
}

/* Fragments without identifier who say enough of themselves get one. */
static int name_records(struct joining *j, const struct identity_graph *of,
			const unsigned char *look, struct error *err)
{
	struct fragments *p = of->fragments;
	struct events *v = of->events;

	for (size_t i = 0; i < p->count; i++) {
		struct fragment *fragment = &p->list[i];

		if (fragment->home != HOME_NONE || j->first[i] == EVENTS_MAX ||
		    (look[i] & RECORD_TRAITS) < TELLING_LEAST)
			continue;
		fragment->home = sharing_name_record(of->identifiers, fragment, &v->list[j->first[i]], err);
		if (fragment->home == IDENTIFIER_NONE)
			return -1;
		j->unnamed++;
	}
	for (size_t i = 0; i < v->count; i++) {
		struct entry *e = &v->list[i];

		if (e->home == HOME_NONE && e->fragment < FRAGMENT_INLINE)
			e->home = p->list[e->fragment].home;
	}
	return 0;
}

/* The identifiers of a record tie nothing by themselves: matching weighs them. */
static void drop_links(struct joining *j, const struct fragments *p, struct links *l)
{
	j->silent = mem_zero(p->count + 1, sizeof *j->silent);
	for (size_t i = 0; i < j->records.count; i++)
		j->silent[j->records.fragments[i]] = true;
	l->silent = j->silent;
}

int joining_begin(struct joining *j, enum match_mode mode, const struct identity_graph *of,
		  struct error *err)
{
	const struct fragments *p = of->fragments;
	unsigned char *look;
	int status;

	j->mode = mode;
	j->first = find_first_events(p, of->events);
	map_put(&of->identifiers->type_names, SPAN(RECORD_TYPE), NULL);
	look = records_look(p, of->workers);
	status = name_records(j, of, look, err);
	if (!status)
		records_gather(&j->records, p, look, is_kept, j->first, of->workers);
	mem_free(look);
	if (status)
		return -1;
	if (mode == MATCH_FUZZY)
		drop_links(j, p, of->links);
	return 0;
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
			 const struct fragments *p, const struct graph *g,
			 size_t identifiers)
{
	u->of_root = mem_alloc((identifiers + 1) * sizeof *u->of_root);
	u->of_record = mem_alloc((r->count + 1) * sizeof *u->of_record);
	u->roots = mem_alloc((r->count + 1) * sizeof *u->roots);
	for (size_t i = 0; i < identifiers; i++)
		u->of_root[i] = UINT32_MAX;
	for (size_t i = 0; i < r->count; i++) {
		uint32_t root = g->roots[p->list[r->fragments[i]].home];

		if (u->of_root[root] == UINT32_MAX) {
			u->of_root[root] = (uint32_t)u->count;
			u->roots[u->count++] = root;
		}
		u->of_record[i] = u->of_root[root];
	}
}

static void fill_units(struct units *u, const struct records *r,
		       const struct graph *g, size_t identifiers)
{
	uint32_t *unit_of = mem_alloc((identifiers + 1) * sizeof *unit_of);

	for (size_t i = 0; i < identifiers; i++)
		unit_of[i] = u->of_root[g->roots[i]];
	u->identifiers = grouping_make(unit_of, identifiers, u->count, &u->identifier_starts);
	u->records = grouping_make(u->of_record, r->count, u->count, &u->record_starts);
	mem_free(unit_of);
}

/* The graph's customers that are one take one root. */
static void join_customers(struct joining *j, const struct units *u,
			   const struct identifiers *t, struct graph *g)
{
	for (size_t i = 0; i < identifiers_count(t); i++) {
		uint32_t unit = u->of_root[g->roots[i]];

		if (unit != UINT32_MAX)
			g->roots[i] = u->roots[j->matching.result.fragments[unit]];
	}
}

/* By record: the sources whose events say it. */
static int find_sources(struct joining *j, const struct fragments *p,
			const struct events *v, struct error *err)
{
	if (j->matching.wishes.link == LINK_BOTH)
		return 0;
	j->sources = mem_zero(j->records.count + 1, sizeof *j->sources);
	for (size_t i = 0; i < v->count; i++) {
		const struct entry *e = &v->list[i];
		uint32_t record = e->fragment < p->count ? j->records.of_fragment[e->fragment]
						       : RECORD_NONE;

		if (record == RECORD_NONE || e->home == HOME_DUPLICATE)
			continue;
		if (e->source >= LINK_SOURCES_MAX)
			return error_usage(err, "--link: more than %d sources", LINK_SOURCES_MAX);
		j->sources[record] |= (uint64_t)1 << e->source;
	}
	return 0;
}

/* By unit, or NULL. */
static uint64_t *sources_of_units(const struct joining *j, const struct units *u)
{
	uint64_t *list;

	if (!j->sources)
		return NULL;
	list = mem_zero(u->count + 1, sizeof *list);
	for (size_t i = 0; i < j->records.count; i++) {
		if (u->of_record[i] < u->count)
			list[u->of_record[i]] |= j->sources[i];
	}
	return list;
}

static int run_units(struct joining *j, const struct units *u, const struct identity_graph *of,
		     const struct blocked *blocked, const struct apart *a, struct error *err)
{
	uint32_t *tags = NULL, *starts = NULL;
	uint64_t *sources = sources_of_units(j, u);
	struct contraction problem = {
		.link = j->matching.wishes.link, .sources = sources,
		.units = u->count, .unit_of = u->of_record,
		.records = {u->records, u->record_starts},
		.identifiers = {u->identifiers, u->identifier_starts},
		.table = of->identifiers, .workers = of->workers,
	};
	int status;

	apart_of_units(a, &problem.records, &problem.identifiers, of->graph->roots, u->count, &tags,
		       &starts);
	problem.apart = (struct unit_list){tags, starts};
	status = matching_run(&j->matching, &j->records, of->fragments, blocked, j->sources,
			      &problem, err);
	mem_free(tags);
	mem_free(starts);
	mem_free(sources);
	return status;
}

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The identifiers of WHO; returns how many. */
static size_t put_identifiers(const struct fragments *p, uint32_t fragment, uint32_t *out)
{
	const struct fragment *who = &p->list[fragment];

	out[0] = who->home;
	for (uint32_t i = 0; i < who->other_count; i++)
		out[i + 1] = p->others[who->others + i];
	return who->other_count + 1;
}

/* Identifiers [FROM, TO) of one unit: ascending, without repetition. */
static size_t settle_identifiers(uint32_t *list, size_t from, size_t to)
{
	size_t kept = from;

	if (to - from > 1)
		qsort(list + from, to - from, sizeof *list, by_number);
	for (size_t i = from; i < to; i++) {
		if (kept == from || list[i] != list[kept - 1])
			list[kept++] = list[i];
	}
	return kept;
}

/* Each record is a unit, with the identifiers that it says itself; those that
 * the ledger ties are one. */
static void make_records_units(struct units *u, const struct records *r,
			       const struct identity_graph *of, struct apart *a)
{
	const struct fragments *p = of->fragments;
	size_t identifiers = 0;

	u->of_record = mem_alloc((r->count + 1) * sizeof *u->of_record);
	u->count = apart_group(a, of, r, u->of_record);
	u->records = grouping_make(u->of_record, r->count, u->count, &u->record_starts);
	for (size_t i = 0; i < r->count; i++) {
		records_prefetch(r, p, i);
		identifiers += 1 + p->list[r->fragments[i]].other_count;
	}
	u->identifier_starts = mem_alloc((u->count + 2) * sizeof *u->identifier_starts);
	u->identifiers = mem_alloc((identifiers + 1) * sizeof *u->identifiers);
	identifiers = 0;
	for (uint32_t i = 0; i < u->count; i++) {
		size_t from = identifiers;

		/* Nearly all units are one record. */
		records_prefetch(r, p, u->records[u->record_starts[i]]);
		u->identifier_starts[i] = (uint32_t)from;
		for (uint32_t j = u->record_starts[i]; j < u->record_starts[i + 1]; j++)
			identifiers += put_identifiers(p, r->fragments[u->records[j]],
						       u->identifiers + identifiers);
		identifiers = settle_identifiers(u->identifiers, from, identifiers);
	}
	u->identifier_starts[u->count] = (uint32_t)identifiers;
}

/* By record: a number of its customer. */
static uint32_t *customers_of_records(const struct joining *j, const struct units *u)
{
	uint32_t *list = mem_alloc((j->records.count + 1) * sizeof *list);

	for (size_t i = 0; i < j->records.count; i++)
		list[i] = j->matching.result.fragments[u->of_record[i]];
	return list;
}

/* With identifiers as evidence: records become customers, who share identifiers. */
static int run_fuzzy(struct joining *j, const struct identity_graph *of,
		     const struct blocked *blocked, struct apart *a, struct error *err)
{
	struct sharing_task task = {&j->records, NULL, j->first, of->events, a};
	struct units u = {0};
	uint32_t *customers = NULL;
	int status;

	make_records_units(&u, &j->records, of, a);
	status = run_units(j, &u, of, blocked, a, err);
	if (!status) {
		task.customers = customers = customers_of_records(j, &u);
		status = sharing_run(&task, of->fragments, of->identifiers, of->links, of->graph, err);
	}
	mem_free(customers);
	units_release(&u);
	return status;
}

/* With identifiers as law: their customers are joined. */
static int run_both(struct joining *j, const struct identity_graph *of,
		    const struct blocked *blocked, struct apart *a, struct error *err)
{
	size_t identifiers = identifiers_count(of->identifiers);
	struct units u = {0};
	int status;

	number_units(&u, &j->records, of->fragments, of->graph, identifiers);
	fill_units(&u, &j->records, of->graph, identifiers);
	status = run_units(j, &u, of, blocked, a, err);
	if (!status)
		join_customers(j, &u, of->identifiers, of->graph);
	units_release(&u);
	return status;
}

int joining_run(struct joining *j, const struct identity_graph *of,
		const struct blocked *blocked, struct error *err)
{
	size_t before = identifiers_count(of->identifiers);
	struct apart apart;
	int status;

	if (find_sources(j, of->fragments, of->events, err))
		return -1;
	apart_begin(&apart, of->decisions, of->graph->roots);
	status = (j->mode == MATCH_FUZZY ? run_fuzzy : run_both)(j, of, blocked, &apart, err);
	apart_release(&apart);
	j->unseen = j->unnamed + (identifiers_count(of->identifiers) - before);
	return status;
}

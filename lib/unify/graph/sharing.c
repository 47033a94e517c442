#include "unify/graph/sharing.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* That RECORD has IDENTIFIER; AT is where its number is kept. */
struct incidence {
	uint32_t identifier;
	uint32_t root;
	uint32_t customer;
	uint32_t record;
	bool foreign;		/* its root is on the other side of a cannot-link */
	uint32_t *at;
};

/* Who had the identifiers of a root first. */
struct owner {
	int64_t time;
	uint32_t record;	/* RECORD_NONE: nobody */
	uint32_t customer;
};

struct sharing {
	const struct sharing_task *task;
	const struct records *records;
	const uint32_t *customers;
	struct fragments *fragments;
	struct identifiers *identifiers;
	struct links *links;
	struct graph *graph;
	struct incidence *incidences;	/* by customer, then identifier */
	size_t count;
	struct owner *owners;		/* by root */
	uint32_t *sizes;		/* by root: identifiers */
	uint32_t *marks;		/* by root: customer + 1 that counted it */
	uint32_t *new_roots;		/* by old root */
	uint32_t *starts, *members;	/* identifiers by root */
	uint32_t *counts;		/* by type; scratch */
	size_t root_cap;
	struct error *err;
};

static int by_customer(const void *a, const void *b)
{
	const struct incidence *x = a, *y = b;

	if (x->customer != y->customer)
		return x->customer < y->customer ? -1 : 1;
	if (x->identifier != y->identifier)
		return x->identifier < y->identifier ? -1 : 1;
	return x->record < y->record ? -1 : x->record > y->record;
}

/* So many steps ahead memory is fetched. */
#define AHEAD 16

/* By customer: where its incidences begin; one more than there can be. */
static uint32_t *count_incidences(const struct sharing *s)
{
	const struct records *r = s->records;
	uint32_t *starts = mem_zero(r->count + 2, sizeof *starts);

	for (size_t i = 0; i < r->count; i++) {
		records_prefetch(r, s->fragments, i);
		if (i + AHEAD < r->count)
			__builtin_prefetch(&starts[s->customers[i + AHEAD] + 1]);
		starts[s->customers[i] + 1] += 1 + s->fragments->list[r->fragments[i]].other_count;
	}
	for (size_t i = 0; i <= r->count; i++)
		starts[i + 1] += starts[i];
	return starts;
}

static void put_incidence(struct sharing *s, uint32_t *at, uint32_t record, uint32_t *where)
{
	s->incidences[(*at)++] = (struct incidence){
		*where, s->graph->roots[*where], s->customers[record], record, false, where,
	};
}

/* What the incidences of records behind RECORD read and where they go. */
static void fetch_record(const struct sharing *s, const uint32_t *starts, uint32_t record)
{
	const struct records *r = s->records;

	records_prefetch(r, s->fragments, record);
	if (record + AHEAD < r->count) {
		const struct fragment *fragment = &s->fragments->list[r->fragments[record + AHEAD]];

		__builtin_prefetch(&s->graph->roots[fragment->home]);
		__builtin_prefetch(&starts[s->customers[record + AHEAD]]);
	}
	if (record + AHEAD / 2 < r->count)
		__builtin_prefetch(&s->incidences[starts[s->customers[record + AHEAD / 2]]], 1);
}

/* Dealt to customers, then sorted one customer at a time: a customer has few. */
static void list_incidences(struct sharing *s)
{
	const struct records *r = s->records;
	struct fragments *p = s->fragments;
	uint32_t *starts = count_incidences(s);

	s->count = starts[r->count];
	s->incidences = mem_alloc((s->count + 1) * sizeof *s->incidences);
	for (uint32_t i = 0; i < r->count; i++) {
		struct fragment *fragment = &p->list[r->fragments[i]];
		uint32_t *at = &starts[s->customers[i]];

		fetch_record(s, starts, i);
		put_incidence(s, at, i, &fragment->home);
		for (uint32_t j = 0; j < fragment->other_count; j++)
			put_incidence(s, at, i, &p->others[fragment->others + j]);
	}
	/* Each start has become the next one's. */
	for (size_t i = 0, from = 0; i < r->count; from = starts[i++]) {
		if (starts[i] - from > 1)
			qsort(s->incidences + from, starts[i] - from, sizeof *s->incidences, by_customer);
	}
	mem_free(starts);
}

/* Others of a fragment that were taken away leave no gap. */
static void close_gaps(struct fragments *p, struct fragment *fragment)
{
	uint32_t *list = p->others + fragment->others;
	uint32_t all = fragment->other_count + fragment->shown_count, kept = 0;

	for (uint32_t i = 0; i < all; i++) {
		if (list[i] != IDENTIFIER_NONE)
			list[kept++] = list[i];
	}
	fragment->other_count -= all - kept;
}

/* What the ledger keeps from the customer of incidences [FROM, TO); those that stay
 * go to *KEPT. */
static void bar_customer(struct sharing *s, size_t from, size_t to, size_t *kept)
{
	const struct apart *a = s->task->apart;
	struct numbers tags = {0};

	for (size_t i = from; i < to; i++)
		apart_add_record(a, s->incidences[i].record, &tags);
	for (size_t i = from; i < to; i++) {
		struct incidence m = s->incidences[i];

		if (tags.count && apart_is_barred(a, m.identifier, &tags)) {
			*m.at = IDENTIFIER_NONE;
			continue;
		}
		m.foreign = tags.count && apart_is_foreign(a, m.root, &tags);
		s->incidences[(*kept)++] = m;
	}
	mem_free(tags.list);
}

/* Once incidences are listed; numbers in fragments move after settle_all. */
static void bar_all(struct sharing *s)
{
	size_t count = s->count, kept = 0;

	if (!s->task->apart->end_count)
		return;
	for (size_t from = 0, to; from < count; from = to) {
		for (to = from + 1; to < count &&
		     s->incidences[to].customer == s->incidences[from].customer; to++)
			;
		bar_customer(s, from, to, &kept);
	}
	s->count = kept;
}

static void close_all_gaps(struct sharing *s)
{
	for (size_t i = 0; s->task->apart->end_count && i < s->records->count; i++)
		close_gaps(s->fragments, &s->fragments->list[s->records->fragments[i]]);
}

/* What a must-link ties goes with those it ties. */
static bool may_claim(const struct sharing *s, const struct incidence *m)
{
	uint32_t record = apart_claim(s->task->apart, m->root);

	return record == RECORD_NONE || s->customers[record] == m->customer;
}

/* What the incidences behind NUMBER lead to. */
static void fetch_owner(const struct sharing *s, size_t number)
{
	const struct incidence *m = &s->incidences[number];

	if (s->count - number > 2 * AHEAD)
		__builtin_prefetch(&s->records->fragments[m[2 * AHEAD].record]);
	if (s->count - number > AHEAD) {
		__builtin_prefetch(&s->links->fragments[s->records->fragments[m[AHEAD].record]]);
		__builtin_prefetch(&s->owners[m[AHEAD].root]);
	}
}

static void find_owners(struct sharing *s, size_t identifiers)
{
	for (size_t i = 0; i < identifiers; i++) {
		if (i + AHEAD < identifiers)
			__builtin_prefetch(&s->sizes[s->graph->roots[i + AHEAD]]);
		s->owners[i].record = RECORD_NONE;
		s->new_roots[i] = (uint32_t)i;
		s->sizes[s->graph->roots[i]]++;
	}
	for (size_t i = 0; i < s->count; i++) {
		const struct incidence *m = &s->incidences[i];
		int64_t time = s->links->fragments[s->records->fragments[m->record]].seen.first;
		struct owner *o = &s->owners[m->root];

		fetch_owner(s, i);
		if (m->foreign || !may_claim(s, m))
			continue;
		if (time == MOMENT_NONE)
			time = INT64_MAX;
		if (o->record == RECORD_NONE || time < o->time ||
		    (time == o->time && m->record < o->record))
			*o = (struct owner){time, m->record, m->customer};
	}
}

static void add_root(struct sharing *s, uint32_t number, uint32_t root)
{
	while (s->root_cap <= number) {
		s->root_cap *= 2;
		s->graph->roots = mem_grow(s->graph->roots, s->root_cap,
					   sizeof *s->graph->roots);
	}
	s->graph->roots[number] = root;
}

/* May the customer of incidence M have M's root itself; ALONE: only a lone one, or
 * what the ledger ties? */
static bool may_own(const struct sharing *s, const struct incidence *m, bool alone)
{
	return !m->foreign && s->owners[m->root].record != RECORD_NONE &&
	       s->owners[m->root].customer == m->customer &&
	       (!alone || s->sizes[m->root] == 1 ||
		apart_claim(s->task->apart, m->root) != RECORD_NONE);
}

static bool is_held(const struct sharing *s, size_t from, size_t to, uint32_t identifier)
{
	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (s->incidences[middle].identifier == identifier)
			return true;
		if (s->incidences[middle].identifier < identifier)
			from = middle + 1;
		else
			to = middle;
	}
	return false;
}

static bool count_one(struct sharing *s, uint32_t identifier)
{
	uint16_t type = s->identifiers->types[identifier];

	return ++s->counts[type] > s->identifiers->type_list[type].limit;
}

/* The identifiers of M's root that the customer of [FROM, TO) does not have. */
static bool count_root(struct sharing *s, size_t from, size_t to, const struct incidence *m)
{
	bool broken = false;

	if (!may_own(s, m, false) || s->sizes[m->root] < 2 ||
	    s->marks[m->root] == m->customer + 1)
		return false;
	s->marks[m->root] = m->customer + 1;
	for (uint32_t i = s->starts[m->root]; i < s->starts[m->root + 1]; i++) {
		if (!is_held(s, from, to, s->members[i]))
			broken = count_one(s, s->members[i]) || broken;
	}
	return broken;
}

/* What the incidences behind NUMBER are settled by. */
static void fetch_incidence(const struct sharing *s, size_t number)
{
	const struct incidence *m = &s->incidences[number];

	if (s->count - number <= 2 * AHEAD)
		return;
	__builtin_prefetch(&s->owners[m[2 * AHEAD].root]);
	__builtin_prefetch(&s->sizes[m[2 * AHEAD].root]);
	__builtin_prefetch(&s->marks[m[2 * AHEAD].root]);
	__builtin_prefetch(&s->starts[m[2 * AHEAD].root]);
	__builtin_prefetch(&s->new_roots[m[2 * AHEAD].root]);
	__builtin_prefetch(&s->identifiers->types[m[2 * AHEAD].identifier]);
	__builtin_prefetch(&s->identifiers->map.entries[m[2 * AHEAD].identifier]);
	__builtin_prefetch(m[2 * AHEAD].at, 1);
}

/* Would what its roots hold bring the customer of [FROM, TO) beyond a limit? */
static bool breaks_limit(struct sharing *s, size_t from, size_t to)
{
	bool broken = false;

	memset(s->counts, 0, s->identifiers->type_names.count * sizeof *s->counts);
	for (size_t i = from; i < to; i++) {
		const struct incidence *m = &s->incidences[i];

		fetch_incidence(s, i);
		if (i == from || m->identifier != m[-1].identifier)
			count_one(s, m->identifier);
	}
	for (size_t i = from; i < to; i++)
		broken = count_root(s, from, to, &s->incidences[i]) || broken;
	return broken;
}

/* One identifier's incidences by one customer, from FROM: to its own or a copy. */
static int settle_incidence(struct sharing *s, size_t from, size_t to, uint32_t root, bool own)
{
	uint32_t number = s->incidences[from].identifier;

	if (own) {
		s->new_roots[s->incidences[from].root] = root;
		return 0;
	}
	number = identifiers_copy(s->identifiers, number, s->err);
	if (number == IDENTIFIER_NONE)
		return -1;
	add_root(s, number, root);
	for (size_t i = from; i < to; i++)
		*s->incidences[i].at = number;
	return 0;
}

/* What names a record: its event's key, or what it says where that has no id. */
static struct hash128 naming_key(const struct fragment *fragment, const struct entry *first)
{
	struct hash128 key = first->key;

	if (!key.high && !key.low) {
		key = hash_128((struct span){fragment->bytes, fragment->len});
		key.low = fragment->key.plain;
	}
	return key;
}

static uint32_t name_by(struct identifiers *t, struct hash128 key, struct error *err)
{
	char text[sizeof RECORD_TYPE + 32] = RECORD_TYPE;
	struct span whole = {text, sizeof text};

	hash_128_hex(key, text + sizeof RECORD_TYPE);
	return identifiers_put(t, whole, sizeof RECORD_TYPE - 1, hash_64(whole), err);
}

/* A customer of copies only is named like a record: the smallest of its keys. */
static int name_customer(struct sharing *s, size_t from, size_t to, uint32_t root)
{
	struct hash128 least = {UINT64_MAX, UINT64_MAX};
	uint32_t number;

	for (size_t i = from; i < to; i++) {
		uint32_t p = s->records->fragments[s->incidences[i].record];
		struct hash128 key = naming_key(&s->fragments->list[p],
						&s->task->events->list[s->task->first[p]]);

		if (hash_128_compare(key, least) < 0)
			least = key;
	}
	number = name_by(s->identifiers, least, s->err);
	if (number == IDENTIFIER_NONE)
		return -1;
	add_root(s, number, root);
	return 0;
}

/* All incidences of one customer. */
static int settle_customer(struct sharing *s, size_t from, size_t to)
{
	bool alone = breaks_limit(s, from, to), any = false;
	uint32_t root = s->incidences[from].identifier;

	for (size_t i = from; i < to && !any; i++) {
		any = may_own(s, &s->incidences[i], alone);
		if (any)
			root = s->incidences[i].root;
	}
	/* Without any of its own, the first copy is the root. */
	if (!any)
		root = (uint32_t)identifiers_count(s->identifiers);
	for (size_t i = from, end; i < to; i = end) {
		for (end = i + 1; end < to &&
		     s->incidences[end].identifier == s->incidences[i].identifier; end++)
			;
		if (settle_incidence(s, i, end, root, may_own(s, &s->incidences[i], alone)))
			return -1;
	}
	return any ? 0 : name_customer(s, from, to, root);
}

/* What a record says of its identifiers dates and ties them as any event does. */
static void add_links(struct sharing *s)
{
	const struct fragments *p = s->fragments;
	struct links *l = s->links;
	size_t count = l->count;

	for (size_t i = 0; i < s->records->count; i++) {
		records_prefetch(s->records, p, i);
		count += p->list[s->records->fragments[i]].other_count;
	}
	l->list = mem_grow(l->list, count + 1, sizeof *l->list);
	for (size_t i = 0; i < s->records->count; i++) {
		uint32_t number = s->records->fragments[i];
		const struct fragment *fragment = &p->list[number];

		records_prefetch(s->records, p, i);
		if (i + AHEAD < s->records->count)
			__builtin_prefetch(&l->fragments[s->records->fragments[i + AHEAD]]);
		for (uint32_t j = 0; j < fragment->other_count; j++)
			l->list[l->count++] = (struct link){
				fragment->home, p->others[fragment->others + j],
				l->fragments[number].seen,
			};
	}
}

static void group_by_root(struct sharing *s, size_t identifiers)
{
	s->starts = mem_zero(identifiers + 2, sizeof *s->starts);
	s->members = mem_alloc((identifiers + 1) * sizeof *s->members);
	for (size_t i = 0; i < identifiers; i++)
		s->starts[s->graph->roots[i] + 2]++;
	for (size_t i = 2; i < identifiers + 2; i++)
		s->starts[i] += s->starts[i - 1];
	for (size_t i = 0; i < identifiers; i++) {
		if (i + AHEAD < identifiers)
			__builtin_prefetch(&s->starts[s->graph->roots[i + AHEAD] + 1]);
		s->members[s->starts[s->graph->roots[i] + 1]++] = (uint32_t)i;
	}
}

static int settle_all(struct sharing *s, size_t identifiers)
{
	for (size_t from = 0, to; from < s->count; from = to) {
		for (to = from + 1; to < s->count &&
		     s->incidences[to].customer == s->incidences[from].customer; to++)
			;
		if (settle_customer(s, from, to))
			return -1;
	}
	for (size_t i = 0; i < identifiers_count(s->identifiers); i++) {
		uint32_t root = s->graph->roots[i];

		if (root < identifiers)
			s->graph->roots[i] = s->new_roots[root];
	}
	close_all_gaps(s);
	add_links(s);
	return 0;
}

int sharing_run(const struct sharing_task *task, struct fragments *p, struct identifiers *t,
		struct links *l, struct graph *g, struct error *err)
{
	size_t identifiers = identifiers_count(t);
	struct sharing s = {
		.task = task, .records = task->records, .customers = task->customers,
		.fragments = p, .identifiers = t, .links = l, .graph = g, .err = err,
		.root_cap = identifiers + 1,
		.owners = mem_alloc((identifiers + 1) * sizeof *s.owners),
		.sizes = mem_zero(identifiers + 1, sizeof *s.sizes),
		.marks = mem_zero(identifiers + 1, sizeof *s.marks),
		.new_roots = mem_alloc((identifiers + 1) * sizeof *s.new_roots),
		.counts = mem_zero(t->type_names.count + 1, sizeof *s.counts),
	};
	int status;

	g->roots = mem_grow(g->roots, s.root_cap, sizeof *g->roots);
	list_incidences(&s);
	bar_all(&s);
	find_owners(&s, identifiers);
	group_by_root(&s, identifiers);
	status = settle_all(&s, identifiers);
	mem_free(s.incidences);
	mem_free(s.owners);
	mem_free(s.sizes);
	mem_free(s.marks);
	mem_free(s.new_roots);
	mem_free(s.counts);
	mem_free(s.starts);
	mem_free(s.members);
	return status;
}

uint32_t sharing_name_record(struct identifiers *t, const struct fragment *fragment,
			     const struct entry *first, struct error *err)
{
	return name_by(t, naming_key(fragment, first), err);
}

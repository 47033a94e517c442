#include "unify/graph/ledger_decisions.h"

#include <stdlib.h>

#include "base/disjoint.h"
#include "base/mem.h"
#include "record/scan.h"
#include "unify/graph/kept.h"
#include "unify/graph/sharing.h"
#include "unify/identity/spelling.h"

/* A record that is sought, by the key of its events. */
struct wanted {
	struct hash128 key;
	uint32_t end;
};

struct ledger_decisions {
	const struct ledger *ledger;
	struct fragments *fragments;
	struct events *events;
	struct links *links;
	struct identifiers *identifiers;
	struct decisions *decisions;
	struct error *err;
	bool *kept;		/* by identifier: the data have it */
	uint32_t *numbers;	/* by end: its identifier, or IDENTIFIER_NONE */
	struct map spellings;	/* of identifiers that are not in the data -> one in that spelling, + 1 */
	struct wanted *wanted;	/* by key */
	size_t wanted_count;
	struct sighting *added;	/* of inline events, by event */
	size_t added_count, added_cap;
};

static int by_key(const void *a, const void *b)
{
	const struct wanted *x = a, *y = b;

	return hash_128_compare(x->key, y->key);
}

/* E may be A or B. */
static int ask_for_source(const struct ledger_decisions *w, const struct ledger_end *e, struct span a, struct span b)
{
	char value[ERROR_QUOTE_MAX];

	error_quote(e->value, value);
	error_usage(w->err, "%.*s %s is of several sources: write %.*s=... or %.*s=..., as it is meant",
		    SPAN_ARG(e->type), value, SPAN_ARG(a), SPAN_ARG(b));
	error_place(w->err, w->ledger->path, e->line, 0);
	return -1;
}

/* The identifier of E into *OUT; one that several sources have is a question. */
static int find_identifier(const struct ledger_decisions *w, const struct ledger_end *e, uint32_t *out)
{
	const struct identifiers *t = w->identifiers;
	struct span first = SPAN_NONE, second = SPAN_NONE;
	uint32_t number;
	size_t at = 0;

	*out = IDENTIFIER_NONE;
	while (identifiers_meant(t, e->type, e->value, &at, &number)) {
		struct span name = identifier_type_name(t, t->types[number]);

		if (!w->kept[number])
			continue;
		*out = number;
		if (span_absent(first) || span_compare(name, first) < 0) {
			second = first;
			first = name;
		} else if (span_absent(second) || span_compare(name, second) < 0) {
			second = name;
		}
	}
	return span_absent(second) ? 0 : ask_for_source(w, e, first, second);
}

/* Of several the first by text: the order of the input must not show. */
static void take_spelled(void *context, size_t entry, uint32_t number)
{
	struct ledger_decisions *w = context;
	struct map_entry *e = &w->spellings.entries[entry];

	number = identifiers_resolved(w->identifiers, number);
	if (!e->number || span_compare(w->identifiers->map.entries[number].key,
				       w->identifiers->map.entries[e->number - 1].key) < 0)
		e->number = (uint64_t)number + 1;
}

/* The identifier that END, which is not in the data, may mean by its spelling. */
static uint32_t find_spelled(const struct ledger_decisions *w, const struct ledger_end *end)
{
	struct buf key = BUF_INIT;
	size_t at;

	spelling_put_key(end->type, end->value, &key);
	at = map_find(&w->spellings, buf_view(&key));
	buf_release(&key);
	return at == MAP_NONE || !w->spellings.entries[at].number ? IDENTIFIER_NONE :
		(uint32_t)w->spellings.entries[at].number - 1;
}

/* Identifiers that are not in the data as they are written. */
static void look_up_spellings(struct ledger_decisions *w)
{
	size_t ends = w->ledger->names.count;
	struct buf key = BUF_INIT;

	for (uint32_t i = 0; i < ends; i++) {
		const struct ledger_end *e = &w->ledger->ends[i];

		if (span_absent(e->type) || w->numbers[i] != IDENTIFIER_NONE)
			continue;
		buf_clear(&key);
		spelling_put_key(e->type, e->value, &key);
		map_put(&w->spellings, buf_view(&key), NULL);
	}
	buf_release(&key);
	spelling_search(w->identifiers, &w->spellings, take_spelled, w);
	for (uint32_t i = 0; i < ends && w->spellings.count; i++) {
		const struct ledger_end *e = &w->ledger->ends[i];

		if (!span_absent(e->type) && w->numbers[i] == IDENTIFIER_NONE && spelling_is_sure(e->type))
			w->numbers[i] = find_spelled(w, e);
	}
}

static void count_missing(const struct ledger_decisions *w, struct ledger_missing *out)
{
	for (uint32_t i = 0; i < w->ledger->names.count; i++) {
		const struct ledger_end *e = &w->ledger->ends[i];

		if (w->numbers[i] != IDENTIFIER_NONE || out->count++)
			continue;
		out->end = i;
		out->near = span_absent(e->type) ? IDENTIFIER_NONE : find_spelled(w, e);
	}
}

static int look_up(struct ledger_decisions *w)
{
	size_t ends = w->ledger->names.count;

	w->kept = kept_find(w->identifiers, w->fragments, w->events, w->links);
	w->numbers = mem_alloc((ends + 1) * sizeof *w->numbers);
	w->wanted = mem_alloc((ends + 1) * sizeof *w->wanted);
	for (uint32_t i = 0; i < ends; i++) {
		const struct ledger_end *e = &w->ledger->ends[i];

		w->numbers[i] = IDENTIFIER_NONE;
		if (span_absent(e->type))
			w->wanted[w->wanted_count++] = (struct wanted){ledger_record_key(e), i};
		else if (find_identifier(w, e, &w->numbers[i]))
			return -1;
	}
	look_up_spellings(w);
	if (w->wanted_count > 1)
		qsort(w->wanted, w->wanted_count, sizeof *w->wanted, by_key);
	return 0;
}

/* A fragment of its own for event NUMBER, with NODE as its home. */
static int clone_fragment(struct ledger_decisions *w, uint32_t number, uint32_t node)
{
	struct fragments *p = w->fragments;
	struct entry *e = &w->events->list[number];
	struct fragment clone = p->list[e->fragment];
	uint32_t others = clone.others, count = clone.other_count;
	bool had_home = clone.home != HOME_NONE;

	if (fragments_check(p, count + 2, w->err))
		return -1;
	clone.others = (uint32_t)p->other_count;
	clone.other_count = count + had_home;
	for (uint32_t i = 0; i < clone.other_count; i++) {
		uint32_t id = had_home ? i ? p->others[others + i - 1] : clone.home
				       : p->others[others + i];

		p->others = mem_room(p->others, p->other_count, &p->other_cap,
				     sizeof *p->others);
		p->others[p->other_count++] = id;
	}
	clone.home = node;
	p->list = mem_room(p->list, p->count, &p->cap, sizeof *p->list);
	p->list[p->count] = clone;
	e->fragment = (uint32_t)p->count++;
	e->home = node;
	return 0;
}

static int take_record(struct ledger_decisions *w, uint32_t number, uint32_t end)
{
	struct entry *e = &w->events->list[number];
	struct decisions *d = w->decisions;
	uint32_t node = sharing_name_record(w->identifiers, NULL, e, w->err);

	if (node == IDENTIFIER_NONE)
		return -1;
	w->numbers[end] = node;
	d->records = mem_room(d->records, d->record_count, &d->record_cap, sizeof *d->records);
	d->records[d->record_count++] = (struct named_record){
		node, w->ledger->names.entries[end].key,
	};
	if (e->fragment < FRAGMENT_INLINE)
		return clone_fragment(w, number, node);
	if (e->home != HOME_NONE) {
		w->added = mem_room(w->added, w->added_count, &w->added_cap, sizeof *w->added);
		w->added[w->added_count++] = (struct sighting){number, e->home};
	}
	e->home = node;
	return 0;
}

static int find_records(struct ledger_decisions *w)
{
	for (uint32_t i = 0; w->wanted_count && i < w->events->count; i++) {
		struct wanted key = {w->events->list[i].key, 0};
		const struct wanted *found;

		if (w->events->list[i].home == HOME_DUPLICATE)
			continue;
		found = bsearch(&key, w->wanted, w->wanted_count, sizeof key, by_key);
		if (found && take_record(w, i, found->end))
			return -1;
	}
	return 0;
}

/* The old homes of inline events become sightings before their others. */
static void add_sightings(struct ledger_decisions *w)
{
	struct links *l = w->links;
	size_t count = l->sighting_count + w->added_count, at = 0, old = 0, i = 0;
	struct sighting *list = mem_alloc((count + 1) * sizeof *list);

	while (at < count) {
		bool added = i < w->added_count &&
			     (old == l->sighting_count ||
			      w->added[i].event <= l->sightings[old].event);

		list[at++] = added ? w->added[i++] : l->sightings[old++];
	}
	mem_free(l->sightings);
	l->sightings = list;
	l->sighting_count = count;
	l->sighting_cap = count + 1;
}

static void add_pair(struct pair **list, size_t *count, size_t *cap, uint32_t a, uint32_t b,
		     uint32_t line)
{
	if (a == IDENTIFIER_NONE || b == IDENTIFIER_NONE)
		return;
	*list = mem_room(*list, *count, cap, sizeof **list);
	(*list)[(*count)++] = (struct pair){a, b, line};
}

/* Ends that must be one have one identifier that stands for all: the first. */
static void decide_ends(const struct ledger_decisions *w, struct decisions *d)
{
	const struct ledger *l = w->ledger;
	size_t ends = l->names.count;
	uint32_t *parents = mem_alloc((ends + 1) * sizeof *parents);
	uint32_t *representatives = mem_alloc((ends + 1) * sizeof *representatives);

	disjoint_init(parents, ends);
	for (uint32_t i = 0; i < ends; i++)
		representatives[i] = IDENTIFIER_NONE;
	for (size_t i = 0; i < l->must_count; i++)
		disjoint_unite(parents, l->must[i].a, l->must[i].b);
	for (uint32_t i = 0; i < ends; i++) {
		uint32_t *representative = &representatives[disjoint_find(parents, i)];

		if (*representative == IDENTIFIER_NONE)
			*representative = w->numbers[i];
		else
			add_pair(&d->together, &d->together_count, &d->together_cap, *representative,
				 w->numbers[i], l->ends[i].line);
	}
	for (size_t i = 0; i < l->cannot_count; i++)
		add_pair(&d->apart, &d->apart_count, &d->apart_cap,
			 representatives[disjoint_find(parents, l->cannot[i].a)],
			 representatives[disjoint_find(parents, l->cannot[i].b)], l->cannot[i].line);
	mem_free(parents);
	mem_free(representatives);
}

int ledger_decisions_make(const struct ledger *ledger, const struct identity_graph *of,
			  struct ledger_missing *missing, struct error *err)
{
	struct ledger_decisions w = {
		.ledger = ledger, .fragments = of->fragments, .events = of->events, .links = of->links,
		.identifiers = of->identifiers, .decisions = of->decisions, .err = err,
	};
	int status;

	status = look_up(&w) || find_records(&w) ? -1 : 0;
	if (w.added_count)
		add_sightings(&w);
	if (!status)
		decide_ends(&w, of->decisions);
	*missing = (struct ledger_missing){.near = IDENTIFIER_NONE};
	if (!status)
		count_missing(&w, missing);
	map_release(&w.spellings);
	mem_free(w.kept);
	mem_free(w.numbers);
	mem_free(w.wanted);
	mem_free(w.added);
	return status;
}

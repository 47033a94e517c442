#include "unify/evidence/forest.h"

#include <stdlib.h>

#include "base/disjoint.h"
#include "base/mem.h"
#include "record/scan.h"

void forest_release(struct forest *f)
{
	mem_free(f->nodes);
	mem_free(f->parents);
	mem_free(f->ties);
	mem_free(f->candidates);
	*f = (struct forest){0};
}

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void gather_nodes(struct forest *f, const struct evidence *e, uint32_t customer)
{
	const struct parts *i = &e->customers->identifiers, *r = &e->record_parts;
	size_t identifiers = parts_size(i, customer), records = parts_size(r, customer);

	f->node_count = identifiers + records;
	if (f->node_count > f->node_cap) {
		f->node_cap = f->node_count * 2;
		f->nodes = mem_grow(f->nodes, f->node_cap, sizeof *f->nodes);
		f->parents = mem_grow(f->parents, f->node_cap, sizeof *f->parents);
	}
	for (size_t k = 0; k < identifiers; k++)
		f->nodes[k] = i->items[i->starts[customer] + k];
	for (size_t k = 0; k < records; k++)
		f->nodes[identifiers + k] = e->identifier_count + r->items[r->starts[customer] + k];
	if (f->node_count > 1)
		qsort(f->nodes, f->node_count, sizeof *f->nodes, by_number);
	disjoint_init(f->parents, f->node_count);
}

size_t forest_place(const struct forest *f, uint32_t node)
{
	const uint32_t *at = f->node_count
		? bsearch(&node, f->nodes, f->node_count, sizeof node, by_number) : NULL;

	return at ? (size_t)(at - f->nodes) : SIZE_MAX;
}

/* Takes T when it joins two trees; both ends are nodes. */
static void take_tie(struct forest *f, const struct tie *t)
{
	size_t x = forest_place(f, t->a), y = forest_place(f, t->b);

	if (x == SIZE_MAX || y == SIZE_MAX ||
	    !disjoint_unite(f->parents, (uint32_t)x, (uint32_t)y))
		return;
	f->ties = mem_room(f->ties, f->count, &f->cap, sizeof *f->ties);
	f->ties[f->count++] = *t;
}

static void propose_tie(struct forest *f, const struct tie *t)
{
	f->candidates = mem_room(f->candidates, f->candidate_count, &f->candidate_cap,
				 sizeof *f->candidates);
	f->candidates[f->candidate_count++] = *t;
}

static void take_all(struct forest *f)
{
	for (size_t i = 0; i < f->candidate_count; i++)
		take_tie(f, &f->candidates[i]);
	f->candidate_count = 0;
}

static void take_ledger(struct forest *f, const struct evidence *e, uint32_t customer)
{
	const struct parts *must = &e->must_parts;

	for (uint32_t i = must->starts[customer]; i < must->starts[customer + 1]; i++) {
		const struct pair *p = &e->decisions->together[must->items[i]];

		take_tie(f, &(struct tie){TIE_LEDGER, p->a, p->b, p->line, EVENTS_MAX, 0});
	}
}

static int by_rule(const void *a, const void *b, void *context)
{
	const struct evidence *e = context;
	const struct tie *x = a, *y = b;
	int order = graph_compare_links(e->identifiers, &e->links->list[x->number],
					&e->links->list[y->number]);

	return order ? order : (x->number > y->number) - (x->number < y->number);
}

static void take_rules(struct forest *f, const struct evidence *e, uint32_t customer)
{
	const struct parts *p = &e->link_parts;

	for (uint32_t i = p->starts[customer]; i < p->starts[customer + 1]; i++) {
		uint32_t number = p->items[i];
		const struct link *l = &e->links->list[number];
		uint32_t event = number < e->links->example_count ? e->links->examples[number]
								  : EVENTS_MAX;

		propose_tie(f, &(struct tie){TIE_RULE, l->a, l->b, number, event, 0});
	}
	if (f->candidate_count > 1)
		qsort_r(f->candidates, f->candidate_count, sizeof *f->candidates, by_rule,
			(void *)(uintptr_t)e);
	take_all(f);
}

/* A record is tied to what it has; the strongest first. */
static void take_sayings(struct forest *f, const struct evidence *e, uint32_t customer)
{
	const struct parts *p = &e->record_parts;

	for (uint32_t i = p->starts[customer]; i < p->starts[customer + 1]; i++) {
		uint32_t number = e->joining->records.fragments[p->items[i]];
		const struct fragment *fragment = &e->fragments->list[number];
		struct tie t = {
			TIE_SAYS, e->identifier_count + p->items[i], fragment->home, 0,
			e->joining->first[number], 0,
		};

		take_tie(f, &t);
		for (uint32_t k = 0; k < fragment->other_count; k++) {
			t.b = e->fragments->others[fragment->others + k];
			take_tie(f, &t);
		}
	}
}

static int by_weight(const void *a, const void *b)
{
	const struct tie *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	return (x->b > y->b) - (x->b < y->b);
}

/* The records that speak, as places in f->nodes, by tree. */
static size_t find_representatives(struct forest *f, const struct evidence *e, uint32_t *representatives)
{
	uint32_t *counts = mem_zero(f->node_count + 1, sizeof *counts);
	size_t count = 0;

	for (uint32_t i = 0; i < f->node_count; i++) {
		if (f->nodes[i] >= e->identifier_count &&
		    counts[disjoint_find(f->parents, i)]++ < CONTRACTION_SPEAKERS_MAX)
			representatives[count++] = i;
	}
	mem_free(counts);
	return count;
}

static void take_scores(struct forest *f, const struct evidence *e)
{
	uint32_t *representatives = mem_alloc((f->node_count + 1) * sizeof *representatives);
	size_t count = find_representatives(f, e, representatives);

	for (size_t i = 0; i < count; i++) {
		for (size_t j = i + 1; j < count; j++) {
			struct tie t = {
				TIE_SCORE, f->nodes[representatives[i]], f->nodes[representatives[j]], 0, EVENTS_MAX, 0,
			};

			if (disjoint_find(f->parents, representatives[i]) ==
				    disjoint_find(f->parents, representatives[j]) ||
			    !linking_allows(&e->joining->matching.columns.linking,
					    t.a - e->identifier_count, t.b - e->identifier_count))
				continue;
			t.weight = matching_weight(&e->joining->matching, t.a - e->identifier_count,
						   t.b - e->identifier_count);
			if (t.weight > 0)
				propose_tie(f, &t);
		}
	}
	mem_free(representatives);
	if (f->candidate_count > 1)
		qsort(f->candidates, f->candidate_count, sizeof *f->candidates, by_weight);
	take_all(f);
}

/* Does FRAGMENT, of SOURCE, have IDENTIFIER as it was written, whatever became of it since? */
static bool has_written(const struct evidence *e, uint32_t source, struct span fragment, uint32_t identifier)
{
	const struct identifier_type *type = identifier_type_of(e->identifiers, identifier);
	struct span owner = span_sub(type->name, 0, type->name.len - type->base.len);
	struct span text = identifier_value(e->identifiers, identifier);
	struct value ids = {fragment_ids(fragment), VALUE_OBJECT, false}, v;

	if (span_absent(ids.raw) ||
	    (owner.len && !span_equal(span_sub(owner, 0, owner.len - 1), source_form(e->sources, source))))
		return false;
	v = value_member(ids, type->base);
	return value_is_text(v, text) || (v.kind == VALUE_NUMBER && span_equal(v.raw, text));
}

static bool has_written_both(const struct evidence *e, uint32_t event, struct span fragment,
		      const struct tie *t)
{
	uint32_t source = e->events->list[event].source;

	return has_written(e, source, fragment, t->a) && has_written(e, source, fragment, t->b);
}

/* A shared value stands on a customer as a copy, which no fragment has: so this reads what
 * the events of CUSTOMER say. */
static int find_example(const struct evidence *e, struct tie *t, uint32_t customer,
			struct error *err)
{
	const struct parts *p = &e->customers->events;
	struct buf scratch = BUF_INIT;
	int bad = 0;

	for (uint32_t i = p->starts[customer]; !bad && i < p->starts[customer + 1]; i++) {
		uint32_t event = p->items[i];
		struct span fragment;

		if (t->event != EVENTS_MAX && !links_better_example(e->events, event, t->event))
			continue;
		bad = evidence_fragment(e, event, &scratch, &fragment, err);
		if (!bad && has_written_both(e, event, fragment, t))
			t->event = event;
	}
	buf_release(&scratch);
	return bad;
}

/* A rule, by the numbers of both identifiers in a fragment that shows it. */
struct sought {
	uint32_t a, b;
	struct tie *tie;
};

static int by_ends(const void *a, const void *b)
{
	const struct sought *x = a, *y = b;

	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	return (x->b > y->b) - (x->b < y->b);
}

/* Of a copy, its fragments have the value itself, or with MATCH_FUZZY the copy. */
static struct sought *list_sought(const struct forest *f, const struct evidence *e,
				  size_t *count)
{
	const struct identifiers *t = e->identifiers;
	struct sought *list = mem_alloc((2 * f->count + 1) * sizeof *list);

	*count = 0;
	for (size_t i = 0; i < f->count; i++) {
		struct tie *tie = &f->ties[i];

		if (tie->kind != TIE_RULE)
			continue;
		list[(*count)++] = (struct sought){tie->a, tie->b, tie};
		if (tie->b < t->copied && t->copies[tie->b])
			list[(*count)++] = (struct sought){
				tie->a, (uint32_t)map_find(&t->map, t->map.entries[tie->b].key), tie,
			};
	}
	if (*count > 1)
		qsort(list, *count, sizeof *list, by_ends);
	return list;
}

/* Is EVENT, whose FRAGMENT has both ends, a better one than is known?  The home of a
 * shared value is not always an identifier of the fragment. */
static bool is_example(const struct evidence *e, uint32_t event, const struct fragment *fragment,
		       const struct sought *s)
{
	const struct tie *t = s->tie;
	struct span bytes = {fragment->bytes, fragment->len};

	return (t->event == EVENTS_MAX || links_better_example(e->events, event, t->event)) &&
	       (s->b == t->b || has_written_both(e, event, bytes, t));
}

/* Finds for each rule an event that has both: by what fragments have, and for the few
 * that none has, by what events say. */
static int find_examples(struct forest *f, const struct evidence *e, uint32_t customer,
			  struct error *err)
{
	const struct parts *p = &e->customers->events;
	size_t count;
	struct sought *list = list_sought(f, e, &count);
	int bad = 0;

	for (uint32_t i = p->starts[customer]; count && i < p->starts[customer + 1]; i++) {
		uint32_t event = p->items[i], number = e->events->list[event].fragment;
		const struct fragment *fragment;

		if (number >= FRAGMENT_INLINE)
			continue;
		fragment = &e->fragments->list[number];
		for (uint32_t k = 0; k < fragment->other_count + fragment->shown_count; k++) {
			struct sought key = {fragment->home, e->fragments->others[fragment->others + k], NULL};
			const struct sought *found = bsearch(&key, list, count, sizeof *list, by_ends);

			if (found && is_example(e, event, fragment, found))
				found->tie->event = event;
		}
	}
	for (size_t i = 0; i < count && !bad; i++) {
		if (list[i].tie->event == EVENTS_MAX)
			bad = find_example(e, list[i].tie, customer, err);
	}
	mem_free(list);
	return bad;
}

int forest_grow(struct forest *f, const struct evidence *e, uint32_t customer,
		struct error *err)
{
	bool fuzzy = e->joining && e->joining->mode == MATCH_FUZZY;

	f->count = f->candidate_count = 0;
	gather_nodes(f, e, customer);
	take_ledger(f, e, customer);
	if (fuzzy)
		take_scores(f, e);
	if (!fuzzy)
		take_rules(f, e, customer);
	if (e->joining)
		take_sayings(f, e, customer);
	if (fuzzy)
		take_rules(f, e, customer);
	else if (e->joining)
		take_scores(f, e);
	return find_examples(f, e, customer, err);
}

/* The ties at each node: list[starts[i]] to starts[i + 1]. */
struct ends {
	const struct tie **list;
	uint32_t *starts;
};

static struct ends list_ends(const struct forest *f)
{
	struct ends e = {
		mem_alloc((2 * f->count + 1) * sizeof *e.list),
		mem_zero(f->node_count + 3, sizeof *e.starts),
	};

	for (size_t i = 0; i < f->count; i++) {
		e.starts[forest_place(f, f->ties[i].a) + 2]++;
		e.starts[forest_place(f, f->ties[i].b) + 2]++;
	}
	for (size_t i = 2; i < f->node_count + 2; i++)
		e.starts[i] += e.starts[i - 1];
	for (size_t i = 0; i < f->count; i++) {
		e.list[e.starts[forest_place(f, f->ties[i].a) + 1]++] = &f->ties[i];
		e.list[e.starts[forest_place(f, f->ties[i].b) + 1]++] = &f->ties[i];
	}
	return e;
}

/* Walks a tree breadth first from TO; each node learns the tie towards it. */
static const struct tie **tie_towards(const struct forest *f, size_t to)
{
	const struct tie **towards = mem_zero(f->node_count + 1, sizeof *towards);
	uint32_t *queue = mem_alloc((f->node_count + 1) * sizeof *queue);
	struct ends e = list_ends(f);
	size_t head = 0, tail = 0;

	queue[tail++] = (uint32_t)to;
	while (head < tail) {
		uint32_t at = queue[head++];

		for (uint32_t i = e.starts[at]; i < e.starts[at + 1]; i++) {
			const struct tie *t = e.list[i];
			size_t next = forest_place(f, t->a == f->nodes[at] ? t->b : t->a);

			if (next == to || towards[next])
				continue;
			towards[next] = t;
			queue[tail++] = (uint32_t)next;
		}
	}
	mem_free(queue);
	mem_free(e.list);
	mem_free(e.starts);
	return towards;
}

size_t forest_path(const struct forest *f, uint32_t from, uint32_t to, const struct tie **path)
{
	const struct tie **towards;
	size_t count = 0, at = forest_place(f, from);

	if (at == SIZE_MAX || forest_place(f, to) == SIZE_MAX)
		return 0;
	towards = tie_towards(f, forest_place(f, to));
	while (towards[at]) {
		const struct tie *t = towards[at];

		path[count++] = t;
		at = forest_place(f, t->a == f->nodes[at] ? t->b : t->a);
	}
	mem_free(towards);
	return f->nodes[at] == to ? count : 0;
}

/* A profile's line has to stay readable. */
#define LINKS_SHOWN_MAX 1000

int forest_put(const struct forest *f, const struct evidence *e, struct buf *out,
	       struct error *err)
{
	size_t shown = 0, all = 0;

	buf_char(out, '[');
	for (size_t i = 0; i < f->count; i++) {
		const struct tie *t = &f->ties[i];

		if (!evidence_shows(e, t) || ++all > LINKS_SHOWN_MAX)
			continue;
		if (shown++)
			buf_char(out, ',');
		if (tie_put(t, e, out, err))
			return -1;
	}
	buf_char(out, ']');
	if (all > shown)
		buf_printf(out, ",\"links_omitted\":%zu", all - shown);
	return 0;
}

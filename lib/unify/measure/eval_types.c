#include "unify/measure/eval_types.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "record/document.h"
#include "record/scan.h"
#include "unify/identity/known_identifiers.h"
#include "unify/merge/state.h"

void eval_types_release(struct eval_types *e)
{
	map_release(&e->names);
	mem_free(e->list);
	*e = EVAL_TYPES_INIT;
}

/* A label has a value of a type. */
struct holding_label {
	uint32_t value;
	uint32_t label;
};

/* Two labels share a value of a type, A < B. */
struct sharing_pair {
	uint32_t a, b;
	uint32_t type;
};

struct gathering {
	struct eval_types *eval;
	const struct truth *truth;
	const struct identifiers *identifiers;
	struct holding_label *list;
	size_t count, cap;
	struct sharing_pair *pairs;
	size_t pair_count, pair_cap;
};

static void add_value(struct gathering *g, struct span key, uint32_t label)
{
	size_t value = map_find(&g->identifiers->map, key);

	if (value == MAP_NONE)
		return;
	if (value < g->identifiers->resolved_count)
		value = g->identifiers->resolved[value];
	g->list = mem_room(g->list, g->count, &g->cap, sizeof *g->list);
	g->list[g->count++] = (struct holding_label){(uint32_t)value, label};
}

/* What the event of label NUMBER says, blocked values left out. */
static int gather_label(struct gathering *g, const struct merge *m, struct fragment_reader *reader,
			uint32_t number, struct error *err)
{
	const struct label *l = &g->truth->list[number];
	const struct entry *e = &m->events.list[l->event];
	struct buf scratch = BUF_INIT, text = BUF_INIT;
	const struct stored *s = store_get(&m->store, e->place, e->size, &scratch, err);
	struct fragment_counts counts = {0};
	const char *at;

	if (!s || e->fragment == FRAGMENT_NONE ||
	    fragment_identifiers(reader, &m->rules, source_form(&m->sources, e->source),
			       fragments_of(&m->fragments, e->fragment, s), &text, &counts, err))
		counts.usable = 0;
	at = text.ptr;
	for (uint32_t i = 0; i < counts.usable; i++) {
		struct identifier_head head;

		memcpy(&head, at, sizeof head);
		at += sizeof head;
		add_value(g, (struct span){at, head.len}, number);
		at += head.len;
	}
	buf_release(&text);
	buf_release(&scratch);
	return s ? 0 : -1;
}

static int by_value(const void *a, const void *b)
{
	const struct holding_label *x = a, *y = b;

	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	return (x->label > y->label) - (x->label < y->label);
}

static size_t end_of_value(const struct gathering *g, size_t from)
{
	size_t to = from + 1;

	while (to < g->count && g->list[to].value == g->list[from].value)
		to++;
	return to;
}

/* The most labels of a value that is taken. */
static size_t find_most(const struct gathering *g)
{
	size_t most = 1;
	uint64_t *sizes = mem_zero(g->count + 2, sizeof *sizes), pairs = 0;

	for (size_t i = 0, to; i < g->count; i = to) {
		to = end_of_value(g, i);
		sizes[to - i]++;
	}
	while (most < g->count) {
		uint64_t n = most + 1;

		pairs += sizes[n] * (n * (n - 1) / 2);
		if (pairs > EVAL_TYPE_PAIRS)
			break;
		most++;
	}
	mem_free(sizes);
	return most;
}

static void add_pairs(struct gathering *g, size_t from, size_t to)
{
	struct span name = identifier_type_of(g->identifiers, g->list[from].value)->name;
	uint32_t type = (uint32_t)map_put(&g->eval->names, name, NULL);

	for (size_t i = from; i < to; i++) {
		for (size_t j = i + 1; j < to; j++) {
			g->pairs = mem_room(g->pairs, g->pair_count, &g->pair_cap, sizeof *g->pairs);
			g->pairs[g->pair_count++] = (struct sharing_pair){g->list[i].label, g->list[j].label, type};
		}
	}
}

static void make_pairs(struct gathering *g)
{
	size_t most;

	if (g->count > 1)
		qsort(g->list, g->count, sizeof *g->list, by_value);
	most = find_most(g);
	for (size_t i = 0, to; i < g->count; i = to) {
		to = end_of_value(g, i);
		if (to - i < 2)
			continue;
		if (to - i > most)
			g->eval->left_out++;
		else
			add_pairs(g, i, to);
	}
}

static int by_pair(const void *a, const void *b)
{
	const struct sharing_pair *x = a, *y = b;

	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	if (x->b != y->b)
		return x->b < y->b ? -1 : 1;
	return (x->type > y->type) - (x->type < y->type);
}

/* PAIRS are all of the same two labels, one a type. */
static void count_pair(struct eval_types *e, const struct truth *t, const struct sharing_pair *pairs,
		       size_t count)
{
	const struct label *a = &t->list[pairs->a], *b = &t->list[pairs->b];
	bool right = a->fragment == b->fragment, joined = a->customer == b->customer;

	for (size_t i = 0; i < count; i++) {
		struct type_view *v = &e->list[pairs[i].type];

		v->pairs++;
		v->right += right;
		v->joined_right += joined && right;
		v->joined_wrong += joined && !right;
		v->alone_right += joined && right && count == 1;
		v->alone_wrong += joined && !right && count == 1;
	}
}

static int by_priority(const void *a, const void *b)
{
	const struct type_view *x = a, *y = b;

	return known_identifier_compare(x->name, y->name);
}

static void count_pairs(struct gathering *g)
{
	struct eval_types *e = g->eval;
	size_t kept = 0;

	e->count = e->names.count;
	e->list = mem_zero(e->count + 1, sizeof *e->list);
	for (size_t i = 0; i < e->count; i++)
		e->list[i].name = e->names.entries[i].key;
	if (g->pair_count > 1)
		qsort(g->pairs, g->pair_count, sizeof *g->pairs, by_pair);
	for (size_t i = 0; i < g->pair_count; i++) {
		if (!kept || by_pair(&g->pairs[kept - 1], &g->pairs[i]))
			g->pairs[kept++] = g->pairs[i];
	}
	for (size_t i = 0, to; i < kept; i = to) {
		for (to = i + 1; to < kept && g->pairs[to].a == g->pairs[i].a && g->pairs[to].b == g->pairs[i].b; to++)
			;
		count_pair(e, g->truth, &g->pairs[i], to - i);
	}
	if (e->count > 1)
		qsort(e->list, e->count, sizeof *e->list, by_priority);
}

int eval_types_run(struct eval_types *e, const struct merge *m, struct error *err)
{
	struct gathering g = {.eval = e, .truth = &m->truth, .identifiers = &m->identifiers};
	struct fragment_reader reader = {0};
	int status = 0;

	*e = EVAL_TYPES_INIT;
	for (uint32_t i = 0; i < m->truth.count && !status; i++) {
		const struct label *l = &m->truth.list[i];

		if (!l->identifier && l->event != EVENTS_MAX)
			status = gather_label(&g, m, &reader, i, err);
	}
	if (!status) {
		make_pairs(&g);
		count_pairs(&g);
	}
	fragment_reader_release(&reader);
	mem_free(g.list);
	mem_free(g.pairs);
	return status;
}

static double ratio(uint64_t part, uint64_t whole)
{
	return whole ? (double)part / (double)whole : 1;
}

void eval_types_describe(const struct eval_types *e, uint64_t true_pairs, struct buf *out)
{
	if (!e->count)
		return;
	buf_lit(out, "shared identifier        pairs  precision  recall     joined      wrong  by it alone      wrong\n");
	for (size_t i = 0; i < e->count; i++) {
		const struct type_view *v = &e->list[i];
		size_t from = out->len;

		error_clean(v->name, out);
		while (out->len - from < 18)
			buf_char(out, ' ');
		buf_printf(out, " %11llu %10.4f %7.4f %10llu %10llu %12llu %10llu\n", (unsigned long long)v->pairs,
			   ratio(v->right, v->pairs), ratio(v->right, true_pairs),
			   (unsigned long long)(v->joined_right + v->joined_wrong),
			   (unsigned long long)v->joined_wrong,
			   (unsigned long long)(v->alone_right + v->alone_wrong), (unsigned long long)v->alone_wrong);
	}
	if (e->left_out)
		buf_printf(out, "%llu values of too many labels are not counted here\n",
			   (unsigned long long)e->left_out);
}

static void put_view(const struct type_view *v, uint64_t true_pairs, struct buf *out)
{
	const struct {
		const char *key;
		uint64_t count;
	} counts[] = {
		{"pairs", v->pairs}, {"pairs_right", v->right},
		{"joined_right", v->joined_right}, {"joined_wrong", v->joined_wrong},
		{"alone_right", v->alone_right}, {"alone_wrong", v->alone_wrong},
	};

	buf_lit(out, "{\"type\":");
	text_encode(out, v->name);
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		buf_printf(out, ",\"%s\":%llu", counts[i].key, (unsigned long long)counts[i].count);
	buf_lit(out, ",\"precision\":");
	document_put_number(out, ratio(v->right, v->pairs), 6);
	buf_lit(out, ",\"recall\":");
	document_put_number(out, ratio(v->right, true_pairs), 6);
	buf_char(out, '}');
}

void eval_types_put(const struct eval_types *e, uint64_t true_pairs, struct buf *out)
{
	buf_char(out, '[');
	for (size_t i = 0; i < e->count; i++) {
		if (i)
			buf_char(out, ',');
		put_view(&e->list[i], true_pairs, out);
	}
	buf_char(out, ']');
}

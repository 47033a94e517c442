#include "unify/measure/truth.h"

#include <string.h>

#include "base/mem.h"
#include "record/scan.h"
#include "record/table.h"

void truth_release(struct truth *t)
{
	mem_free(t->list);
	mem_free(t->slots);
	map_release(&t->fragments);
	arena_release(&t->names);
	*t = TRUTH_INIT;
}

bool truth_key(struct span name, struct buf *scratch, struct hash128 *out)
{
	size_t slash = span_find_byte(name, '/');

	if (slash == name.len)
		return false;
	buf_clear(scratch);
	text_encode(scratch, span_sub(name, 0, slash));
	text_encode(scratch, span_sub(name, slash + 1, SIZE_MAX));
	*out = hash_128(buf_view(scratch));
	return true;
}

enum { CELL_RECORD, CELL_IDENTIFIER, CELL_FRAGMENT, CELLS };

static const char *const cell_names[] = {"record", "identifier", "person", NULL};

/* The slot of KEY, or the free one where it belongs. */
static uint32_t *slot_of(const struct truth *t, struct hash128 key)
{
	size_t at = key.low & t->mask;

	while (t->slots[at] && (t->list[t->slots[at] - 1].key.low != key.low ||
				t->list[t->slots[at] - 1].key.high != key.high))
		at = (at + 1) & t->mask;
	return &t->slots[at];
}

/* Types have neither : nor =; either ends one. */
static size_t type_length(struct span name)
{
	size_t colon = span_find_byte(name, ':'), equals = span_find_byte(name, '=');

	return colon < equals ? colon : equals;
}

/* As --explain takes it: type=value. */
static struct span copy_identifier(struct truth *t, struct span name)
{
	size_t at = type_length(name);
	char *copy = arena_alloc(&t->names, name.len);

	memcpy(copy, name.ptr, name.len);
	copy[at] = '=';
	return (struct span){copy, name.len};
}

static int add_label(struct truth *t, const struct span *cells, struct buf *scratch,
		     struct error *err)
{
	bool record = !span_absent(cells[CELL_RECORD]) && cells[CELL_RECORD].len;
	struct span name = record ? cells[CELL_RECORD] : cells[CELL_IDENTIFIER];
	struct label *l;
	char quoted[ERROR_QUOTE_MAX];

	if (!name.len || !cells[CELL_FRAGMENT].len)
		return error_usage(err, "a label has a record or an identifier, and a person");
	t->list = mem_room(t->list, t->count, &t->cap, sizeof *t->list);
	l = &t->list[t->count];
	*l = (struct label){.event = EVENTS_MAX, .customer = CUSTOMER_NONE,
			     .node = IDENTIFIER_NONE, .identifier = !record};
	if (record && !truth_key(name, scratch, &l->key))
		return error_usage(err, "record %s is not SOURCE/ID, like crm/17",
				   error_quote(name, quoted));
	if (!record && type_length(name) == name.len)
		return error_usage(err, "identifier %s is not TYPE=VALUE, like email=ann@example.com",
				   error_quote(name, quoted));
	l->name = record ? arena_copy(&t->names, name) : copy_identifier(t, name);
	l->fragment = (uint32_t)map_put(&t->fragments, cells[CELL_FRAGMENT], NULL);
	t->count++;
	return 0;
}

/* Twice the same record is a mistake that would count twice. */
static int index_records(struct truth *t, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];

	for (t->mask = 15; t->mask < 2 * t->count; t->mask = 2 * t->mask + 1)
		;
	t->slots = mem_zero(t->mask + 1, sizeof *t->slots);
	for (size_t i = 0; i < t->count; i++) {
		uint32_t *slot;

		if (t->list[i].identifier)
			continue;
		slot = slot_of(t, t->list[i].key);
		if (*slot)
			return error_usage(err, "record %s is labelled twice",
					   error_quote(t->list[i].name, quoted));
		*slot = (uint32_t)i + 1;
	}
	return 0;
}

static int check_header(const struct table *t, struct error *err)
{
	if (table_has(t, CELL_FRAGMENT) &&
	    (table_has(t, CELL_RECORD) || table_has(t, CELL_IDENTIFIER)))
		return 0;
	error_usage(err, "labels have the columns record (or identifier) and person");
	return table_fault(t, err);
}

int truth_load(struct truth *t, const char *path, struct error *err)
{
	struct table *table = table_open(path, cell_names, err);
	struct span cells[CELLS];
	struct buf scratch = BUF_INIT;
	int got;

	if (!table)
		return -1;
	got = check_header(table, err) ? -1 : 1;
	while (got > 0 && (got = table_next(table, cells, err)) > 0) {
		if (add_label(t, cells, &scratch, err))
			got = table_fault(table, err);
	}
	if (!got && !t->count) {
		error_usage(err, "has no labels");
		got = table_fault(table, err);
	}
	table_close(table);
	buf_release(&scratch);
	if (!got && index_records(t, err)) {
		error_place(err, path, 0, 0);
		got = -1;
	}
	return got;
}

static void find_events(struct truth *t, const struct events *v)
{
	for (size_t i = 0; i < v->count; i++) {
		const struct entry *e = &v->list[i];
		uint32_t slot;

		if (e->home == HOME_DUPLICATE)
			continue;
		slot = *slot_of(t, e->key);
		if (slot)
			t->list[slot - 1].event = (uint32_t)i;
	}
}

uint32_t *truth_of_records(struct truth *t, const struct events *v,
			   const struct records *r)
{
	uint32_t *fragments = mem_alloc((r->count + 1) * sizeof *fragments);

	for (size_t i = 0; i < r->count; i++)
		fragments[i] = LABEL_NONE;
	find_events(t, v);
	for (size_t i = 0; i < t->count; i++) {
		const struct label *l = &t->list[i];
		uint32_t fragment = l->event == EVENTS_MAX ? FRAGMENT_NONE
							 : v->list[l->event].fragment;
		uint32_t record = fragment < FRAGMENT_INLINE ? r->of_fragment[fragment] : RECORD_NONE;

		if (record != RECORD_NONE && (fragments[record] == LABEL_NONE ||
					      fragments[record] > l->fragment))
			fragments[record] = l->fragment;
	}
	return fragments;
}

/* By identifier: its customer. */
static uint32_t *customers_of_identifiers(const struct customers *c, size_t count)
{
	uint32_t *list = mem_alloc((count + 1) * sizeof *list);

	for (size_t i = 0; i < count; i++)
		list[i] = CUSTOMER_NONE;
	for (uint32_t i = 0; i < c->count; i++) {
		for (uint32_t j = c->identifiers.starts[i]; j < c->identifiers.starts[i + 1]; j++)
			list[c->identifiers.items[j]] = i;
	}
	return list;
}

/* The customer of the label of an identifier: one, whatever sources have it. */
static int find_identifier(struct label *l, const struct identifiers *t,
			   const uint32_t *customers, struct error *err)
{
	size_t end = span_find_byte(l->name, '='), at = 0;
	struct span type = span_sub(l->name, 0, end);
	struct span value = span_sub(l->name, end + 1, SIZE_MAX);
	uint32_t number;
	char quoted[ERROR_QUOTE_MAX];

	while (identifiers_meant(t, type, value, &at, &number)) {
		if (l->customer != CUSTOMER_NONE && customers[number] != CUSTOMER_NONE &&
		    l->customer != customers[number])
			return error_usage(err, "the label of identifier %s is of several sources: write "
					   "SOURCE.TYPE=VALUE", error_quote(l->name, quoted));
		if (customers[number] == CUSTOMER_NONE)
			continue;
		l->customer = customers[number];
		l->node = number;
	}
	return 0;
}

int truth_settle(struct truth *t, const struct events *v, const struct customers *c,
		 const struct identifiers *identifiers, struct error *err)
{
	uint32_t *of_identifier = customers_of_identifiers(c, identifiers_count(identifiers));
	uint32_t alone = (uint32_t)c->count;
	int bad = 0;

	find_events(t, v);
	for (size_t i = 0; i < t->count && !bad; i++) {
		struct label *l = &t->list[i];

		if (l->identifier) {
			bad = find_identifier(l, identifiers, of_identifier, err);
		} else if (l->event != EVENTS_MAX) {
			uint32_t home = v->list[l->event].home;

			l->customer = home == HOME_NONE ? alone++ : home;
		}
	}
	mem_free(of_identifier);
	return bad;
}

#include "match/identifier.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define LIMIT_USER_ID 1
#define LIMIT_OTHERS 5

static const struct span first_types[] = {
	SPAN("user_id"), SPAN("email"), SPAN("phone"), SPAN("device_id"),
	SPAN("anonymous_id"),
};

#define FIRST_TYPES (sizeof first_types / sizeof *first_types)

static size_t rank_of(struct span type)
{
	size_t rank = 0;

	while (rank < FIRST_TYPES && !span_equal(type, first_types[rank]))
		rank++;
	return rank;
}

int identifier_compare_types(struct span a, struct span b)
{
	size_t x = rank_of(a), y = rank_of(b);

	if (x != y)
		return x < y ? -1 : 1;
	return x < FIRST_TYPES ? 0 : span_compare(a, b);
}

void identifiers_release(struct identifiers *t)
{
	map_release(&t->map);
	map_release(&t->type_names);
	map_release(&t->limits);
	mem_free(t->types);
	mem_free(t->type_list);
	mem_free(t->copies);
	*t = IDENTIFIERS_INIT;
}

int identifiers_limit(struct identifiers *t, struct span text,
		      struct error *err)
{
	size_t at = span_find_byte(text, '=');
	struct span value = span_sub(text, at + 1, text.len);
	char quoted[ERROR_QUOTE_MAX];
	uint64_t limit = LIMIT_NONE;
	size_t entry;

	if (at == 0 || at >= text.len ||
	    (!span_equal(value, SPAN("none")) &&
	     (!span_number(value, &limit) || !limit || limit >= LIMIT_NONE)))
		return error_usage(err, "--limit: %s is not TYPE=N or TYPE=none, "
				   "like email=3", error_quote(text, quoted));
	entry = map_put(&t->limits, span_sub(text, 0, at), NULL);
	t->limits.entries[entry].number = limit;
	return 0;
}

uint32_t identifiers_put(struct identifiers *t, struct span key,
			 size_t type_len, uint64_t hash, struct error *err)
{
	bool added;
	size_t number = map_put_hashed(&t->map, key, hash, &added);
	size_t type;

	if (!added)
		return (uint32_t)number;
	type = map_put(&t->type_names, span_sub(key, 0, type_len), NULL);
	if (type == IDENTIFIER_TYPES_MAX) {
		error_failed(err, "more than %d identifier types: 'ids' must be "
			     "keyed by type, like {\"email\":...}",
			     IDENTIFIER_TYPES_MAX);
		return IDENTIFIER_NONE;
	}
	t->types = mem_room(t->types, number, &t->types_cap, sizeof *t->types);
	t->types[number] = (uint16_t)type;
	return (uint32_t)number;
}

/* The map tells the copies apart by hashes that no text has. */
uint32_t identifiers_copy(struct identifiers *t, uint32_t number,
			  struct error *err)
{
	struct map_entry original = t->map.entries[number];
	bool added = false;
	size_t copy = 0;

	for (uint64_t salt = t->map.count; !added; salt++)
		copy = map_put_hashed(&t->map, original.key,
				      original.hash + salt * UINT64_C(0x9E3779B97F4A7C15), &added);
	if (copy >= IDENTIFIER_NONE) {
		error_failed(err, "more than %u identifiers", IDENTIFIER_NONE);
		return IDENTIFIER_NONE;
	}
	t->types = mem_room(t->types, copy, &t->types_cap, sizeof *t->types);
	t->types[copy] = t->types[number];
	if (copy >= t->copied) {
		size_t size = copy * 2 + 64;

		t->copies = mem_grow(t->copies, size, sizeof *t->copies);
		memset(t->copies + t->copied, 0, size - t->copied);
		t->copied = size;
	}
	t->copies[copy] = true;
	return (uint32_t)copy;
}

int identifier_rank(const struct identifiers *t, uint32_t number)
{
	if (number < t->copied && t->copies[number])
		return 2;
	return identifier_type_of(t, number)->hidden;
}

static uint32_t limit_of(const struct identifiers *t, struct span type)
{
	size_t entry = map_find(&t->limits, type);

	if (span_equal(type, SPAN(RECORD_TYPE)))
		return LIMIT_NONE;
	if (entry != MAP_NONE)
		return (uint32_t)t->limits.entries[entry].number;
	return span_equal(type, first_types[0]) ? LIMIT_USER_ID : LIMIT_OTHERS;
}

static int by_priority(const void *a, const void *b)
{
	const struct identifier_type *const *x = a, *const *y = b;

	return identifier_compare_types((*x)->name, (*y)->name);
}

void identifiers_settle(struct identifiers *t)
{
	size_t count = t->type_names.count;
	struct identifier_type **sorted = mem_zero(count + 1, sizeof *sorted);

	t->type_list = mem_zero(count + 1, sizeof *t->type_list);
	for (size_t i = 0; i < count; i++) {
		t->type_list[i].name = t->type_names.entries[i].key;
		t->type_list[i].limit = limit_of(t, t->type_list[i].name);
		t->type_list[i].hidden = span_equal(t->type_list[i].name,
						    SPAN(RECORD_TYPE));
		sorted[i] = &t->type_list[i];
	}
	qsort(sorted, count, sizeof *sorted, by_priority);
	for (size_t i = 0; i < count; i++)
		sorted[i]->order = (uint32_t)i;
	mem_free(sorted);
}

struct span identifier_value(const struct identifiers *t, uint32_t number)
{
	struct span key = t->map.entries[number].key;
	size_t skip = identifier_type_of(t, number)->name.len + 1;

	return span_sub(key, skip, key.len);
}

int identifier_compare(const struct identifiers *t, uint32_t a, uint32_t b)
{
	uint32_t x = identifier_type_of(t, a)->order;
	uint32_t y = identifier_type_of(t, b)->order;

	if (x != y)
		return x < y ? -1 : 1;
	return span_compare(identifier_value(t, a), identifier_value(t, b));
}

size_t identifiers_bytes(const struct identifiers *t)
{
	return map_bytes(&t->map) + t->types_cap * sizeof *t->types;
}

#include "match/identifier.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

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
	mem_free(t->types);
	mem_free(t->type_list);
	mem_free(t->copies);
	*t = IDENTIFIERS_INIT;
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
	return identifier_type_of(t, number)->inner;
}

static void settle_type(struct identifier_type *type, struct span name,
			const struct identity_rules *r)
{
	struct type_limit limit = identity_rules_limit_of(r, name);

	*type = (struct identifier_type){
		.name = name, .limit = limit.limit, .window = limit.window,
		.inner = span_find_byte(name, ':') < name.len,
		.hidden = identity_rules_is_compound(r, name),
	};
	if (!type->inner)
		return;
	type->limit = LIMIT_NONE;
	type->window = 0;
	type->hidden = true;
}

static int by_priority(const void *a, const void *b, void *rules)
{
	const struct identifier_type *const *x = a, *const *y = b;

	if ((*x)->inner != (*y)->inner)
		return (*x)->inner ? -1 : 1;
	return identity_rules_compare(rules, (*x)->name, (*y)->name);
}

void identifiers_settle(struct identifiers *t, const struct identity_rules *r)
{
	size_t count = t->type_names.count;
	struct identifier_type **sorted = mem_zero(count + 1, sizeof *sorted);

	t->type_list = mem_zero(count + 1, sizeof *t->type_list);
	for (size_t i = 0; i < count; i++) {
		settle_type(&t->type_list[i], t->type_names.entries[i].key, r);
		sorted[i] = &t->type_list[i];
	}
	qsort_r(sorted, count, sizeof *sorted, by_priority, (void *)(uintptr_t)r);
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

size_t identifiers_shown(const struct identifiers *t)
{
	size_t count = 0;

	for (size_t i = 0; i < t->map.count; i++)
		count += !t->type_list[t->types[i]].hidden &&
			 !(i < t->copied && t->copies[i]);
	return count;
}

size_t identifiers_bytes(const struct identifiers *t)
{
	return map_bytes(&t->map) + t->types_cap * sizeof *t->types;
}

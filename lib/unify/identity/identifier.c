#include "unify/identity/identifier.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "unify/identity/known_identifiers.h"

void identifiers_release(struct identifiers *t)
{
	map_release(&t->map);
	map_release(&t->type_names);
	map_release(&t->own_bases);
	mem_free(t->own_before);
	mem_free(t->types);
	mem_free(t->type_list);
	mem_free(t->copies);
	mem_free(t->resolved);
	*t = IDENTIFIERS_INIT;
}

/* The types of one base are a chain: sources are many, and looking up is often. */
static void chain_type(struct identifiers *t, uint16_t type)
{
	size_t base = map_put(&t->own_bases, identifier_type_base(t, type), NULL);

	while (type >= t->own_cap)
		t->own_before = mem_room(t->own_before, t->own_cap, &t->own_cap, sizeof *t->own_before);
	t->own_before[type] = (uint16_t)t->own_bases.entries[base].number;
	t->own_bases.entries[base].number = type + UINT64_C(1);
	t->own_types++;
}

/* A new type, whose first OWNER_LEN bytes name its source: are there too many? */
static int count_type(struct identifiers *t, size_t type, size_t owner_len, struct error *err)
{
	t->type_names.entries[type].number = owner_len;
	if (owner_len)
		chain_type(t, (uint16_t)type);
	if (t->own_types > IDENTIFIER_OWN_TYPES_MAX)
		return error_failed(err, "more than %d identifier types of sources",
				    IDENTIFIER_OWN_TYPES_MAX);
	if (t->type_names.count - t->own_types > IDENTIFIER_TYPES_MAX)
		return error_failed(err, "more than %d identifier types: 'ids' must be "
				    "keyed by type, like {\"email\":...}", IDENTIFIER_TYPES_MAX);
	return 0;
}

/* Refuses identifier NUMBER, which is one too many, or returns 0. */
static int check_count(const struct identifiers *t, size_t number, struct error *err)
{
	uint32_t limit = t->limit ? t->limit : IDENTIFIERS_MAX;

	if (number < limit)
		return 0;
	return error_failed(err, "more than %u identifiers: merge fewer events at a time", limit);
}

uint32_t identifiers_put_own(struct identifiers *t, struct span key, size_t owner_len,
			     size_t type_len, uint64_t hash, struct error *err)
{
	bool added, first;
	size_t number = map_put_hashed(&t->map, key, hash, &added);
	size_t type;

	if (!added)
		return (uint32_t)number;
	if (check_count(t, number, err))
		return IDENTIFIER_NONE;
	type = map_put(&t->type_names, span_sub(key, 0, type_len), &first);
	if (first && count_type(t, type, owner_len, err))
		return IDENTIFIER_NONE;
	t->types = mem_room(t->types, number, &t->types_cap, sizeof *t->types);
	t->types[number] = (uint16_t)type;
	return (uint32_t)number;
}

uint32_t identifiers_put(struct identifiers *t, struct span key,
			 size_t type_len, uint64_t hash, struct error *err)
{
	return identifiers_put_own(t, key, 0, type_len, hash, err);
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
	if (check_count(t, copy, err))
		return IDENTIFIER_NONE;
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

static void settle_type(struct identifier_type *type, struct span name, struct span base,
			const struct identity_rules *r)
{
	const struct known_identifier *known = known_identifier_find(base);
	struct type_limit limit = identity_rules_limit_of(r, base);

	*type = (struct identifier_type){
		.name = name, .base = base, .limit = limit.limit, .window = limit.window,
		.person = limit.person, .names_person = known && known->person,
		.inner = span_find_byte(name, ':') < name.len,
	};
	if (!type->inner)
		return;
	type->limit = LIMIT_NONE;
	type->window = 0;
}

static int by_priority(const void *a, const void *b, void *rules)
{
	const struct identifier_type *const *x = a, *const *y = b;
	int order;

	if ((*x)->inner != (*y)->inner)
		return (*x)->inner ? -1 : 1;
	order = identity_rules_compare(rules, (*x)->base, (*y)->base);
	return order ? order : span_compare((*x)->name, (*y)->name);
}

void identifiers_settle(struct identifiers *t, const struct identity_rules *r)
{
	size_t count = t->type_names.count;
	struct identifier_type **sorted = mem_zero(count + 1, sizeof *sorted);

	t->type_list = mem_zero(count + 1, sizeof *t->type_list);
	for (size_t i = 0; i < count; i++) {
		settle_type(&t->type_list[i], identifier_type_name(t, (uint16_t)i),
			    identifier_type_base(t, (uint16_t)i), r);
		sorted[i] = &t->type_list[i];
	}
	qsort_r(sorted, count, sizeof *sorted, by_priority, (void *)(uintptr_t)r);
	for (size_t i = 0; i < count; i++) {
		bool same = i && span_equal(sorted[i]->base, sorted[i - 1]->base);

		sorted[i]->order = (uint32_t)i;
		sorted[i]->group = same ? sorted[i - 1]->group : (uint32_t)i;
	}
	mem_free(sorted);
}

static bool find_identifier(const struct identifiers *t, struct span type, struct span value, uint32_t *out)
{
	struct buf key = BUF_INIT;
	size_t found;

	buf_span(&key, type);
	buf_char(&key, '\0');
	buf_span(&key, value);
	found = map_find(&t->map, buf_view(&key));
	buf_release(&key);
	*out = (uint32_t)found;
	return found != MAP_NONE;
}

/* The last type of a source with BASE, + 1; 0: there is none. */
static size_t last_own(const struct identifiers *t, struct span base)
{
	size_t at = t->own_types ? map_find(&t->own_bases, base) : MAP_NONE;

	return at == MAP_NONE ? 0 : t->own_bases.entries[at].number;
}

/* *AT: the next type of a source to look at, + 1, or MEANT_END. */
#define MEANT_END SIZE_MAX

bool identifiers_meant(const struct identifiers *t, struct span type, struct span value,
		       size_t *at, uint32_t *out)
{
	if (!*at) {
		*at = last_own(t, type);
		*at = *at ? *at : MEANT_END;
		if (find_identifier(t, type, value, out)) {
			*out = identifiers_resolved(t, *out);
			return true;
		}
	}
	while (*at != MEANT_END) {
		uint16_t own = (uint16_t)(*at - 1);

		*at = t->own_before[own] ? t->own_before[own] : MEANT_END;
		if (find_identifier(t, identifier_type_name(t, own), value, out) &&
		    identifiers_resolved(t, *out) == *out)
			return true;
	}
	return false;
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
		count += !t->type_list[t->types[i]].inner &&
			 identifiers_resolved(t, (uint32_t)i) == i &&
			 !(i < t->copied && t->copies[i]);
	return count;
}

size_t identifiers_bytes(const struct identifiers *t)
{
	return map_bytes(&t->map) + t->types_cap * sizeof *t->types;
}

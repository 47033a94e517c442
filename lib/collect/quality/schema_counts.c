#include "collect/quality/schema_counts.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/mem.h"
#include "record/scan.h"

/* So many kinds are named in words. */
#define KINDS_NAMED 3

void schema_counts_add(struct schema_counts *sum, const struct schema_counts *part)
{
	sum->allowed += part->allowed;
	sum->stripped += part->stripped;
	sum->blocked += part->blocked;
	sum->violations += part->violations;
	for (size_t i = 0; i < part->kinds.count; i++) {
		struct span key = part->kinds.entries[i].key;
		size_t at;

		if (sum->kinds.count >= SCHEMA_KINDS_MAX &&
		    map_find(&sum->kinds, key) == MAP_NONE)
			key = SPAN("\0\0others");
		at = map_put(&sum->kinds, key, NULL);
		sum->kinds.entries[at].number += part->kinds.entries[i].number;
	}
}

void schema_counts_clear(struct schema_counts *c)
{
	c->allowed = c->stripped = c->blocked = c->violations = 0;
	if (c->kinds.count)
		map_clear(&c->kinds);
}

void schema_counts_release(struct schema_counts *c)
{
	map_release(&c->kinds);
	*c = (struct schema_counts){0};
}

static int by_key(const void *a, const void *b)
{
	const struct map_entry *const *x = a, *const *y = b;

	return span_compare((*x)->key, (*y)->key);
}

static int by_number(const void *a, const void *b)
{
	const struct map_entry *const *x = a, *const *y = b;

	if ((*x)->number != (*y)->number)
		return (*x)->number > (*y)->number ? -1 : 1;
	return by_key(a, b);
}

static const struct map_entry **sort_kinds(const struct schema_counts *c,
					   int (*compare)(const void *, const void *))
{
	const struct map_entry **list = mem_zero(c->kinds.count + 1, sizeof *list);

	for (size_t i = 0; i < c->kinds.count; i++)
		list[i] = &c->kinds.entries[i];
	qsort(list, c->kinds.count, sizeof *list, compare);
	return list;
}

static void put_kind(struct buf *out, const struct map_entry *entry)
{
	struct span rest = entry->key;
	struct span event = span_cut(&rest, '\0');
	struct span field = span_cut(&rest, '\0');

	buf_lit(out, "{\"event\":");
	text_encode(out, event);
	buf_lit(out, ",\"field\":");
	text_encode(out, field);
	buf_lit(out, ",\"kind\":");
	text_encode(out, rest);
	buf_printf(out, ",\"count\":%llu}", (unsigned long long)entry->number);
}

static void put_words(struct buf *out, const struct map_entry *entry)
{
	struct span rest = entry->key;
	struct span event = span_cut(&rest, '\0');
	struct span field = span_cut(&rest, '\0');
	char quoted[ERROR_QUOTE_MAX];

	if (event.len)
		buf_printf(out, "%s ", error_quote(event, quoted));
	error_clean(field, out);
	buf_printf(out, "%s%.*s (%llu)", field.len ? " " : "", SPAN_ARG(rest),
		   (unsigned long long)entry->number);
}

void schema_counts_put(const struct schema_counts *c, struct buf *out,
		       struct buf *words)
{
	const struct map_entry **list = sort_kinds(c, by_key);

	if (out) {
		buf_char(out, '[');
		for (size_t i = 0; i < c->kinds.count; i++) {
			if (i)
				buf_char(out, ',');
			put_kind(out, list[i]);
		}
		buf_char(out, ']');
	}
	mem_free(list);
	list = sort_kinds(c, by_number);
	for (size_t i = 0; words && i < c->kinds.count && i < KINDS_NAMED; i++) {
		if (i)
			buf_lit(words, ", ");
		put_words(words, list[i]);
	}
	if (words && c->kinds.count > KINDS_NAMED)
		buf_printf(words, " and %zu more kinds", c->kinds.count - KINDS_NAMED);
	mem_free(list);
}

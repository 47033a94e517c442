#include "understand/report/tally.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define EXAMPLE_MAX 60

void tally_release(struct tally *t)
{
	map_release(&t->keys);
	mem_free(t->rows);
	arena_release(&t->examples);
	*t = TALLY_INIT;
}

size_t tally_index(struct tally *t, struct span key)
{
	bool added;
	size_t i = map_put(&t->keys, key, &added);

	if (!added)
		return i;
	t->rows = mem_room(t->rows, i, &t->cap, sizeof *t->rows);
	t->rows[i] = (struct tally_row){.key = t->keys.entries[i].key};
	return i;
}

struct tally_row *tally_row(struct tally *t, struct span key)
{
	size_t i = tally_index(t, key);

	return &t->rows[i];
}

int tally_add_money(struct tally_row *row, struct decimal money,
		    struct error *err)
{
	if (decimal_add(row->money, money, &row->money))
		return 0;
	return error_failed(err, "a sum of money has more than 38 digits");
}

/* At most EXAMPLE_MAX bytes, cut before a character's start. */
static struct span cut_example(struct span text)
{
	if (text.len <= EXAMPLE_MAX)
		return text;
	text.len = EXAMPLE_MAX;
	while (text.len && ((unsigned char)text.ptr[text.len] & 0xc0) == 0x80)
		text.len--;
	return text;
}

void tally_example(struct tally *t, struct tally_row *row, struct span text)
{
	text = cut_example(text);
	if (!text.len)
		return;
	if (span_absent(row->example) || span_compare(text, row->example) < 0)
		row->example = arena_copy(&t->examples, text);
}

int tally_merge(struct tally *t, const struct tally *other, struct error *err)
{
	for (size_t i = 0; i < tally_size(other); i++) {
		const struct tally_row *from = &other->rows[i];
		struct tally_row *to = tally_row(t, from->key);

		for (int k = 0; k < TALLY_COUNTS; k++)
			to->counts[k] += from->counts[k];
		if (tally_add_money(to, from->money, err))
			return -1;
		if (!span_absent(from->example))
			tally_example(t, to, from->example);
	}
	return 0;
}

static int by_key(const void *a, const void *b)
{
	return span_compare(((const struct tally_row *)a)->key,
			    ((const struct tally_row *)b)->key);
}

static int by_count(const void *a, const void *b)
{
	uint64_t one = ((const struct tally_row *)a)->counts[0];
	uint64_t other = ((const struct tally_row *)b)->counts[0];

	if (one != other)
		return one < other ? 1 : -1;
	return by_key(a, b);
}

void tally_sort_by_key(struct tally *t)
{
	if (tally_size(t))
		qsort(t->rows, tally_size(t), sizeof *t->rows, by_key);
}

void tally_sort_by_count(struct tally *t)
{
	if (tally_size(t))
		qsort(t->rows, tally_size(t), sizeof *t->rows, by_count);
}

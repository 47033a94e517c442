#include "understand/recommend/baskets.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void basket_part_release(struct basket_part *p)
{
	item_part_release(&p->items);
	map_release(&p->keys);
	mem_free(p->entries);
	*p = BASKET_PART_INIT;
}

uint32_t basket_part_open(struct basket_part *p)
{
	p->basket = p->baskets++;
	return p->basket;
}

void basket_part_reopen(struct basket_part *p, uint32_t basket)
{
	p->basket = basket;
}

void basket_part_resume(struct basket_part *p, struct span key)
{
	/* The rows of a basket mostly follow each other. */
	if (p->named && span_equal(p->keys.entries[p->key].key, key))
		return;
	p->named = true;
	p->key = map_put(&p->keys, key, NULL);
	p->basket = (uint32_t)p->key;
	p->baskets = (uint32_t)p->keys.count;
}

void basket_part_put(struct basket_part *p, struct span item, struct span label)
{
	uint32_t number = item_part_put(&p->items, item, label);

	p->entries = mem_room(p->entries, p->count, &p->cap, sizeof *p->entries);
	p->entries[p->count++] = (struct basket_entry){p->basket, number};
}

/* What becomes of the parts' numbers. */
struct joining {
	struct basket_part *parts;
	size_t part_count;
	struct map keys;
	uint32_t **item_of;	/* by part: its items among all */
	uint32_t **basket_of;	/* by part with named baskets: its baskets among all */
	uint32_t *first;	/* by other part: its first basket */
	size_t baskets;		/* those without items, too */
};

static uint32_t *number_keys(const struct map *from, struct map *all)
{
	uint32_t *numbers = mem_alloc((from->count + 1) * sizeof *numbers);

	for (size_t i = 0; i < from->count; i++)
		numbers[i] = (uint32_t)map_put_hashed(all, from->entries[i].key, from->entries[i].hash, NULL);
	return numbers;
}

static void number_all(struct joining *j, struct items *items)
{
	struct item_part **names = mem_zero(j->part_count + 1, sizeof *names);

	j->item_of = mem_zero(j->part_count + 1, sizeof *j->item_of);
	j->basket_of = mem_zero(j->part_count + 1, sizeof *j->basket_of);
	j->first = mem_zero(j->part_count + 1, sizeof *j->first);
	for (size_t i = 0; i < j->part_count; i++) {
		names[i] = &j->parts[i].items;
		if (j->parts[i].named)
			j->basket_of[i] = number_keys(&j->parts[i].keys, &j->keys);
	}
	items_join(items, names, j->part_count, j->item_of);
	mem_free(names);
	j->baskets = j->keys.count;
	for (size_t i = 0; i < j->part_count; i++) {
		if (j->parts[i].named)
			continue;
		j->first[i] = (uint32_t)j->baskets;
		j->baskets += j->parts[i].baskets;
	}
}

static uint32_t basket_among_all(const struct joining *j, size_t part, uint32_t basket)
{
	return j->basket_of[part] ? j->basket_of[part][basket] : j->first[part] + basket;
}

/* Of each basket where its entries begin, in STARTS of j->baskets + 2 zeroed places. */
static void sort_by_basket(const struct joining *j, size_t *starts, uint32_t *list)
{
	for (size_t i = 0; i < j->part_count; i++)
		for (size_t k = 0; k < j->parts[i].count; k++)
			starts[basket_among_all(j, i, j->parts[i].entries[k].basket) + 2]++;
	for (size_t k = 2; k < j->baskets + 2; k++)
		starts[k] += starts[k - 1];
	for (size_t i = 0; i < j->part_count; i++)
		for (size_t k = 0; k < j->parts[i].count; k++) {
			const struct basket_entry *e = &j->parts[i].entries[k];

			list[starts[basket_among_all(j, i, e->basket) + 1]++] = j->item_of[i][e->item];
		}
}

static int compare_numbers(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Baskets are short: insertion, where the library's sort would call a function for each comparison. */
static void sort_numbers(uint32_t *list, size_t count)
{
	if (count > 64) {
		qsort(list, count, sizeof *list, compare_numbers);
		return;
	}
	for (size_t i = 1; i < count; i++) {
		uint32_t number = list[i];
		size_t k = i;

		for (; k && list[k - 1] > number; k--)
			list[k] = list[k - 1];
		list[k] = number;
	}
}

/* Leaves in each basket each item once, and no basket without items. */
static void drop_repeats(struct baskets *b, size_t baskets, size_t *starts)
{
	size_t to = 0, kept = 0;

	for (size_t i = 0; i < baskets; i++) {
		size_t begin = starts[i], end = starts[i + 1], first = to;

		sort_numbers(b->list + begin, end - begin);
		for (size_t k = begin; k < end; k++)
			if (to == first || b->list[to - 1] != b->list[k])
				b->list[to++] = b->list[k];
		if (to > first)
			starts[kept++] = first;
	}
	starts[kept] = to;
	b->count = (uint32_t)kept;
}

/* Numbers the items by how frequent they are. */
static void rank_items(struct baskets *b)
{
	uint32_t *rank = mem_alloc((b->items.count + (size_t)1) * sizeof *rank);

	for (size_t k = 0; k < b->starts[b->count]; k++)
		b->items.list[b->list[k]].count++;
	items_rank(&b->items, rank);
	for (size_t i = 0; i < b->count; i++) {
		for (size_t k = b->starts[i]; k < b->starts[i + 1]; k++)
			b->list[k] = rank[b->list[k]];
		sort_numbers(b->list + b->starts[i], b->starts[i + 1] - b->starts[i]);
	}
	mem_free(rank);
}

static void release_joining(struct joining *j)
{
	for (size_t i = 0; i < j->part_count; i++) {
		mem_free(j->item_of[i]);
		mem_free(j->basket_of[i]);
		basket_part_release(&j->parts[i]);
	}
	mem_free(j->item_of);
	mem_free(j->basket_of);
	mem_free(j->first);
	map_release(&j->keys);
}

void baskets_join(struct baskets *b, struct basket_part *parts, size_t count)
{
	struct joining j = {.parts = parts, .part_count = count};
	size_t entries = 0;

	*b = (struct baskets){0};
	number_all(&j, &b->items);
	for (size_t i = 0; i < count; i++)
		entries += parts[i].count;
	b->starts = mem_zero(j.baskets + 2, sizeof *b->starts);
	b->list = mem_alloc((entries + 1) * sizeof *b->list);
	sort_by_basket(&j, b->starts, b->list);
	drop_repeats(b, j.baskets, b->starts);
	rank_items(b);
	release_joining(&j);
}

void baskets_release(struct baskets *b)
{
	items_release(&b->items);
	mem_free(b->starts);
	mem_free(b->list);
	*b = (struct baskets){0};
}

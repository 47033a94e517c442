#include "understand/recommend/items.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

#define LABEL_MAX 240	/* bytes of a label that count */

void item_part_release(struct item_part *p)
{
	map_release(&p->texts);
	map_release(&p->labels);
	*p = ITEM_PART_INIT;
}

static void count_label(struct item_part *p, uint32_t item, struct span label)
{
	char key[LABEL_MAX + sizeof item];
	size_t len = label.len < LABEL_MAX ? label.len : LABEL_MAX, at;

	/* Never a part of a character. */
	while (len < label.len && len && ((unsigned char)label.ptr[len] & 0xc0) == 0x80)
		len--;
	memcpy(key, &item, sizeof item);
	memcpy(key + sizeof item, label.ptr, len);
	at = map_put(&p->labels, (struct span){key, sizeof item + len}, NULL);
	p->labels.entries[at].number++;
}

uint32_t item_part_put(struct item_part *p, struct span item, struct span label)
{
	uint32_t number = (uint32_t)map_put(&p->texts, item, NULL);

	if (label.len)
		count_label(p, number, label);
	return number;
}

/* Each label of each item with how often it stood there, over all parts. */
static void join_labels(struct item_part *const *parts, size_t count, uint32_t *const *of, struct map *all)
{
	struct buf key = BUF_INIT;

	for (size_t i = 0; i < count; i++) {
		const struct map *labels = &parts[i]->labels;

		for (size_t k = 0; k < labels->count; k++) {
			const struct map_entry *e = &labels->entries[k];
			uint32_t item;
			size_t at;

			memcpy(&item, e->key.ptr, sizeof item);
			buf_clear(&key);
			buf_put(&key, &of[i][item], sizeof item);
			buf_span(&key, span_sub(e->key, sizeof item, SIZE_MAX));
			at = map_put(all, buf_view(&key), NULL);
			all->entries[at].number += e->number;
		}
	}
	buf_release(&key);
}

static void choose_labels(struct items *t, const struct map *labels)
{
	uint64_t *best = mem_zero(t->count + (size_t)1, sizeof *best);

	for (size_t k = 0; k < labels->count; k++) {
		const struct map_entry *e = &labels->entries[k];
		struct span label = span_sub(e->key, sizeof(uint32_t), SIZE_MAX);
		uint32_t item;

		memcpy(&item, e->key.ptr, sizeof item);
		if (e->number < best[item] ||
		    (e->number == best[item] && span_compare(label, t->list[item].label) >= 0))
			continue;
		best[item] = e->number;
		t->list[item].label = label;
	}
	for (uint32_t i = 0; i < t->count; i++)
		t->list[i].label = arena_copy(&t->by_text.keys, t->list[i].label);
	mem_free(best);
}

void items_join(struct items *t, struct item_part *const *parts, size_t count, uint32_t **of)
{
	struct map labels = MAP_INIT;

	*t = (struct items){0};
	for (size_t i = 0; i < count; i++) {
		const struct map *texts = &parts[i]->texts;

		of[i] = mem_alloc((texts->count + 1) * sizeof **of);
		for (size_t k = 0; k < texts->count; k++)
			of[i][k] = (uint32_t)map_put_hashed(&t->by_text, texts->entries[k].key, texts->entries[k].hash, NULL);
	}
	t->count = (uint32_t)t->by_text.count;
	t->list = mem_zero(t->count + (size_t)1, sizeof *t->list);
	for (uint32_t i = 0; i < t->count; i++)
		t->list[i].text = t->by_text.entries[i].key;
	join_labels(parts, count, of, &labels);
	choose_labels(t, &labels);
	map_release(&labels);
}

static int compare_items(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return span_compare(x->text, y->text);
}

void items_rank(struct items *t, uint32_t *rank)
{
	qsort(t->list, t->count, sizeof *t->list, compare_items);
	for (uint32_t i = 0; i < t->count; i++) {
		size_t at = map_find(&t->by_text, t->list[i].text);

		rank[at] = i;
		t->by_text.entries[at].number = i;
	}
}

uint32_t items_find(const struct items *t, struct span text)
{
	size_t at = map_find(&t->by_text, text);

	return at == MAP_NONE ? UINT32_MAX : (uint32_t)t->by_text.entries[at].number;
}

struct span item_name(const struct item *i)
{
	return span_absent(i->label) ? i->text : i->label;
}

void items_release(struct items *t)
{
	mem_free(t->list);
	map_release(&t->by_text);
	*t = (struct items){0};
}

#include "merge/apart.h"

#include <stdlib.h>

#include "base/mem.h"

/* That whoever has ROOT has TAG. */
struct root_tag {
	uint32_t root;
	uint32_t tag;
};

static int by_root(const void *a, const void *b)
{
	const struct root_tag *x = a, *y = b;

	if (x->root != y->root)
		return x->root < y->root ? -1 : 1;
	return x->tag < y->tag ? -1 : x->tag > y->tag;
}

static size_t first_of(const struct root_tag *list, size_t count, uint32_t root)
{
	size_t from = 0, to = count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (list[middle].root < root)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Sorts LIST; drops repetitions and second ends.  Returns how many are left. */
static size_t settle_tags(uint32_t *list, size_t count)
{
	size_t kept = 0;

	if (count > 1)
		qsort(list, count, sizeof *list, by_number);
	for (size_t i = 0; i < count; i++) {
		if (!kept || list[i] / 2 != list[kept - 1] / 2)
			list[kept++] = list[i];
	}
	return kept;
}

void apart_make(const struct decisions *d, const uint32_t *roots,
		const struct unit_list *identifiers, size_t units,
		uint32_t **tags, uint32_t **starts)
{
	size_t known = 0, count = 0, cap = 0;
	struct root_tag *list = mem_alloc((2 * d->apart_count + 1) * sizeof *list);
	uint32_t *out = NULL;

	for (uint32_t i = 0; i < d->apart_count; i++) {
		/* Two of a household (generic.h) are judged by all that they say. */
		if (!d->apart[i].line)
			continue;
		list[known++] = (struct root_tag){roots[d->apart[i].a], 2 * i};
		list[known++] = (struct root_tag){roots[d->apart[i].b], 2 * i + 1};
	}
	if (!known) {
		mem_free(list);
		return;
	}
	*starts = mem_alloc((units + 1) * sizeof **starts);
	qsort(list, known, sizeof *list, by_root);
	for (size_t u = 0; u < units; u++) {
		size_t from = count;

		(*starts)[u] = (uint32_t)count;
		for (uint32_t i = identifiers->starts[u]; i < identifiers->starts[u + 1]; i++) {
			uint32_t root = roots[identifiers->items[i]];

			for (size_t at = first_of(list, known, root);
			     at < known && list[at].root == root; at++) {
				out = mem_room(out, count, &cap, sizeof *out);
				out[count++] = list[at].tag;
			}
		}
		count = from + settle_tags(out + from, count - from);
	}
	(*starts)[units] = (uint32_t)count;
	*tags = mem_room(out, count, &cap, sizeof *out);
	mem_free(list);
}

/* The first record of whoever has a root that must be one; with what follows. */
static void group_record(const struct root_tag *must, size_t count, uint32_t *firsts,
			 uint32_t *parents, uint32_t record, uint32_t root)
{
	size_t at = first_of(must, count, root);
	uint32_t a = record, b;

	if (at == count || must[at].root != root)
		return;
	if (firsts[at] == RECORD_NONE) {
		firsts[at] = record;
		return;
	}
	b = firsts[at];
	while (parents[a] != a)
		a = parents[a];
	while (parents[b] != b)
		b = parents[b];
	if (a < b)
		parents[b] = a;
	else
		parents[a] = b;
}

size_t apart_group(const struct decisions *d, const uint32_t *roots,
		   const struct records *r, const struct persons *p, uint32_t *of_record)
{
	size_t count = d->together_count, units = 0;
	struct root_tag *must = mem_alloc((count + 1) * sizeof *must);
	uint32_t *firsts = mem_alloc((count + 1) * sizeof *firsts);

	for (size_t i = 0; i < count; i++) {
		must[i] = (struct root_tag){roots[d->together[i].a], 0};
		firsts[i] = RECORD_NONE;
	}
	if (count > 1)
		qsort(must, count, sizeof *must, by_root);
	for (uint32_t i = 0; i < r->count; i++)
		of_record[i] = i;
	for (uint32_t i = 0; count && i < r->count; i++) {
		const struct person *person = &p->list[r->persons[i]];

		group_record(must, count, firsts, of_record, i, roots[person->home]);
		for (uint32_t j = 0; j < person->other_count; j++)
			group_record(must, count, firsts, of_record, i,
				     roots[p->others[person->others + j]]);
	}
	/* A parent has a smaller number than its children. */
	for (uint32_t i = 0; i < r->count; i++)
		of_record[i] = of_record[i] == i ? (uint32_t)units++ : of_record[of_record[i]];
	mem_free(must);
	mem_free(firsts);
	return units;
}

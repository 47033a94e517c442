#include "understand/predict/panel.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

uint64_t panel_key(struct span id)
{
	return hash_128(id).high;
}

static bool is_kept(const struct panel *p, uint64_t key)
{
	return !p->halvings || !(key >> (64 - p->halvings));
}

static void halve(struct panel *p)
{
	size_t kept = 0;

	p->halvings++;
	for (size_t i = 0; i < p->count; i++)
		if (is_kept(p, p->rows[i].key))
			p->rows[kept++] = p->rows[i];
	p->count = kept;
}

void panel_add(struct panel *p, const struct panel_row *row)
{
	size_t max = p->max ? p->max : PANEL_ROWS_MAX;

	if (!is_kept(p, row->key))
		return;
	p->rows = mem_room(p->rows, p->count, &p->cap, sizeof *p->rows);
	p->rows[p->count++] = *row;
	while (p->count > max && p->halvings < 40)
		halve(p);
}

static int compare_rows(const void *a, const void *b)
{
	const struct panel_row *p = a, *q = b;

	if (p->cutoff != q->cutoff)
		return p->cutoff < q->cutoff ? -1 : 1;
	if (p->key != q->key)
		return p->key < q->key ? -1 : 1;
	/* One customer on two lines. */
	return memcmp(p->buyer.features, q->buyer.features, sizeof p->buyer.features);
}

void panel_sort(struct panel *p)
{
	if (p->count)
		qsort(p->rows, p->count, sizeof *p->rows, compare_rows);
}

void panel_release(struct panel *p)
{
	mem_free(p->rows);
	*p = (struct panel){0};
}

const struct panel_row *panel_at(const struct panel *p, uint32_t cutoff, size_t *count)
{
	size_t from = 0;

	while (from < p->count && p->rows[from].cutoff < cutoff)
		from++;
	*count = 0;
	while (from + *count < p->count && p->rows[from + *count].cutoff == cutoff)
		++*count;
	return p->rows + from;
}

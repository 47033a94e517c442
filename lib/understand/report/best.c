#include "understand/report/best.h"

#include <stdlib.h>

#include "base/mem.h"

static int compare(const void *a, const void *b)
{
	const struct best_row *x = a, *y = b;

	for (int i = 0; i < 2; i++)
		if (x->rank[i] != y->rank[i])
			return x->rank[i] < y->rank[i] ? 1 : -1;
	return span_compare(x->bytes, y->bytes);
}

void best_settle(struct best *b)
{
	struct arena kept = ARENA_INIT;

	if (b->count)
		qsort(b->rows, b->count, sizeof *b->rows, compare);
	if (b->count >= b->most) {
		b->count = b->most;
		b->least = b->count ? b->rows[b->count - 1].rank[0] : 0;
	}
	for (size_t i = 0; i < b->count; i++)
		b->rows[i].bytes = arena_copy(&kept, b->rows[i].bytes);
	arena_release(&b->texts);
	b->texts = kept;
}

bool best_wants(struct best *b, uint64_t first)
{
	b->offered++;
	return first >= b->least;
}

/* Half of the room is for those that are worse than what is kept. */
void best_put(struct best *b, const struct best_row *row)
{
	if (b->count == 2 * b->most + 16)
		best_settle(b);
	b->rows = mem_room(b->rows, b->count, &b->cap, sizeof *b->rows);
	b->rows[b->count] = *row;
	b->rows[b->count++].bytes = arena_copy(&b->texts, row->bytes);
}

void best_merge(struct best *b, const struct best *other)
{
	b->offered += other->offered;
	for (size_t i = 0; i < other->count; i++)
		best_put(b, &other->rows[i]);
}

void best_release(struct best *b)
{
	mem_free(b->rows);
	arena_release(&b->texts);
	*b = (struct best){0};
}

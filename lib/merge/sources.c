#include "merge/sources.h"

#include <stdlib.h>

#include "base/mem.h"

void sources_release(struct sources *s)
{
	map_release(&s->names);
	mem_free(s->orders);
	mem_free(s->sorted);
	*s = SOURCES_INIT;
}

uint32_t sources_put(struct sources *s, struct span name)
{
	if (!s->names.count || !span_equal(source_name(s, s->last), name))
		s->last = (uint32_t)map_put(&s->names, name, NULL);
	return s->last;
}

static int by_name(const void *a, const void *b)
{
	const struct map_entry *const *x = a, *const *y = b;

	return span_compare((*x)->key, (*y)->key);
}

void sources_settle(struct sources *s)
{
	size_t count = s->names.count;
	const struct map_entry **list = mem_zero(count + 1, sizeof *list);

	s->orders = mem_zero(count + 1, sizeof *s->orders);
	s->sorted = mem_zero(count + 1, sizeof *s->sorted);
	for (size_t i = 0; i < count; i++)
		list[i] = &s->names.entries[i];
	qsort(list, count, sizeof *list, by_name);
	for (size_t i = 0; i < count; i++) {
		s->sorted[i] = (uint32_t)(list[i] - s->names.entries);
		s->orders[s->sorted[i]] = (uint32_t)i;
	}
	mem_free(list);
}

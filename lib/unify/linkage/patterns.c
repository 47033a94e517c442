#include "unify/linkage/patterns.h"

#include <stdlib.h>

#include "base/mem.h"

#define SLOTS_MIN 1024

void patterns_release(struct patterns *p)
{
	mem_free(p->list);
	*p = PATTERNS_INIT;
}

/* The slot of PATTERN, or the free one (count 0) where it belongs. */
static struct pattern_count *slot_of(struct patterns *p, uint64_t pattern)
{
	size_t at = (pattern * UINT64_C(0x9E3779B97F4A7C15)) >> 32 & p->mask;

	while (p->list[at].count && p->list[at].pattern != pattern)
		at = (at + 1) & p->mask;
	return &p->list[at];
}

static void grow(struct patterns *p)
{
	struct patterns old = *p;
	size_t size = old.list ? (old.mask + 1) * 2 : SLOTS_MIN;

	p->list = mem_zero(size, sizeof *p->list);
	p->mask = size - 1;
	for (size_t i = 0; old.list && i <= old.mask; i++) {
		if (old.list[i].count)
			*slot_of(p, old.list[i].pattern) = old.list[i];
	}
	mem_free(old.list);
}

void patterns_add(struct patterns *p, uint64_t pattern, uint64_t count)
{
	struct pattern_count *slot;

	if (!p->list || p->count > p->mask / 2)
		grow(p);
	slot = slot_of(p, pattern);
	p->count += !slot->count;
	slot->pattern = pattern;
	slot->count += count;
	p->pairs += count;
}

void patterns_add_all(struct patterns *p, const struct patterns *more)
{
	for (size_t i = 0; more->list && i <= more->mask; i++) {
		if (more->list[i].count)
			patterns_add(p, more->list[i].pattern, more->list[i].count);
	}
}

static int by_pattern(const void *a, const void *b)
{
	const struct pattern_count *x = a, *y = b;

	return (x->pattern > y->pattern) - (x->pattern < y->pattern);
}

void patterns_sort(struct patterns *p)
{
	size_t kept = 0;

	for (size_t i = 0; p->list && i <= p->mask; i++) {
		if (p->list[i].count)
			p->list[kept++] = p->list[i];
	}
	if (kept > 1)
		qsort(p->list, kept, sizeof *p->list, by_pattern);
}

#include "understand/segment/overlaps.h"

#include <string.h>

#include "base/mem.h"

static size_t place(size_t a, size_t b)
{
	return a > b ? a * (a - 1) / 2 + b : b * (b - 1) / 2 + a;
}

void overlaps_init(struct overlaps *o, size_t segments)
{
	*o = (struct overlaps){.segments = segments};
	if (segments > OVERLAPS_SEGMENTS)
		return;
	o->pairs = mem_zero(segments * segments / 2 + 1, sizeof *o->pairs);
	o->in = mem_zero(segments + 1, sizeof *o->in);
}

void overlaps_release(struct overlaps *o)
{
	mem_free(o->pairs);
	mem_free(o->in);
	*o = (struct overlaps){0};
}

void overlaps_note(struct overlaps *o, const signed char *truths)
{
	size_t count = 0;

	if (!o->pairs)
		return;
	for (size_t i = 0; i < o->segments; i++)
		if (truths[i] == 1)
			o->in[count++] = i;
	overlaps_note_list(o, o->in, count);
}

void overlaps_note_list(struct overlaps *o, const size_t *list, size_t count)
{
	for (size_t i = 0; o->pairs && i < count; i++)
		for (size_t k = 0; k < i; k++)
			o->pairs[place(list[i], list[k])]++;
}

/* The triangle's rows stand one behind the other: further ones only lengthen it. */
void overlaps_grow(struct overlaps *o, size_t segments)
{
	size_t before = o->pairs ? o->segments * o->segments / 2 + 1 : 0, size = segments * segments / 2 + 1;

	if (segments > OVERLAPS_SEGMENTS) {
		overlaps_release(o);
		o->segments = segments;
		return;
	}
	if (segments <= o->segments)
		return;
	o->pairs = mem_grow(o->pairs, size, sizeof *o->pairs);
	memset(o->pairs + before, 0, (size - before) * sizeof *o->pairs);
	o->in = mem_grow(o->in, segments + 1, sizeof *o->in);
	o->segments = segments;
}

void overlaps_add(struct overlaps *o, size_t a, size_t b, uint64_t customers)
{
	if (o->pairs)
		o->pairs[place(a, b)] += customers;
}

uint64_t overlaps_of(const struct overlaps *o, size_t a, size_t b)
{
	return o->pairs ? o->pairs[place(a, b)] : 0;
}

#include "understand/segment/overlaps.h"

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
	for (size_t i = 0; i < o->segments; i++) {
		if (truths[i] != 1)
			continue;
		for (size_t k = 0; k < count; k++)
			o->pairs[place(i, o->in[k])]++;
		o->in[count++] = i;
	}
}

uint64_t overlaps_of(const struct overlaps *o, size_t a, size_t b)
{
	return o->pairs ? o->pairs[place(a, b)] : 0;
}

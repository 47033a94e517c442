#include "understand/survival/lifetimes.h"

#include <string.h>

#include "base/mem.h"

#define DIGIT 11
#define DIGITS ((64 + DIGIT - 1) / DIGIT)
#define VALUES (1u << DIGIT)

/* Doubles as integers of the same order; -0 is 0. */
static uint64_t key_bits(double key)
{
	uint64_t bits;

	key += 0.0;
	memcpy(&bits, &key, sizeof bits);
	return bits >> 63 ? ~bits : bits | (uint64_t)1 << 63;
}

struct item {
	uint64_t bits;
	uint32_t row;
};

static void count_digits(const struct item *items, size_t count, size_t (*counts)[VALUES])
{
	memset(counts, 0, DIGITS * sizeof *counts);
	for (size_t i = 0; i < count; i++)
		for (unsigned d = 0; d < DIGITS; d++)
			counts[d][items[i].bits >> (d * DIGIT) & (VALUES - 1)]++;
}

/* One pass by digit D; false: all have the same. */
static bool deal(const struct item *from, struct item *to, size_t count, size_t *counts, unsigned d)
{
	size_t at = 0;

	if (counts[from[0].bits >> (d * DIGIT) & (VALUES - 1)] == count)
		return false;
	for (unsigned v = 0; v < VALUES; v++) {
		size_t here = counts[v];

		counts[v] = at;
		at += here;
	}
	for (size_t i = 0; i < count; i++)
		to[counts[from[i].bits >> (d * DIGIT) & (VALUES - 1)]++] = from[i];
	return true;
}

uint32_t *lifetimes_order(const double *keys, size_t count)
{
	struct item *items = mem_alloc((count + 1) * sizeof *items);
	struct item *other = mem_alloc((count + 1) * sizeof *other);
	size_t (*counts)[VALUES] = mem_alloc(DIGITS * sizeof *counts);
	uint32_t *order = mem_alloc((count + 1) * sizeof *order);

	for (size_t i = 0; i < count; i++)
		items[i] = (struct item){key_bits(keys[i]), (uint32_t)i};
	count_digits(items, count, counts);
	for (unsigned d = 0; d < DIGITS && count; d++)
		if (deal(items, other, count, counts[d], d)) {
			struct item *swap = items;

			items = other;
			other = swap;
		}
	for (size_t i = 0; i < count; i++)
		order[i] = items[i].row;
	mem_free(items);
	mem_free(other);
	mem_free(counts);
	return order;
}

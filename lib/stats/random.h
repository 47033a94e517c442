/*
 * Numbers drawn from a seed, the same on every machine (splitmix64: Steele, Lea and
 * Flood, "Fast Splittable Pseudorandom Number Generators", 2014).  Where something is
 * drawn, its manual names the seed; nothing here reads a clock.
 */
#ifndef STATS_RANDOM_H
#define STATS_RANDOM_H

#include <stdint.h>

/* The next number of *STATE, which begins as the seed. */
static inline uint64_t random_next(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

/* From 0 up to 1, which is never drawn. */
static inline double random_unit(uint64_t *state)
{
	return (double)(random_next(state) >> 11) * 0x1p-53;
}

/* From 0 to COUNT - 1; COUNT >= 1. */
static inline uint64_t random_below(uint64_t *state, uint64_t count)
{
	return (uint64_t)((unsigned __int128)random_next(state) * count >> 64);
}

/* The seed of part NUMBER of what has SEED: a stream of its own. */
static inline uint64_t random_part(uint64_t seed, uint64_t number)
{
	uint64_t state = seed ^ (number + 1) * UINT64_C(0xD1B54A32D192ED03);

	return random_next(&state);
}

#endif

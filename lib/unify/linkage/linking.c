#include "unify/linkage/linking.h"

#include "base/mem.h"

static uint32_t word_of(const uint32_t *words, size_t at, size_t word_count)
{
	if (!words)
		return 1;
	return word_count > 1 ? words[at] : words[at] > 0;
}

/* Agreeing pairs of the records that have SOURCE (0: any). */
static double pairs_within(const struct linking *l, uint64_t source,
			   const uint32_t *words, size_t step, size_t count,
			   size_t word_count, uint32_t *counts)
{
	double pairs = 0;

	for (size_t i = 0; i < count; i++) {
		uint32_t word = word_of(words, i * step, word_count);

		if (word && (!source || l->sources[i] & source))
			pairs += counts[word]++;
	}
	for (size_t i = 0; i < count; i++)
		counts[word_of(words, i * step, word_count)] = 0;
	return pairs;
}

double linking_pairs(const struct linking *l, const uint32_t *words, size_t step,
		     size_t count, size_t word_count)
{
	uint32_t *counts = mem_zero(word_count + 1, sizeof *counts);
	double all = 0, within = 0;
	uint64_t any = 0;

	for (size_t i = 0; l->mode != LINK_BOTH && i < count; i++)
		any |= l->sources[i];
	if (l->mode != LINK_DEDUPE)
		all = pairs_within(l, 0, words, step, count, word_count, counts);
	for (int i = 0; any >> i; i++) {
		if (any >> i & 1)
			within += pairs_within(l, (uint64_t)1 << i, words, step, count,
					       word_count, counts);
		if (i == LINK_SOURCES_MAX - 1)
			break;
	}
	mem_free(counts);
	if (l->mode == LINK_DEDUPE)
		return within;
	/* Records of several sources may make the parts more than the whole. */
	return all > within ? all - within : 0;
}

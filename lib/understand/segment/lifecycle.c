#include "understand/segment/lifecycle.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

const char *const lifecycle_names[LIFECYCLE_STAGES] = {
	"new", "active", "at_risk", "dormant", "reactivated", "lost",
};

static int compare_gaps(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Type 7 at 9/10 between the order statistics LOW and HIGH, rounded up; PART tenths of the way. */
static int64_t interpolate(int64_t low, int64_t high, uint64_t part)
{
	return low + ((high - low) * (int64_t)part + 9) / 10;
}

int64_t lifecycle_rhythm(const int64_t *days, size_t count, int64_t common)
{
	size_t gaps = count ? count - 1 : 0;
	size_t at = gaps ? (gaps - 1) * 9 / 10 : 0;
	int64_t *sorted, rhythm;

	if (gaps < LIFECYCLE_OWN_GAPS)
		return common;
	sorted = mem_grow(NULL, gaps, sizeof *sorted);
	for (size_t i = 0; i < gaps; i++)
		sorted[i] = days[i + 1] - days[i];
	qsort(sorted, gaps, sizeof *sorted, compare_gaps);
	rhythm = interpolate(sorted[at], sorted[at + 1 < gaps ? at + 1 : at], (gaps - 1) * 9 % 10);
	mem_free(sorted);
	return rhythm;
}

/* The gap number RANK, from 0, in the order of their lengths. */
static int64_t gap_at(const uint64_t *counts, size_t limit, uint64_t rank)
{
	size_t gap = 0;

	for (uint64_t seen = counts[0]; seen <= rank && gap + 1 < limit; seen += counts[gap])
		gap++;
	return (int64_t)gap;
}

int64_t lifecycle_common(const uint64_t *counts, size_t limit)
{
	uint64_t all = 0, at;

	for (size_t i = 0; i < limit; i++)
		all += counts[i];
	if (!all)
		return 0;
	at = (all - 1) * 9 / 10;
	return interpolate(gap_at(counts, limit, at), gap_at(counts, limit, at + 1 < all ? at + 1 : at), (all - 1) * 9 % 10);
}

/* Did the last of the days end a gap that was a dormancy? */
static bool came_back(const int64_t *days, size_t count, int64_t common)
{
	int64_t before = lifecycle_rhythm(days, count - 1, common);

	return before && days[count - 1] - days[count - 2] > 2 * before;
}

enum lifecycle_stage lifecycle_stage(const int64_t *days, size_t count, int64_t on, int64_t common)
{
	int64_t rhythm, since;

	while (count && days[count - 1] > on)
		count--;
	if (!count)
		return LIFECYCLE_NONE;
	rhythm = lifecycle_rhythm(days, count, common);
	since = on - days[count - 1];
	if (!rhythm)
		return LIFECYCLE_UNKNOWN;
	if (since > rhythm)
		return since <= 2 * rhythm ? LIFECYCLE_AT_RISK : since <= 4 * rhythm ? LIFECYCLE_DORMANT : LIFECYCLE_LOST;
	if (count == 1)
		return LIFECYCLE_NEW;
	return came_back(days, count, common) ? LIFECYCLE_REACTIVATED : LIFECYCLE_ACTIVE;
}

#include "base/grouping.h"

#include "base/mem.h"

uint32_t *grouping_make(const uint32_t *part_of, size_t count, size_t parts, uint32_t **starts)
{
	uint32_t *items = mem_alloc((count + 1) * sizeof *items);
	uint32_t *at = mem_zero(parts + 2, sizeof *at);

	/* Counted two places on, so that placing the items moves each start to its place. */
	for (size_t i = 0; i < count; i++) {
		if (part_of[i] != GROUPING_NONE)
			at[part_of[i] + 2]++;
	}
	for (size_t i = 2; i < parts + 2; i++)
		at[i] += at[i - 1];
	for (size_t i = 0; i < count; i++) {
		if (part_of[i] != GROUPING_NONE)
			items[at[part_of[i] + 1]++] = (uint32_t)i;
	}
	*starts = at;
	return items;
}

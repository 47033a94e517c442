#include "base/disjoint.h"

#include "base/mem.h"

void disjoint_init(uint32_t *sets, size_t count)
{
	for (size_t i = 0; i < count; i++)
		sets[i] = (uint32_t)i;
}

void disjoint_flatten(uint32_t *sets, size_t count)
{
	for (size_t i = 0; i < count; i++)
		sets[i] = disjoint_find(sets, (uint32_t)i);
}

size_t disjoint_number(uint32_t *sets, size_t count)
{
	uint32_t *numbers = mem_alloc((count + 1) * sizeof *numbers);
	size_t found = 0;

	disjoint_flatten(sets, count);
	for (size_t i = 0; i < count; i++)
		numbers[i] = UINT32_MAX;
	for (size_t i = 0; i < count; i++) {
		uint32_t *number = &numbers[sets[i]];

		if (*number == UINT32_MAX)
			*number = (uint32_t)found++;
		sets[i] = *number;
	}
	mem_free(numbers);
	return found;
}

/*
 * Things put together by a number that each has: a counting sort.
 *	items = grouping_make(parts, count, kinds, &starts);
 *	for (uint32_t i = starts[part]; i < starts[part + 1]; i++)
 *		see(items[i]);
 * Within a part they keep their order.
 */
#ifndef BASE_GROUPING_H
#define BASE_GROUPING_H

#include <stddef.h>
#include <stdint.h>

#define GROUPING_NONE UINT32_MAX /* the part of a thing that is left out */

/*
 * Things 0 .. COUNT - 1, each in the part PART_OF says: below PARTS, or GROUPING_NONE.
 * Returns them part by part, and sets *STARTS to where each part starts, with the end
 * of the last behind it.  Both are owned: mem_free.
 */
uint32_t *grouping_make(const uint32_t *part_of, size_t count, size_t parts, uint32_t **starts);

#endif

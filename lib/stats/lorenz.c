#include "stats/lorenz.h"

#include <stdint.h>
#include <stdlib.h>

static int compare(const void *a, const void *b)
{
	__int128 x = *(const __int128 *)a, y = *(const __int128 *)b;

	return (x > y) - (x < y);
}

static __int128 counted(__int128 amount)
{
	return amount > 0 ? amount : 0;
}

struct lorenz lorenz_of(__int128 *list, size_t count)
{
	struct lorenz l = {list, count, 0};

	if (count)
		qsort(list, count, sizeof *list, compare);
	for (size_t i = 0; i < count; i++)
		l.total += counted(list[i]);
	return l;
}

size_t lorenz_part(const struct lorenz *l, unsigned percent)
{
	return (l->count * percent + 99) / 100;
}

__int128 lorenz_largest(const struct lorenz *l, size_t count)
{
	__int128 sum = 0;

	for (size_t i = 0; i < count && i < l->count; i++)
		sum += counted(l->amounts[l->count - 1 - i]);
	return sum;
}

__int128 lorenz_smallest(const struct lorenz *l, size_t count)
{
	__int128 sum = 0;

	for (size_t i = 0; i < count && i < l->count; i++)
		sum += counted(l->amounts[i]);
	return sum;
}

size_t lorenz_fewest(const struct lorenz *l, unsigned percent)
{
	__int128 sum = 0, wanted = l->total / 100 * percent + (l->total % 100 * percent + 99) / 100;
	size_t count = 0;

	while (count < l->count && sum < wanted)
		sum += counted(l->amounts[l->count - 1 - count++]);
	return count;
}

/* With amounts x1 <= x2 ... <= xn: (2 * sum of i * xi) / (n * total) - (n + 1) / n. */
bool lorenz_gini(const struct lorenz *l, double *gini)
{
	__int128 weighted = 0, term, whole, n = (__int128)l->count;

	if (!l->total)
		return false;
	for (size_t i = 0; i < l->count; i++)
		if (__builtin_mul_overflow(counted(l->amounts[i]), 2 * (__int128)i + 1 - n, &term) ||
		    __builtin_add_overflow(weighted, term, &weighted))
			return false;
	if (__builtin_mul_overflow(n, l->total, &whole))
		return false;
	*gini = (double)weighted / (double)whole;
	return true;
}

#include "unify/identity/numbers.h"

#include "base/mem.h"

void numbers_add(struct numbers *n, uint32_t number)
{
	n->list = mem_room(n->list, n->count, &n->cap, sizeof *n->list);
	n->list[n->count++] = number;
}

struct numbers numbers_unite(const struct numbers *x, const struct numbers *y)
{
	struct numbers out = {0};
	size_t i = 0, j = 0;

	while (i < x->count || j < y->count) {
		bool left = j == y->count || (i < x->count && x->list[i] <= y->list[j]);
		uint32_t number = left ? x->list[i] : y->list[j];

		numbers_add(&out, number);
		i += i < x->count && x->list[i] == number;
		j += j < y->count && y->list[j] == number;
	}
	return out;
}

bool numbers_are_apart(const struct numbers *x, const struct numbers *y)
{
	size_t i = 0, j = 0;

	while (i < x->count && j < y->count) {
		uint32_t a = x->list[i], b = y->list[j];

		if (a / 2 == b / 2 && a != b)
			return true;
		if (a < b)
			i++;
		else
			j++;
	}
	return false;
}

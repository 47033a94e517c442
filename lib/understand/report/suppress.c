#include "understand/report/suppress.h"

#include <stdlib.h>

#include "base/mem.h"

static int by_people(const void *a, const void *b, void *column)
{
	const struct suppress_column *c = column;
	size_t x = *(const size_t *)a, y = *(const size_t *)b;

	if (c->people[x] != c->people[y])
		return c->people[x] < c->people[y] ? -1 : 1;
	return (x > y) - (x < y);
}

/* The shown cells with people, the smallest first: *COUNT of them; owned: mem_free. */
static size_t *order_shown(struct suppress_column *c, size_t *count)
{
	size_t *order = mem_zero(c->count + 1, sizeof *order);

	*count = 0;
	for (size_t i = 0; i < c->count; i++)
		if (c->people[i] && !c->hidden[i])
			order[(*count)++] = i;
	qsort_r(order, *count, sizeof *order, by_people, c);
	return order;
}

void suppress_column(struct suppress_column *c, uint64_t k)
{
	uint64_t hidden = 0, people = 0;
	bool small = c->total > 0 && c->total < k;
	size_t *order, count, next = 0;

	for (size_t i = 0; i < c->count; i++) {
		c->hidden[i] = c->hidden[i] || (c->people[i] && (small || c->people[i] < k));
		if (c->hidden[i] && c->people[i]) {
			hidden++;
			people += c->people[i];
		}
	}
	c->total_hidden = c->total_hidden || small;
	if (!hidden || c->total_hidden)
		return;
	order = order_shown(c, &count);
	while ((hidden < 2 || people - (hidden - 1) < k) && next < count) {
		c->hidden[order[next]] = true;
		people += c->people[order[next++]];
		hidden++;
	}
	c->total_hidden = hidden < 2 || people - (hidden - 1) < k;
	mem_free(order);
}

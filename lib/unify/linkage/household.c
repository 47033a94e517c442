#include "unify/linkage/household.h"


#include "base/mem.h"
#include "base/pool.h"

/* Of a value with more records the first are looked at. */
#define RECORDS_MOST 50

struct search {
	struct weights *weights;
	const struct columns *columns;
	size_t first, born;	/* columns of first name and date of birth */
};

static bool is_contact(const struct column *c)
{
	return c->identifier || c->kind == COLUMN_EMAIL || span_equal(c->name, SPAN("phone"));
}

/* Both are there, and more different than a slip makes them. */
static bool differ(const struct column *c, uint32_t a, uint32_t b, unsigned most)
{
	return a && b && agreement_of_words(c, a, b) <= most;
}

/* Levels of agreement.h up to which two values are not one written twice. */
#define NAME_MOST 2		/* alike */
#define DATE_MOST 2		/* within a year */

static bool are_two(const struct search *s, uint32_t a, uint32_t b)
{
	const struct columns *c = s->columns;
	const uint32_t *x = columns_row(c, a), *y = columns_row(c, b);

	return differ(&c->list[s->first], x[s->first], y[s->first], NAME_MOST) &&
	       differ(&c->list[s->born], x[s->born], y[s->born], DATE_MOST) &&
	       !agreement_exchanged(c, s->first, x, y);
}

static bool is_shared(const struct search *s, const uint32_t *records, size_t count)
{
	if (count > RECORDS_MOST)
		count = RECORDS_MOST;
	for (size_t i = 0; i < count; i++) {
		for (size_t j = i + 1; j < count; j++) {
			if (are_two(s, records[i], records[j]))
				return true;
		}
	}
	return false;
}

/* Records by word of column I: list[starts[w]] to starts[w + 1]. */
static uint32_t *group_records(const struct columns *c, size_t i, uint32_t **starts)
{
	size_t words = c->list[i].vocabulary->count + 1;
	uint32_t *list = mem_alloc((c->records + 1) * sizeof *list);
	uint32_t *at = mem_zero(words + 2, sizeof *at);

	for (size_t r = 0; r < c->records; r++)
		at[columns_row(c, r)[i] + 2]++;
	for (size_t w = 2; w < words + 2; w++)
		at[w] += at[w - 1];
	for (size_t r = 0; r < c->records; r++)
		list[at[columns_row(c, r)[i] + 1]++] = (uint32_t)r;
	*starts = at;
	return list;
}

static void weigh_column(void *context, size_t i)
{
	struct search *s = context;
	const struct columns *c = s->columns;
	const struct column *column = &c->list[i];
	unsigned exact = agreement_scale(column->kind)->exact;
	uint32_t *starts, *list;

	if (!is_contact(column) || !s->weights->frequency[i])
		return;
	list = group_records(c, i, &starts);
	for (size_t w = 1; w <= column->vocabulary->count; w++) {
		if (is_shared(s, list + starts[w], starts[w + 1] - starts[w]))
			s->weights->frequency[i][w] =
				(float)(HOUSEHOLD_BITS - s->weights->columns[i].weight[exact]);
	}
	mem_free(list);
	mem_free(starts);
}

void household_weigh(struct weights *w, const struct columns *c, unsigned workers)
{
	int first = columns_find(c, SPAN("first_name"));
	int born = columns_find(c, SPAN("birth_date"));
	struct search s = {w, c, (size_t)first, (size_t)born};

	if (first != COLUMN_NONE && born != COLUMN_NONE)
		pool_each(workers, c->count, weigh_column, &s);
}

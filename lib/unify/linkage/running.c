#include "unify/linkage/running.h"

#include <stdlib.h>

#include "base/mem.h"

/* Longer ones are no numbers that anybody counts. */
#define DIGITS_MAX 15

/* Of the words, so many in ten are such numbers. */
#define MOST 9

static size_t prefix_of(struct span text)
{
	size_t at = text.len;

	while (at && text.ptr[at - 1] >= '0' && text.ptr[at - 1] <= '9')
		at--;
	return at;
}

static int by_number(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The numbers behind PREFIX, into LIST. */
static size_t take_numbers(const struct vocabulary *v, struct span prefix, uint64_t *list)
{
	size_t count = 0;

	for (size_t i = 1; i <= v->count; i++) {
		struct span text = v->words[i].text, digits = span_sub(text, prefix.len, text.len);

		if (text.len > prefix.len && digits.len <= DIGITS_MAX &&
		    prefix_of(text) == prefix.len &&
		    span_equal(span_sub(text, 0, prefix.len), prefix) &&
		    span_number(digits, &list[count]))
			count++;
	}
	return count;
}

bool is_running(const struct column *column)
{
	const struct vocabulary *v = column->vocabulary;
	bool running = false;
	size_t count, cut;
	uint64_t *list;
	struct span prefix;

	if (column->kind != COLUMN_CODE || v->count < RUNNING_LEAST)
		return false;
	list = mem_alloc(v->count * sizeof *list);
	prefix = span_sub(v->words[1].text, 0, prefix_of(v->words[1].text));
	count = take_numbers(v, prefix, list);
	if (count * 10 >= v->count * MOST) {
		qsort(list, count, sizeof *list, by_number);
		cut = count / 20;
		running = list[count - 1 - cut] - list[cut] <
			  (uint64_t)(count - 2 * cut) * RUNNING_DENSE;
	}
	mem_free(list);
	return running;
}

#include "cmd/repeated.h"

#include <inttypes.h>

#include "base/mem.h"

struct again *repeated_new(const struct tool *t)
{
	return mem_zero(t->jobs, sizeof(struct again));
}

#define CARRIED 4096	/* customers of a part */

static void put_again(const struct tool *t, struct again *workers, struct partial *p)
{
	struct again **list = mem_zero(t->jobs, sizeof *list);
	struct again_entry *entries;
	size_t count;

	for (unsigned i = 0; i < t->jobs; i++)
		list[i] = &workers[i];
	again_find(list, t->jobs);
	for (unsigned i = 1; i < t->jobs; i++)
		again_release(&workers[i]);
	entries = again_list(&workers[0], CARRIED, &count);
	partial_rows(p, "customer", count);
	for (size_t i = 0; i < count; i++) {
		struct partial_row row = {.count = 3};

		row.numbers[0] = partial_wide(entries[i].hash);
		row.numbers[1] = partial_wide(entries[i].times);
		row.numbers[2] = partial_wide(workers[0].zeros);
		partial_put(p, "customer", &row);
	}
	mem_free(entries);
	mem_free(list);
}

void repeated_carry(const struct tool *t, struct again *workers, struct partial *p)
{
	struct partial_row row;
	size_t rows;

	if (!partial_reads(p)) {
		put_again(t, workers, p);
		return;
	}
	rows = partial_rows(p, "customer", 0);
	while (rows-- && partial_take(p, "customer", 3, &row)) {
		struct again_entry e = {partial_natural(p, row.numbers[0]), (uint32_t)partial_natural(p, row.numbers[1])};
		uint64_t zeros = partial_natural(p, row.numbers[2]);

		if (!e.hash || zeros > 48)
			partial_fail(p, "a customer of the sample cannot be");
		else
			again_add(&workers[0], &e, (unsigned)zeros);
	}
}

void repeated_report(struct tool *t, struct again *workers)
{
	struct again **list = mem_zero(t->jobs, sizeof *list);
	struct again_found found;

	for (unsigned i = 0; i < t->jobs; i++)
		list[i] = &workers[i];
	found = again_find(list, t->jobs);
	if (found.again)
		tool_warn(t, "%" PRIu64 " of %" PRIu64 " customers%s came more than once: the same profiles were given twice, or files share customers, and all counts are too high; give each customer once",
			  found.again, found.customers, found.zeros ? " looked at" : "");
	for (unsigned i = 0; i < t->jobs; i++)
		again_release(&workers[i]);
	mem_free(workers);
	mem_free(list);
}

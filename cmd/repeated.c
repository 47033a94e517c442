#include "cmd/repeated.h"

#include <inttypes.h>

#include "base/mem.h"

struct again *repeated_new(const struct tool *t)
{
	return mem_zero(t->jobs, sizeof(struct again));
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

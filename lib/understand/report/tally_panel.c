#include "understand/report/tally_panel.h"

#include "base/mem.h"

struct tally_row *tally_panel_row(struct tally_panel *p, struct span key, uint64_t number, bool *first)
{
	size_t i = tally_index(&p->tally, key);
	size_t had = p->cap;

	if (i >= p->cap) {
		p->cap = i < 32 ? 64 : 2 * i;
		p->seen = mem_grow(p->seen, p->cap, sizeof *p->seen);
		for (size_t j = had; j < p->cap; j++)
			p->seen[j] = 0;
	}
	*first = p->seen[i] != number;
	p->seen[i] = number;
	return &p->tally.rows[i];
}

void tally_panel_release(struct tally_panel *p)
{
	tally_release(&p->tally);
	mem_free(p->seen);
	*p = (struct tally_panel){0};
}

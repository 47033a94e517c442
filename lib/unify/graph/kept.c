#include "unify/graph/kept.h"

#include "base/mem.h"

static void keep_others(bool *kept, const struct fragments *p, uint32_t number)
{
	const struct fragment *fragment = &p->list[number];

	for (uint32_t i = 0; i < fragment->other_count; i++)
		kept[p->others[fragment->others + i]] = true;
}

bool *kept_find(const struct identifiers *t, const struct fragments *p, const struct events *v,
		const struct links *l)
{
	bool *kept = mem_zero(identifiers_count(t) + 1, sizeof *kept);

	for (size_t i = 0; i < v->count; i++) {
		const struct entry *e = &v->list[i];

		if (e->home >= HOME_DUPLICATE)
			continue;
		kept[e->home] = true;
		if (e->fragment < FRAGMENT_INLINE)
			keep_others(kept, p, e->fragment);
	}
	for (size_t i = 0; i < l->sighting_count; i++) {
		if (v->list[l->sightings[i].event].home != HOME_DUPLICATE)
			kept[l->sightings[i].identifier] = true;
	}
	return kept;
}

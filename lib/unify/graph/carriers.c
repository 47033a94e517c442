#include "unify/graph/carriers.h"

#include <string.h>

#include "base/mem.h"

void carriers_release(struct carriers *c)
{
	mem_free(c->starts);
	mem_free(c->ids);
	mem_free(c->inlines);
	*c = (struct carriers){0};
}

static void take_fragments(struct carriers *c, const struct fragments *p)
{
	size_t at = 0;

	c->fragment_count = p->count;
	c->starts = mem_alloc((p->count + 1) * sizeof *c->starts);
	c->ids = mem_alloc((p->count + p->other_count + 1) * sizeof *c->ids);
	for (size_t i = 0; i < p->count; i++) {
		const struct fragment *f = &p->list[i];

		c->starts[i] = (uint32_t)at;
		if (f->home == HOME_NONE)
			continue;
		c->ids[at++] = f->home;
		for (uint32_t j = 0; j < f->other_count; j++)
			c->ids[at++] = p->others[f->others + j];
	}
	c->starts[p->count] = (uint32_t)at;
}

static void add_inline(struct carriers *c, uint32_t event, uint32_t identifier)
{
	c->inlines = mem_room(c->inlines, c->inline_count, &c->inline_cap, sizeof *c->inlines);
	c->inlines[c->inline_count++] = (struct sighting){event, identifier};
}

void carriers_take(struct carriers *c, const struct identity_graph *of)
{
	const struct links *l = of->links;
	size_t at = 0;

	take_fragments(c, of->fragments);
	for (uint32_t i = 0; i < of->events->count; i++) {
		const struct entry *e = &of->events->list[i];

		while (at < l->sighting_count && l->sightings[at].event < i)
			at++;
		if (e->fragment != FRAGMENT_INLINE || e->home >= HOME_DUPLICATE)
			continue;
		add_inline(c, i, e->home);
		for (size_t j = at; j < l->sighting_count && l->sightings[j].event == i; j++)
			add_inline(c, i, l->sightings[j].identifier);
	}
}

static void see_inline(const struct carriers *c, uint32_t event, uint32_t home, size_t *at, struct buf *ids,
		       void (*see)(void *context, uint32_t event, uint32_t home, const uint32_t *ids, size_t count),
		       void *context)
{
	buf_clear(ids);
	while (*at < c->inline_count && c->inlines[*at].event < event)
		(*at)++;
	for (; *at < c->inline_count && c->inlines[*at].event == event; (*at)++)
		buf_put(ids, (const char *)&c->inlines[*at].identifier, sizeof(uint32_t));
	if (ids->len)
		see(context, event, home, (const uint32_t *)(const void *)ids->ptr, ids->len / sizeof(uint32_t));
}

void carriers_each(const struct carriers *c, const struct identity_graph *of,
		   void (*see)(void *context, uint32_t event, uint32_t home, const uint32_t *ids, size_t count),
		   void *context)
{
	uint32_t *seen = mem_alloc((c->fragment_count + 1) * sizeof *seen);
	struct buf ids = BUF_INIT;
	size_t at = 0;

	memset(seen, 0xff, c->fragment_count * sizeof *seen);	/* HOME_NONE: what nobody has is seen at no event */
	for (uint32_t i = 0; i < of->events->count; i++) {
		const struct entry *e = &of->events->list[i];

		if (e->home == HOME_DUPLICATE)
			continue;
		if (e->fragment == FRAGMENT_INLINE) {
			see_inline(c, i, e->home, &at, &ids, see, context);
		} else if (e->fragment < FRAGMENT_INLINE && (seen[e->fragment] != e->home || e->home == HOME_NONE)) {
			seen[e->fragment] = e->home;
			see(context, i, e->home, c->ids + c->starts[e->fragment],
			    c->starts[e->fragment + 1] - c->starts[e->fragment]);
		}
	}
	mem_free(seen);
	buf_release(&ids);
}

#include "unify/graph/moved.h"

#include "base/mem.h"

/* Of a browser that people share, by its identifier. */
struct browser {
	int64_t since;		/* its owner's first login there; MOMENT_NONE: not shared */
	uint32_t orders;
};

static bool is_browser(const struct identifiers *t, uint32_t identifier)
{
	struct span type = identifier_type_of(t, identifier)->name;

	return span_equal(type, SPAN("anonymous_id")) || span_equal(type, SPAN("device_id"));
}

/* Those that a limit kept from a second person; NULL: there are none. */
static struct browser *find_shared(const struct identifiers *t, const struct links *l, const struct graph *g)
{
	struct browser *list = NULL;

	for (size_t i = 0; i < g->refusal_count; i++) {
		const struct refusal *r = &g->refusals[i];
		uint32_t b = l->list[r->link].b;

		if (r->holding_check.reason != REFUSED_BY_LIMIT || !is_browser(t, b))
			continue;
		if (!list) {
			list = mem_alloc((identifiers_count(t) + 1) * sizeof *list);
			for (size_t k = 0; k < identifiers_count(t); k++)
				list[k] = (struct browser){MOMENT_NONE, 0};
		}
		list[b].since = MOMENT_MAX;
	}
	return list;
}

static void find_logins(struct browser *list, const struct links *l, const struct graph *g)
{
	for (size_t i = 0; i < l->count; i++) {
		const struct link *k = &l->list[i];

		if (list[k->b].since != MOMENT_NONE && g->roots[k->a] == g->roots[k->b] &&
		    k->seen.first != MOMENT_NONE && k->seen.first < list[k->b].since)
			list[k->b].since = k->seen.first;
	}
}

static int add_order(struct moved *m, struct browser *b, const struct entry *e, const struct store *s,
		     struct buf *scratch, struct error *err)
{
	const struct stored *stored = store_get(s, e->place, e->size, scratch, err);
	const struct purchase *p = stored ? stored_purchase(stored) : NULL;

	if (!stored)
		return -1;
	if (!p || p->kind != ORDER_COMPLETED)
		return 0;
	b->orders++;
	m->orders++;
	return p->has_money ? monies_add(&m->money, p, err) : 0;
}

static void choose_example(struct moved *m, const struct identifiers *t, const struct browser *list)
{
	for (uint32_t i = 0; i < identifiers_count(t); i++) {
		if (list[i].orders && (m->example == IDENTIFIER_NONE || list[i].orders > list[m->example].orders ||
				       (list[i].orders == list[m->example].orders &&
					identifier_compare(t, i, m->example) < 0)))
			m->example = i;
	}
}

void moved_release(struct moved *m)
{
	monies_release(&m->money);
}

int moved_find(struct moved *m, const struct identifiers *t, const struct links *l,
	       const struct graph *g, const struct events *v, const struct store *s, struct error *err)
{
	struct browser *list = find_shared(t, l, g);
	struct buf scratch = BUF_INIT;
	int bad = 0;

	if (!list)
		return 0;
	find_logins(list, l, g);
	for (size_t i = 0; i < v->count && !bad; i++) {
		const struct entry *e = &v->list[i];

		if (e->home < HOME_DUPLICATE && list[e->home].since != MOMENT_NONE &&
		    list[e->home].since != MOMENT_MAX && e->time != MOMENT_NONE && e->time < list[e->home].since)
			bad = add_order(m, &list[e->home], e, s, &scratch, err);
	}
	choose_example(m, t, list);
	monies_sort(&m->money);
	mem_free(list);
	buf_release(&scratch);
	return bad;
}

#include "unify/graph/moved.h"

#include <stdlib.h>

#include "base/mem.h"

/* Somebody was on a browser: HOME, the strongest identifier of an event with it. */
struct login {
	uint32_t browser;
	uint32_t home;
	int64_t time;
	bool owner;		/* who has the browser */
	bool of_owner;		/* or is of the customer who had it before bystanders were parted */
};

struct looking {
	struct moved *moved;
	const struct identifiers *identifiers;
	const struct fragments *fragments;
	const struct links *links;
	const struct graph *graph;
	const struct events *events;
	const struct store *store;
	bool *shared;		/* by identifier: a browser that people share */
	uint32_t *orders;	/* by identifier */
	bool *named;		/* by event whose fragment is not in the table: it has more than browsers */
	struct login *logins;
	size_t count, cap;
	struct buf scratch;
};

static bool is_browser(const struct identifiers *t, uint32_t identifier)
{
	struct span type = identifier_type_of(t, identifier)->name;

	return span_equal(type, SPAN("anonymous_id")) || span_equal(type, SPAN("device_id"));
}

/* Those that were kept from a second person; NULL: there are none. */
static bool *find_shared(const struct identifiers *t, const struct links *l, const struct graph *g)
{
	bool *shared = NULL;

	for (size_t i = 0; i < g->refusal_count; i++) {
		const struct link *k = &l->list[g->refusals[i].link];

		if (!is_browser(t, k->b) || is_browser(t, k->a) || g->roots[k->a] == g->roots[k->b])
			continue;
		if (!shared)
			shared = mem_zero(identifiers_count(t) + 1, sizeof *shared);
		shared[k->b] = true;
	}
	return shared;
}

static void add_login(struct looking *k, uint32_t browser, uint32_t home, int64_t time)
{
	const uint32_t *roots = k->graph->roots, *wholes = k->graph->wholes ? k->graph->wholes : roots;

	if (time == MOMENT_NONE || !k->shared[browser] || is_browser(k->identifiers, home))
		return;
	k->logins = mem_room(k->logins, k->count, &k->cap, sizeof *k->logins);
	k->logins[k->count++] = (struct login){
		browser, home, time, roots[home] == roots[browser], wholes[home] == wholes[browser],
	};
}

static void see_fragment(struct looking *k, const struct entry *e)
{
	const struct fragment *fragment = &k->fragments->list[e->fragment];

	for (uint32_t i = 0; i < fragment->other_count; i++)
		add_login(k, k->fragments->others[fragment->others + i], fragment->home, e->time);
}

static void find_logins(struct looking *k)
{
	const struct events *v = k->events;

	for (size_t i = 0; i < v->count; i++) {
		mem_pace(i);
		if (v->list[i].home < HOME_DUPLICATE && v->list[i].fragment < FRAGMENT_INLINE)
			see_fragment(k, &v->list[i]);
	}
	for (size_t i = 0; i < k->links->sighting_count; i++) {
		const struct sighting *s = &k->links->sightings[i];

		k->named[s->event] = k->named[s->event] || !is_browser(k->identifiers, s->identifier);
		if (v->list[s->event].home < HOME_DUPLICATE)
			add_login(k, s->identifier, v->list[s->event].home, v->list[s->event].time);
	}
}

/* By browser, then by time; of one time who has the browser goes last, and so counts. */
static int by_time(const void *a, const void *b, void *identifiers)
{
	const struct login *x = a, *y = b;

	if (x->browser != y->browser)
		return x->browser < y->browser ? -1 : 1;
	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	if (x->of_owner != y->of_owner)
		return x->of_owner ? 1 : -1;
	return identifier_compare(identifiers, x->home, y->home);
}

/* Whoever has a browser must have logged in there: the others of nobody stay together. */
static void drop_nobodys(struct looking *k)
{
	size_t kept = 0;

	for (size_t from = 0, to; from < k->count; from = to) {
		bool owner = false;

		for (to = from; to < k->count && k->logins[to].browser == k->logins[from].browser; to++)
			owner = owner || k->logins[to].of_owner;
		for (size_t i = from; i < to && owner; i++)
			k->logins[kept++] = k->logins[i];
	}
	k->count = kept;
}

/* Who was on BROWSER at TIME, or came first after it; NULL: nobody ever. */
static const struct login *login_at(const struct looking *k, uint32_t browser, int64_t time)
{
	size_t from = 0, to = k->count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		const struct login *at = &k->logins[middle];

		if (at->browser < browser || (at->browser == browser && at->time <= time))
			from = middle + 1;
		else
			to = middle;
	}
	if (from && k->logins[from - 1].browser == browser)
		return &k->logins[from - 1];
	return from < k->count && k->logins[from].browser == browser ? &k->logins[from] : NULL;
}

static int count_order(struct looking *k, uint32_t browser, const struct entry *e, struct error *err)
{
	struct moved *m = k->moved;
	const struct stored *stored = store_get(k->store, e->place, e->size, &k->scratch, err);
	const struct purchase *p = stored ? stored_purchase(stored) : NULL;

	if (!stored)
		return -1;
	if (!p || p->kind != ORDER_COMPLETED)
		return 0;
	k->orders[browser]++;
	m->orders++;
	if (m->example == IDENTIFIER_NONE || k->orders[browser] > k->orders[m->example] ||
	    (k->orders[browser] == k->orders[m->example] &&
	     identifier_compare(k->identifiers, browser, m->example) < 0))
		m->example = browser;
	return p->has_money ? monies_add(&m->money, p, err) : 0;
}

static uint32_t home_of(const struct looking *k, const struct entry *e)
{
	return e->fragment < FRAGMENT_INLINE ? k->fragments->list[e->fragment].home : e->home;
}

/* Has event NUMBER, whose home is a browser, another identifier, if a weaker one?  Then it says itself whose it is. */
static bool names_somebody(const struct looking *k, uint32_t number)
{
	const struct entry *e = &k->events->list[number];
	const struct fragment *fragment;

	if (e->fragment >= FRAGMENT_INLINE)
		return k->named[number];
	fragment = &k->fragments->list[e->fragment];
	for (uint32_t i = 0; i < fragment->other_count; i++)
		if (!is_browser(k->identifiers, k->fragments->others[fragment->others + i]))
			return true;
	return false;
}

static int give_back(struct looking *k, uint32_t number, struct error *err)
{
	struct moved *m = k->moved;
	const struct entry *e = &k->events->list[number];
	uint32_t browser = e->home < HOME_DUPLICATE ? home_of(k, e) : HOME_NONE;
	const struct login *login;

	if (browser >= HOME_DUPLICATE || !k->shared[browser] || e->time == MOMENT_NONE || names_somebody(k, number))
		return 0;
	login = login_at(k, browser, e->time);
	if (!login || login->owner)
		return 0;
	m->list = mem_room(m->list, m->count, &m->cap, sizeof *m->list);
	m->list[m->count++] = (struct given_back){number, login->home};
	return count_order(k, browser, e, err);
}

static int give_all_back(struct looking *k, struct error *err)
{
	int bad = 0;

	find_logins(k);
	if (k->count > 1)
		qsort_r(k->logins, k->count, sizeof *k->logins, by_time,
			(void *)(uintptr_t)k->identifiers);
	drop_nobodys(k);
	for (uint32_t i = 0; i < k->events->count && !bad; i++)
		bad = give_back(k, i, err);
	monies_sort(&k->moved->money);
	return bad;
}

int moved_find(struct moved *m, const struct identity_graph *of, const struct store *s, struct error *err)
{
	struct looking k = {
		.moved = m, .identifiers = of->identifiers, .fragments = of->fragments, .links = of->links,
		.graph = of->graph, .events = of->events, .store = s,
		.shared = find_shared(of->identifiers, of->links, of->graph),
	};
	int bad = 0;

	if (k.shared) {
		k.orders = mem_zero(identifiers_count(of->identifiers) + 1, sizeof *k.orders);
		k.named = mem_zero(of->events->count + 1, sizeof *k.named);
		bad = give_all_back(&k, err);
	}
	links_forget_sightings(of->links);
	mem_free(k.shared);
	mem_free(k.orders);
	mem_free(k.named);
	mem_free(k.logins);
	buf_release(&k.scratch);
	return bad;
}

uint32_t moved_home(const struct moved *m, uint32_t event)
{
	size_t from = 0, to = m->count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (m->list[middle].event == event)
			return m->list[middle].home;
		if (m->list[middle].event < event)
			from = middle + 1;
		else
			to = middle;
	}
	return IDENTIFIER_NONE;
}

void moved_release(struct moved *m)
{
	mem_free(m->list);
	monies_release(&m->money);
}

#include "unify/golden/golden.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "unify/golden/survivorship_rule.h"
#include "unify/golden/traits.h"
#include "unify/index/fragments.h"
#include "unify/index/sources.h"
#include "unify/index/stored.h"
#include "unify/index/validity.h"

#define MAP_LARGE ((size_t)1 << 14)

/* Values that lost and are listed: the most recent. */
#define LOST_MAX 100

void golden_init(struct golden *g, const struct survival *s,
		 const struct blocked *blocked, const struct fragments *fragments,
		 const struct sources *sources)
{
	size_t count = sources->names.count;

	*g = (struct golden){
		.survival = s, .blocked = blocked, .fragments = fragments,
		.sources = sources, .source_count = count,
		.ranks = mem_alloc((s->count * count + 1) * sizeof *g->ranks),
	};
	for (size_t i = 0; i < s->count; i++) {
		const struct survival_rule *rule = &s->rules[i];

		for (size_t j = 0; j < count; j++) {
			uint32_t rank = 0;

			while (rank < rule->source_count &&
			       !span_equal(rule->sources[rank], source_name(sources, (uint32_t)j)))
				rank++;
			g->ranks[i * count + j] = rank;
		}
	}
}

void golden_release(struct golden *g)
{
	mem_free(g->ranks);
	mem_free(g->traits);
	map_release(&g->trait_map);
	mem_free(g->values);
	map_release(&g->value_map);
	mem_free(g->records);
	map_release(&g->record_map);
	mem_free(g->order);
	mem_free(g->sorted);
	arena_release(&g->arena);
	buf_release(&g->scratch);
	*g = (struct golden){0};
}

/* A table that one large customer made is not cleared for every small one. */
static void clear_map(struct map *m)
{
	if (m->mask >= MAP_LARGE)
		map_release(m);
	else
		map_clear(m);
}

static void clear_golden(struct golden *g)
{
	g->trait_count = g->value_count = g->record_count = 0;
	clear_map(&g->trait_map);
	clear_map(&g->value_map);
	clear_map(&g->record_map);
	arena_clear(&g->arena);
}

static uint32_t rank_of(const struct golden *g, size_t rule, uint32_t event)
{
	return g->ranks[rule * g->source_count + g->events[event].source];
}

/* Does event A decide before event B what is recent, by RULE? */
static bool goes_before(const struct golden *g, size_t rule, uint32_t a, uint32_t b)
{
	bool a_dated = g->events[a].time != MOMENT_NONE;
	bool b_dated = g->events[b].time != MOMENT_NONE;

	if (g->survival->rules[rule].how->oldest)
		return a_dated != b_dated ? a_dated : a < b;
	if (rank_of(g, rule, a) != rank_of(g, rule, b))
		return rank_of(g, rule, a) < rank_of(g, rule, b);
	return a > b;
}

static struct golden_trait *trait_of(struct golden *g, const struct member *m)
{
	struct span key = m->key;
	size_t number;
	bool added;

	if (m->key_escaped)
		key = key_canonical(key, &g->arena);
	number = map_put(&g->trait_map, key, &added);
	if (added) {
		struct golden_trait *t;

		g->traits = mem_room(g->traits, g->trait_count, &g->trait_cap,
				     sizeof *g->traits);
		t = &g->traits[g->trait_count++];
		*t = (struct golden_trait){
			.key = g->trait_map.entries[number].key,
			.winner = GOLDEN_NONE, .event = GOLDEN_NONE, .seen = GOLDEN_NONE,
		};
		t->rule = survival_of(g->survival, t->key, &t->place);
	}
	return &g->traits[number];
}

/* EVENT says that the trait is V; the number of that value. */
static uint32_t state_value(struct golden *g, struct golden_trait *t,
			    struct value v, uint32_t event)
{
	uint32_t trait = (uint32_t)(t - g->traits);
	struct golden_value *to;
	size_t number;
	bool added;

	buf_clear(&g->scratch);
	buf_put(&g->scratch, &trait, sizeof trait);
	golden_value_meaning(v, &g->scratch);
	number = map_put(&g->value_map, buf_view(&g->scratch), &added);
	if (added) {
		g->values = mem_room(g->values, g->value_count, &g->value_cap,
				     sizeof *g->values);
		g->values[g->value_count++] = (struct golden_value){
			.trait = trait, .best = event, .value = v,
			.meaning = span_sub(g->value_map.entries[number].key, sizeof trait, SIZE_MAX),
			.invalid = validity_invalid(g->blocked, t->key, v),
			.doubtful = validity_doubtful(t->key, v),
		};
		if (g->dropped && g->values[number].invalid)
			validity_note(g->dropped, g->blocked, t->key, v);
	}
	to = &g->values[number];
	to->count++;
	if (goes_before(g, t->rule, event, to->best)) {
		to->best = event;
		to->value = v;
	}
	return (uint32_t)number;
}

/* The elements of a list count by themselves where all are wanted. */
static void state_elements(struct golden *g, struct golden_trait *t,
			   struct value array, uint32_t event)
{
	struct scan s;
	struct value v;

	scan_start(&s, array.raw);
	if (scan_enter(&s, '[', NULL))
		return;
	while (scan_element(&s, &v, NULL) > 0) {
		if (!validity_empty(v))
			state_value(g, t, v, event);
	}
}

/* The records of one event, as many as it touches units. */
static struct golden_record *record_for(struct golden *g, size_t from,
					size_t rule, uint32_t event)
{
	struct golden_record *r;

	for (size_t i = from; i < g->record_count; i++) {
		if (g->records[i].rule == rule)
			return &g->records[i];
	}
	g->records = mem_room(g->records, g->record_count, &g->record_cap,
			      sizeof *g->records);
	r = &g->records[g->record_count++];
	r->rule = (uint32_t)rule;
	r->event = event;
	memset(r->values, 0xff, sizeof r->values);
	return r;
}

/* Of records that say the same, from sources of one rank, the newest stays. */
static void keep_records(struct golden *g, size_t from)
{
	size_t count = from;

	for (size_t i = from; i < g->record_count; i++) {
		struct golden_record r = g->records[i];
		uint32_t rank = rank_of(g, r.rule, r.event);
		size_t number;
		bool added;

		buf_clear(&g->scratch);
		buf_put(&g->scratch, &r.rule, sizeof r.rule);
		buf_put(&g->scratch, &rank, sizeof rank);
		buf_put(&g->scratch, r.values, sizeof r.values);
		number = map_put(&g->record_map, buf_view(&g->scratch), &added);
		if (added)
			g->records[count++] = r;
		else
			g->records[number].event = r.event;
	}
	g->record_count = count;
}

static void read_event(struct golden *g, uint32_t event)
{
	const struct moment_event *e = &g->events[event];
	size_t from = g->record_count;
	struct span traits;
	struct scan s;
	struct member m;

	if (e->fragment == FRAGMENT_NONE)
		return;
	traits = fragment_traits(fragments_of(g->fragments, e->fragment, e->stored));
	if (span_absent(traits))
		return;
	scan_start(&s, traits);
	if (scan_enter(&s, '{', NULL))
		return;
	while (scan_member(&s, &m, NULL) > 0) {
		struct golden_trait *t = trait_of(g, &m);
		const struct survivorship_rule *rule = g->survival->rules[t->rule].how;
		uint32_t value;

		if (t->seen == event || validity_empty(m.value))
			continue;
		t->seen = event;
		if (rule->all && m.value.kind == VALUE_ARRAY) {
			state_elements(g, t, m.value, event);
			continue;
		}
		value = state_value(g, t, m.value, event);
		if (rule->unit && !g->values[value].invalid)
			record_for(g, from, t->rule, event)->values[t->place] = value;
	}
	keep_records(g, from);
}

/* Values by trait; of one trait those that survive first. */
static int by_survival(const void *a, const void *b, void *context)
{
	const struct golden *g = context;
	const struct golden_value *x = &g->values[*(const uint32_t *)a];
	const struct golden_value *y = &g->values[*(const uint32_t *)b];
	const struct golden_trait *t = &g->traits[x->trait];
	const struct survivorship_rule *rule = g->survival->rules[t->rule].how;
	int order;

	if (x->trait != y->trait)
		return x->trait < y->trait ? -1 : 1;
	if (x->invalid != y->invalid)
		return x->invalid ? 1 : -1;
	if (x->doubtful != y->doubtful)
		return x->doubtful ? 1 : -1;
	order = rule->compare ? rule->compare(x, y) : 0;
	if (order || x == y)
		return order;
	return goes_before(g, t->rule, x->best, y->best) ? -1 : 1;
}

static void sort_values(struct golden *g)
{
	g->order = mem_grow(g->order, g->value_count + 1, sizeof *g->order);
	for (size_t i = 0; i < g->value_count; i++) {
		g->order[i] = (uint32_t)i;
		g->traits[g->values[i].trait].value_count++;
	}
	if (g->value_count > 1)
		qsort_r(g->order, g->value_count, sizeof *g->order, by_survival, g);
	for (size_t i = 0, at = 0; i < g->trait_count; i++) {
		g->traits[i].values = (uint32_t)at;
		at += g->traits[i].value_count;
	}
}

static void take_winner(struct golden *g, struct golden_trait *t, uint32_t value, uint32_t event)
{
	t->winner = value;
	t->event = event;
	g->values[value].chosen = true;
}

static void choose_value(struct golden *g, struct golden_trait *t)
{
	const struct survivorship_rule *rule = g->survival->rules[t->rule].how;

	for (uint32_t i = 0; i < t->value_count; i++) {
		uint32_t number = g->order[t->values + i];
		const struct golden_value *v = &g->values[number];

		if (v->invalid || (rule->takes && !rule->takes(v)))
			continue;
		if (t->winner == GOLDEN_NONE)
			take_winner(g, t, number, v->best);
		else if (rule->all)
			g->values[number].chosen = true;
		else
			return;
	}
}

static unsigned lead_of(const struct golden_record *r)
{
	unsigned lead = 0;

	while (lead < SURVIVAL_UNIT_MAX - 1 && r->values[lead] == GOLDEN_NONE)
		lead++;
	return lead;
}

/* Records by rule, the best first. */
static int by_merit(const void *a, const void *b, void *context)
{
	const struct golden *g = context;
	const struct golden_record *x = a, *y = b;

	if (x->rule != y->rule)
		return x->rule < y->rule ? -1 : 1;
	if (lead_of(x) != lead_of(y))
		return lead_of(x) < lead_of(y) ? -1 : 1;
	if (x->event == y->event)
		return 0;
	return goes_before(g, x->rule, x->event, y->event) ? -1 : 1;
}

/* Case and blanks around make no other street. */
static bool contradicts(const struct golden *g, const struct golden_record *r,
			const uint32_t *taken)
{
	for (size_t i = 0; i < SURVIVAL_UNIT_MAX; i++) {
		if (r->values[i] == GOLDEN_NONE || taken[i] == GOLDEN_NONE ||
		    r->values[i] == taken[i])
			continue;
		if (!span_equal_nocase(span_trim(g->values[r->values[i]].meaning),
				       span_trim(g->values[taken[i]].meaning)))
			return true;
	}
	return false;
}

/* What TAKEN lacks it takes from R. */
static void fill_unit(struct golden *g, const struct golden_record *r, uint32_t *taken)
{
	for (size_t i = 0; i < SURVIVAL_UNIT_MAX; i++) {
		if (taken[i] != GOLDEN_NONE || r->values[i] == GOLDEN_NONE)
			continue;
		taken[i] = r->values[i];
		take_winner(g, &g->traits[g->values[taken[i]].trait], taken[i], r->event);
	}
}

static void choose_units(struct golden *g)
{
	uint32_t taken[SURVIVAL_UNIT_MAX];

	if (g->record_count > 1)
		qsort_r(g->records, g->record_count, sizeof *g->records, by_merit, g);
	for (size_t i = 0; i < g->record_count; i++) {
		if (!i || g->records[i].rule != g->records[i - 1].rule)
			memset(taken, 0xff, sizeof taken);
		if (!contradicts(g, &g->records[i], taken))
			fill_unit(g, &g->records[i], taken);
	}
}

static int by_key(const void *a, const void *b, void *context)
{
	const struct golden *g = context;

	return span_compare(g->traits[*(const uint32_t *)a].key,
			    g->traits[*(const uint32_t *)b].key);
}

static void sort_traits(struct golden *g)
{
	g->sorted = mem_grow(g->sorted, g->trait_count + 1, sizeof *g->sorted);
	for (size_t i = 0; i < g->trait_count; i++)
		g->sorted[i] = (uint32_t)i;
	if (g->trait_count > 1)
		qsort_r(g->sorted, g->trait_count, sizeof *g->sorted, by_key, g);
}

void golden_choose(struct golden *g, const struct moment_event *events,
		   size_t count)
{
	clear_golden(g);
	g->events = events;
	for (size_t i = 0; i < count; i++)
		read_event(g, (uint32_t)i);
	sort_values(g);
	for (size_t i = 0; i < g->trait_count; i++) {
		if (!g->survival->rules[g->traits[i].rule].how->unit)
			choose_value(g, &g->traits[i]);
	}
	choose_units(g);
	sort_traits(g);
}

bool golden_is_doubtful(const struct golden *g)
{
	for (size_t i = 0; i < g->trait_count; i++) {
		uint32_t winner = g->traits[i].winner;

		if (winner != GOLDEN_NONE && g->values[winner].doubtful)
			return true;
	}
	return false;
}

static const struct survivorship_rule *rule_of(const struct golden *g, const struct golden_trait *t)
{
	return g->survival->rules[t->rule].how;
}

static void put_key(struct buf *out, struct span key, bool *any)
{
	if (*any)
		buf_char(out, ',');
	*any = true;
	buf_char(out, '"');
	buf_span(out, key);
	buf_lit(out, "\":");
}

static void put_union(const struct golden *g, const struct golden_trait *t, struct buf *out)
{
	bool any = false;

	buf_char(out, '[');
	for (uint32_t i = 0; i < t->value_count; i++) {
		const struct golden_value *v = &g->values[g->order[t->values + i]];

		if (!v->chosen)
			continue;
		if (any)
			buf_char(out, ',');
		any = true;
		buf_span(out, v->value.raw);
	}
	buf_char(out, ']');
}

void golden_put(const struct golden *g, struct buf *out)
{
	bool any = false;

	buf_char(out, '{');
	for (size_t i = 0; i < g->trait_count; i++) {
		const struct golden_trait *t = &g->traits[g->sorted[i]];
		const struct golden_value *v;

		if (t->winner == GOLDEN_NONE)
			continue;
		v = &g->values[t->winner];
		put_key(out, t->key, &any);
		if (rule_of(g, t)->all)
			put_union(g, t, out);
		else if (rule_of(g, t)->put)
			rule_of(g, t)->put(v, out);
		else
			buf_span(out, v->value.raw);
	}
	buf_char(out, '}');
}

/* "source":..,"record":"source/id","time":.. */
static void put_origin(const struct golden *g, uint32_t event, struct buf *out)
{
	const struct moment_event *e = &g->events[event];
	struct span source = source_name(g->sources, e->source);
	struct span id = stored_id(e->stored);

	buf_lit(out, "\"source\":");
	text_encode(out, source);
	if (!span_absent(id)) {
		struct value text = {id, VALUE_TEXT, true};
		struct buf key = BUF_INIT;

		buf_span(&key, source);
		buf_char(&key, '/');
		value_decode(text, &key);
		buf_lit(out, ",\"record\":");
		text_encode(out, buf_view(&key));
		buf_release(&key);
	}
	if (e->time == MOMENT_NONE)
		return;
	buf_lit(out, ",\"time\":\"");
	moment_put(out, e->time);
	buf_char(out, '"');
}

static void put_value(const struct golden *g, const struct golden_value *v,
		      uint32_t event, struct buf *out)
{
	buf_lit(out, "{\"value\":");
	buf_span(out, v->value.raw);
	buf_char(out, ',');
	put_origin(g, event, out);
	if (v->invalid)
		buf_lit(out, ",\"invalid\":true");
	buf_char(out, '}');
}

enum which { CHOSEN, LOST, ALL };

/* In the order of survival; at most LOST_MAX. */
static void put_values(const struct golden *g, const struct golden_trait *t,
		       enum which which, const char *name, struct buf *out)
{
	size_t shown = 0, count = 0;

	for (uint32_t i = 0; i < t->value_count; i++) {
		const struct golden_value *v = &g->values[g->order[t->values + i]];

		if ((which == CHOSEN && !v->chosen) || (which == LOST && v->chosen))
			continue;
		if (++count > LOST_MAX)
			continue;
		if (!shown++)
			buf_printf(out, ",\"%s\":[", name);
		else
			buf_char(out, ',');
		put_value(g, v, v->best, out);
	}
	if (shown)
		buf_char(out, ']');
	if (count > shown)
		buf_printf(out, ",\"%s_omitted\":%zu", name, count - shown);
}

static void put_trait(const struct golden *g, const struct golden_trait *t, struct buf *out)
{
	bool all = rule_of(g, t)->all;

	buf_printf(out, "{\"rule\":\"%s\"", rule_of(g, t)->name);
	if (all) {
		put_values(g, t, CHOSEN, "values", out);
	} else if (t->winner != GOLDEN_NONE) {
		buf_char(out, ',');
		put_origin(g, t->event, out);
	}
	put_values(g, t, LOST, "lost", out);
	buf_char(out, '}');
}

/* T is what the data say of a trait of that name, or NULL. */
static void put_computed(const struct golden *g, const struct computed_trait *c,
			 const struct golden_trait *t, struct buf *out)
{
	buf_lit(out, "{\"rule\":\"computed\",\"expression\":");
	text_encode(out, c->text);
	if (t)
		put_values(g, t, ALL, "lost", out);
	buf_char(out, '}');
}

void golden_put_lineage(const struct golden *g, const struct computed *c, struct buf *out)
{
	size_t i = 0, j = 0;
	bool any = false;

	buf_char(out, '{');
	while (i < g->trait_count || j < c->count) {
		const struct golden_trait *t = i < g->trait_count ? &g->traits[g->sorted[i]] : NULL;
		const struct computed_trait *d = j < c->count ? &c->list[j] : NULL;
		int order = !t ? 1 : !d ? -1 : span_compare(t->key, d->key);

		i += order <= 0;
		j += order >= 0;
		if (order < 0 && !t->value_count)
			continue;
		put_key(out, order < 0 ? t->key : d->key, &any);
		if (order < 0)
			put_trait(g, t, out);
		else
			put_computed(g, d, order ? NULL : t, out);
	}
	buf_char(out, '}');
}

#include "unify/identity/identity_rules.h"

#include <math.h>

#include "base/mem.h"
#include "time/moment.h"
#include "unify/identity/known_identifiers.h"
#include "unify/identity/words.h"

#define LIMIT_OTHERS 5

/* More than there are rows. */
#define PRIORITY_MAX 100

/* Names on a line that is printed. */
#define LINE_NAMES 20

/* Stands for all types without a rule of their own. */
#define OTHERS "others"

/* Makes rules of what is known of a type by itself. */
static void add_known(struct identity_rules *r, const struct known_identifier *known)
{
	struct generic_rule generic = {known->records, known->people};

	if (known->shared)
		identity_rules_add_shared(r, known->name);
	if (known->limit)
		identity_rules_set_limit(r, known->name, (struct type_limit){known->limit, 0, false});
	if (known->records)
		identity_rules_set_generic(r, known->name, generic);
}

void identity_rules_init(struct identity_rules *r)
{
	struct span ranked[PRIORITY_MAX];
	size_t count = 0;

	*r = (struct identity_rules){
		.other_limit = {LIMIT_OTHERS, 0, true}, .other_generic = {10, 3},
		.household = true,
	};
	for (size_t i = 0; i < known_identifier_count; i++) {
		if (known_identifiers[i].ranked && count < PRIORITY_MAX)
			ranked[count++] = known_identifiers[i].name;
		add_known(r, &known_identifiers[i]);
	}
	identity_rules_set_priority(r, ranked, count);
}

void identity_rules_release(struct identity_rules *r)
{
	blocked_release(&r->blocked);
	map_release(&r->limits);
	map_release(&r->generics);
	map_release(&r->shared);
	mem_free(r->priority);
	mem_free(r->limit_list);
	mem_free(r->generic_list);
	arena_release(&r->texts);
}

void identity_rules_set_priority(struct identity_rules *r, const struct span *types,
				 size_t count)
{
	r->priority = mem_grow(r->priority, count + 1, sizeof *r->priority);
	for (size_t i = 0; i < count; i++)
		r->priority[i] = arena_copy(&r->texts, types[i]);
	r->priority_count = count;
}

void identity_rules_set_limit(struct identity_rules *r, struct span type,
			      struct type_limit limit)
{
	size_t at;

	if (span_equal(type, SPAN(OTHERS))) {
		r->other_limit = limit;
		return;
	}
	at = map_put(&r->limits, type, NULL);
	r->limit_list = mem_room(r->limit_list, at, &r->limit_cap, sizeof *r->limit_list);
	r->limit_list[at] = limit;
}

void identity_rules_set_generic(struct identity_rules *r, struct span type,
				struct generic_rule rule)
{
	size_t at;

	if (span_equal(type, SPAN(OTHERS))) {
		r->other_generic = rule;
		return;
	}
	at = map_put(&r->generics, type, NULL);
	r->generic_list = mem_room(r->generic_list, at, &r->generic_cap,
				   sizeof *r->generic_list);
	r->generic_list[at] = rule;
}

void identity_rules_add_shared(struct identity_rules *r, struct span type)
{
	map_put(&r->shared, type, NULL);
}

static size_t rank_of(const struct identity_rules *r, struct span type)
{
	size_t rank = 0;

	while (rank < r->priority_count && !span_equal(type, r->priority[rank]))
		rank++;
	return rank;
}

int identity_rules_compare(const struct identity_rules *r, struct span a, struct span b)
{
	size_t x = rank_of(r, a), y = rank_of(r, b);

	if (x != y)
		return x < y ? -1 : 1;
	return x < r->priority_count ? 0 : span_compare(a, b);
}

/* A customer has as many orders as it pays for, and each is its own. */
static bool is_order(struct span type)
{
	return span_ends(type, SPAN("order_id"));
}

struct type_limit identity_rules_limit_of(const struct identity_rules *r, struct span type)
{
	size_t at = map_find(&r->limits, type);

	if (at == MAP_NONE && is_order(type))
		return (struct type_limit){LIMIT_NONE, 0, false};
	return at == MAP_NONE ? r->other_limit : r->limit_list[at];
}

struct generic_rule identity_rules_generic_of(const struct identity_rules *r, struct span type)
{
	size_t at = map_find(&r->generics, type);

	if (at == MAP_NONE && is_order(type))
		return (struct generic_rule){LIMIT_NONE, LIMIT_NONE};
	return at == MAP_NONE ? r->other_generic : r->generic_list[at];
}

bool identity_rules_is_shared(const struct identity_rules *r, struct span type)
{
	return !span_ends(type, SPAN("_id")) || is_order(type) ||
	       map_find(&r->shared, type) != MAP_NONE ||
	       map_find(&r->shared, SPAN(OTHERS)) != MAP_NONE;
}

/* A month is a twelfth of 365.25 days, as in the horizons of cdp-churn. */
static const struct {
	struct span name;
	double days;
} units[] = {
	{SPAN("mo"), 365.25 / 12}, {SPAN("h"), 1.0 / 24}, {SPAN("d"), 1},
	{SPAN("w"), 7}, {SPAN("y"), 365.25},
};

/* Longer than anybody's records, short enough to be counted in ms. */
#define WINDOW_DAYS_MAX 1e6

bool identity_rules_window(struct span text, int64_t *out)
{
	uint64_t number;

	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		struct span name = units[i].name;

		if (!span_ends(text, name) ||
		    !span_number(span_sub(text, 0, text.len - name.len), &number))
			continue;
		if (!number || (double)number * units[i].days > WINDOW_DAYS_MAX)
			return false;
		*out = llround((double)number * units[i].days * (double)DAY_MS);
		return true;
	}
	return false;
}

/* In the largest unit that WINDOW is a number of; all are whole ms. */
static void put_window(int64_t window, struct buf *out)
{
	static const struct {
		const char *unit;
		int64_t ms;
	} exact[] = {
		{"y", 1461 * DAY_MS / 4}, {"mo", 1461 * DAY_MS / 48},
		{"w", 7 * DAY_MS}, {"d", DAY_MS}, {"h", DAY_MS / 24},
	};

	for (size_t i = 0; i < sizeof exact / sizeof *exact; i++) {
		if (window % exact[i].ms)
			continue;
		buf_i64(out, window / exact[i].ms);
		buf_text_put(out, exact[i].unit);
		return;
	}
}

static void put_limit(struct span type, struct type_limit l, struct buf *out)
{
	buf_lit(out, "limit ");
	known_identifier_put(type, out);
	if (l.limit == LIMIT_NONE) {
		buf_lit(out, " = none\n");
		return;
	}
	buf_printf(out, " = %u", l.limit);
	if (l.window) {
		buf_lit(out, " per ");
		put_window(l.window, out);
	}
	if (l.person)
		buf_lit(out, " or one person");
	buf_char(out, '\n');
}

static void put_generic(struct span type, struct generic_rule g, struct buf *out)
{
	buf_lit(out, "generic ");
	known_identifier_put(type, out);
	if (g.records == LIMIT_NONE)
		buf_lit(out, " = none\n");
	else
		buf_printf(out, " = %u records, %u people\n", g.records, g.people);
}

void identity_rules_put(const struct identity_rules *r, struct buf *out)
{
	buf_lit(out, "# What makes a customer: see IDENTITY RULES in cdp-identity(7).\n");
	buf_lit(out, "priority = ");
	for (size_t i = 0; i < r->priority_count; i++) {
		buf_text_put(out, i ? ", " : "");
		known_identifier_put(r->priority[i], out);
	}
	for (size_t i = 0; i < r->shared.count; i++) {
		buf_text_put(out, i % LINE_NAMES ? ", " : "\nshared = ");
		known_identifier_put(r->shared.entries[i].key, out);
	}
	buf_lit(out, "\n");
	for (size_t i = 0; i < r->limits.count; i++)
		put_limit(r->limits.entries[i].key, r->limit_list[i], out);
	put_limit(SPAN(OTHERS), r->other_limit, out);
	for (size_t i = 0; i < r->generics.count; i++)
		put_generic(r->generics.entries[i].key, r->generic_list[i], out);
	put_generic(SPAN(OTHERS), r->other_generic, out);
	buf_printf(out, "household = %s\n", r->household ? "on" : "off");
	blocked_put(&r->blocked, out);
}

/*
 * The law of the ledger in every mode, over a random crowd and random decisions on
 * identifiers and records, also those without identifiers: what cannot be one is
 * never on one profile, neither itself nor what must be one with it; what must be
 * one is on one profile; only a ledger that contradicts itself is refused; and
 * nothing depends on the order of lines and decisions, or on the workers.
 */
#include "tests/prop/merge_laws.h"

#define RUNS 200
#define DECISIONS_MAX 8

/* An identifier, or with type LAW_TYPES the record of an event. */
struct end {
	int type;
	int value;
};

struct decision {
	struct end a, b;
	bool must;
};

struct ledger_case {
	struct decision list[DECISIONS_MAX];
	size_t count;
};

static struct end choose_end(const struct law_world *w, uint64_t *seed)
{
	size_t number = support_below(seed, w->count);
	const struct law_event *e = &w->list[number];
	int type = (int)support_below(seed, LAW_TYPES);

	if (e->key >= 0 && support_below(seed, 2))
		return (struct end){LAW_TYPES, e->key};
	while (e->value[type] < 0 && support_below(seed, 8))
		type = (type + 1) % LAW_TYPES;
	if (e->value[type] < 0)		/* hardly in the data */
		return (struct end){type, (int)support_below(seed, LAW_PEOPLE)};
	return (struct end){type, e->value[type]};
}

static void choose(struct ledger_case *l, const struct law_world *w, uint64_t *seed)
{
	l->count = 1 + support_below(seed, DECISIONS_MAX);
	for (size_t i = 0; i < l->count; i++)
		l->list[i] = (struct decision){
			choose_end(w, seed), choose_end(w, seed), !support_below(seed, 3),
		};
}

static void put_end(const struct end *e, struct buf *out)
{
	if (e->type == LAW_TYPES)
		buf_printf(out, " s%d/i%d", e->value % 2, e->value / 2);
	else
		buf_printf(out, " %s=%c%02d", law_types[e->type], law_types[e->type][0], e->value);
}

/* In a random order, either end first. */
static const char *put_ledger(const char *name, struct ledger_case *l, uint64_t *seed)
{
	struct buf text = BUF_INIT;
	const char *path;

	for (size_t left = l->count; left > 1; left--) {
		size_t at = support_below(seed, left);
		struct decision d = l->list[at];

		l->list[at] = l->list[left - 1];
		l->list[left - 1] = d;
	}
	for (size_t i = 0; i < l->count; i++) {
		const struct decision *d = &l->list[i];
		bool turn = support_below(seed, 2);

		buf_text_put(&text, d->must ? "must-link" : "cannot-link");
		put_end(turn ? &d->b : &d->a, &text);
		put_end(turn ? &d->a : &d->b, &text);
		buf_lit(&text, " # because\n");
	}
	path = scratch_put(name, buf_view(&text));
	buf_release(&text);
	return path;
}

static bool is_same(struct end a, struct end b)
{
	return a.type == b.type && a.value == b.value;
}

/* By end, a's before b's: a number of all that must be one with it. */
static void group_ends(const struct ledger_case *l, struct end *ends, size_t *groups)
{
	size_t count = 2 * l->count;

	for (size_t i = 0; i < count; i++) {
		ends[i] = i % 2 ? l->list[i / 2].b : l->list[i / 2].a;
		groups[i] = i;
	}
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < count; j++) {
			size_t old = groups[j];
			bool one = is_same(ends[i], ends[j]) || (l->list[i / 2].must && i / 2 == j / 2);

			for (size_t k = 0; k < count && one; k++)
				groups[k] = groups[k] == old ? groups[i] : groups[k];
		}
	}
}

static bool contradicts(const struct ledger_case *l, const size_t *groups)
{
	for (size_t i = 0; i < l->count; i++) {
		if (!l->list[i].must && groups[2 * i] == groups[2 * i + 1])
			return true;
	}
	return false;
}

/* The event of a record that is kept, or SIZE_MAX. */
static size_t event_of(const struct law_world *w, int key)
{
	for (size_t i = 0; i < w->count; i++) {
		if (w->list[i].key == key && !w->list[i].dropped)
			return i;
	}
	return SIZE_MAX;
}

static bool is_on(const struct law_world *w, const struct law_outcome *o, size_t profile,
		  struct end e)
{
	size_t event;

	if (e.type < LAW_TYPES)
		return law_has(&o->list[profile].ids, e.type, e.value);
	event = event_of(w, e.value);
	return event != SIZE_MAX && o->place[event] == (int)profile;
}

/* On how many profiles A is, and B, and both. */
static void count_profiles(const struct law_world *w, const struct law_outcome *o,
			   struct end a, struct end b, size_t counts[3])
{
	memset(counts, 0, 3 * sizeof *counts);
	for (size_t i = 0; i < o->count; i++) {
		bool x = is_on(w, o, i, a), y = is_on(w, o, i, b);

		counts[0] += x;
		counts[1] += y;
		counts[2] += x && y;
	}
}

static void check_decisions(const struct law_world *w, const struct ledger_case *l,
			    const struct end *ends, const size_t *groups,
			    const struct law_outcome *o, size_t held[2])
{
	for (size_t d = 0; d < l->count; d++) {
		for (size_t i = 0; i < 2 * l->count; i++) {
			for (size_t j = 0; j < 2 * l->count; j++) {
				size_t n[3];

				if (groups[i] != groups[2 * d] || groups[j] != groups[2 * d + 1])
					continue;
				count_profiles(w, o, ends[i], ends[j], n);
				held[l->list[d].must] += n[0] && n[1];
				if (!l->list[d].must)
					assert_int_equal(n[2], 0);
				else if (n[0] && n[1])
					assert_true(n[2] > 0);
			}
		}
	}
}

static void check_places(const struct law_world *w, const struct law_outcome *o)
{
	for (size_t i = 0; i < w->count; i++)
		assert_int_equal(o->place[i] == LAW_NOWHERE, w->list[i].dropped);
}

static void check_world(const struct law_world *w, struct law_setup *setup, uint64_t *seed,
			size_t held[2])
{
	struct ledger_case l;
	struct end ends[2 * DECISIONS_MAX];
	size_t groups[2 * DECISIONS_MAX];
	struct law_outcome first, other;

	choose(&l, w, seed);
	setup->ledger = put_ledger("ledger", &l, seed);
	group_ends(&l, ends, groups);
	setup->workers = 1;
	law_run(w, setup, seed, &first);
	assert_int_equal(first.contradicts, contradicts(&l, groups));
	if (first.contradicts)
		return;
	check_decisions(w, &l, ends, groups, &first, held);
	check_places(w, &first);
	setup->ledger = put_ledger("ledger", &l, seed);
	setup->workers = 3;
	law_run(w, setup, seed, &other);
	assert_true(span_equal(buf_view(&first.profiles), buf_view(&other.profiles)));
	assert_true(span_equal(buf_view(&first.unidentified), buf_view(&other.unidentified)));
	law_outcome_release(&first);
	law_outcome_release(&other);
}

static void check_mode(enum match_mode mode)
{
	static const char *const rules[] = {
		"", "limit email = 1\nlimit device_id = 2 per 20d\n",
		"generic others = 6 records, 2 people\ngeneric device_id = 6 records, 2 people\n",
		"priority = device_id, email\n",
	};
	size_t held[2] = {0};

	for (uint64_t n = 1; n <= RUNS; n++) {
		uint64_t seed = support_seed(n * 15485863);
		struct law_world w;
		struct law_setup setup = {.mode = mode, .rules = rules[n % COUNT_OF(rules)]};

		law_make(&w, 2 + support_below(&seed, LAW_EVENTS - 1), &seed);
		check_world(&w, &setup, &seed, held);
		law_release(&w);
	}
	assert_true(held[0] > RUNS && held[1] > RUNS / 4);
}

int main(void)
{
	return law_in_every_mode(check_mode);
}

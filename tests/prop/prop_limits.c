/*
 * The law of limits, in every mode.  What together breaks a limit is never one
 * customer, in no run; and never becomes one by more events: two customers whose
 * values together are too many are not both within one customer of a run with
 * events added.  That holds because values of a customer, and the time from the
 * first to the last use of each, only grow.
 *
 * An added event can move an identifier from one customer to another (the newest
 * tie goes first), and what is left of the loser can then fit where it did not: so
 * the law speaks of all that two customers have, not of parts of it.  Of a type
 * with limit 1 it says that two values are two customers for good.
 *
 * And an added event changes nobody who shares nothing with it, directly or
 * through others.
 */
#include "tests/prop/merge_laws.h"

#define RUNS 100
#define ADDED 3

static const struct {
	const char *text;
	unsigned limits[LAW_TYPES];
	int64_t windows[LAW_TYPES];	/* days; 0: ever */
} cases[] = {
	{"limit others = 5\nlimit email = 2\nlimit device_id = 3\n", {1, 2, 3, 5}, {0}},
	{"limit others = 5\nlimit user_id = 2\nlimit anonymous_id = 2\npriority = device_id\n", {2, 5, 5, 2}, {0}},
	{"limit others = 5\nlimit email = 1 per 20d\nlimit device_id = 2 per 30d\n", {1, 1, 2, 5}, {0, 20, 30, 0}},
	{"limit others = 5\nlimit user_id = 1 per 10d\nlimit anonymous_id = 1 per 5d\npriority = anonymous_id, email\n",
	 {1, 5, 5, 1}, {10, 0, 0, 5}},
};

/* From its first to its last event; without a date is a time of its own. */
struct spell {
	int64_t first, last;
	bool any, undated;
};

static struct spell spell_of(const struct law_world *w, size_t events, int type, int value)
{
	struct spell u = {0};

	for (size_t i = 0; i < events; i++) {
		const struct law_event *e = &w->list[i];

		if (e->dropped || e->value[type] != value)
			continue;
		if (e->time == MOMENT_NONE) {
			u.undated = true;
			continue;
		}
		u.first = u.any && u.first < e->time ? u.first : e->time;
		u.last = u.any && u.last > e->time ? u.last : e->time;
		u.any = true;
	}
	return u;
}

/* How many of the COUNT uses touch one span of DAYS at most. */
static unsigned most_at_once(const struct spell *list, unsigned count, int64_t days)
{
	unsigned most = 0, undated = 0;

	for (unsigned i = 0; i < count; i++) {
		unsigned n = 0;

		for (unsigned j = 0; j < count && list[i].any; j++)
			n += list[j].any && list[j].last >= list[i].last &&
			     list[j].first - list[i].last < days * DAY_MS;
		most = n > most ? n : most;
		undated += list[i].undated;
	}
	return undated > most ? undated : most;
}

/* Do these break a limit of case C, as the first EVENTS of W use them? */
static bool breaks(const struct law_world *w, size_t events, size_t c, const struct law_ids *ids)
{
	for (int t = 0; t < LAW_TYPES; t++) {
		struct spell list[64];
		unsigned count = 0;

		for (int v = 0; v < 64; v++) {
			if (law_has(ids, t, v))
				list[count++] = spell_of(w, events, t, v);
		}
		if (cases[c].windows[t])
			count = most_at_once(list, count, cases[c].windows[t]);
		if (count > cases[c].limits[t])
			return true;
	}
	return false;
}

static void check_limits(const struct law_world *w, size_t events, size_t c,
			 const struct law_outcome *o)
{
	for (size_t i = 0; i < o->count; i++)
		assert_false(breaks(w, events, c, &o->list[i].ids));
}

/* How many pairs a limit keeps apart. */
static size_t check_apart(const struct law_world *w, size_t events, size_t c,
			  const struct law_outcome *before, const struct law_outcome *after)
{
	size_t pairs = 0;

	for (size_t i = 0; i < before->count; i++) {
		for (size_t j = 0; j < i; j++) {
			struct law_ids both = law_both(&before->list[i].ids, &before->list[j].ids);

			if (!breaks(w, events, c, &both))
				continue;
			pairs++;
			for (size_t k = 0; k < after->count; k++)
				assert_false(law_is_within(&both, &after->list[k].ids));
		}
	}
	return pairs;
}

/* What the events from EVENTS on share, directly or through others. */
static struct law_ids reach(const struct law_world *w, size_t events)
{
	struct law_ids all = {{0}}, last;

	do {
		last = all;
		for (size_t i = 0; i < w->count; i++) {
			bool touched = i >= events;

			for (int t = 0; t < LAW_TYPES; t++)
				touched = touched || law_has(&all, t, w->list[i].value[t]);
			for (int t = 0; t < LAW_TYPES && touched; t++) {
				if (w->list[i].value[t] >= 0)
					all.of[t] |= (uint64_t)1 << w->list[i].value[t];
			}
		}
	} while (memcmp(&all, &last, sizeof all));
	return all;
}

static bool has_line(const struct law_outcome *o, struct span line)
{
	for (size_t i = 0; i < o->count; i++) {
		if (span_equal(o->list[i].line, line))
			return true;
	}
	return false;
}

/* How many customers the added events do not reach. */
static size_t check_others(const struct law_world *w, size_t events,
			   const struct law_outcome *before, const struct law_outcome *after)
{
	struct law_ids touched = reach(w, events);
	size_t others = 0;

	for (size_t i = 0; i < before->count; i++) {
		bool other = true;

		for (int t = 0; t < LAW_TYPES; t++)
			other = other && !(before->list[i].ids.of[t] & touched.of[t]);
		if (!other)
			continue;
		others++;
		assert_true(has_line(after, before->list[i].line));
	}
	return others;
}

static void check_mode(enum match_mode mode)
{
	size_t pairs = 0, others = 0;

	for (uint64_t n = 1; n <= RUNS; n++) {
		uint64_t seed = support_seed(n * 7368787);
		size_t c = n % COUNT_OF(cases);
		size_t few = n % 5 ? LAW_EVENTS - ADDED : 12;
		struct law_world w = {.count = 0};
		struct law_outcome before, after;
		struct buf rules = BUF_INIT;
		struct law_setup setup = {.mode = mode};

		buf_text_put(&rules, cases[c].text);
		buf_text_put(&rules, "generic others = none\ngeneric device_id = none\n"
			     "generic anonymous_id = none\ngeneric phone = none\nhousehold = off\n");
		buf_char(&rules, '\0');
		setup.rules = rules.ptr;
		law_make(&w, 2 + support_below(&seed, few - 1), &seed);
		law_run(&w, &setup, &seed, &before);
		size_t events = w.count;
		for (size_t i = 1 + support_below(&seed, ADDED); i; i--)
			law_add(&w, true, &seed);
		law_run(&w, &setup, &seed, &after);
		check_limits(&w, events, c, &before);
		check_limits(&w, w.count, c, &after);
		pairs += check_apart(&w, events, c, &before, &after);
		if (mode == MATCH_EXACT)
			others += check_others(&w, events, &before, &after);
		law_outcome_release(&before);
		law_outcome_release(&after);
		law_release(&w);
		buf_release(&rules);
	}
	assert_true(pairs > RUNS && (others > RUNS || mode != MATCH_EXACT));
}

int main(void)
{
	return law_in_every_mode(check_mode);
}

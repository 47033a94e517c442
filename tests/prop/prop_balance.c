/*
 * The balance with everything at once: matching in every mode, limits with windows,
 * values that many share, the ledger, customers who leave, few events kept,
 * any order, workers and memory.
 *
 * Every event is in one profile, excluded, unidentified or a duplicate, and money in
 * is money out.  Who leaves takes all of theirs along and changes nobody else.  The
 * profiles of a part of the events, with the rest of them, make what all make.
 */
#include "tests/prop/merge_laws.h"

#define RUNS 120
#define LISTED_MAX 4

static const char *const rules[] = {
	"", "limit email = 1 per 20d\nlimit device_id = 2 per 30d\npriority = device_id\n",
	"generic others = 6 records, 2 people\ngeneric device_id = 6 records, 2 people\n",
	"limit email = none\npriority = anonymous_id, email\n",
};

struct listed {
	int type[LISTED_MAX], value[LISTED_MAX];
	size_t count;
};

/* All different, most of them in the data. */
static const char *put_list(struct listed *l, const struct law_world *w, uint64_t *seed)
{
	struct buf text = BUF_INIT;
	const char *path;

	l->count = support_below(seed, LISTED_MAX + 1);
	for (size_t i = 0; i < l->count; i++) {
		const struct law_event *e = &w->list[support_below(seed, w->count)];

		l->type[i] = (int)i;
		l->value[i] = e->value[i] < 0 ? (int)support_below(seed, LAW_PEOPLE) : e->value[i];
		buf_printf(&text, "%s=%c%02d\n", law_types[i], law_types[i][0], l->value[i]);
	}
	path = scratch_put("leaving", l->count ? buf_view(&text) : SPAN(""));
	buf_release(&text);
	return path;
}

/* Any that the data have; they do not contradict each other. */
static const char *put_ledger(const struct law_world *w, uint64_t *seed)
{
	struct buf text = BUF_INIT;
	const char *path;

	for (int i = 0; i < 3; i++) {
		const struct law_event *a = &w->list[support_below(seed, w->count)];
		const struct law_event *b = &w->list[support_below(seed, w->count)];

		if (a->value[i] < 0 || b->key < 0)
			continue;
		buf_printf(&text, "%s %s=%c%02d s%d/i%d\n", i ? "cannot-link" : "must-link",
			   law_types[i], law_types[i][0], a->value[i], b->key % 2, b->key / 2);
	}
	path = scratch_put("ledger", text.len ? buf_view(&text) : SPAN(""));
	buf_release(&text);
	return path;
}

/* Which sum an event's money belongs to, or -1. */
static int sum_of(const struct law_world *w, const struct law_outcome *o, size_t i)
{
	int place = o->place[i];

	if (w->list[i].dropped)
		return -1;
	if (place == LAW_UNIDENTIFIED)
		return w->list[i].time > LAW_AS_OF ? LAW_NOBODY_LATER : LAW_NOBODY;
	if (o->list[place].leaves)
		return LAW_LEFT;
	return w->list[i].time > LAW_AS_OF ? LAW_LATER : LAW_REVENUE;
}

static int64_t cents_of(const struct buf *text)
{
	struct value money = {buf_view(text), VALUE_OBJECT, false};
	struct span number = value_member(money, SPAN("EUR")).raw;
	char digits[40];
	double amount;

	if (span_absent(number))
		return 0;
	snprintf(digits, sizeof digits, "%.*s", SPAN_ARG(number));
	amount = strtod(digits, NULL) * 100;
	return (int64_t)(amount < 0 ? amount - 0.5 : amount + 0.5);
}

static void check_money(const struct law_world *w, const struct law_outcome *o, bool all_shown)
{
	int64_t want[LAW_SUMS] = {0}, total = 0, got = 0;

	for (size_t i = 0; i < w->count; i++) {
		int sum = all_shown ? sum_of(w, o, i) : -1;

		total += w->list[i].dropped ? 0 : w->list[i].cents;
		if (sum >= 0)
			want[sum] += w->list[i].cents;
	}
	for (int i = 0; i < LAW_SUMS; i++) {
		got += cents_of(&o->money[i]);
		if (all_shown)
			assert_int_equal(cents_of(&o->money[i]), want[i]);
	}
	assert_int_equal(got, total);
}

static void check_events(const struct law_world *w, const struct law_outcome *o,
			 const struct law_setup *s)
{
	const struct merge_report *r = &o->report;
	size_t dropped = 0, counts[2] = {0}, profiles[2] = {0};

	for (size_t i = 0; i < w->count; i++) {
		dropped += w->list[i].dropped;
		if (w->list[i].dropped || !s->max_events)
			assert_int_equal(o->place[i] == LAW_NOWHERE, w->list[i].dropped);
	}
	for (size_t i = 0; i < o->count; i++) {
		profiles[o->list[i].leaves]++;
		counts[o->list[i].leaves] += o->list[i].events + o->list[i].omitted;
		if (s->max_events)
			assert_true(o->list[i].events <= s->max_events);
	}
	assert_int_equal(r->events, w->count);
	assert_int_equal(r->duplicates, dropped);
	assert_int_equal(r->in_profiles, counts[0]);
	assert_int_equal(r->excluded, counts[1]);
	assert_int_equal(r->profiles, profiles[0]);
	assert_int_equal(r->profiles_excluded, profiles[1]);
	assert_int_equal(r->events, r->in_profiles + r->excluded + r->duplicates + r->unidentified);
}

static bool is_listed(const struct listed *l, const struct law_ids *ids)
{
	for (size_t i = 0; i < l->count; i++) {
		if (law_has(ids, l->type[i], l->value[i]))
			return true;
	}
	return false;
}

static size_t held_by_nobody(const struct listed *l, const struct law_outcome *o)
{
	size_t nobodys = 0;

	for (size_t i = 0; i < l->count; i++) {
		bool held = false;

		for (size_t k = 0; k < o->count; k++)
			held = held || law_has(&o->list[k].ids, l->type[i], l->value[i]);
		nobodys += !held;
	}
	return nobodys;
}

/* The same lines, on the right side. */
static void check_same_lines(const struct law_outcome *all, const struct law_outcome *parted,
			     const struct listed *l)
{
	size_t at[2] = {0, all->report.profiles - parted->report.profiles_excluded};

	assert_int_equal(held_by_nobody(l, parted), held_by_nobody(l, all));
	/* All are by id, and first those who stay. */
	for (size_t i = 0; i < all->count; i++) {
		bool leaves = is_listed(l, &all->list[i].ids);
		const struct law_profile *p = &parted->list[leaves ? at[1]++ : at[0]++];

		assert_int_equal(p->leaves, leaves);
		assert_true(span_equal(p->line, all->list[i].line));
	}
}

/*
 * Where others were kept from leaving along: what has a listed identifier leaves, and whoever
 * of ALL is not listed is as before, and stays.  By likeness those may join others then.
 */
static void check_bystanders(const struct law_outcome *all, const struct law_outcome *parted,
			     const struct listed *l, enum match_mode mode)
{
	size_t at = 0;

	for (size_t i = 0; i < parted->count; i++)
		assert_int_equal(parted->list[i].leaves, is_listed(l, &parted->list[i].ids));
	if (mode != MATCH_EXACT)
		return;
	for (size_t i = 0; i < all->count; i++) {
		if (is_listed(l, &all->list[i].ids))
			continue;
		while (at < parted->count && !span_equal(parted->list[at].line, all->list[i].line))
			at++;
		assert_true(at < parted->count && !parted->list[at].leaves);
	}
}

/* ALL without a list, PARTED with it. */
static void check_leaving(const struct law_outcome *all, const struct law_outcome *parted,
			  const struct listed *l, enum match_mode mode, size_t *alike)
{
	assert_int_equal(parted->report.excluded_missing, held_by_nobody(l, parted));
	assert_true(span_equal(buf_view(&all->unidentified), buf_view(&parted->unidentified)));
	if (parted->report.excluded_apart) {
		check_bystanders(all, parted, l, mode);
	} else {
		assert_int_equal(all->count, parted->count);
		check_same_lines(all, parted, l);
		++*alike;
	}
}

/* A run of the first events, then one of what came out with the rest. */
static void check_increments(const struct law_world *w, const struct law_setup *setup,
			     const struct law_outcome *all, uint64_t *seed)
{
	struct law_world some = *w;
	struct law_setup day = *setup;
	struct law_outcome before, after;
	struct buf lines = BUF_INIT;

	some.count = 1 + support_below(seed, w->count);
	law_drop(&some);
	day.exclude = NULL;
	day.max_events = 0;
	law_run(&some, &day, seed, &before);
	buf_span(&lines, buf_view(&before.profiles));
	buf_span(&lines, buf_view(&before.unidentified));
	day.before = &lines;
	day.from = some.count;
	law_run(w, &day, seed, &after);
	assert_true(span_equal(buf_view(&after.profiles), buf_view(&all->profiles)));
	assert_true(span_equal(buf_view(&after.unidentified), buf_view(&all->unidentified)));
	law_outcome_release(&before);
	law_outcome_release(&after);
	buf_release(&lines);
}

static void check_world(const struct law_world *w, struct law_setup *setup, uint64_t *seed,
			size_t *left, size_t *alike)
{
	struct law_outcome all, parted, few;
	struct listed l;

	setup->ledger = put_ledger(w, seed);
	law_run(w, setup, seed, &all);
	if (all.contradicts)
		return;
	check_events(w, &all, setup);
	check_money(w, &all, true);
	check_increments(w, setup, &all, seed);
	setup->exclude = put_list(&l, w, seed);
	setup->workers = 1 + (unsigned)support_below(seed, 3);
	setup->memory = support_below(seed, 2);
	law_run(w, setup, seed, &parted);
	check_events(w, &parted, setup);
	check_money(w, &parted, true);
	check_leaving(&all, &parted, &l, setup->mode, alike);
	*left += parted.report.profiles_excluded;
	setup->max_events = 1 + support_below(seed, 4);
	law_run(w, setup, seed, &few);
	check_events(w, &few, setup);
	check_money(w, &few, false);
	law_outcome_release(&all);
	law_outcome_release(&parted);
	law_outcome_release(&few);
}

static void check_mode(enum match_mode mode)
{
	size_t left = 0, alike = 0;

	for (uint64_t n = 1; n <= RUNS; n++) {
		uint64_t seed = support_seed(n * 32452843);
		struct law_world w;
		struct law_setup setup = {.mode = mode, .rules = rules[n % COUNT_OF(rules)]};

		law_make(&w, 1 + support_below(&seed, LAW_EVENTS), &seed);
		check_world(&w, &setup, &seed, &left, &alike);
		law_release(&w);
	}
	assert_true(left > RUNS / 2);
	assert_true(alike > RUNS / 4);
}

int main(void)
{
	return law_in_every_mode(check_mode);
}

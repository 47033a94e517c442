/*
 * Of two rows of which one had its event while the other was still watched, how often has that one the greater risk?  Equal risks
 * count half; two events at one time are not compared, and a row censored at the time of an event lasted longer.  Each pair counts
 * for both of its rows, as earlier and as later one, and the standard error is that of the infinitesimal jackknife: what
 * the share would change by if a row had a little more weight.  A Fenwick tree over the ranks of the risks
 * counts who is below: O(n log n).
 */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "understand/survival/cox_sorted.h"

/* Fenwick tree: counts by rank. */
struct ranks {
	uint32_t *tree;		/* from 1 */
	uint32_t size;
	uint64_t total;
};

static void ranks_add(struct ranks *r, uint32_t rank, uint32_t step)
{
	for (uint32_t i = rank + 1; i <= r->size; i += i & -i)
		r->tree[i] += step;
	r->total += (uint64_t)(int64_t)(int32_t)step;
}

/* How many are below RANK. */
static uint64_t ranks_below(const struct ranks *r, uint32_t rank)
{
	uint64_t sum = 0;

	for (uint32_t i = rank; i; i &= i - 1)
		sum += r->tree[i];
	return sum;
}

/* The rows FIRST .. LAST - 1 of one stratum; by row less FIRST: */
struct stretch {
	const struct cox_sorted *s;
	size_t first, last;
	uint32_t *rank;		/* of its risk */
	double *wins;		/* pairs in which the earlier has the greater risk, and half of equal ones */
	double *pairs;
	struct ranks ranks;
};

static void rank_risks(struct stretch *t, const double *eta)
{
	size_t count = t->last - t->first;
	uint32_t *order = lifetimes_order(eta + t->first, count), rank = 0;

	for (size_t i = 0; i < count; i++) {
		rank += i && eta[t->first + order[i]] != eta[t->first + order[i - 1]];
		t->rank[order[i]] = rank;
	}
	t->ranks.size = rank + 1;
	mem_free(order);
}

static void clear_ranks(struct stretch *t)
{
	memset(t->ranks.tree, 0, ((size_t)t->ranks.size + 1) * sizeof *t->ranks.tree);
	t->ranks.total = 0;
}

/* ROW against those in the tree: SIGN as many pairs more; LOWER: it wins over those below, else those above win over it. */
static void compare(struct stretch *t, size_t row, double sign, bool lower)
{
	uint32_t rank = t->rank[row];
	double below = (double)ranks_below(&t->ranks, rank), until = (double)ranks_below(&t->ranks, rank + 1);
	double total = (double)t->ranks.total;

	t->wins[row] += sign * ((lower ? below : total - until) + (until - below) / 2);
	t->pairs[row] += sign * total;
}

static void add_all(struct stretch *t, size_t from, size_t to, bool events)
{
	for (size_t i = from; i < to; i++)
		if (t->s->event[i] == events && t->s->from[i] < t->s->to[i])
			ranks_add(&t->ranks, t->rank[i - t->first], 1);
}

/* Each event as the earlier one, from the last time to the first. */
static void sweep_back(struct stretch *t, const uint32_t *leaving, size_t leaving_count)
{
	const struct cox_sorted *s = t->s;
	size_t gone = 0, at = t->last;

	clear_ranks(t);
	while (at > t->first) {
		uint32_t time = s->to[at - 1];
		size_t until = at;

		while (at > t->first && s->to[at - 1] == time)
			at--;
		add_all(t, at, until, false);
		/* Those who came at this time or later. */
		for (; gone < leaving_count && s->from[leaving[gone]] >= time; gone++)
			if (s->to[leaving[gone]] > s->from[leaving[gone]] && s->to[leaving[gone]] > time)
				ranks_add(&t->ranks, t->rank[leaving[gone] - t->first], UINT32_MAX);
		for (size_t i = at; i < until; i++)
			if (s->event[i])
				compare(t, i - t->first, 1, true);
		add_all(t, at, until, true);
	}
}

/*
 * Each row as the later one: against the events before it, less those from before it came.  Rows rise by TO; those that came late are
 * in LEAVING, which falls by FROM.
 */
static void sweep_forth(struct stretch *t, const uint32_t *leaving, size_t leaving_count)
{
	const struct cox_sorted *s = t->s;
	size_t came = leaving_count;

	clear_ranks(t);
	for (size_t at = t->first, next; at < t->last; at = next) {
		uint32_t time = s->to[at];

		for (next = at; next < t->last && s->to[next] == time; next++)
			;
		/* The tree has the events of the times before TIME - 1. */
		for (; came > 0 && s->from[leaving[came - 1]] < time; came--)
			if (s->to[leaving[came - 1]] > s->from[leaving[came - 1]])
				compare(t, leaving[came - 1] - t->first, -1, false);
		for (size_t i = at; i < next; i++)
			if (s->event[i])
				compare(t, i - t->first, 1, false);
		for (size_t i = at; i < next; i++)
			if (s->event[i])
				ranks_add(&t->ranks, t->rank[i - t->first], 1);
		for (size_t i = at; i < next; i++)
			if (!s->event[i] && s->from[i] < s->to[i])
				compare(t, i - t->first, 1, false);
	}
}

/*
 * The rows by falling FROM, those of each stretch together where the stretch has its rows.  STARTS: by row the first of its stretch.
 * Owned; NULL where nobody came late.
 */
static uint32_t *deal_leaving(const struct cox_sorted *s, const uint32_t *starts)
{
	uint32_t *dealt, *next;

	if (!s->leaving)
		return NULL;
	dealt = mem_alloc((s->count + 1) * sizeof *dealt);
	next = mem_zero(s->count + 1, sizeof *next);
	for (size_t i = 0; i < s->count; i++) {
		uint32_t start = starts[s->leaving[i]];

		dealt[start + next[start]++] = s->leaving[i];
	}
	mem_free(next);
	return dealt;
}

static void add_stretch(struct stretch *t, const double *eta, const uint32_t *dealt, struct stretch *all)
{
	size_t count = t->last - t->first, leaving_count = dealt ? count : 0;
	const uint32_t *leaving = dealt ? dealt + t->first : NULL;

	t->rank = mem_alloc((count + 1) * sizeof *t->rank);
	t->ranks.tree = mem_alloc((count + 2) * sizeof *t->ranks.tree);
	t->wins = all->wins + t->first;
	t->pairs = all->pairs + t->first;
	rank_risks(t, eta);
	sweep_back(t, leaving, leaving_count);
	sweep_forth(t, leaving, leaving_count);
	mem_free(t->rank);
	mem_free(t->ranks.tree);
}

static void set_risks(const struct cox_sorted *s, const double *b, double *eta)
{
	for (size_t i = 0; i < s->count; i++) {
		eta[i] = 0;
		for (size_t j = 0; j < s->width; j++)
			eta[i] += s->x[i * s->width + j] * b[j];
	}
}

/* By row, the first one of its stratum. */
static uint32_t *find_starts(const struct cox_sorted *s, const uint32_t *strata)
{
	uint32_t *starts = mem_zero(s->count + 1, sizeof *starts);

	for (size_t i = 1; i < s->count; i++)
		starts[i] = strata && strata[s->row[i]] != strata[s->row[i - 1]] ? (uint32_t)i : starts[i - 1];
	return starts;
}

void cox_concordance(const struct cox_sorted *s, const double *b, const uint32_t *strata, double *out, double *se)
{
	struct stretch all = {
		.wins = mem_zero(s->count + 1, sizeof(double)), .pairs = mem_zero(s->count + 1, sizeof(double)),
	};
	double *eta = mem_alloc((s->count + 1) * sizeof *eta), wins = 0, pairs = 0, squares = 0;
	uint32_t *starts = find_starts(s, strata), *dealt = deal_leaving(s, starts);

	set_risks(s, b, eta);
	for (size_t first = 0, last; first < s->count; first = last) {
		struct stretch t = {.s = s, .first = first};

		for (last = first; last < s->count && starts[last] == first; last++)
			;
		t.last = last;
		add_stretch(&t, eta, dealt, &all);
	}
	for (size_t i = 0; i < s->count; i++) {
		wins += all.wins[i];
		pairs += all.pairs[i];
	}
	*out = pairs > 0 ? wins / pairs : NAN;
	for (size_t i = 0; i < s->count; i++) {
		double influence = 2 * (all.wins[i] - *out * all.pairs[i]) / pairs;

		squares += influence * influence;
	}
	*se = pairs > 0 ? sqrt(squares) : NAN;
	mem_free(all.wins);
	mem_free(all.pairs);
	mem_free(eta);
	mem_free(starts);
	mem_free(dealt);
}

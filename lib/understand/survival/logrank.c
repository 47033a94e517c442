#include "understand/survival/logrank.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stats/linear.h"

/* One of the tests. */
struct test {
	double *surplus;	/* observed - expected, by group */
	double *variance;	/* groups x groups */
};

struct summing {
	const struct cases *cases;
	struct logrank *out;
	size_t groups;
	struct test logrank, peto;
	double *at_risk, *events;	/* by group, at the time at hand */
	double survival;		/* S(t-) of the stratum */
};

static uint32_t stratum_of(const struct cases *c, uint32_t row)
{
	return c->strata.codes ? c->strata.codes[row] : 0;
}

/* Rows by stratum, and by KEYS within. */
static uint32_t *order_by(const struct cases *c, const double *keys)
{
	uint32_t *order = lifetimes_order(keys, c->l.count), *dealt;
	size_t *starts;

	if (!c->strata.codes)
		return order;
	dealt = mem_alloc((c->l.count + 1) * sizeof *dealt);
	starts = mem_zero((size_t)c->strata.count + 2, sizeof *starts);
	for (size_t i = 0; i < c->l.count; i++)
		starts[c->strata.codes[i] + 1]++;
	for (uint32_t g = 0; g < c->strata.count; g++)
		starts[g + 1] += starts[g];
	for (size_t i = 0; i < c->l.count; i++)
		dealt[starts[c->strata.codes[order[i]]]++] = order[i];
	mem_free(order);
	mem_free(starts);
	return dealt;
}

static void add_to(struct test *t, const struct summing *s, double n, double d, double weight)
{
	double spread = n > 1 ? weight * weight * d * (n - d) / (n - 1) : 0;

	for (size_t g = 0; g < s->groups; g++) {
		double share = s->at_risk[g] / n;

		t->surplus[g] += weight * (s->events[g] - d * share);
		if (!spread || !share)
			continue;
		for (size_t h = 0; h <= g; h++)
			t->variance[g * s->groups + h] += spread * share * ((g == h) - s->at_risk[h] / n);
	}
}

/* The sums of a time with events. */
static void add_time(struct summing *s)
{
	double n = 0, d = 0;

	for (size_t g = 0; g < s->groups; g++) {
		n += s->at_risk[g];
		d += s->events[g];
	}
	if (!d)
		return;
	for (size_t g = 0; g < s->groups; g++) {
		s->out->observed[g] += s->events[g];
		s->out->expected[g] += d * s->at_risk[g] / n;
	}
	add_to(&s->logrank, s, n, d, 1);
	add_to(&s->peto, s, n, d, s->survival);
	s->survival *= 1 - d / n;
}

/* The rows FIRST .. LAST - 1 of ORDER are a stratum; BY_ENTRY likewise, or NULL. */
static void add_stratum(struct summing *s, const uint32_t *order, const uint32_t *by_entry, size_t first, size_t last)
{
	const struct cases *c = s->cases;
	size_t entered = first;

	memset(s->at_risk, 0, s->groups * sizeof *s->at_risk);
	s->survival = 1;
	for (size_t i = first; i < last && !by_entry; i++)
		s->at_risk[c->by.codes[order[i]]]++;
	for (size_t i = first, next; i < last; i = next) {
		double time = c->l.exit[order[i]];

		for (; by_entry && entered < last && c->l.entry[by_entry[entered]] < time; entered++)
			s->at_risk[c->by.codes[by_entry[entered]]]++;
		memset(s->events, 0, s->groups * sizeof *s->events);
		for (next = i; next < last && c->l.exit[order[next]] == time; next++)
			s->events[c->by.codes[order[next]]] += c->l.event[order[next]];
		add_time(s);
		for (; i < next; i++)
			s->at_risk[c->by.codes[order[i]]]--;
	}
}

/* surplus' variance^-1 surplus over all groups but the last of those that were at risk beside others; NAN: nothing to compare. */
static double finish(const struct summing *s, struct test *t, size_t *df)
{
	double *part = mem_zero(s->groups * s->groups + 1, sizeof *part), *score = mem_zero(s->groups + 1, sizeof *score);
	double *solved = mem_zero(s->groups + 1, sizeof *solved), chi_square = NAN;
	size_t *used = mem_zero(s->groups + 1, sizeof *used), n = 0;

	for (size_t g = 0; g < s->groups; g++)
		if (t->variance[g * s->groups + g] > 0)
			used[n++] = g;
	*df = n ? n - 1 : 0;
	for (size_t i = 0; i < *df; i++) {
		solved[i] = score[i] = t->surplus[used[i]];
		for (size_t j = 0; j <= i; j++)
			part[i * *df + j] = part[j * *df + i] = t->variance[used[i] * s->groups + used[j]];
	}
	if (*df && !linear_factor(part, *df)) {
		linear_solve(part, *df, solved, 1);
		chi_square = 0;
		for (size_t i = 0; i < *df; i++)
			chi_square += score[i] * solved[i];
	}
	mem_free(part);
	mem_free(score);
	mem_free(solved);
	mem_free(used);
	return chi_square;
}

static struct test test_new(size_t groups)
{
	return (struct test){mem_zero(groups + 1, sizeof(double)), mem_zero(groups * groups + 1, sizeof(double))};
}

static void test_free(struct test *t)
{
	mem_free(t->surplus);
	mem_free(t->variance);
}

void logrank_make(struct logrank *r, const struct cases *c)
{
	struct summing s = {.cases = c, .out = r, .groups = c->by.count};
	uint32_t *order = order_by(c, c->l.exit), *by_entry = c->l.entry ? order_by(c, c->l.entry) : NULL;

	*r = (struct logrank){
		.observed = mem_zero(s.groups + 1, sizeof(double)), .expected = mem_zero(s.groups + 1, sizeof(double)),
	};
	s.logrank = test_new(s.groups);
	s.peto = test_new(s.groups);
	s.at_risk = mem_zero(s.groups + 1, sizeof(double));
	s.events = mem_zero(s.groups + 1, sizeof(double));
	for (size_t first = 0, last; first < c->l.count; first = last) {
		for (last = first; last < c->l.count && stratum_of(c, order[last]) == stratum_of(c, order[first]); last++)
			;
		add_stratum(&s, order, by_entry, first, last);
	}
	r->chi_square = finish(&s, &s.logrank, &r->df);
	r->peto_chi_square = finish(&s, &s.peto, &r->df);
	test_free(&s.logrank);
	test_free(&s.peto);
	mem_free(s.at_risk);
	mem_free(s.events);
	mem_free(order);
	mem_free(by_entry);
}

void logrank_release(struct logrank *r)
{
	mem_free(r->observed);
	mem_free(r->expected);
	*r = (struct logrank){0};
}

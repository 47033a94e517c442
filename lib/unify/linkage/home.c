#include "unify/linkage/home.h"

#include <math.h>

/* The prior where there are no homes: nothing is taken off. */
#define NO_HOMES 1000

/* What one has for himself agrees by so many bits, or it says nothing. */
#define OWN_LEAST 1

/* How much of a column the people of a home share, and how often two of them agree
 * though they do not share it. */
static const struct home_column {
	struct span name;
	double share;
	double same;
} home_columns[] = {
	{SPAN("first_name"), 0, 0.02},	/* handed down */
	{SPAN("birth_date"), 0, 0.03},	/* twins */
	{SPAN("last_name"), 0.8, 0},
	{SPAN("street_number"), 0.95, 0},
	{SPAN("address"), 0.95, 0},
	{SPAN("address_2"), 0.95, 0},
	{SPAN("postcode"), 0.97, 0},
	{SPAN("city"), 0.97, 0},
	{SPAN("state"), 0.98, 0},
	{SPAN("country"), 0.98, 0},
	{SPAN("company"), 0.1, 0},
	{SPAN("email"), 0.02, 0},
	{SPAN("phone"), 0.3, 0},
};

static const struct home_column nothing_shared;

/* A place of birth, a trade. */
static const struct home_column partly_shared = {SPAN(""), 0.3, 0};

static const struct home_column *find_column(const struct column *column)
{
	for (size_t i = 0; i < sizeof home_columns / sizeof *home_columns; i++) {
		if (span_equal(home_columns[i].name, column->name))
			return &home_columns[i];
	}
	return column->other ? &partly_shared : &nothing_shared;
}

static bool has_people(const struct columns *c)
{
	return columns_find(c, SPAN("first_name")) != COLUMN_NONE ||
	       columns_find(c, SPAN("birth_date")) != COLUMN_NONE;
}

static void settle_column(struct weights *w, const struct column *column, size_t i)
{
	const struct agreement_scale *scale = agreement_scale(column->kind);
	const struct home_column *home = find_column(column);
	const struct level_weights *l = &w->columns[i];
	double h[AGREEMENT_LEVELS];

	for (unsigned k = 1; k <= scale->count; k++) {
		double own = (1 - home->same) * l->u[k] + (k == scale->exact ? home->same : 0);

		h[k] = home->share * l->m[k] + (1 - home->share) * own;
	}
	weights_pool(scale, l->m, h, w->home[i]);
}

void home_limit(struct weights *w, const struct columns *c)
{
	double records = (double)c->records, before = fmin(HOME_PAIRS, records * HOME_SHARE);

	if (c->pairs > 0)
		w->rho = fmin(HOME_MOST * records, w->rho * c->pairs + before) / c->pairs;
	w->home_pairs = w->rho * c->pairs;
}

void home_settle(struct weights *w, const struct columns *c)
{
	w->homes = has_people(c);
	w->own = 0;
	w->home_prior = w->homes && w->rho > 0 ? log2(w->lambda / w->rho) : NO_HOMES;
	for (size_t i = 0; i < c->count; i++) {
		settle_column(w, &c->list[i], i);
		w->own |= (uint32_t)(find_column(&c->list[i])->same > 0) << i;
	}
}

double home_evidence(const struct weights *w, const struct columns *c, uint64_t pattern,
		     uint32_t off)
{
	double sum = 0;

	for (size_t i = 0; w->homes && i < c->count; i++) {
		if (!(off >> i & 1))
			sum += w->home[i][agreement_level(pattern, i)];
	}
	return sum;
}

/* Is there anything that one has for himself: a name or a date of birth on both
 * sides, or something else that agrees? */
static bool has_own(const struct weights *w, const struct columns *c, uint64_t pattern)
{
	for (size_t i = 0; i < c->count; i++) {
		unsigned level = agreement_level(pattern, i);

		if ((w->own >> i & 1 && level) || w->home[i][level] >= OWN_LEAST)
			return true;
	}
	return false;
}

double home_score(const struct weights *w, const struct columns *c, uint64_t pattern)
{
	double sum = home_evidence(w, c, pattern, 0);

	if (!w->homes || has_own(w, c, pattern))
		return w->home_prior + sum;
	return fmin(w->home_prior, -1) + sum;
}

double home_combine(double s, double t)
{
	double less = fmin(s, t), more = fmax(s, t);

	return less - log2(1 + exp2(less - more));
}

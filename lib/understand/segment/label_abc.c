/*
 * Value tiers: the customers who bring the first 80 % of revenue are A, those who bring it to 95 %
 * B, the others C (Pareto's rule, as stock keeping has it).
 *
 * Customers are taken from the largest revenue down; one is in A while those with more have brought
 * less than the share of A.  So customers of equal revenue share a tier, whatever their order.  Revenue
 * below zero, all paid back, adds nothing and is C.
 */
#include <string.h>

#include "base/mem.h"
#include "stats/ranking.h"
#include "understand/segment/labeller.h"
#include "understand/segment/rfm.h"

enum tier { TIER_A, TIER_B, TIER_C, TIERS };

static const struct span names[TIERS] = {SPAN("abc_a"), SPAN("abc_b"), SPAN("abc_c")};

/* Of fewer customers no share says anything. */
#define CUSTOMERS_LEAST 10

struct abc_state {
	const char *shares_text;	/* "80,95"; "" by default; NULL: not asked */
	unsigned shares[2];		/* per cent, at which A and B end */
	struct rules *segments;
	size_t numbers[TIERS];
	struct ranking ranking;
	__int128 total;			/* of revenue above zero, in millionths */
	uint64_t customers;
	char currency[RFM_CURRENCY_MAX];
	bool mixed;
	bool told_apart;
	/* The least revenue of A and of B. */
	__int128 from[2];
	/* Customers and revenue up to these. */
	uint64_t count_from[2];
	__int128 sum_from[2];
	/* While the revenues are walked, ascending. */
	__int128 value, below;		/* the value at hand, the sum of those below it */
	uint64_t count_below, count;	/* likewise, and of the value at hand */
	bool found[2];
	struct rfm *last;		/* by worker: the profile at hand */
};

static size_t add_options(void *state, struct opt *out)
{
	struct abc_state *s = state;

	out[0] = (struct opt){OPT_STRING, 0, "abc", "A,B",
			      "segments by revenue: who brings the first 80 % of it, who up to 95 %, the rest",
			      &s->shares_text, NULL, true};
	return 1;
}

static int read_shares(struct abc_state *s, struct error *err)
{
	struct span rest = span_of(*s->shares_text ? s->shares_text : "80,95");
	uint64_t a, b;

	if (!span_number(span_cut(&rest, ','), &a) || span_absent(rest) || !span_number(rest, &b) ||
	    !a || a >= b || b >= 100)
		return error_usage(err, "--abc=%s: write two ascending percentages below 100, such as 80,95", s->shares_text);
	s->shares[0] = (unsigned)a;
	s->shares[1] = (unsigned)b;
	return 0;
}

static int declare_tiers(void *state, const struct labeller_run *run,
			 struct labeller_notes *notes, struct error *err)
{
	struct abc_state *s = state;

	(void)notes;
	if (!s->shares_text)
		return 0;
	if (read_shares(s, err))
		return -1;
	for (size_t i = 0; i < TIERS; i++)
		rules_declare(run->segments, names[i]);
	s->segments = run->segments;
	s->last = mem_zero(run->workers, sizeof *s->last);
	ranking_init(&s->ranking, run->memory, run->scratch);
	return LABELLER_LEARNS;
}

static void number_tiers(void *state)
{
	struct abc_state *s = state;

	for (size_t i = 0; i < TIERS; i++)
		s->numbers[i] = rules_number(s->segments, names[i]);
}

static int learn_revenue(void *state, unsigned worker, const struct profile *p, struct buf *out)
{
	struct rfm r;

	(void)state;
	(void)worker;
	if (rfm_read(p, &r, NULL))
		return -1;
	if (r.known && r.money_known)
		buf_put(out, &r, sizeof r);
	return 0;
}

static int absorb_revenue(void *state, struct span bytes, struct error *err)
{
	struct abc_state *s = state;
	struct rfm r;

	memcpy(&r, bytes.ptr, sizeof r);
	if (!s->customers++)
		memcpy(s->currency, r.currency, sizeof s->currency);
	s->mixed |= strcmp(s->currency, r.currency) != 0;
	if (r.monetary_micro > 0)
		s->total += r.monetary_micro;
	return ranking_add(&s->ranking, r.monetary_micro, err);
}

/* All customers of one revenue have been seen: does a tier begin with it? */
static void close_value(struct abc_state *s)
{
	__int128 through = s->below + (s->value > 0 ? s->value * (__int128)s->count : 0);

	for (size_t i = 0; i < 2; i++) {
		if (s->found[i] || !s->count || through * 100 <= s->total * (100 - s->shares[i]))
			continue;
		s->found[i] = true;
		s->from[i] = s->value;
		s->count_from[i] = s->customers - s->count_below;
		s->sum_from[i] = s->total - s->below;
	}
	s->below = through;
	s->count_below += s->count;
	s->count = 0;
}

static void take_value(void *context, __int128 value)
{
	struct abc_state *s = context;

	if (s->count && value != s->value)
		close_value(s);
	s->value = value;
	s->count++;
}

static void put_money(const struct abc_state *s, __int128 micro, struct buf *out)
{
	decimal_put(out, ranking_decimal(RANKING_TIMES * micro, MONEY_SCALE));
	if (*s->currency)
		buf_printf(out, " %s", s->currency);
}

static void put_tier(const struct abc_state *s, enum tier tier, struct buf *out)
{
	double share = (double)s->sum_from[tier] / (double)s->total;

	buf_printf(out, "%s from ", tier == TIER_A ? "A" : "B");
	put_money(s, s->from[tier], out);
	buf_printf(out, " (%llu customers", (unsigned long long)(s->count_from[tier] - (tier == TIER_B ? s->count_from[TIER_A] : 0)));
	if (tier == TIER_A)
		buf_printf(out, ", %.1f %% of them, with %.1f %% of ", 100 * (double)s->count_from[tier] / (double)s->customers, 100 * share);
	else
		buf_printf(out, ", with A %.1f %% of ", 100 * share);
	put_money(s, s->total, out);
	buf_char(out, ')');
}

/* Why there are no tiers, or NULL. */
static const char *find_doubt(const struct abc_state *s)
{
	if (!s->customers)
		return "no profile has a dated order with revenue";
	if (s->mixed)
		return "customers pay in different currencies, which do not compare";
	if (s->customers < CUSTOMERS_LEAST)
		return "fewer than 10 customers have revenue";
	if (s->total <= 0)
		return "nobody's revenue is above zero";
	return NULL;
}

static int settle_tiers(void *state, struct labeller_notes *notes, struct error *err)
{
	struct abc_state *s = state;
	const char *doubt = find_doubt(s);

	if (!doubt && ranking_walk(&s->ranking, take_value, s, err))
		return -1;
	if (!doubt) {
		close_value(s);
		doubt = s->count_from[TIER_A] == s->customers ? "all customers have the same revenue, or nearly" : NULL;
	}
	s->told_apart = !doubt;
	if (doubt) {
		buf_printf(&notes->warnings, "no ABC segments: %s\n", doubt);
		return 0;
	}
	buf_printf(&notes->sentences, "ABC of %llu customers with revenue: ", (unsigned long long)s->customers);
	put_tier(s, TIER_A, &notes->sentences);
	buf_lit(&notes->sentences, "; ");
	put_tier(s, TIER_B, &notes->sentences);
	buf_char(&notes->sentences, '\n');
	return 0;
}

static enum tier tier_of(const struct abc_state *s, __int128 micro)
{
	return micro >= s->from[TIER_A] ? TIER_A : micro >= s->from[TIER_B] ? TIER_B : TIER_C;
}

static int label_tier(void *state, unsigned worker, const struct profile *p,
		      struct rules_run *run, struct error *err)
{
	struct abc_state *s = state;
	struct rfm *r = &s->last[worker];
	bool known;

	if (rfm_read(p, r, err))
		return -1;
	known = r->known && r->money_known && s->told_apart;
	for (size_t i = 0; i < TIERS; i++)
		rules_run_set(run, s->numbers[i], known ? i == (size_t)tier_of(s, r->monetary_micro) : -1);
	return 0;
}

static bool explain_tier(void *state, unsigned worker, struct rules_run *run,
			 size_t number, struct buf *out)
{
	struct abc_state *s = state;
	const struct rfm *r = &s->last[worker];
	size_t i = 0;

	(void)run;
	while (i < TIERS && s->numbers[i] != number)
		i++;
	if (i == TIERS)
		return false;
	if (!r->known || !r->money_known || !s->told_apart) {
		buf_text_put(out, !r->known ? "no dated order" : !r->money_known ? "revenue unknown" : "no tiers");
		return true;
	}
	buf_lit(out, "revenue ");
	put_money(s, r->monetary_micro, out);
	buf_lit(out, "; A from ");
	put_money(s, s->from[TIER_A], out);
	buf_lit(out, ", B from ");
	put_money(s, s->from[TIER_B], out);
	return true;
}

static void release_abc(void *state)
{
	struct abc_state *s = state;

	mem_free(s->last);
	ranking_release(&s->ranking);
}

const struct labeller abc_labeller = {
	sizeof(struct abc_state), add_options, declare_tiers, number_tiers,
	learn_revenue, absorb_revenue, settle_tiers, label_tier, explain_tier, NULL, release_abc, true,
};

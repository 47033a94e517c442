#include "understand/segment/rfm.h"

#include <string.h>

#include "time/moment.h"

/* A decimal as a whole number of millionths. */
static bool to_micro(struct decimal d, __int128 *out)
{
	d = decimal_round(d, MONEY_SCALE);
	for (; d.scale < MONEY_SCALE; d.scale++)
		if (__builtin_mul_overflow(d.digits, (__int128)10, &d.digits))
			return false;
	*out = d.digits;
	return true;
}

static int malformed(struct error *err, const char *what)
{
	return error_data(err, "the profile's orders.%s is malformed: run cdp-merge again",
			  what);
}

static int read_money(struct value orders, struct rfm *out, struct error *err)
{
	struct value revenue = value_member(orders, SPAN("revenue"));
	struct value currency = value_member(orders, SPAN("currency"));
	struct buf scratch = BUF_INIT;
	struct decimal amount;
	struct span text;

	if (revenue.kind == VALUE_NONE || revenue.kind == VALUE_NULL)
		return 0;
	if (!value_decimal(revenue, &amount) ||
	    !to_micro(amount, &out->monetary_micro))
		return malformed(err, "revenue");
	out->money_known = true;
	if (currency.kind != VALUE_TEXT)
		return 0;
	text = value_text(currency, &scratch);
	if (text.len < sizeof out->currency)
		memcpy(out->currency, text.ptr, text.len);
	else
		out->money_known = false;
	buf_release(&scratch);
	return 0;
}

int rfm_read(const struct profile *p, struct rfm *out, struct error *err)
{
	struct value count = value_member(p->orders, SPAN("count"));
	struct value last = value_member(p->orders, SPAN("last"));
	struct decimal number;
	int64_t moment;

	*out = (struct rfm){.none = true};
	if (count.kind == VALUE_NONE || count.kind == VALUE_NULL)
		return 0;
	if (!value_decimal(count, &number) || number.scale ||
	    number.digits < 0 || number.digits > INT64_MAX)
		return malformed(err, "count");
	out->none = !number.digits;
	if (out->none || last.kind == VALUE_NONE ||
	    last.kind == VALUE_NULL || p->as_of == MOMENT_NONE)
		return 0;
	if (!value_moment(last, &moment))
		return malformed(err, "last");
	out->known = moment <= p->as_of;
	out->frequency = (int64_t)number.digits;
	out->recency_days = (p->as_of - moment) / DAY_MS;
	return read_money(p->orders, out, err);
}

const char *const rfm_names[RFM_DIMENSIONS] = {"recency", "frequency", "monetary"};

/* Decimals of values. */
static int scale_of(enum rfm_dimension d)
{
	return d == RFM_MONETARY ? MONEY_SCALE : 0;
}

/*
 * ---- Scoring. ----
 *
 * Ranks need an order without ties: the value, and below it the tie.  There fewer days are the
 * greater value, since NTILE ranks from the worst to the best.
 */
#define TIE_BITS 32

static __int128 value_of(enum rfm_bins bins, enum rfm_dimension d, const struct rfm *r)
{
	__int128 value = d == RFM_RECENCY ? r->recency_days
		       : d == RFM_FREQUENCY ? r->frequency : r->monetary_micro;

	if (bins != RFM_NTILE)
		return value;
	return (d == RFM_RECENCY ? -value : value) * ((__int128)1 << TIE_BITS) + r->tie;
}

/* Classes below the one of VALUE, by the rule of the R package: a class begins at q + 1. */
static size_t begun(const struct rfm_cuts *cuts, enum rfm_dimension d, __int128 value)
{
	__int128 one = d == RFM_MONETARY ? 1000000 : 1;

	return ranking_through(cuts->at, cuts->count, value - one);
}

/* How many classes lie below VALUE; of values that take up several, half of those. */
static size_t class_of(const struct rfm_scoring *s, enum rfm_dimension d, __int128 value)
{
	const struct rfm_cuts *cuts = &s->cuts[d];
	size_t below, through;

	if (s->bins == RFM_PACKAGE)
		return begun(cuts, d, value);
	below = ranking_below(cuts->at, cuts->count, value);
	through = ranking_through(cuts->at, cuts->count, value);
	if (s->bins == RFM_NTILE || through < below + 2 || (d == RFM_FREQUENCY && value == 1))
		return below;
	return (below + through) / 2;
}

/* By the number of thresholds, and how many are below. */
static const int scores[QUINTILES + 1][QUINTILES + 1] = {
	{3}, {2, 4}, {1, 3, 5}, {1, 2, 4, 5}, {1, 2, 3, 4, 5},
};

static int score_of(const struct rfm_scoring *s, enum rfm_dimension d, const struct rfm *r)
{
	__int128 value = value_of(s->bins, d, r);
	size_t class = class_of(s, d, value);
	int score = scores[s->cuts[d].count][class];

	if (d == RFM_FREQUENCY && r->frequency == 1 && !class && s->bins != RFM_NTILE)
		return 1;
	return d == RFM_RECENCY && s->bins != RFM_NTILE ? 6 - score : score;
}

bool rfm_has_money(const struct rfm_scoring *s)
{
	return s->currency_known && !s->currency_mixed;
}

struct rfm_scores rfm_score(const struct rfm_scoring *s, const struct rfm *r)
{
	struct rfm_scores out = {
		.recency = score_of(s, RFM_RECENCY, r),
		.frequency = score_of(s, RFM_FREQUENCY, r),
	};

	if (r->money_known && rfm_has_money(s) && !strcmp(r->currency, s->currency))
		out.monetary = score_of(s, RFM_MONETARY, r);
	return out;
}

/* ---- All customers. ---- */

void rfm_table_init(struct rfm_table *t, enum rfm_bins bins, uint64_t memory, const char *scratch)
{
	*t = (struct rfm_table){.scoring = {.bins = bins}};
	for (size_t d = 0; d < RFM_DIMENSIONS; d++)
		ranking_init(&t->rankings[d], memory / RFM_DIMENSIONS, scratch);
}

void rfm_table_release(struct rfm_table *t)
{
	for (size_t d = 0; d < RFM_DIMENSIONS; d++)
		ranking_release(&t->rankings[d]);
}

static void take_currency(struct rfm_scoring *s, const struct rfm *r)
{
	if (!s->currency_known)
		memcpy(s->currency, r->currency, sizeof s->currency);
	else if (strcmp(s->currency, r->currency))
		s->currency_mixed = true;
	s->currency_known = true;
}

static int add_value(struct rfm_table *t, enum rfm_dimension d, const struct rfm *r,
		     struct error *err)
{
	__int128 value = value_of(RFM_QUANTILE, d, r);
	struct rfm_range *range = &t->ranges[d];
	bool first = !t->rankings[d].total;

	if (first || value < range->least)
		range->least = value;
	if (first || value > range->greatest)
		range->greatest = value;
	return ranking_add(&t->rankings[d], value_of(t->scoring.bins, d, r), err);
}

int rfm_table_add(struct rfm_table *t, const struct rfm *r, struct error *err)
{
	t->customers++;
	if (add_value(t, RFM_RECENCY, r, err) || add_value(t, RFM_FREQUENCY, r, err))
		return -1;
	if (!r->money_known)
		return 0;
	take_currency(&t->scoring, r);
	return add_value(t, RFM_MONETARY, r, err);
}

static bool is_one(const struct rfm_table *t, enum rfm_dimension d)
{
	return t->ranges[d].least == t->ranges[d].greatest;
}

static int cut(struct rfm_table *t, enum rfm_dimension d, struct error *err)
{
	enum rfm_bins bins = t->scoring.bins;
	struct rfm_cuts *cuts = &t->scoring.cuts[d];
	unsigned classes = t->customers < RFM_QUINTILES_LEAST ? 2 : QUINTILES + 1;

	if (is_one(t, d) && bins == RFM_QUANTILE)
		return 0;
	if (bins == RFM_PACKAGE)
		classes = QUINTILES + 1;
	cuts->count = classes - 1;
	if (bins == RFM_NTILE)
		return ranking_ntiles(&t->rankings[d], classes, cuts->at, err);
	if (ranking_thresholds(&t->rankings[d], classes, cuts->at, err))
		return -1;
	/* A median that is the greatest value, too, has nobody above: then it begins the upper half. */
	if (classes == 2 && cuts->at[0] == RANKING_TIMES * t->ranges[d].greatest)
		cuts->at[0]--;
	return 0;
}

int rfm_table_finish(struct rfm_table *t, struct error *err)
{
	for (size_t d = 0; d < RFM_DIMENSIONS; d++)
		if (cut(t, (enum rfm_dimension)d, err))
			return -1;
	return 0;
}

bool rfm_tells_apart(const struct rfm_table *t, bool money, struct buf *why)
{
	bool alike = is_one(t, RFM_RECENCY) && is_one(t, RFM_FREQUENCY) && (!money || is_one(t, RFM_MONETARY));

	if (t->customers < RFM_CUSTOMERS_LEAST)
		buf_printf(why, "%llu customer%s with orders %s too few to be ranked (%d are needed)",
			   (unsigned long long)t->customers, t->customers == 1 ? "" : "s",
			   t->customers == 1 ? "is" : "are", RFM_CUSTOMERS_LEAST);
	else if (alike)
		buf_printf(why, "all %llu customers with orders have the same recency%s frequency%s, which tells nobody apart",
			   (unsigned long long)t->customers, money ? "," : " and", money ? " and monetary" : "");
	return t->customers >= RFM_CUSTOMERS_LEAST && !alike;
}

static void put_value(enum rfm_dimension d, __int128 threshold, struct buf *out)
{
	decimal_put(out, ranking_decimal(threshold, scale_of(d)));
}

/* ---- In words. ---- */

void rfm_put_reason(const struct rfm *r, const struct rfm_scores *s,
		    struct buf *out)
{
	if (!r->known) {
		buf_text_put(out, r->none ? "no order" : "no order with a date by as_of");
		return;
	}
	if (s->recency)
		buf_printf(out, "R%d F%d M", s->recency, s->frequency);
	else
		buf_lit(out, "no scores");
	if (s->monetary)
		buf_printf(out, "%d", s->monetary);
	else if (s->recency)
		buf_char(out, '?');
	buf_lit(out, ": recency ");
	buf_i64(out, r->recency_days);
	buf_lit(out, ", frequency ");
	buf_i64(out, r->frequency);
	buf_lit(out, ", monetary ");
	if (!r->money_known) {
		buf_lit(out, "unknown");
		return;
	}
	put_value(RFM_MONETARY, RANKING_TIMES * r->monetary_micro, out);
	if (*r->currency)
		buf_printf(out, " %s", r->currency);
}

/* A threshold as a value of its dimension. */
static __int128 plain(const struct rfm_scoring *s, enum rfm_dimension d, __int128 threshold)
{
	if (s->bins != RFM_NTILE)
		return threshold;
	threshold = (threshold / RANKING_TIMES) >> TIE_BITS;
	return RANKING_TIMES * (d == RFM_RECENCY ? -threshold : threshold);
}

void rfm_put_cuts(const struct rfm_scoring *s, enum rfm_dimension d, const char *between,
		  struct buf *out)
{
	for (size_t i = 0; i < s->cuts[d].count; i++) {
		if (i)
			buf_text_put(out, between);
		put_value(d, plain(s, d, s->cuts[d].at[i]), out);
	}
}

/* Ranks are named by the last value of each class but the best. */
static void put_cuts_people(const struct rfm_scoring *s, enum rfm_dimension d, struct buf *out)
{
	buf_printf(out, "%s ", rfm_names[d]);
	if (d == RFM_MONETARY && !rfm_has_money(s)) {
		buf_lit(out, "unknown");
		return;
	}
	if (!s->cuts[d].count) {
		buf_lit(out, "alike");
		return;
	}
	if (s->bins == RFM_NTILE)
		buf_lit(out, "by rank up to ");
	else
		buf_text_put(out, d == RFM_RECENCY ? "<= " : "> ");
	rfm_put_cuts(s, d, ", ", out);
	if (d == RFM_RECENCY)
		buf_lit(out, " days");
	if (d == RFM_MONETARY && *s->currency)
		buf_printf(out, " %s", s->currency);
}

void rfm_put_thresholds(const struct rfm_scoring *s, struct buf *out)
{
	for (size_t d = 0; d < RFM_DIMENSIONS; d++) {
		if (d)
			buf_lit(out, "; ");
		put_cuts_people(s, (enum rfm_dimension)d, out);
	}
}

void rfm_put_thresholds_value(const struct rfm_scoring *s, struct buf *out)
{
	static const char *const keys[RFM_DIMENSIONS] = {"recency_days", "frequency", "monetary"};

	for (size_t d = 0; d < RFM_DIMENSIONS; d++) {
		buf_printf(out, "%c\"%s\":", d ? ',' : '{', keys[d]);
		if (d == RFM_MONETARY && !rfm_has_money(s)) {
			buf_lit(out, "null");
			continue;
		}
		buf_char(out, '[');
		rfm_put_cuts(s, (enum rfm_dimension)d, ",", out);
		buf_char(out, ']');
	}
	buf_char(out, '}');
}

/* Values that have one score: those between two thresholds, or one that is several thresholds. */
struct reach {
	int score;
	const __int128 *low;	/* above this; NULL: from the least */
	const __int128 *high;	/* up to this; NULL: to the greatest */
	bool open;		/* HIGH itself is not one of them */
	bool point;		/* HIGH alone is */
};

#define REACHES (2 * QUINTILES + 1)

static int score_at(const struct rfm_cuts *cuts, enum rfm_dimension d, size_t class)
{
	return d == RFM_RECENCY ? 6 - scores[cuts->count][class] : scores[cuts->count][class];
}

static size_t find_reaches(const struct rfm_scoring *s, enum rfm_dimension d, struct reach out[REACHES])
{
	const struct rfm_cuts *cuts = &s->cuts[d];
	size_t count = 0;

	for (size_t i = 0; i <= cuts->count; i++) {
		const __int128 *low = i ? &cuts->at[i - 1] : NULL;
		const __int128 *high = i < cuts->count ? &cuts->at[i] : NULL;
		size_t own = i;		/* the class of HIGH */

		if (low && high && *low == *high)
			continue;
		/* Only a value that customers have can be two thresholds. */
		if (i + 1 < cuts->count && cuts->at[i + 1] == *high)
			own = class_of(s, d, *high / RANKING_TIMES);
		out[count++] = (struct reach){score_at(cuts, d, i), low, high, own != i, false};
		if (own != i)
			out[count++] = (struct reach){score_at(cuts, d, own), low, high, false, true};
	}
	return count;
}

static void put_reach(enum rfm_dimension d, const struct reach *r, struct buf *out)
{
	if (r->low && !r->point) {
		buf_lit(out, "> ");
		put_value(d, *r->low, out);
	}
	if (!r->high)
		return;
	if (!r->point)
		buf_text_put(out, r->low ? (r->open ? " to < " : " to ") : r->open ? "< " : "<= ");
	put_value(d, *r->high, out);
}

void rfm_put_range(const struct rfm_scoring *s, enum rfm_dimension d, int score, struct buf *out)
{
	struct reach list[REACHES];
	size_t count = find_reaches(s, d, list);

	for (size_t i = 0; i < count; i++)
		if (list[i].score == score)
			put_reach(d, &list[i], out);
}

/* The least value above LOW, which is times ten. */
static __int128 above(__int128 low)
{
	__int128 value = low / RANKING_TIMES - (low % RANKING_TIMES < 0);

	return RANKING_TIMES * (value + 1);
}

/* Is there a value, which is an integer, in the reach and in the range? */
static bool has_values(const struct rfm_range *range, const struct reach *r)
{
	__int128 least = RANKING_TIMES * range->least, greatest = RANKING_TIMES * range->greatest;

	if (r->point)
		return true;
	if (r->low && above(*r->low) > least)
		least = above(*r->low);
	if (r->high && *r->high - r->open < greatest)
		greatest = *r->high - r->open;
	return least <= greatest;
}

bool rfm_possible(const struct rfm_table *t, enum rfm_dimension d, int score)
{
	struct reach list[REACHES];
	size_t count = find_reaches(&t->scoring, d, list);
	bool single = d == RFM_FREQUENCY && t->ranges[d].least == 1;

	if (single && (score == 1 || is_one(t, d)))
		return score == 1;
	for (size_t i = 0; i < count; i++)
		if (list[i].score == score && has_values(&t->ranges[d], &list[i]))
			return true;
	return false;
}

/* ---- Doubts. ---- */

static void put_alike(const struct rfm_table *t, enum rfm_dimension d, struct buf *out)
{
	bool single = d == RFM_FREQUENCY && t->ranges[d].least == 1;

	buf_printf(out, "all %llu customers with orders have the same %s, ",
		   (unsigned long long)t->customers, rfm_names[d]);
	put_value(d, RANKING_TIMES * t->ranges[d].least, out);
	buf_printf(out, ": it tells nobody apart, and all score %d\n", single ? 1 : 3);
}

/* Two thresholds that are one value. */
static const __int128 *find_tie(const struct rfm_cuts *cuts, enum rfm_dimension d)
{
	for (size_t i = 1; i < cuts->count; i++)
		if (cuts->at[i] == cuts->at[i - 1] && !(d == RFM_FREQUENCY && cuts->at[i] == RANKING_TIMES))
			return &cuts->at[i];
	return NULL;
}

static void put_tie(const struct rfm_table *t, enum rfm_dimension d, struct buf *out)
{
	const struct rfm_cuts *cuts = &t->scoring.cuts[d];
	const __int128 *tie = find_tie(cuts, d);

	if (!tie)
		return;
	buf_printf(out, "so many customers have the same %s, ", rfm_names[d]);
	put_value(d, *tie, out);
	buf_printf(out, ", that it has fewer classes than %zu\n", cuts->count + 1);
}

/* Two ranks that begin at one value. */
static void put_split_tie(const struct rfm_scoring *s, enum rfm_dimension d, struct buf *out)
{
	const struct rfm_cuts *cuts = &s->cuts[d];

	for (size_t i = 1; i < cuts->count; i++) {
		__int128 value = plain(s, d, cuts->at[i]);

		if (value != plain(s, d, cuts->at[i - 1]))
			continue;
		buf_printf(out, "so many customers have the same %s, ", rfm_names[d]);
		put_value(d, value, out);
		buf_lit(out, ", that their ids alone decide between several scores: --bins quantile gives them one\n");
		return;
	}
}

void rfm_put_split_ties(const struct rfm_table *t, bool money, struct buf *out)
{
	for (size_t i = 0; t->scoring.bins == RFM_NTILE && i < RFM_DIMENSIONS; i++)
		if (i != RFM_MONETARY || (money && rfm_has_money(&t->scoring)))
			put_split_tie(&t->scoring, (enum rfm_dimension)i, out);
}

void rfm_put_warnings(const struct rfm_table *t, bool money, struct buf *out)
{
	if (t->customers < RFM_QUINTILES_LEAST)
		buf_printf(out, "%llu customers with orders are too few for quintiles (%d are needed): scores are 4 above the median, else 2\n",
			   (unsigned long long)t->customers, RFM_QUINTILES_LEAST);
	for (size_t i = 0; i < RFM_DIMENSIONS; i++) {
		enum rfm_dimension d = (enum rfm_dimension)i;

		if (t->scoring.bins != RFM_QUANTILE || (d == RFM_MONETARY && (!money || !rfm_has_money(&t->scoring))))
			continue;
		if (is_one(t, d))
			put_alike(t, d, out);
		else
			put_tie(t, d, out);
	}
}

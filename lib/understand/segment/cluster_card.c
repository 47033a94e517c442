#include "understand/segment/cluster_card.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

#define MENTIONED_MAX 4
/* In standard deviations. */
#define APART_LEAST 0.75
#define MOSTLY 0.5
#define MORE_THAN_ALL 0.1

/* Features that have words of their own; of any other NAME: "low NAME", "high NAME", of a truth
 * "less often NAME", "more often NAME". */
static const struct {
	const char *name;
	const char *low;
	const char *high;
} phrases[] = {
	{"recency", "bought lately", "bought long ago"},
	{"orders", "buys rarely", "buys often"},
	{"frequency", "buys rarely", "buys often"},
	{"revenue", "spends little", "spends much"},
	{"monetary", "spends little", "spends much"},
	{"revenue / orders", "low baskets", "high baskets"},
	{"basket", "low baskets", "high baskets"},
	{"refunds", "returns little", "returns much"},
};

struct mention {
	size_t feature;
	size_t column;		/* of points: number or code */
	double apart;
};

/* Values of log(...) are shown as they were before, under its name without it. */
static struct span plain_name(const struct feature *f, bool *logged)
{
	struct span text = f->text;

	*logged = span_starts(text, SPAN("log(")) && span_find_byte(text, ')') == text.len - 1;
	return *logged && span_equal(f->name, text) ? span_trim(span_sub(text, 4, text.len - 5)) : f->name;
}

static void put_phrase(const struct feature *f, bool truth, bool high, struct buf *out)
{
	bool logged;
	struct span name = plain_name(f, &logged);

	for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++) {
		if (span_equal(name, span_of(phrases[i].name))) {
			buf_text_put(out, high ? phrases[i].high : phrases[i].low);
			return;
		}
	}
	if (truth)
		buf_text_put(out, high ? "more often " : "less often ");
	else
		buf_text_put(out, high ? "high " : "low ");
	buf_span(out, name);
}

/* How far the mean of cluster J is from that of the others, in standard deviations of all. */
static double measure_apart(const struct cluster_table *t, size_t column, size_t j,
			    const uint32_t *labels)
{
	const struct points *p = &t->points;
	double all = 0, squares = 0, own = 0, mean, others;
	size_t count = 0;

	for (size_t i = 0; i < p->count; i++) {
		double x = points_numbers(p, i)[column];

		all += x;
		squares += x * x;
		own += labels[i] == j ? x : 0;
		count += labels[i] == j;
	}
	mean = all / (double)p->count;
	squares = squares / (double)p->count - mean * mean;
	if (!(squares > 1e-12) || !count || count == p->count)
		return 0;
	others = (all - own) / (double)(p->count - count);
	return (own / (double)count - others) / sqrt(squares);
}

static int compare_mentions(const void *a, const void *b)
{
	const struct mention *x = a, *y = b;
	double left = fabs(x->apart), right = fabs(y->apart);

	if (left != right)
		return left < right ? 1 : -1;
	return (x->feature > y->feature) - (x->feature < y->feature);
}

static size_t list_mentions(const struct cluster_table *t, const struct cluster_model *m, size_t j,
			    const uint32_t *labels, struct mention list[FEATURES_MAX])
{
	size_t count = 0, column = 0;

	for (size_t f = 0; f < t->features->count; f++) {
		struct mention one = {.feature = f, .column = column};

		if (m->about[f].kind != FEATURE_NUMBER)
			continue;
		column++;
		one.apart = measure_apart(t, one.column, j, labels);
		if (fabs(one.apart) >= APART_LEAST)
			list[count++] = one;
	}
	qsort(list, count, sizeof *list, compare_mentions);
	return count < MENTIONED_MAX ? count : MENTIONED_MAX;
}

/* Of cluster J and of all: the share of points with CODE in COLUMN. */
static double share_of(const struct cluster_table *t, size_t column, uint32_t code, size_t j,
		       const uint32_t *labels, double *of_all)
{
	size_t own = 0, count = 0, all = 0;

	for (size_t i = 0; i < t->points.count; i++) {
		bool has = points_codes(&t->points, i)[column] == code;

		all += has;
		own += has && labels[i] == j;
		count += labels[i] == j;
	}
	*of_all = (double)all / (double)t->points.count;
	return count ? (double)own / (double)count : 0;
}

static void put_separator(bool *any, struct buf *out)
{
	if (*any)
		buf_lit(out, ", ");
	*any = true;
}

static void put_texts(const struct cluster_table *t, const struct cluster_model *m, size_t j,
		      const uint32_t *labels, bool *any, struct buf *out)
{
	size_t column = 0;

	for (size_t f = 0; f < t->features->count; f++) {
		uint32_t code = m->list[j].codes[f];
		double all, share;

		if (m->about[f].kind != FEATURE_TEXT)
			continue;
		share = share_of(t, column++, code, j, labels, &all);
		if (share < MOSTLY || share < all + MORE_THAN_ALL)
			continue;
		put_separator(any, out);
		if (code == CODE_UNKNOWN) {
			buf_lit(out, "mostly without ");
			buf_span(out, t->features->list[f].name);
		} else {
			buf_lit(out, "mostly ");
			buf_span(out, m->about[f].texts.entries[code - 1].key);
		}
	}
}

static void put_words(const struct cluster_table *t, const struct cluster_model *m, size_t j,
		      const uint32_t *labels, struct buf *out)
{
	struct mention list[FEATURES_MAX];
	size_t count = list_mentions(t, m, j, labels, list);
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		put_separator(&any, out);
		put_phrase(&t->features->list[list[i].feature],
			   t->columns[list[i].feature].truths == t->columns[list[i].feature].numbers,
			   list[i].apart > 0, out);
	}
	put_texts(t, m, j, labels, &any, out);
	if (!any)
		buf_lit(out, "like the average of all");
}

/* "recency 210, orders 1.2": the centre. */
static void put_values(const struct cluster_model *m, size_t j, struct buf *out)
{
	bool any = false;

	for (size_t f = 0; f < m->features->count; f++) {
		double value = m->list[j].numbers[f];
		bool logged;
		struct span name = plain_name(&m->features->list[f], &logged);

		if (m->about[f].kind != FEATURE_NUMBER)
			continue;
		value = logged ? exp(value) : value;
		buf_text_put(out, any ? ", " : "; ");
		any = true;
		buf_span(out, name);
		buf_printf(out, fabs(value) >= 1000 && fabs(value) < 1e15 ? " %.0f" : " %.3g", value);
	}
}

void card_put(const struct cluster_table *t, const struct cluster_model *m, size_t j,
	      const uint32_t *labels, const struct card_facts *facts, struct buf *out)
{
	put_words(t, m, j, labels, out);
	buf_printf(out, "; %.1f %% of customers", 100 * facts->customers);
	if (isfinite(facts->revenue))
		buf_printf(out, ", %.1f %% of revenue", 100 * facts->revenue);
	put_values(m, j, out);
	if (facts->nearest)
		buf_printf(out, "; nearest: %s", facts->nearest);
	if (isfinite(facts->stability))
		buf_printf(out, "; stability %.2f", facts->stability);
}

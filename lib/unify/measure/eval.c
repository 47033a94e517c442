#include "unify/measure/eval.h"

#include <stdlib.h>

#include "base/mem.h"
#include "record/document.h"
#include "unify/linkage/contraction.h"

void eval_release(struct eval *e)
{
	mem_free(e->merged);
	mem_free(e->missed);
	*e = EVAL_INIT;
}

/* A label by what it is grouped by, then by what it should or does not share. */
struct item {
	uint32_t group;
	uint32_t other;
	uint32_t label;
};

static int by_group(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	if (x->other != y->other)
		return x->other < y->other ? -1 : 1;
	return (x->label > y->label) - (x->label < y->label);
}

/* What one grouping of the labels gives. */
struct view {
	uint64_t groups, largest;
	uint64_t capped;	/* items of groups beyond the cap */
	uint64_t pairs;		/* within groups */
	uint64_t cells;		/* pairs that share group and other */
	double cubed;		/* sum over labels of cell / group */
	struct mistake *mistakes;
	size_t mistake_count;
};

static uint64_t pairs_of(uint64_t n)
{
	return n * (n - 1) / 2;
}

/* The items [FROM, TO) are one group: a mistake for each further cell. */
static void view_group(struct view *v, const struct item *list, size_t from, size_t to)
{
	size_t size = to - from;

	v->groups++;
	v->pairs += pairs_of(size);
	if (size > v->largest)
		v->largest = size;
	if (size > CONTRACTION_RECORDS_MAX)
		v->capped += size;
	for (size_t i = from, end; i < to; i = end) {
		size_t cell;

		for (end = i + 1; end < to && list[end].other == list[i].other; end++)
			;
		cell = end - i;
		v->cells += pairs_of(cell);
		v->cubed += (double)cell * (double)cell / (double)size;
		if (i > from && v->mistake_count < EVAL_MISTAKES)
			v->mistakes[v->mistake_count++] = (struct mistake){
				list[from].label, list[i].label,
			};
	}
}

static struct view view(const struct truth *t, struct item *list, bool by_customer)
{
	struct view v = {.mistakes = mem_alloc(EVAL_MISTAKES * sizeof *v.mistakes)};
	size_t count = 0;

	for (size_t i = 0; i < t->count; i++) {
		const struct label *l = &t->list[i];

		if (l->customer != CUSTOMER_NONE)
			list[count++] = by_customer
				? (struct item){l->customer, l->fragment, (uint32_t)i}
				: (struct item){l->fragment, l->customer, (uint32_t)i};
	}
	if (count > 1)
		qsort(list, count, sizeof *list, by_group);
	for (size_t from = 0, to; from < count; from = to) {
		for (to = from + 1; to < count && list[to].group == list[from].group; to++)
			;
		view_group(&v, list, from, to);
	}
	v.cubed = count ? v.cubed / (double)count : 1;
	return v;
}

void eval_run(struct eval *e, const struct truth *t)
{
	struct item *list = mem_alloc((t->count + 1) * sizeof *list);
	struct view customers, fragments;

	*e = EVAL_INIT;
	for (size_t i = 0; i < t->count; i++)
		e->missing += t->list[i].customer == CUSTOMER_NONE;
	e->labels = t->count - e->missing;
	customers = view(t, list, true);
	fragments = view(t, list, false);
	e->customers = customers.groups;
	e->fragments = fragments.groups;
	e->largest = customers.largest;
	e->capped = customers.capped;
	e->joined_pairs = customers.pairs;
	e->true_pairs = fragments.pairs;
	e->right_pairs = customers.cells;
	e->false_pairs = e->joined_pairs - e->right_pairs;
	e->missed_pairs = e->true_pairs - e->right_pairs;
	e->cubed_precision = customers.cubed;
	e->cubed_recall = fragments.cubed;
	e->merged = customers.mistakes;
	e->merged_count = customers.mistake_count;
	e->missed = fragments.mistakes;
	e->missed_count = fragments.mistake_count;
	mem_free(list);
}

static double share(uint64_t part, uint64_t whole)
{
	return whole ? (double)part / (double)whole : 1;
}

double eval_precision(const struct eval *e)
{
	return share(e->right_pairs, e->joined_pairs);
}

double eval_recall(const struct eval *e)
{
	return share(e->right_pairs, e->true_pairs);
}

double eval_f1(double precision, double recall)
{
	return precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
}

void eval_describe(const struct eval *e, struct buf *out)
{
	double p = eval_precision(e), r = eval_recall(e);

	buf_printf(out, "%llu labels of %llu people are %llu customers, the largest of %llu labels",
		   (unsigned long long)e->labels, (unsigned long long)e->fragments,
		   (unsigned long long)e->customers, (unsigned long long)e->largest);
	if (e->missing)
		buf_printf(out, "; %llu labels are not in the data", (unsigned long long)e->missing);
	buf_printf(out, "\npairs: precision %.4f, recall %.4f, F1 %.4f (%llu joined, %llu true, "
		   "%llu false, %llu missed)", p, r, eval_f1(p, r),
		   (unsigned long long)e->joined_pairs, (unsigned long long)e->true_pairs,
		   (unsigned long long)e->false_pairs, (unsigned long long)e->missed_pairs);
	buf_printf(out, "\nB-cubed: precision %.4f, recall %.4f, F1 %.4f\n", e->cubed_precision,
		   e->cubed_recall, eval_f1(e->cubed_precision, e->cubed_recall));
}

static void put_rates(struct buf *out, const char *key, double p, double r)
{
	buf_printf(out, ",\"%s\":{\"precision\":", key);
	document_put_number(out, p, 6);
	buf_lit(out, ",\"recall\":");
	document_put_number(out, r, 6);
	buf_lit(out, ",\"f1\":");
	document_put_number(out, eval_f1(p, r), 6);
	buf_char(out, '}');
}

void eval_put(const struct eval *e, struct buf *out)
{
	const struct {
		const char *key;
		uint64_t count;
	} counts[] = {
		{"labels", e->labels}, {"labels_not_in_data", e->missing},
		{"persons", e->fragments}, {"customers", e->customers},
		{"largest", e->largest}, {"labels_above_cap", e->capped},
		{"pairs_joined", e->joined_pairs}, {"pairs_true", e->true_pairs},
		{"pairs_right", e->right_pairs},
	};

	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		buf_printf(out, "%s\"%s\":%llu", i ? "," : "", counts[i].key,
			   (unsigned long long)counts[i].count);
	put_rates(out, "pairwise", eval_precision(e), eval_recall(e));
	put_rates(out, "b_cubed", e->cubed_precision, e->cubed_recall);
}

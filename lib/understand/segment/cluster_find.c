#include "understand/segment/cluster_find.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "record/document.h"
#include "record/scan.h"
#include "stats/kmeans.h"
#include "stats/silhouette.h"
#include "stats/stability.h"
#include "understand/segment/cluster_card.h"

#define SAMPLE_CHOICE 5000
#define SAMPLE_GAP 1000
#define SAMPLE_FIT 20000
#define RESTARTS 20
#define REFERENCES 20
#define HALVES 20
/* The squared ways of all centres in a turn that count as standing still. */
#define REST 1e-6
/* Hennig's word for a cluster below it: dissolved. */
#define STABILITY_LEAST 0.6
/* That of an exponential distribution is 2. */
#define SKEWNESS_MAX 2

/* What the run found beside the model. */
struct finding {
	const struct cluster_table *t;
	const struct cluster_asked *asked;
	struct cluster_model *m;
	double silhouettes[CLUSTERS_AUTO_MAX + 1];	/* by k; 0 tried: none */
	size_t silhouette_max;
	struct gap gaps[CLUSTERS_MAX];			/* of k - 1 */
	size_t gap_max;
	uint32_t *labels;
	uint64_t sizes[CLUSTERS_MAX];
	double stability[CLUSTERS_MAX];
	double revenue[CLUSTERS_MAX];			/* shares, or NAN */
};

static struct points sample(const struct points *p, size_t most)
{
	struct points some = *p;

	some.count = some.count < most ? some.count : most;
	return some;
}

static struct kmeans ask(const struct finding *f, size_t k)
{
	return (struct kmeans){
		.k = k, .restarts = RESTARTS, .seed = CLUSTERS_SEED, .workers = f->asked->workers,
	};
}

/* The k of the highest silhouette; 1 where there are no two different customers. */
static size_t choose_by_silhouette(struct finding *f)
{
	struct points some = sample(&f->t->points, SAMPLE_CHOICE);
	struct kmeans_fit fits[CLUSTERS_AUTO_MAX + 1];
	struct partition partitions[CLUSTERS_AUTO_MAX + 1];
	size_t best = 1, last = 1;

	for (size_t k = 2; k <= CLUSTERS_AUTO_MAX && k < some.count; k++) {
		struct kmeans asked = ask(f, k);

		kmeans_fit(&some, &asked, &fits[k]);
		if (fits[k].centres.count < k) {
			kmeans_release(&fits[k]);
			break;
		}
		partitions[k] = (struct partition){k, fits[k].labels};
		last = k;
	}
	if (last > 1)
		silhouette_means(&some, partitions + 2, last - 1, f->asked->workers,
				 f->silhouettes + 2);
	for (size_t k = 2; k <= last; k++) {
		if (best == 1 || f->silhouettes[k] > f->silhouettes[best] + 1e-9)
			best = k;
		kmeans_release(&fits[k]);
	}
	f->silhouette_max = last;
	return best;
}

static void measure_gaps(struct finding *f, size_t k_max)
{
	struct points some = sample(&f->t->points, SAMPLE_GAP);
	const struct gap_asked asked = {
		.k_max = k_max, .references = REFERENCES, .seed = CLUSTERS_SEED,
		.workers = f->asked->workers,
	};

	gap_measure(&some, &asked, f->gaps);
	f->gap_max = k_max;
}

static size_t choose_k(struct finding *f)
{
	switch (f->asked->choice) {
	case CHOICE_SILHOUETTE:
		return choose_by_silhouette(f);
	case CHOICE_GAP:
		measure_gaps(f, CLUSTERS_AUTO_MAX);
		return gap_choose(f->gaps, CLUSTERS_AUTO_MAX);
	default:
		return f->asked->k;
	}
}

/* The best of several starts on a sample, and from there on with everybody. */
static void fit_all(const struct finding *f, size_t k, struct kmeans_fit *fit)
{
	struct points some = sample(&f->t->points, SAMPLE_FIT);
	struct kmeans asked = ask(f, k);
	struct kmeans_fit first;

	if (some.count == f->t->points.count) {
		kmeans_fit(&some, &asked, fit);
		return;
	}
	kmeans_fit(&some, &asked, &first);
	asked.k = first.centres.count;
	asked.start = &first.centres;
	asked.rest = REST;
	kmeans_fit(&f->t->points, &asked, fit);
	kmeans_release(&first);
}

/* ---- The model ---- */

struct ranked {
	size_t number;
	const struct kmeans_fit *fit;
};

/* The largest first; among equals by their place. */
static int compare_clusters(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	const struct centres *c = &x->fit->centres;
	uint64_t left = x->fit->sizes[x->number], right = x->fit->sizes[y->number];

	if (left != right)
		return left < right ? 1 : -1;
	for (size_t f = 0; f < c->width; f++) {
		double p = c->numbers[x->number * c->width + f], q = c->numbers[y->number * c->width + f];

		if (p != q)
			return p < q ? -1 : 1;
	}
	for (size_t f = 0; f < c->code_width; f++) {
		uint32_t p = c->codes[x->number * c->code_width + f],
			 q = c->codes[y->number * c->code_width + f];

		if (p != q)
			return p < q ? -1 : 1;
	}
	return 0;
}

/* What is left of 0 after rounding is 0. */
static double in_units(const struct cluster_feature *about, double scaled)
{
	double number = about->middle + scaled * about->spread;

	return fabs(number) < 1e-12 * about->spread ? 0 : number;
}

/* Cluster J of M is centre NUMBER of FIT, in the units of its features. */
static void take_centre(struct cluster_model *m, size_t j, const struct kmeans_fit *fit, size_t number)
{
	const double *at = fit->centres.numbers + number * fit->centres.width;
	const uint32_t *codes = fit->centres.codes + number * fit->centres.code_width;
	struct cluster *c = &m->list[j];

	snprintf(c->name, sizeof c->name, "cluster_%zu", j + 1);
	for (size_t f = 0; f < m->features->count; f++) {
		if (m->about[f].kind == FEATURE_TEXT)
			c->codes[f] = *codes++;
		else
			c->numbers[f] = in_units(&m->about[f], *at++);
	}
}

static void take_centres(struct finding *f, const struct kmeans_fit *fit)
{
	struct ranked order[CLUSTERS_MAX];
	struct cluster_model *m = f->m;

	m->count = fit->centres.count;
	for (size_t j = 0; j < m->count; j++)
		order[j] = (struct ranked){j, fit};
	qsort(order, m->count, sizeof *order, compare_clusters);
	for (size_t j = 0; j < m->count; j++)
		take_centre(m, j, fit, order[j].number);
	clusters_arrange(m);
	kmeans_assign(&f->t->points, &m->centres, f->asked->workers, f->labels, f->sizes);
	for (size_t j = 0; j < m->count; j++)
		m->list[j].customers = f->sizes[j];
}

/* ---- What is to be said of it ---- */

static void share_revenue(struct finding *f)
{
	const struct cluster_table *t = f->t;
	__int128 sums[CLUSTERS_MAX] = {0}, all = 0;

	for (size_t i = 0; i < t->points.count; i++) {
		const struct table_row *row = &t->rows[t->complete[i]];

		sums[f->labels[i]] += row->revenue_micro;
		all += row->revenue_micro;
	}
	for (size_t j = 0; j < f->m->count; j++)
		f->revenue[j] = t->currency_known && !t->currency_mixed && all > 0 ?
				(double)sums[j] / (double)all : NAN;
}

static const char *find_nearest(const struct cluster_model *m, size_t j)
{
	size_t nearest = j;
	double least = INFINITY;

	for (size_t i = 0; i < m->count; i++) {
		double apart = centres_between(&m->centres, j, &m->centres, i, m->text_weight);

		if (i != j && apart < least) {
			least = apart;
			nearest = i;
		}
	}
	return nearest == j ? NULL : m->list[nearest].name;
}

static void put_features(const struct finding *f, struct buf *out)
{
	const struct cluster_model *m = f->m;
	bool texts = false;

	buf_printf(out, "%zu clusters of %zu customers by ", m->count, f->t->points.count);
	for (size_t i = 0; i < m->features->count; i++) {
		buf_text_put(out, i ? ", " : "");
		error_clean(m->features->list[i].name, out);
		texts |= m->about[i].kind == FEATURE_TEXT;
	}
	if (m->shape.width)
		buf_text_put(out, m->robust ? ": from the median by quartiles" : ": z scores");
	if (m->shape.width && m->winsorize)
		buf_printf(out, " of numbers cut at their quantiles of %llu and %llu %%",
			   (unsigned long long)m->winsorize, (unsigned long long)(100 - m->winsorize));
	if (texts)
		buf_printf(out, "%s a differing text counts %.3g", m->shape.width ? "," : ":",
			   m->text_weight);
	buf_char(out, '\n');
}

static void put_curve(const struct finding *f, struct buf *out)
{
	if (f->asked->choice == CHOICE_SILHOUETTE) {
		buf_lit(out, "silhouette by number of clusters:");
		for (size_t k = 2; k <= f->silhouette_max; k++)
			buf_printf(out, "%s %zu %.3f%s", k > 2 ? "," : "", k, f->silhouettes[k],
				   k == f->m->count ? " (chosen)" : "");
	} else if (f->asked->choice == CHOICE_GAP) {
		buf_lit(out, "gap by number of clusters:");
		for (size_t k = 1; k <= f->gap_max; k++)
			buf_printf(out, "%s %zu %.3f +- %.3f%s", k > 1 ? "," : "", k, f->gaps[k - 1].gap,
				   f->gaps[k - 1].error, k == f->m->count ? " (chosen)" : "");
	} else {
		return;
	}
	if (f->t->points.count > (f->asked->choice == CHOICE_GAP ? SAMPLE_GAP : SAMPLE_CHOICE))
		buf_printf(out, "; of a sample of %d",
			   f->asked->choice == CHOICE_GAP ? SAMPLE_GAP : SAMPLE_CHOICE);
	buf_char(out, '\n');
}

static void put_cards(struct finding *f, struct buf *out)
{
	for (size_t j = 0; j < f->m->count; j++) {
		const struct card_facts facts = {
			.customers = (double)f->sizes[j] / (double)f->t->points.count,
			.revenue = f->revenue[j], .stability = f->stability[j],
			.nearest = find_nearest(f->m, j),
		};

		card_put(f->t, f->m, j, f->labels, &facts, &f->m->list[j].words);
		buf_printf(out, "%s: ", f->m->list[j].name);
		error_clean(buf_view(&f->m->list[j].words), out);
		buf_char(out, '\n');
	}
}

static void put_stat(const struct finding *f, struct buf *out)
{
	static const char *const names[] = {"given", "silhouette", "gap"};

	buf_printf(out, "{\"customers\":%zu,\"chosen_by\":\"%s\",\"silhouette\":{",
		   f->t->points.count, names[f->asked->choice]);
	for (size_t k = 2; k <= f->silhouette_max; k++) {
		buf_printf(out, "%s\"%zu\":", k > 2 ? "," : "", k);
		document_put_number(out, f->silhouettes[k], 6);
	}
	buf_lit(out, "},\"gap\":{");
	for (size_t k = 1; k <= f->gap_max; k++) {
		buf_printf(out, "%s\"%zu\":", k > 1 ? "," : "", k);
		document_put_number(out, f->gaps[k - 1].gap, 6);
	}
	buf_lit(out, "},\"clusters\":[");
	for (size_t j = 0; j < f->m->count; j++) {
		buf_printf(out, "%s{\"name\":\"%s\",\"customers\":%llu,\"share_of_revenue\":", j ? "," : "",
			   f->m->list[j].name, (unsigned long long)f->sizes[j]);
		document_put_number(out, f->revenue[j], 6);
		buf_lit(out, ",\"stability\":");
		document_put_number(out, f->stability[j], 6);
		buf_lit(out, ",\"card\":");
		text_encode(out, buf_view(&f->m->list[j].words));
		buf_char(out, '}');
	}
	buf_lit(out, "]}");
}

/* A single text has as many clusters as it has values: a reference is no different. */
static bool is_telling(const struct finding *f)
{
	return f->m->shape.width || f->m->shape.code_width > 1;
}

/* Of a column of points, whose mean need not be 0. */
static double measure_skewness(const struct points *p, size_t column)
{
	double mean = 0, square = 0, cube = 0;

	for (size_t i = 0; i < p->count; i++)
		mean += points_numbers(p, i)[column] / (double)p->count;
	for (size_t i = 0; i < p->count; i++) {
		double apart = points_numbers(p, i)[column] - mean;

		square += apart * apart / (double)p->count;
		cube += apart * apart * apart / (double)p->count;
	}
	return square > 0 ? cube / (square * sqrt(square)) : 0;
}

/* A long tail makes clusters of itself: the question is whether ratios are meant. */
static void put_skewed(const struct finding *f, struct buf *out)
{
	size_t column = 0;

	for (size_t i = 0; i < f->m->features->count; i++) {
		const struct cluster_feature *about = &f->m->about[i];

		if (about->kind != FEATURE_NUMBER)
			continue;
		if (measure_skewness(&f->t->points, column++) < SKEWNESS_MAX || !(about->low > 0))
			continue;
		error_clean(f->m->features->list[i].name, out);
		buf_lit(out, " has a long tail, which alone makes clusters: log(");
		error_clean(f->m->features->list[i].text, out);
		buf_lit(out, ") compares by ratios\n");
	}
}

/* What the data does not carry. */
static void put_warnings(const struct finding *f, struct buf *out)
{
	for (size_t i = 0; i < f->m->features->count; i++)
		if (f->m->about[i].kind == FEATURE_NUMBER && !(f->m->about[i].spread > 0)) {
			error_clean(f->m->features->list[i].name, out);
			buf_lit(out, " is the same for all customers that are not cut off: it tells nobody apart\n");
		}
	if (f->asked->choice == CHOICE_GIVEN && f->m->count < f->asked->k)
		buf_printf(out, "%zu clusters were asked for, and there are no more than %zu different customers\n",
			   f->asked->k, f->m->count);
	if (is_telling(f) && !gap_has_clusters(f->gaps, f->gap_max))
		buf_lit(out, "the data shows no clusters (gap statistic): these cut one cloud of customers in pieces, and a border between two of them means little\n");
	for (size_t j = 0; j < f->m->count; j++)
		if (f->stability[j] < STABILITY_LEAST)
			buf_printf(out, "%s comes back in few halves of the customers (stability %.2f): build nothing on it\n",
				   f->m->list[j].name, f->stability[j]);
}

static void report(struct finding *f, struct labeller_notes *notes)
{
	struct points some = sample(&f->t->points, SAMPLE_CHOICE);
	const struct stability_asked halves = {HALVES, CLUSTERS_SEED, f->asked->workers};

	stability_measure(&some, &f->m->centres, &halves, f->stability);
	if (!f->gap_max)
		measure_gaps(f, f->m->count);
	share_revenue(f);
	put_features(f, &notes->sentences);
	put_curve(f, &notes->sentences);
	put_cards(f, &notes->sentences);
	put_skewed(f, &notes->sentences);
	put_warnings(f, &notes->warnings);
	put_stat(f, labeller_stat(notes, "clusters"));
}

/* Too few customers; NOTES gets the reason. */
static bool are_few(const struct cluster_table *t, struct labeller_notes *notes)
{
	if (t->points.count >= CLUSTERS_CUSTOMERS_LEAST)
		return false;
	if (!t->count) {
		buf_lit(&notes->warnings, "no clusters: there are no customers\n");
		return true;
	}
	buf_printf(&notes->warnings, "no clusters: of %zu customers %zu have all features, and fewer than %d say nothing about kinds of customers",
		   t->count, t->points.count, CLUSTERS_CUSTOMERS_LEAST);
	for (size_t i = 0; i < t->features->count; i++) {
		if (!t->columns[i].unknown)
			continue;
		buf_lit(&notes->warnings, "; ");
		error_clean(t->features->list[i].name, &notes->warnings);
		buf_printf(&notes->warnings, " is unknown for %llu", (unsigned long long)t->columns[i].unknown);
	}
	buf_char(&notes->warnings, '\n');
	return true;
}

static bool are_alike(const struct cluster_table *t, struct labeller_notes *notes)
{
	size_t i = 1;

	while (i < t->points.count && !(points_distance(&t->points, 0, i) > 0))
		i++;
	if (i < t->points.count)
		return false;
	buf_lit(&notes->warnings, "no clusters: all customers are alike in these features\n");
	return true;
}

bool clusters_find(const struct cluster_table *t, const struct cluster_asked *asked,
		   struct cluster_model *m, struct labeller_notes *notes)
{
	struct finding f = {.t = t, .asked = asked, .m = m};
	struct kmeans_fit fit;
	size_t k;

	if (are_few(t, notes) || are_alike(t, notes))
		return false;
	k = choose_k(&f);
	if (asked->choice == CHOICE_GAP && k == 1) {
		put_curve(&f, &notes->sentences);
		put_stat(&f, labeller_stat(notes, "clusters"));
		buf_lit(&notes->warnings, "no clusters: by the gap statistic the customers are one cloud\n");
		return false;
	}
	fit_all(&f, k, &fit);
	f.labels = mem_zero(t->points.count, sizeof *f.labels);
	take_centres(&f, &fit);
	report(&f, notes);
	mem_free(f.labels);
	kmeans_release(&fit);
	return true;
}

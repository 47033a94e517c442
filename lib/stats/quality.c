#include "stats/quality.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stats/random.h"
#include "stats/sum.h"

/* A row, in order of falling chance; what does not change from one sample to the next. */
struct place {
	double p;
	double loss;
	uint32_t row;
	bool y;
};

/* What a walk from the highest chance down has seen. */
struct walk {
	uint64_t positives, negatives;
	double above;		/* pairs whose positive ranks above its negative, ties half */
	double precision;	/* sum of (positives of a group) * precision */
	struct sum p, loss, square;
};

static int compare_places(const void *a, const void *b)
{
	const struct place *p = a, *q = b;

	if (p->p != q->p)
		return p->p < q->p ? 1 : -1;
	return (p->row > q->row) - (p->row < q->row);
}

static double loss_of(double p, bool y)
{
	double chance = y ? p : 1 - p;

	return -log(fmin(fmax(chance, QUALITY_LEAST), 1 - QUALITY_LEAST));
}

/* Owned: mem_free. */
static struct place *sort_rows(const struct quality_rows *rows)
{
	struct place *list = mem_zero(rows->count + 1, sizeof *list);

	for (size_t i = 0; i < rows->count; i++)
		list[i] = (struct place){rows->p[i], loss_of(rows->p[i], rows->y[i]), (uint32_t)i, rows->y[i]};
	qsort(list, rows->count, sizeof *list, compare_places);
	return list;
}

static void take_group(struct walk *w, uint64_t positives, uint64_t negatives)
{
	w->above += (double)negatives * ((double)w->positives + (double)positives / 2);
	w->positives += positives;
	w->negatives += negatives;
	if (positives)
		w->precision += (double)positives * (double)w->positives / (double)(w->positives + w->negatives);
}

/* TIMES: how often each row, by its number, is in the sample; NULL: once. */
static void measure(const struct place *list, size_t count, const uint32_t *times, struct quality *out)
{
	struct walk w = {.p = SUM_ZERO};
	uint64_t n;

	for (size_t i = 0; i < count;) {
		uint64_t classes[2] = {0};
		double p = list[i].p;

		for (; i < count && list[i].p == p; i++) {
			uint32_t weight = times ? times[list[i].row] : 1;

			classes[list[i].y] += weight;
			sum_add(&w.loss, weight * list[i].loss);
		}
		sum_add(&w.p, (double)(classes[0] + classes[1]) * p);
		sum_add(&w.square, (double)classes[1] * (1 - p) * (1 - p) + (double)classes[0] * p * p);
		take_group(&w, classes[1], classes[0]);
	}
	n = w.positives + w.negatives;
	*out = (struct quality){.ranked = w.positives && w.negatives, .count = n, .positives = w.positives, .auc = 0.5};
	if (!n)
		return;
	out->mean_p = sum_value(&w.p) / (double)n;
	out->log_loss = sum_value(&w.loss) / (double)n;
	out->brier = sum_value(&w.square) / (double)n;
	out->average_precision = w.positives ? w.precision / (double)w.positives : 0;
	if (out->ranked)
		out->auc = w.above / ((double)w.positives * (double)w.negatives);
}

void quality_measure(const struct quality_rows *rows, struct quality *out)
{
	struct place *list = sort_rows(rows);

	measure(list, rows->count, NULL, out);
	mem_free(list);
}

void quality_resample(const struct quality_rows *rows, uint64_t seed, struct quality *each,
		      size_t rounds)
{
	struct place *list = sort_rows(rows);
	uint32_t *times = mem_zero(rows->count + 1, sizeof *times);

	for (size_t k = 0; k < rounds; k++) {
		uint64_t state = random_part(seed, k);

		memset(times, 0, rows->count * sizeof *times);
		for (size_t i = 0; i < rows->count; i++)
			times[random_below(&state, rows->count)]++;
		measure(list, rows->count, times, &each[k]);
	}
	mem_free(times);
	mem_free(list);
}

size_t quality_rounds(size_t rows)
{
	size_t rounds = 10000000 / (rows + 1);

	return rounds < 50 ? 50 : rounds > 200 ? 200 : rounds;
}

static int compare_doubles(const void *a, const void *b)
{
	double p = *(const double *)a, q = *(const double *)b;

	return (p > q) - (p < q);
}

static double quantile(const double *sorted, size_t count, double q)
{
	double at = q * (double)(count - 1);
	size_t i = (size_t)at;
	double next = i + 1 < count ? sorted[i + 1] : sorted[i];

	return sorted[i] + (at - (double)i) * (next - sorted[i]);
}

struct quality_interval quality_interval(double *values, size_t count)
{
	if (!count)
		return (struct quality_interval){0, 0};
	qsort(values, count, sizeof *values, compare_doubles);
	return (struct quality_interval){quantile(values, count, 0.025), quantile(values, count, 0.975)};
}

struct quality_interval quality_share(uint64_t hits, uint64_t count)
{
	const double z = 1.959963984540054;
	double n = (double)count, share, middle, half;

	if (!count)
		return (struct quality_interval){0, 1};
	share = (double)hits / n;
	middle = (share + z * z / (2 * n)) / (1 + z * z / n);
	half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n));
	return (struct quality_interval){hits ? fmax(middle - half, 0) : 0, hits < count ? fmin(middle + half, 1) : 1};
}

size_t quality_bins(const struct quality_rows *rows, struct quality_bin out[QUALITY_BINS])
{
	struct place *list = sort_rows(rows);
	size_t bins = 0, done = 0, n = rows->count;

	while (done < n) {
		/* It ends with the tenth that its first row lies in, or behind that row's equals. */
		size_t tenth = done * QUALITY_BINS / n + 1, end = (tenth * n + QUALITY_BINS - 1) / QUALITY_BINS;
		struct quality_bin *bin = &out[bins++];
		struct sum sum = SUM_ZERO;

		*bin = (struct quality_bin){.from = list[n - 1 - done].p};
		while (done < n && (done < end || list[n - 1 - done].p == bin->to)) {
			const struct place *place = &list[n - 1 - done++];

			bin->to = place->p;
			bin->count++;
			bin->positives += place->y;
			sum_add(&sum, place->p);
		}
		bin->mean_p = sum_value(&sum) / (double)bin->count;
	}
	mem_free(list);
	return bins;
}

struct quality_parts quality_parts(const struct quality_bin *bins, size_t count)
{
	struct quality_parts parts = {0};
	double n = 0, positives = 0, base;

	for (size_t i = 0; i < count; i++) {
		n += (double)bins[i].count;
		positives += (double)bins[i].positives;
	}
	if (!(n > 0))
		return parts;
	base = positives / n;
	parts.uncertainty = base * (1 - base);
	for (size_t i = 0; i < count; i++) {
		double share = (double)bins[i].positives / (double)bins[i].count;

		parts.reliability += (double)bins[i].count / n * (bins[i].mean_p - share) * (bins[i].mean_p - share);
		parts.resolution += (double)bins[i].count / n * (share - base) * (share - base);
	}
	return parts;
}

struct quality_gain quality_gain(const struct quality_rows *rows, double fraction)
{
	struct place *list = sort_rows(rows);
	struct quality_gain gain = {.count = (uint64_t)floor(fraction * (double)rows->count + 1e-9)};
	uint64_t positives = 0;

	for (size_t i = 0; i < rows->count; i++) {
		positives += list[i].y;
		gain.positives += i < gain.count && list[i].y;
	}
	mem_free(list);
	if (positives)
		gain.captured = (double)gain.positives / (double)positives;
	if (positives && gain.count)
		gain.lift = gain.captured * (double)rows->count / (double)gain.count;
	return gain;
}

/*
 * k-means with bounds against plain turns, over random points with and without codes:
 * from the same centres both take the same turns to the same labels and inertia.  More
 * than one chunk of points gives the same bytes for one worker and for three, and no
 * start of k-means++ ends above the inertia that it was given.
 */
#include "tests/unit/support.h"

#include "base/mem.h"
#include "stats/kmeans.h"

#define ROUNDS 300
#define WIDTH_MAX 5
#define CODES_MAX 3

struct world {
	struct points p;
	double *numbers;
	uint32_t *codes;
	uint32_t code_counts[CODES_MAX];
};

static double draw(uint64_t *random)
{
	return (double)(support_random(random) >> 11) * 0x1p-53;
}

/* Points around a few places, in as many numbers and codes as chance has it. */
static void make_world(struct world *w, uint64_t *random, size_t count)
{
	size_t places = 1 + support_below(random, 6);

	w->p = (struct points){
		.count = count, .width = support_below(random, WIDTH_MAX + 1),
		.code_width = support_below(random, CODES_MAX + 1), .code_weight = draw(random),
	};
	w->p.width += !w->p.width && !w->p.code_width;
	w->numbers = mem_zero(count * w->p.width + 1, sizeof *w->numbers);
	w->codes = mem_zero(count * w->p.code_width + 1, sizeof *w->codes);
	for (size_t f = 0; f < w->p.code_width; f++)
		w->code_counts[f] = 1 + (uint32_t)support_below(random, 5);
	for (size_t i = 0; i < count; i++) {
		size_t place = support_below(random, places);

		for (size_t f = 0; f < w->p.width; f++)
			w->numbers[i * w->p.width + f] = (double)(place * (f + 1) % 5) + draw(random);
		for (size_t f = 0; f < w->p.code_width; f++)
			w->codes[i * w->p.code_width + f] =
				(uint32_t)(support_below(random, 3) ? place : support_below(random, 9)) %
				w->code_counts[f];
	}
	w->p.numbers = w->numbers;
	w->p.codes = w->codes;
	w->p.code_counts = w->code_counts;
}

static void free_world(struct world *w)
{
	mem_free(w->numbers);
	mem_free(w->codes);
}

/* A plain turn: the nearest centre of each point; how many changed. */
static size_t place_plainly(const struct points *p, const struct centres *c, uint32_t *labels)
{
	size_t changed = 0;

	for (size_t i = 0; i < p->count; i++) {
		uint32_t best = 0;

		for (uint32_t j = 1; j < c->count; j++)
			if (centres_distance(c, j, p, i) < centres_distance(c, best, p, i))
				best = j;
		changed += labels[i] != best;
		labels[i] = best;
	}
	return changed;
}

static uint32_t find_commonest(const struct points *p, const uint32_t *labels, uint32_t j, size_t f)
{
	size_t counts[16] = {0};
	uint32_t best = 0;

	for (size_t i = 0; i < p->count; i++)
		counts[points_codes(p, i)[f]] += labels[i] == j;
	for (uint32_t code = 1; code < p->code_counts[f]; code++)
		if (counts[code] > counts[best])
			best = code;
	return best;
}

/* The mean of cluster J; false where it has no point. */
static bool average(const struct points *p, const uint32_t *labels, uint32_t j, struct centres *c)
{
	double mean[WIDTH_MAX] = {0};
	uint32_t codes[CODES_MAX] = {0};
	size_t count = 0;

	for (size_t i = 0; i < p->count; i++) {
		if (labels[i] != j)
			continue;
		count++;
		for (size_t f = 0; f < p->width; f++)
			mean[f] += points_numbers(p, i)[f];
	}
	for (size_t f = 0; count && f < p->width; f++)
		mean[f] /= (double)count;
	for (size_t f = 0; count && f < p->code_width; f++)
		codes[f] = find_commonest(p, labels, j, f);
	if (count)
		centres_set(c, j, mean, codes);
	return count > 0;
}

/* Plain turns to the end; false where a cluster ran empty, which is not plain. */
static bool descend_plainly(const struct points *p, struct centres *c, uint32_t *labels)
{
	for (size_t i = 0; i < p->count; i++)
		labels[i] = UINT32_MAX;
	while (place_plainly(p, c, labels))
		for (uint32_t j = 0; j < c->count; j++)
			if (!average(p, labels, j, c))
				return false;
	return true;
}

static double measure(const struct points *p, const struct centres *c, const uint32_t *labels)
{
	double sum = 0;

	for (size_t i = 0; i < p->count; i++)
		sum += centres_distance(c, labels[i], p, i);
	return sum;
}

/* Ties decide by history, so the labels of a world with codes alone may differ. */
static void compare_fit(const struct world *w, const struct centres *start, uint64_t seed)
{
	uint32_t *labels = mem_zero(w->p.count, sizeof *labels);
	struct centres plain;
	struct kmeans_fit fit;
	double inertia;

	centres_init(&plain, start->count, &w->p);
	centres_copy(&plain, start);
	kmeans_fit(&w->p, &(struct kmeans){.k = start->count, .workers = 2, .start = start}, &fit);
	inertia = measure(&w->p, &fit.centres, fit.labels);
	assert_close(fit.inertia, inertia, 1e-9 * (1 + inertia));
	if (w->p.width && descend_plainly(&w->p, &plain, labels)) {
		inertia = measure(&w->p, &plain, labels);
		if (!(fit.inertia <= inertia * (1 + 1e-9) && fit.inertia >= inertia * (1 - 1e-9)))
			fail_msg("seed %llu: inertia %.12g, plainly %.12g",
				 (unsigned long long)seed, fit.inertia, inertia);
		assert_memory_equal(fit.labels, labels, w->p.count * sizeof *labels);
	}
	kmeans_release(&fit);
	centres_release(&plain);
	mem_free(labels);
}

static void bounds_change_nothing(void **state)
{
	(void)state;
	for (size_t round = 0; round < ROUNDS; round++) {
		uint64_t random = support_seed(round + 1), seed = random;
		struct world w;
		struct centres start;
		size_t k = 1 + support_below(&random, 7);

		make_world(&w, &random, k + support_below(&random, 300));
		centres_init(&start, k, &w.p);
		for (size_t j = 0; j < k; j++)
			centres_set_point(&start, j, &w.p, j);
		compare_fit(&w, &start, seed);
		centres_release(&start);
		free_world(&w);
	}
}

static void workers_change_nothing(void **state)
{
	(void)state;
	for (size_t round = 0; round < 6; round++) {
		uint64_t random = support_seed(1000 + round);
		struct kmeans asked = {.k = 2 + round, .restarts = 2, .seed = round, .workers = 1};
		struct kmeans_fit one, three;
		struct world w;

		make_world(&w, &random, 2 * KMEANS_CHUNK + 77);
		kmeans_fit(&w.p, &asked, &one);
		asked.workers = 3;
		kmeans_fit(&w.p, &asked, &three);
		assert_int_equal(one.centres.count, three.centres.count);
		assert_int_equal(one.turns, three.turns);
		assert_memory_equal(&one.inertia, &three.inertia, sizeof one.inertia);
		assert_memory_equal(one.labels, three.labels, w.p.count * sizeof *one.labels);
		assert_memory_equal(one.centres.numbers, three.centres.numbers,
				    one.centres.count * w.p.width * sizeof(double));
		kmeans_release(&one);
		kmeans_release(&three);
		free_world(&w);
	}
}

/* More restarts never give a worse fit, for they begin with the same ones. */
static void restarts_only_help(void **state)
{
	(void)state;
	for (size_t round = 0; round < 60; round++) {
		uint64_t random = support_seed(2000 + round);
		double last = 0;
		struct world w;

		make_world(&w, &random, 20 + support_below(&random, 300));
		for (unsigned restarts = 1; restarts <= 8; restarts *= 2) {
			struct kmeans_fit fit;

			kmeans_fit(&w.p, &(struct kmeans){.k = 4, .restarts = restarts,
				   .seed = round, .workers = 1}, &fit);
			assert_true(restarts == 1 || fit.inertia <= last);
			for (size_t j = 0; j < fit.centres.count; j++)
				assert_true(fit.sizes[j] > 0);
			last = fit.inertia;
			kmeans_release(&fit);
		}
		free_world(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bounds_change_nothing),
		cmocka_unit_test(workers_change_nothing),
		cmocka_unit_test(restarts_only_help),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

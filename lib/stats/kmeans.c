#include "stats/kmeans.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "base/mem.h"
#include "base/pool.h"
#include "stats/random.h"
#include "stats/sum.h"

#define TRIALS_MAX 64

/* One start and the descent from it; the memory serves all starts. */
struct descent {
	const struct points *p;
	unsigned workers;
	size_t chunk_count;
	struct centres centres;
	struct centres before;		/* as they were a turn ago */
	bool placed;			/* labels and bounds are of this start */
	uint32_t *labels;
	double *upper;			/* bounds by point, not squared */
	double *lower;
	double *half_gap;		/* by centre: half of the way to the nearest other */
	double *move;			/* by centre: how far it went */
	double *drop;			/* by centre: how far the farthest other went */
	size_t row;			/* of sums: numbers of a point, and a 1 to count it */
	double *sums;			/* by centre, of the rows of its points */
	size_t *code_at;		/* by column: where its codes begin among all */
	size_t code_total;
	atomic_llong *code_sizes;	/* by centre and code; exact in any order */
	double *chunk_sums;		/* by chunk: what the turn adds to `sums` */
	bool *chunk_changed;
};

static size_t count_chunks(const struct points *p)
{
	return (p->count + KMEANS_CHUNK - 1) / KMEANS_CHUNK;
}

static size_t chunk_end(const struct points *p, size_t chunk)
{
	size_t end = (chunk + 1) * KMEANS_CHUNK;

	return end < p->count ? end : p->count;
}

static void descent_init(struct descent *d, const struct points *p, size_t k, unsigned workers)
{
	*d = (struct descent){.p = p, .workers = workers, .chunk_count = count_chunks(p)};
	centres_init(&d->centres, k, p);
	centres_init(&d->before, k, p);
	d->labels = mem_zero(p->count, sizeof *d->labels);
	d->upper = mem_zero(p->count, sizeof *d->upper);
	d->lower = mem_zero(p->count, sizeof *d->lower);
	d->half_gap = mem_zero(k, sizeof *d->half_gap);
	d->move = mem_zero(k, sizeof *d->move);
	d->drop = mem_zero(k, sizeof *d->drop);
	d->row = p->width + 1;
	d->sums = mem_zero(k * d->row, sizeof *d->sums);
	d->code_at = mem_zero(p->code_width + 1, sizeof *d->code_at);
	for (size_t f = 0; f < p->code_width; f++) {
		d->code_at[f] = d->code_total;
		d->code_total += p->code_counts[f];
	}
	d->code_sizes = mem_zero(k * d->code_total + 1, sizeof *d->code_sizes);
	d->chunk_sums = mem_zero(d->chunk_count * k * d->row, sizeof *d->chunk_sums);
	d->chunk_changed = mem_zero(d->chunk_count, sizeof *d->chunk_changed);
}

static void descent_release(struct descent *d)
{
	centres_release(&d->centres);
	centres_release(&d->before);
	mem_free(d->labels);
	mem_free(d->upper);
	mem_free(d->lower);
	mem_free(d->half_gap);
	mem_free(d->move);
	mem_free(d->drop);
	mem_free(d->sums);
	mem_free(d->code_at);
	mem_free(d->code_sizes);
	mem_free(d->chunk_sums);
	mem_free(d->chunk_changed);
}

/*
 * Seeding.  `nearest` is of each point the squared distance to the nearest centre so
 * far; the centre that was chosen last counts as soon as a pass reads the point, which
 * saves a pass for each.
 */
struct seeding {
	const struct points *p;
	struct centres *centres;
	size_t chosen;
	double *nearest;
	struct centres trials;
	double *totals;			/* by chunk and trial: the sum of `nearest` with it */
	double *chunk_totals;		/* by chunk: without */
};

static double see_nearest(struct seeding *s, size_t i)
{
	double last;

	if (!s->chosen)
		return s->nearest[i];
	last = centres_distance(s->centres, s->chosen - 1, s->p, i);
	if (last < s->nearest[i])
		s->nearest[i] = last;
	return s->nearest[i];
}

static void try_chunk(void *context, size_t chunk)
{
	struct seeding *s = context;
	double *totals = s->totals + chunk * TRIALS_MAX;
	double room[TRIALS_MAX];

	memset(totals, 0, TRIALS_MAX * sizeof *totals);
	for (size_t i = chunk * KMEANS_CHUNK; i < chunk_end(s->p, chunk); i++) {
		double nearest = see_nearest(s, i);

		centres_distances(&s->trials, s->p, i, room);
		for (size_t t = 0; t < s->trials.count; t++)
			totals[t] += room[t] < nearest ? room[t] : nearest;
	}
}

/* The chunk in which the sum of all distances passes *TARGET, which then is the rest. */
static size_t find_chunk(const struct seeding *s, double *target)
{
	size_t found = 0;

	for (size_t c = 0; c < count_chunks(s->p); c++) {
		if (!(s->chunk_totals[c] > 0))
			continue;
		found = c;
		if (*target < s->chunk_totals[c])
			break;
		*target -= s->chunk_totals[c];
	}
	return found;
}

/* A point, with a chance proportional to its squared distance from the centres. */
static size_t draw_point(struct seeding *s, double total, uint64_t *random)
{
	double target = random_unit(random) * total, sum = 0;
	size_t chunk = find_chunk(s, &target), found = chunk * KMEANS_CHUNK;

	for (size_t i = chunk * KMEANS_CHUNK; i < chunk_end(s->p, chunk); i++) {
		double nearest = see_nearest(s, i);

		if (!(nearest > 0))
			continue;
		found = i;
		sum += nearest;
		if (sum > target)
			break;
	}
	return found;
}

/* The trial that leaves the smallest inertia becomes the next centre. */
static void choose_trial(struct seeding *s, unsigned workers)
{
	size_t chunks = count_chunks(s->p), best = 0;
	double least = INFINITY;

	pool_each(workers, chunks, try_chunk, s);
	for (size_t t = 0; t < s->trials.count; t++) {
		double total = 0;

		for (size_t c = 0; c < chunks; c++)
			total += s->totals[c * TRIALS_MAX + t];
		if (total < least) {
			least = total;
			best = t;
		}
	}
	for (size_t c = 0; c < chunks; c++)
		s->chunk_totals[c] = s->totals[c * TRIALS_MAX + best];
	centres_set(s->centres, s->chosen, s->trials.numbers + best * s->p->width,
		    s->trials.codes + best * s->p->code_width);
	s->chosen++;
}

static void seed_next(struct seeding *s, size_t trials, uint64_t *random, double total,
		      unsigned workers)
{
	s->trials.count = trials;
	for (size_t t = 0; t < trials; t++) {
		size_t i = s->chosen ? draw_point(s, total, random) :
				       random_below(random, s->p->count);

		centres_set_point(&s->trials, t, s->p, i);
	}
	choose_trial(s, workers);
}

/* k-means++: sets up to K centres, fewer where there are no more different points. */
static void seed_centres(struct descent *d, size_t k, uint64_t seed)
{
	size_t trials = 2 + (size_t)log((double)k);
	struct seeding s = {
		.p = d->p, .centres = &d->centres, .nearest = d->upper,
		.totals = mem_zero(d->chunk_count * TRIALS_MAX, sizeof(double)),
		.chunk_totals = mem_zero(d->chunk_count, sizeof(double)),
	};

	centres_init(&s.trials, TRIALS_MAX, d->p);
	for (size_t i = 0; i < d->p->count; i++)
		d->upper[i] = INFINITY;
	seed_next(&s, 1, &seed, 0, d->workers);
	while (s.chosen < k) {
		double total = 0;

		for (size_t c = 0; c < d->chunk_count; c++)
			total += s.chunk_totals[c];
		if (!(total > 0))
			break;
		seed_next(&s, trials < TRIALS_MAX ? trials : TRIALS_MAX, &seed, total, d->workers);
	}
	d->centres.count = d->before.count = s.chosen;
	centres_release(&s.trials);
	mem_free(s.totals);
	mem_free(s.chunk_totals);
}

/* Point I counts SIGN times more for centre J. */
static void count_point(struct descent *d, double *sums, size_t j, size_t i, int sign)
{
	const double *x = points_numbers(d->p, i);
	const uint32_t *codes = points_codes(d->p, i);
	double *sum = sums + j * d->row;

	for (size_t f = 0; f < d->p->width; f++)
		sum[f] += sign * x[f];
	sum[d->p->width] += sign;
	for (size_t f = 0; f < d->p->code_width; f++)
		atomic_fetch_add_explicit(&d->code_sizes[j * d->code_total + d->code_at[f] + codes[f]],
					  sign, memory_order_relaxed);
}

/* How many points centre J has: whole numbers, exact. */
static double count_points(const struct descent *d, size_t j)
{
	return d->sums[j * d->row + d->p->width];
}

/* Point I has its distances in ROOM: its new centre, and both bounds. */
static void place_point(struct descent *d, size_t chunk, size_t i, const double *room)
{
	double *sums = d->chunk_sums + chunk * d->centres.count * d->row;
	double least = INFINITY, second = INFINITY;
	uint32_t best = 0, old = d->labels[i];

	for (size_t j = 0; j < d->centres.count; j++) {
		if (room[j] < least) {
			second = least;
			least = room[j];
			best = (uint32_t)j;
		} else if (room[j] < second) {
			second = room[j];
		}
	}
	d->upper[i] = sqrt(least);
	d->lower[i] = sqrt(second);
	if (d->placed && best == old)
		return;
	d->labels[i] = best;
	d->chunk_changed[chunk] = true;
	if (d->placed)
		count_point(d, sums, old, i, -1);
	count_point(d, sums, best, i, 1);
}

static inline double see_bound(const struct descent *d, size_t i)
{
	double half_gap = d->half_gap[d->labels[i]];

	return d->lower[i] > half_gap ? d->lower[i] : half_gap;
}

/*
 * The points of a chunk whose bounds do not say that they keep their centre, into LIST;
 * how many.  Three short loops (this one, the next, place_chunk's) whose branches do not
 * depend on data are twice as fast as one that asks everything of a point at once.
 */
static size_t list_doubtful(struct descent *d, size_t chunk, uint32_t *list)
{
	size_t count = 0;

	for (size_t i = chunk * KMEANS_CHUNK; i < chunk_end(d->p, chunk); i++) {
		d->upper[i] += d->move[d->labels[i]];
		d->lower[i] -= d->drop[d->labels[i]];
		list[count] = (uint32_t)(i - chunk * KMEANS_CHUNK);
		count += d->upper[i] > see_bound(d, i);
	}
	return count;
}

/* Of these, the ones whose distance to their centre, measured, leaves the doubt. */
static size_t keep_doubtful(struct descent *d, size_t chunk, uint32_t *list, size_t count)
{
	size_t left = 0;

	for (size_t n = 0; n < count; n++) {
		size_t i = chunk * KMEANS_CHUNK + list[n];

		d->upper[i] = sqrt(centres_distance(&d->centres, d->labels[i], d->p, i));
		list[left] = list[n];
		left += d->upper[i] > see_bound(d, i);
	}
	return left;
}

static size_t list_all(const struct points *p, size_t chunk, uint32_t *list)
{
	size_t count = chunk_end(p, chunk) - chunk * KMEANS_CHUNK;

	for (size_t n = 0; n < count; n++)
		list[n] = (uint32_t)n;
	return count;
}

static void place_chunk(void *context, size_t chunk)
{
	struct descent *d = context;
	size_t cells = d->centres.count * d->row, count;
	double *room = mem_alloc(CENTRES_ROOM(d->centres.count) * sizeof *room);
	uint32_t *list = mem_alloc(KMEANS_CHUNK * sizeof *list);

	memset(d->chunk_sums + chunk * cells, 0, cells * sizeof *d->chunk_sums);
	d->chunk_changed[chunk] = false;
	count = d->placed ? keep_doubtful(d, chunk, list, list_doubtful(d, chunk, list)) :
			    list_all(d->p, chunk, list);
	for (size_t n = 0; n < count; n++) {
		size_t i = chunk * KMEANS_CHUNK + list[n];

		centres_distances(&d->centres, d->p, i, room);
		place_point(d, chunk, i, room);
	}
	mem_free(room);
	mem_free(list);
}

/* Each point to its nearest centre; false when that changed nothing. */
static bool place_points(struct descent *d)
{
	size_t cells = d->centres.count * d->row;
	bool changed = false;

	pool_each(d->workers, d->chunk_count, place_chunk, d);
	d->placed = true;
	for (size_t c = 0; c < d->chunk_count; c++) {
		if (!d->chunk_changed[c])
			continue;
		changed = true;
		for (size_t m = 0; m < cells; m++)
			d->sums[m] += d->chunk_sums[c * cells + m];
	}
	return changed;
}

/* The point farthest from its own centre that does not leave that empty; count: none. */
static size_t find_farthest(struct descent *d)
{
	size_t found = d->p->count;
	double most = 0;

	for (size_t i = 0; i < d->p->count; i++) {
		double distance = centres_distance(&d->centres, d->labels[i], d->p, i);

		if (distance > most && count_points(d, d->labels[i]) > 1) {
			most = distance;
			found = i;
		}
	}
	return found;
}

static void fill_empty(struct descent *d)
{
	for (size_t j = 0; j < d->centres.count; j++) {
		size_t i = count_points(d, j) > 0 ? d->p->count : find_farthest(d);

		if (i == d->p->count)
			continue;
		count_point(d, d->sums, d->labels[i], i, -1);
		count_point(d, d->sums, j, i, 1);
		d->labels[i] = (uint32_t)j;
		d->upper[i] = INFINITY;	/* measured again in the next turn */
		d->lower[i] = 0;
	}
}

static uint32_t commonest_code(const struct descent *d, size_t j, size_t f)
{
	const atomic_llong *sizes = d->code_sizes + j * d->code_total + d->code_at[f];
	uint32_t best = 0;

	for (uint32_t code = 1; code < d->p->code_counts[f]; code++)
		if (sizes[code] > sizes[best])
			best = code;
	return best;
}

static void move_centre(struct descent *d, size_t j, double *mean, uint32_t *codes)
{
	if (!(count_points(d, j) > 0))
		return;
	for (size_t f = 0; f < d->p->width; f++)
		mean[f] = d->sums[j * d->row + f] / count_points(d, j);
	for (size_t f = 0; f < d->p->code_width; f++)
		codes[f] = commonest_code(d, j, f);
	centres_set(&d->centres, j, mean, codes);
}

/* Each centre to the mean of its points; the sum of the squared ways. */
static double move_centres(struct descent *d)
{
	double *mean = mem_zero(d->p->width + 1, sizeof *mean);
	uint32_t *codes = mem_zero(d->p->code_width + 1, sizeof *codes);
	double moved = 0;

	centres_copy(&d->before, &d->centres);
	for (size_t j = 0; j < d->centres.count; j++) {
		double way;

		move_centre(d, j, mean, codes);
		way = centres_between(&d->centres, j, &d->before, j, d->p->code_weight);
		d->move[j] = sqrt(way);
		moved += way;
	}
	mem_free(mean);
	mem_free(codes);
	return moved;
}

/* What a turn needs to know of the centres alone. */
static void measure_centres(struct descent *d)
{
	size_t k = d->centres.count;

	for (size_t a = 0; a < k; a++) {
		double nearest = INFINITY;

		d->drop[a] = 0;
		for (size_t b = 0; b < k; b++) {
			double gap;

			if (a == b)
				continue;
			gap = centres_between(&d->centres, a, &d->centres, b, d->p->code_weight);
			nearest = gap < nearest ? gap : nearest;
			d->drop[a] = d->move[b] > d->drop[a] ? d->move[b] : d->drop[a];
		}
		d->half_gap[a] = sqrt(nearest) / 2;
	}
}

static void clear_sums(struct descent *d, size_t k)
{
	d->placed = false;
	memset(d->sums, 0, k * d->row * sizeof *d->sums);
	memset(d->move, 0, k * sizeof *d->move);
	for (size_t j = 0; j < k * d->code_total; j++)
		d->code_sizes[j] = 0;
}

/* From the centres that are set; the number of turns, and whether it came to rest. */
static unsigned descend(struct descent *d, const struct kmeans *asked, bool *settled)
{
	unsigned turn = 0, turns_max = asked->turns_max ? asked->turns_max : KMEANS_TURNS_MAX;

	clear_sums(d, d->centres.count);
	for (*settled = false; !*settled && turn < turns_max; turn++) {
		measure_centres(d);
		if (!place_points(d)) {
			*settled = true;
			continue;
		}
		fill_empty(d);
		*settled = move_centres(d) <= asked->rest;
	}
	return turn;
}

struct assignment {
	const struct points *p;
	const struct centres *centres;
	uint32_t *labels;
	double *inertia;	/* by chunk */
};

static void assign_chunk(void *context, size_t chunk)
{
	struct assignment *a = context;
	double *room = mem_alloc(CENTRES_ROOM(a->centres->count) * sizeof *room);
	struct sum sum = SUM_ZERO;
	double distance;

	for (size_t i = chunk * KMEANS_CHUNK; i < chunk_end(a->p, chunk); i++) {
		a->labels[i] = (uint32_t)centres_nearest(a->centres, a->p, i, room, &distance);
		sum_add(&sum, distance);
	}
	a->inertia[chunk] = sum_value(&sum);
	mem_free(room);
}

double kmeans_assign(const struct points *p, const struct centres *centres, unsigned workers,
		     uint32_t *labels, uint64_t *sizes)
{
	size_t chunks = count_chunks(p);
	struct assignment a = {
		.p = p, .centres = centres, .labels = labels,
		.inertia = mem_zero(chunks + 1, sizeof(double)),
	};
	struct sum sum = SUM_ZERO;

	pool_each(workers, chunks, assign_chunk, &a);
	for (size_t c = 0; c < chunks; c++)
		sum_add(&sum, a.inertia[c]);
	memset(sizes, 0, centres->count * sizeof *sizes);
	for (size_t i = 0; i < p->count; i++)
		sizes[labels[i]]++;
	mem_free(a.inertia);
	return sum_value(&sum);
}

/* Keeps the centres of D where their inertia is the least so far. */
static void keep_best(struct descent *d, struct kmeans_fit *fit, unsigned turns, bool settled)
{
	double inertia = kmeans_assign(d->p, &d->centres, d->workers, d->labels, fit->sizes);

	if (!(inertia < fit->inertia))
		return;
	fit->inertia = inertia;
	fit->turns = turns;
	fit->settled = settled;
	fit->centres.count = d->centres.count;
	centres_copy(&fit->centres, &d->centres);
}

void kmeans_fit(const struct points *p, const struct kmeans *asked, struct kmeans_fit *fit)
{
	unsigned starts = asked->start ? 1 : asked->restarts;
	struct descent d;

	*fit = (struct kmeans_fit){
		.labels = NULL, .sizes = mem_zero(asked->k, sizeof *fit->sizes), .inertia = INFINITY,
	};
	centres_init(&fit->centres, asked->k, p);
	descent_init(&d, p, asked->k, asked->workers);
	for (unsigned r = 0; r < starts; r++) {
		bool settled;
		unsigned turns;

		if (asked->start)
			centres_copy(&d.centres, asked->start);
		else
			seed_centres(&d, asked->k, random_part(asked->seed, r));
		turns = descend(&d, asked, &settled);
		keep_best(&d, fit, turns, settled);
	}
	fit->labels = d.labels;
	d.labels = NULL;
	fit->inertia = kmeans_assign(p, &fit->centres, asked->workers, fit->labels, fit->sizes);
	descent_release(&d);
}

void kmeans_release(struct kmeans_fit *fit)
{
	centres_release(&fit->centres);
	mem_free(fit->labels);
	mem_free(fit->sizes);
	*fit = (struct kmeans_fit){0};
}

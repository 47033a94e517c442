/*
 * Row i of X'X is scanned from the lists of the customers who have i, into a table by item; the best of a
 * row stand in a heap.  Rows are tasks of the workers.  Sums are whole numbers, so their order does not
 * matter.
 *
 * Where all weigh the same and were bought, as with purchases of any age, counting is enough: a table of a quarter the
 * size, which the cache holds.
 */
#include "understand/recommend/likeness.h"

#include <assert.h>
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/pool.h"
#include "stats/linear.h"

#define K1 1.2
#define B 0.75

#define AHEAD 4
#define CACHE_LINE 64

/* One item of a customer, or one customer of an item. */
struct entry {
	uint32_t other;
	uint16_t weight;
	uint16_t bought;
};

struct cell {
	uint64_t dot;
	uint32_t both;
	uint32_t seen;		/* customers who have both, bought or not */
};

struct row_worker {
	struct cell *cells;	/* by item; zero between rows */
	uint32_t *counts;	/* in place of cells where all weigh the same */
	uint32_t *touched;
};

struct learning {
	const struct histories *h;
	const struct likeness_asked *asked;
	struct likeness *l;
	struct entry *by_customer;	/* what weighs something */
	size_t *starts;		/* of each customer in it */
	struct entry *by_item;
	size_t *item_starts;
	double *size;		/* by item: |x_i|, or idf_i */
	double *inverse;	/* LIKENESS_EASE: of the items learned, each with each */
	uint64_t same;		/* the weight of all, 0: they differ, or some were not bought */
	struct row_worker *workers;
	void (*do_row)(struct learning *l, struct row_worker *w, uint32_t i);
	atomic_uint next;
};

static uint16_t weigh(const struct learning *l, const struct liking *g, size_t length, double mean)
{
	double x = (double)g->weight / HISTORY_ONE, y;

	if (l->asked->kind != LIKENESS_BM25)
		return g->weight;
	y = HISTORY_ONE * x / (x + K1 * (1 - B + B * (double)length / mean));
	return y < 1 ? 1 : (uint16_t)lround(y);
}

static void fill_customers(struct learning *l)
{
	const struct histories *h = l->h;
	size_t all = h->starts[h->customers];
	double mean = h->customers ? (double)all / h->customers : 1;

	l->by_customer = mem_alloc((all + 1) * sizeof *l->by_customer);
	l->starts = mem_zero(h->customers + (size_t)2, sizeof *l->starts);
	for (uint32_t u = 0; u < h->customers; u++) {
		l->starts[u + 1] = l->starts[u];
		for (size_t i = h->starts[u]; i < h->starts[u + 1]; i++) {
			const struct liking *g = &h->list[i];

			if (g->weight)
				l->by_customer[l->starts[u + 1]++] = (struct entry){
					g->item, weigh(l, g, h->starts[u + 1] - h->starts[u], mean), g->times > 0,
				};
		}
	}
}

static void fill_items(struct learning *l)
{
	const struct histories *h = l->h;
	uint32_t items = h->items.count;
	size_t all = l->starts[h->customers];

	l->by_item = mem_alloc((all + 1) * sizeof *l->by_item);
	l->item_starts = mem_zero(items + (size_t)2, sizeof *l->item_starts);
	for (size_t i = 0; i < all; i++)
		l->item_starts[l->by_customer[i].other + 2]++;
	for (size_t i = 2; i < items + (size_t)2; i++)
		l->item_starts[i] += l->item_starts[i - 1];
	for (uint32_t u = 0; u < h->customers; u++)
		for (size_t i = l->starts[u]; i < l->starts[u + 1]; i++) {
			struct entry e = l->by_customer[i];
			size_t at = l->item_starts[e.other + 1]++;

			e.other = u;
			l->by_item[at] = e;
		}
}

static void measure_items(struct learning *l)
{
	const struct histories *h = l->h;

	l->size = mem_alloc((h->items.count + (size_t)1) * sizeof *l->size);
	for (uint32_t i = 0; i < h->items.count; i++) {
		double n = (double)(l->item_starts[i + 1] - l->item_starts[i]);
		uint64_t squares = 0;

		for (size_t k = l->item_starts[i]; k < l->item_starts[i + 1]; k++)
			squares += (uint64_t)l->by_item[k].weight * l->by_item[k].weight;
		l->size[i] = l->asked->kind == LIKENESS_COSINE ? sqrt((double)squares) :
			     log(1 + (h->customers - n + 0.5) / (n + 0.5));
	}
}

static double score_pair(const struct learning *l, uint32_t i, uint32_t j, uint64_t dot)
{
	double one = (double)HISTORY_ONE * HISTORY_ONE;
	size_t n = l->l->learned;

	if (l->asked->kind == LIKENESS_EASE)
		return i < n && j < n ? -l->inverse[i * n + j] / l->inverse[j * n + j] : 0;
	if (l->asked->kind == LIKENESS_COSINE)
		return (double)dot / (l->size[i] * l->size[j] + l->asked->shrink * one);
	return (double)dot / one * l->size[i] * l->size[j];
}

/* Is A worse than B?  The more frequent item is better among equals. */
static bool is_worse(const struct neighbour *a, const struct neighbour *b)
{
	return a->score < b->score || (a->score <= b->score && a->item > b->item);
}

/* The worst of the heap of COUNT gives way from AT down. */
static void sift_down(struct neighbour *heap, uint32_t count, uint32_t at, struct neighbour n)
{
	for (uint32_t child; (child = 2 * at + 1) < count; at = child) {
		if (child + 1 < count && is_worse(&heap[child + 1], &heap[child]))
			child++;
		if (!is_worse(&heap[child], &n))
			break;
		heap[at] = heap[child];
	}
	heap[at] = n;
}

/* Keeps N where it is among the MOST best; the worst of them stands first. */
static uint32_t keep_best(struct neighbour *heap, uint32_t count, uint32_t most, struct neighbour n)
{
	if (count == most) {
		if (is_worse(&heap[0], &n))
			sift_down(heap, count, 0, n);
		return count;
	}
	heap[count] = n;
	for (uint32_t at = count; at && is_worse(&heap[at], &heap[(at - 1) / 2]); at = (at - 1) / 2) {
		struct neighbour up = heap[(at - 1) / 2];

		heap[(at - 1) / 2] = heap[at];
		heap[at] = up;
	}
	return count + 1;
}

static int compare_neighbours(const void *a, const void *b)
{
	return is_worse(a, b) ? 1 : is_worse(b, a) ? -1 : 0;
}

static void find_same(struct learning *l)
{
	size_t all = l->starts[l->h->customers];

	l->same = all ? l->by_customer->weight : 0;
	for (size_t i = 0; i < all && l->same; i++)
		if (l->by_customer[i].weight != l->same || !l->by_customer[i].bought)
			l->same = 0;
}

/*
 * The items of a customer soon needed are on their way while those before are read: half of the time of a row was
 * waiting for them.
 */
__attribute__((always_inline)) static inline void fetch_ahead(const struct learning *l, size_t k, size_t end)
{
	const struct entry *from, *to;
	uint32_t u;

	if (k + AHEAD >= end)
		return;
	u = l->by_item[k + AHEAD].other;
	from = l->by_customer + l->starts[u];
	to = l->by_customer + l->starts[u + 1];
	for (; from < to; from += CACHE_LINE / sizeof *from)
		__builtin_prefetch(from);
}

/* How many customers of I have each item too, in the worker's counts; how many items these are. */
static uint32_t count_row(const struct learning *l, struct row_worker *w, uint32_t i)
{
	uint32_t *counts = w->counts, *touched = w->touched, items = 0;

	for (size_t k = l->item_starts[i]; k < l->item_starts[i + 1]; k++) {
		uint32_t u = l->by_item[k].other;

		fetch_ahead(l, k, l->item_starts[i + 1]);
		for (size_t m = l->starts[u]; m < l->starts[u + 1]; m++) {
			uint32_t other = l->by_customer[m].other;

			touched[items] = other;
			items += !counts[other]++;
		}
	}
	return items;
}

/* The sums of row I, in the worker's cells; how many these are. */
static uint32_t sum_row(const struct learning *l, struct row_worker *w, uint32_t i)
{
	uint32_t touched = 0;

	for (size_t k = l->item_starts[i]; k < l->item_starts[i + 1]; k++) {
		struct entry u = l->by_item[k];

		fetch_ahead(l, k, l->item_starts[i + 1]);
		for (size_t m = l->starts[u.other]; m < l->starts[u.other + 1]; m++) {
			struct entry e = l->by_customer[m];
			struct cell *c = &w->cells[e.other];

			w->touched[touched] = e.other;
			touched += !c->seen;
			c->seen++;
			c->dot += (uint64_t)u.weight * e.weight;
			c->both += u.bought & e.bought;
		}
	}
	return touched;
}

/* The sums of item J, which are zero again then. */
static struct cell take_cell(const struct learning *l, struct row_worker *w, uint32_t j)
{
	struct cell c;

	if (l->same) {
		c = (struct cell){l->same * l->same * w->counts[j], w->counts[j], w->counts[j]};
		w->counts[j] = 0;
	} else {
		c = w->cells[j];
		w->cells[j] = (struct cell){0};
	}
	return c;
}

static void learn_row(struct learning *l, struct row_worker *w, uint32_t i)
{
	const bool *wanted = l->asked->wanted;
	struct neighbour *heap = l->l->list + (size_t)i * l->l->most;
	uint32_t touched = l->same ? count_row(l, w, i) : sum_row(l, w, i), count = 0;

	for (uint32_t k = 0; k < touched; k++) {
		uint32_t j = w->touched[k];
		struct cell c = take_cell(l, w, j);
		struct neighbour n = {.item = j, .both = c.both};

		if (c.seen < LIKENESS_LEAST || j == i || (wanted && !wanted[j]))
			continue;
		n.score = (float)score_pair(l, i, j, c.dot);
		if (n.score > 0)
			count = keep_best(heap, count, l->l->most, n);
	}
	qsort(heap, count, sizeof *heap, compare_neighbours);
	l->l->counts[i] = count;
}

/* Row I of X'X + h I: sums of whole numbers, so that their order does not matter. */
static void fill_gram_row(struct learning *l, struct row_worker *w, uint32_t i)
{
	double *row = l->inverse + (size_t)i * l->l->learned;
	uint32_t touched = l->same ? count_row(l, w, i) : sum_row(l, w, i);

	for (uint32_t k = 0; k < touched; k++) {
		uint32_t j = w->touched[k];
		struct cell c = take_cell(l, w, j);

		if (j < l->l->learned)
			row[j] = (double)c.dot / ((double)HISTORY_ONE * HISTORY_ONE);
	}
	row[i] += l->asked->shrink;
}

static void work(void *context, size_t number)
{
	struct learning *l = context;
	struct row_worker *w = &l->workers[number];
	uint32_t items = l->h->items.count;
	unsigned i;

	if (l->same)
		w->counts = mem_zero(items + (size_t)1, sizeof *w->counts);
	else
		w->cells = mem_zero(items + (size_t)1, sizeof *w->cells);
	w->touched = mem_alloc((items + (size_t)1) * sizeof *w->touched);
	while ((i = atomic_fetch_add(&l->next, 1)) < l->l->learned)
		l->do_row(l, w, i);
	mem_free(w->cells);
	mem_free(w->counts);
	mem_free(w->touched);
}

static void do_rows(struct learning *l, void (*do_row)(struct learning *l, struct row_worker *w, uint32_t i))
{
	l->do_row = do_row;
	atomic_store(&l->next, 0);
	l->workers = mem_zero(l->asked->workers, sizeof *l->workers);
	pool_each(l->asked->workers, l->asked->workers, work, l);
	mem_free(l->workers);
}

/* With h above 0 the matrix is positive definite: no pivot is below it. */
static void invert_gram(struct learning *l)
{
	size_t n = l->l->learned;
	int bad;

	l->inverse = mem_zero(n * n + 1, sizeof *l->inverse);
	do_rows(l, fill_gram_row);
	bad = linear_factor(l->inverse, n);
	assert(!bad);
	linear_invert(l->inverse, n);
}

/* How many of COUNT items have an inverse that fits into MEMORY. */
static uint32_t fit_items(uint32_t count, uint64_t memory)
{
	uint64_t pairs = memory / sizeof(double);

	return (uint64_t)count * count <= pairs ? count : (uint32_t)sqrt((double)pairs);
}

void likeness_learn(struct likeness *l, const struct histories *h, const struct likeness_asked *asked)
{
	struct learning learning = {.h = h, .asked = asked, .l = l};

	*l = (struct likeness){
		.most = asked->most < h->items.count ? asked->most : h->items.count, .learned = h->items.count,
	};
	if (asked->kind == LIKENESS_EASE)
		l->learned = fit_items(h->items.count, asked->memory);
	l->list = mem_alloc((h->items.count * (size_t)l->most + 1) * sizeof *l->list);
	l->counts = mem_zero(h->items.count + (size_t)1, sizeof *l->counts);
	fill_customers(&learning);
	find_same(&learning);
	fill_items(&learning);
	measure_items(&learning);
	if (asked->kind == LIKENESS_EASE)
		invert_gram(&learning);
	do_rows(&learning, learn_row);
	mem_free(learning.inverse);
	mem_free(learning.by_customer);
	mem_free(learning.starts);
	mem_free(learning.by_item);
	mem_free(learning.item_starts);
	mem_free(learning.size);
}

void likeness_release(struct likeness *l)
{
	mem_free(l->list);
	mem_free(l->counts);
	*l = (struct likeness){0};
}

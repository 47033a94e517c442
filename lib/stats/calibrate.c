#include "stats/calibrate.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

const char *const calibration_names[3] = {"none", "platt", "isotonic"};

enum { STEPS_MAX = 100, HALVINGS_MAX = 50 };

static int count_classes(const unsigned char *y, size_t count, double classes[2], struct error *err)
{
	for (size_t i = 0; i < count; i++)
		classes[y[i] != 0]++;
	if (classes[0] && classes[1])
		return 0;
	return error_failed(err, "all rows are of one class: there is nothing to calibrate by");
}

/* The targets and scores of Platt's fit. */
struct platt {
	const double *scores;
	const unsigned char *y;
	size_t count;
	double target[2];	/* of a row of class 0 and 1 */
};

/* Minus the log-likelihood; z is the exponent a s + b. */
static double platt_loss(const struct platt *p, double a, double b)
{
	double sum = 0;

	for (size_t i = 0; i < p->count; i++) {
		double z = a * p->scores[i] + b, t = p->target[p->y[i] != 0];

		sum += (z >= 0 ? t * z : (t - 1) * z) + log1p(exp(-fabs(z)));
	}
	return sum;
}

/* Gradient G (a, b) and Hessian H (aa, ab, bb). */
static void platt_differentiate(const struct platt *p, double a, double b, double g[2], double h[3])
{
	g[0] = g[1] = h[1] = 0;
	h[0] = h[2] = 1e-12;
	for (size_t i = 0; i < p->count; i++) {
		double s = p->scores[i], z = a * s + b, e = exp(-fabs(z));
		double chance = (z >= 0 ? e : 1) / (1 + e);
		double off = p->target[p->y[i] != 0] - chance, w = chance * (1 - chance);

		g[0] += s * off;
		g[1] += off;
		h[0] += s * s * w;
		h[1] += s * w;
		h[2] += w;
	}
}

static void platt_fit(const struct platt *p, double *a, double *b)
{
	double loss = platt_loss(p, *a, *b);

	for (int step = 0; step < STEPS_MAX; step++) {
		double g[2], h[3], determinant, da, db, length = 1, next = loss;

		platt_differentiate(p, *a, *b, g, h);
		determinant = h[0] * h[2] - h[1] * h[1];
		if (fabs(g[0]) + fabs(g[1]) < 1e-10 || !(determinant > 0))
			break;
		da = -(h[2] * g[0] - h[1] * g[1]) / determinant;
		db = -(h[0] * g[1] - h[1] * g[0]) / determinant;
		for (int i = 0; i < HALVINGS_MAX; i++, length /= 2) {
			next = platt_loss(p, *a + length * da, *b + length * db);
			if (next <= loss)
				break;
		}
		if (!(next <= loss))
			break;
		*a += length * da;
		*b += length * db;
		if (loss - next < 1e-15 * (1 + loss))
			break;
		loss = next;
	}
}

int calibrate_platt(struct calibration *c, const double *scores, const unsigned char *y, size_t count,
		    struct error *err)
{
	double classes[2] = {0};
	struct platt p = {scores, y, count, {0}};

	*c = CALIBRATION_INIT;
	if (count_classes(y, count, classes, err))
		return -1;
	p.target[0] = 1 / (classes[0] + 2);
	p.target[1] = (classes[1] + 1) / (classes[1] + 2);
	c->kind = CALIBRATION_PLATT;
	c->b = log((classes[0] + 1) / (classes[1] + 1));
	c->least = 0.5 / (double)count;
	platt_fit(&p, &c->a, &c->b);
	return 0;
}

/* Equal scores, or a block of them. */
struct block {
	double from, to;
	double weight, sum;
};

struct scored {
	double score;
	unsigned char y;
};

static int compare_scored(const void *a, const void *b)
{
	const struct scored *p = a, *q = b;

	return (p->score > q->score) - (p->score < q->score);
}

/* Pools blocks until their means rise; returns how many are left. */
static size_t pool_blocks(const struct scored *rows, size_t count, struct block *blocks)
{
	size_t n = 0;

	for (size_t i = 0; i < count;) {
		struct block block = {rows[i].score, rows[i].score, 0, 0};

		for (; i < count && rows[i].score == block.from; i++) {
			block.weight++;
			block.sum += rows[i].y != 0;
		}
		while (n && blocks[n - 1].sum * block.weight >= block.sum * blocks[n - 1].weight) {
			block.from = blocks[--n].from;
			block.weight += blocks[n].weight;
			block.sum += blocks[n].sum;
		}
		blocks[n++] = block;
	}
	return n;
}

int calibrate_isotonic(struct calibration *c, const double *scores, const unsigned char *y, size_t count,
		       struct error *err)
{
	double classes[2] = {0};
	struct scored *rows;
	struct block *blocks;
	size_t n;

	*c = CALIBRATION_INIT;
	if (count_classes(y, count, classes, err))
		return -1;
	rows = mem_zero(count, sizeof *rows);
	blocks = mem_zero(count, sizeof *blocks);
	for (size_t i = 0; i < count; i++)
		rows[i] = (struct scored){scores[i], y[i]};
	qsort(rows, count, sizeof *rows, compare_scored);
	n = pool_blocks(rows, count, blocks);
	*c = (struct calibration){.kind = CALIBRATION_ISOTONIC, .least = 0.5 / (double)count,
				  .x = mem_zero(2 * n, sizeof *c->x), .y = mem_zero(2 * n, sizeof *c->y)};
	for (size_t i = 0; i < n; i++)
		for (size_t end = 0; end < (blocks[i].to > blocks[i].from ? 2 : 1); end++) {
			c->x[c->count] = end ? blocks[i].to : blocks[i].from;
			c->y[c->count++] = blocks[i].sum / blocks[i].weight;
		}
	mem_free(rows);
	mem_free(blocks);
	return 0;
}

void calibration_release(struct calibration *c)
{
	mem_free(c->x);
	mem_free(c->y);
	*c = CALIBRATION_INIT;
}

static double between_corners(const struct calibration *c, double score)
{
	size_t low = 0, high = c->count - 1;

	if (score <= c->x[0])
		return c->y[0];
	if (score >= c->x[high])
		return c->y[high];
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (c->x[middle] <= score)
			low = middle;
		else
			high = middle;
	}
	if (!(c->x[high] > c->x[low]))
		return c->y[high];
	return c->y[low] + (c->y[high] - c->y[low]) * (score - c->x[low]) / (c->x[high] - c->x[low]);
}

double calibration_value(const struct calibration *c, double score)
{
	double z = c->a * score + c->b, e = exp(-fabs(z));

	if (c->kind == CALIBRATION_PLATT)
		return (z >= 0 ? e : 1) / (1 + e);
	return c->kind == CALIBRATION_ISOTONIC ? between_corners(c, score) : score;
}

double calibrated(const struct calibration *c, double score)
{
	return fmin(fmax(calibration_value(c, score), c->least), 1 - c->least);
}

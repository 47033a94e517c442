#include "understand/predict/encoding.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stats/logit.h"

#define SHARE_LEAST 1e-4

/* In deviations: what lies farther off is a mistake, and would only drown everything else. */
#define FARTHEST 1e6

void encoding_init(struct encoding *e, size_t columns)
{
	*e = (struct encoding){.count = columns, .columns = mem_zero(columns + 1, sizeof *e->columns)};
}

void encoding_release(struct encoding *e)
{
	for (size_t i = 0; i < e->count; i++) {
		mem_free(e->columns[i].levels);
		mem_free(e->columns[i].shares);
	}
	mem_free(e->columns);
	arena_release(&e->texts);
	*e = (struct encoding){0};
}

void encoding_set(struct encoding *e, size_t i, struct span name, const struct span *levels, size_t level_count)
{
	struct encoding_column *c = &e->columns[i];

	c->name = arena_copy(&e->texts, name);
	c->kind = levels ? ENCODING_CATEGORY : ENCODING_NUMBER;
	c->deviation = 1;
	if (!levels)
		return;
	c->level_count = level_count;
	c->levels = mem_zero(level_count + 1, sizeof *c->levels);
	for (size_t k = 0; k < level_count; k++)
		c->levels[k] = arena_copy(&e->texts, levels[k]);
}

double encoding_level(const struct encoding_column *c, struct span text)
{
	for (size_t k = 0; k < c->level_count; k++)
		if (span_equal(c->levels[k], text))
			return (double)k;
	return ENCODING_UNKNOWN;
}

void encoding_place(struct encoding *e)
{
	e->width = 0;
	for (size_t i = 0; i < e->count; i++) {
		struct encoding_column *c = &e->columns[i];

		c->first = e->width;
		c->width = (c->kind == ENCODING_NUMBER ? 1 : c->level_count) + c->missing;
		e->width += c->width;
	}
}

size_t encoding_share_count(const struct encoding_column *c)
{
	return (c->kind == ENCODING_NUMBER ? c->edge_count + 1 : c->level_count) + 2;
}

static size_t share_of(const struct encoding_column *c, double value)
{
	size_t values = encoding_share_count(c) - 2, at = 0;

	if (isnan(value))
		return values;
	if (c->kind == ENCODING_CATEGORY)
		return value >= 0 ? (size_t)value : values + 1;
	while (at < c->edge_count && value > c->edges[at])
		at++;
	return at;
}

/* The shares of COUNT raw rows; owned: mem_free. */
static double *count_shares(const struct encoding *e, size_t i, const double *raw, size_t count)
{
	const struct encoding_column *c = &e->columns[i];
	double *shares = mem_zero(encoding_share_count(c), sizeof *shares);

	for (size_t row = 0; row < count; row++)
		shares[share_of(c, raw[row * e->count + i])] += 1 / (double)count;
	return shares;
}

static int compare_doubles(const void *a, const void *b)
{
	double p = *(const double *)a, q = *(const double *)b;

	return (p > q) - (p < q);
}

/* Scale and edges of a column by its COUNT values that are there, which get sorted. */
static void learn_number(struct encoding_column *c, double *values, size_t count)
{
	logit_scale(values, count, 1, &c->mean, &c->deviation);
	if (count)
		qsort(values, count, sizeof *values, compare_doubles);
	c->edge_count = 0;
	for (size_t k = 1; k < ENCODING_BINS && count; k++) {
		double edge = values[k * count / ENCODING_BINS];

		if (edge < values[count - 1] && (!c->edge_count || edge > c->edges[c->edge_count - 1]))
			c->edges[c->edge_count++] = edge;
	}
}

void encoding_learn(struct encoding *e, const double *raw, size_t count)
{
	double *values = mem_zero(count + 1, sizeof *values);

	for (size_t i = 0; i < e->count; i++) {
		struct encoding_column *c = &e->columns[i];
		size_t there = 0;

		for (size_t row = 0; row < count; row++)
			if (!isnan(raw[row * e->count + i]))
				values[there++] = raw[row * e->count + i];
		c->missing = there < count;
		if (c->kind == ENCODING_NUMBER)
			learn_number(c, values, there);
		mem_free(c->shares);
		c->shares = count_shares(e, i, raw, count);
	}
	mem_free(values);
	encoding_place(e);
}

static void fill_column(const struct encoding_column *c, double value, bool scaled, double *out)
{
	memset(out, 0, c->width * sizeof *out);
	if (isnan(value)) {
		if (c->kind == ENCODING_NUMBER && !scaled)
			out[0] = NAN;
		if (c->missing)
			out[c->width - 1] = 1;
	} else if (c->kind == ENCODING_NUMBER) {
		out[0] = scaled ? fmin(fmax((value - c->mean) / c->deviation, -FARTHEST), FARTHEST) : value;
	} else if (value >= 0) {
		out[(size_t)value] = 1;
	}
}

void encoding_fill(const struct encoding *e, const double *raw, size_t count, bool scaled, double *out)
{
	for (size_t row = 0; row < count; row++)
		for (size_t i = 0; i < e->count; i++)
			fill_column(&e->columns[i], raw[row * e->count + i], scaled,
				    out + row * e->width + e->columns[i].first);
}

size_t encoding_new_missing(const struct encoding *e, size_t i, const double *raw, size_t count)
{
	size_t missing = 0;

	for (size_t row = 0; row < count && !e->columns[i].missing; row++)
		missing += isnan(raw[row * e->count + i]);
	return missing;
}

static double drift_of(double then, double now)
{
	double p = fmax(then, SHARE_LEAST), q = fmax(now, SHARE_LEAST);

	return (q - p) * log(q / p);
}

double encoding_drift(const struct encoding *e, size_t i, const double *raw, size_t count)
{
	const struct encoding_column *c = &e->columns[i];
	double *now = count_shares(e, i, raw, count), drift = 0;

	for (size_t k = 0; k < encoding_share_count(c) && count; k++)
		drift += drift_of(c->shares[k], now[k]);
	mem_free(now);
	return drift;
}

size_t encoding_count_size(const struct encoding *e)
{
	size_t size = 0;

	for (size_t i = 0; i < e->count; i++)
		size += encoding_share_count(&e->columns[i]);
	return size;
}

void encoding_count(const struct encoding *e, const double *raw, uint64_t *counts)
{
	for (size_t i = 0; i < e->count; i++) {
		counts[share_of(&e->columns[i], raw[i])]++;
		counts += encoding_share_count(&e->columns[i]);
	}
}

double encoding_drift_between(const struct encoding *e, size_t i, const uint64_t *then, const uint64_t *now)
{
	size_t first = 0, size = encoding_share_count(&e->columns[i]);
	double before = 0, after = 0, drift = 0;

	for (size_t k = 0; k < i; k++)
		first += encoding_share_count(&e->columns[k]);
	for (size_t k = first; k < first + size; k++) {
		before += (double)then[k];
		after += (double)now[k];
	}
	for (size_t k = first; k < first + size && before > 0 && after > 0; k++)
		drift += drift_of((double)then[k] / before, (double)now[k] / after);
	return drift;
}

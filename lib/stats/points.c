#include "stats/points.h"

#include <string.h>

#include "base/mem.h"

/* Two doubles at a time: what every 64-bit processor has in one register. */
typedef double pair __attribute__((vector_size(2 * sizeof(double))));

static double distance(const double *x, const double *y, size_t width)
{
	double sum = 0;

	for (size_t f = 0; f < width; f++)
		sum += (x[f] - y[f]) * (x[f] - y[f]);
	return sum;
}

static size_t count_differing(const uint32_t *x, const uint32_t *y, size_t width)
{
	size_t count = 0;

	for (size_t f = 0; f < width; f++)
		count += x[f] != y[f];
	return count;
}

double points_distance(const struct points *p, size_t a, size_t b)
{
	double sum = distance(points_numbers(p, a), points_numbers(p, b), p->width);

	return sum + p->code_weight *
	       (double)count_differing(points_codes(p, a), points_codes(p, b), p->code_width);
}

void centres_init(struct centres *c, size_t count, const struct points *p)
{
	*c = (struct centres){.count = count, .width = p->width, .code_width = p->code_width};
	c->numbers = mem_zero(count * p->width + 1, sizeof *c->numbers);
	c->codes = mem_zero(count * p->code_width + 1, sizeof *c->codes);
	c->lanes = mem_zero(CENTRES_ROOM(count) * p->width + 1, sizeof *c->lanes);
}

void centres_release(struct centres *c)
{
	mem_free(c->numbers);
	mem_free(c->codes);
	mem_free(c->lanes);
	*c = (struct centres){0};
}

void centres_set(struct centres *c, size_t j, const double *numbers, const uint32_t *codes)
{
	double *lane = c->lanes + j / CENTRES_LANES * CENTRES_LANES * c->width + j % CENTRES_LANES;

	for (size_t f = 0; f < c->width; f++) {
		c->numbers[j * c->width + f] = numbers[f];
		lane[f * CENTRES_LANES] = numbers[f];
	}
	for (size_t f = 0; f < c->code_width; f++)
		c->codes[j * c->code_width + f] = codes[f];
}

void centres_set_point(struct centres *c, size_t j, const struct points *p, size_t i)
{
	centres_set(c, j, points_numbers(p, i), points_codes(p, i));
}

void centres_copy(struct centres *to, const struct centres *from)
{
	for (size_t j = 0; j < from->count; j++)
		centres_set(to, j, from->numbers + j * from->width,
			    from->codes + j * from->code_width);
}

double centres_distance(const struct centres *c, size_t j, const struct points *p, size_t i)
{
	double sum = distance(points_numbers(p, i), c->numbers + j * c->width, c->width);

	return sum + p->code_weight *
	       (double)count_differing(points_codes(p, i), c->codes + j * c->code_width,
				       c->code_width);
}

double centres_between(const struct centres *c, size_t a, const struct centres *d, size_t b,
		       double code_weight)
{
	double sum = distance(c->numbers + a * c->width, d->numbers + b * d->width, c->width);

	return sum + code_weight *
	       (double)count_differing(c->codes + a * c->code_width, d->codes + b * d->code_width,
				       c->code_width);
}

static inline void add_squares(pair *sum, double x, const double *centre)
{
	pair apart;

	memcpy(&apart, centre, sizeof apart);
	apart = x - apart;
	*sum += apart * apart;
}

/* Each lane sums as distance() does, so that both give the same bytes. */
static void measure_lanes(const double *x, const double *centre, size_t width, double *out)
{
	pair low = {0}, high = {0};

	for (size_t f = 0; f < width; f++) {
		add_squares(&low, x[f], centre + f * CENTRES_LANES);
		add_squares(&high, x[f], centre + f * CENTRES_LANES + 2);
	}
	memcpy(out, &low, sizeof low);
	memcpy(out + 2, &high, sizeof high);
}

void centres_distances(const struct centres *c, const struct points *p, size_t i, double *out)
{
	const double *x = points_numbers(p, i);

	for (size_t j = 0; j < c->count; j += CENTRES_LANES)
		measure_lanes(x, c->lanes + j * c->width, c->width, out + j);
	for (size_t j = 0; c->code_width && j < c->count; j++)
		out[j] += p->code_weight *
			  (double)count_differing(points_codes(p, i),
						  c->codes + j * c->code_width, c->code_width);
}

size_t centres_nearest(const struct centres *c, const struct points *p, size_t i,
		       double *room, double *distance_out)
{
	size_t best = 0;

	centres_distances(c, p, i, room);
	for (size_t j = 1; j < c->count; j++)
		if (room[j] < room[best])
			best = j;
	*distance_out = room[best];
	return best;
}

/*
 * Points of numbers and codes, and the centres of their clusters.
 *
 * A code stands for a text (a country): two points differ in it or they do not.  The
 * squared distance of two points is that of k-prototypes (Huang 1998):
 *
 *	sum of (x - y)^2 over numbers  +  code_weight * (how many codes differ)
 *
 * It is the square of a Euclidean distance: a code is a corner of a simplex whose edges
 * have the length sqrt(code_weight).  So distances keep the triangle inequality, which
 * kmeans.h lives by, with codes and without.
 *
 * Each distance is summed in the order of the features, however many are computed at a
 * time: the same bytes on every machine whose compiler does not fuse multiplications
 * into additions.
 */
#ifndef STATS_POINTS_H
#define STATS_POINTS_H

#include <stddef.h>
#include <stdint.h>

struct points {
	size_t count;
	size_t width;		/* numbers of a point; all finite */
	const double *numbers;	/* COUNT rows of WIDTH */
	size_t code_width;	/* codes of a point */
	const uint32_t *codes;	/* COUNT rows of CODE_WIDTH */
	const uint32_t *code_counts;	/* by column: its codes are below that */
	double code_weight;	/* >= 0 */
};

static inline const double *points_numbers(const struct points *p, size_t i)
{
	return p->numbers + i * p->width;
}

static inline const uint32_t *points_codes(const struct points *p, size_t i)
{
	return p->codes + i * p->code_width;
}

/* The squared distance of the points A and B. */
double points_distance(const struct points *p, size_t a, size_t b);

/*
 * The same kind of points, one a cluster.  CENTRES_SET keeps NUMBERS and a second copy
 * side by side by feature, so that a processor measures several distances at a time.
 */
struct centres {
	size_t count;
	size_t width;
	size_t code_width;
	double *numbers;	/* COUNT rows of WIDTH */
	uint32_t *codes;	/* COUNT rows of CODE_WIDTH: the commonest */
	double *lanes;		/* by four centres: their first numbers, their second... */
};

/* What centres_distances writes at most. */
#define CENTRES_LANES 4
#define CENTRES_ROOM(count) (((count) + CENTRES_LANES - 1) / CENTRES_LANES * CENTRES_LANES)

/* COUNT centres of the shape of P, all zero.  Owned: centres_release. */
void centres_init(struct centres *c, size_t count, const struct points *p);
void centres_release(struct centres *c);

/* Centre J is at these numbers and codes. */
void centres_set(struct centres *c, size_t j, const double *numbers, const uint32_t *codes);
/* Centre J is where point I is. */
void centres_set_point(struct centres *c, size_t j, const struct points *p, size_t i);
/* Both have the same counts. */
void centres_copy(struct centres *to, const struct centres *from);

/* The squared distance from point I to centre J, and between two centres. */
double centres_distance(const struct centres *c, size_t j, const struct points *p, size_t i);
double centres_between(const struct centres *c, size_t a, const struct centres *d, size_t b,
		       double code_weight);

/* To all: OUT has CENTRES_ROOM(c->count) elements; those behind the last are no distances. */
void centres_distances(const struct centres *c, const struct points *p, size_t i, double *out);

/*
 * The nearest centre of point I, the first among equals; *DISTANCE gets its squared
 * distance.  ROOM is scratch memory as OUT above.
 */
size_t centres_nearest(const struct centres *c, const struct points *p, size_t i,
		       double *room, double *distance);

#endif

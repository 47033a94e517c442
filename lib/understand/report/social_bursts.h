/*
 * Bursts: hours, or days, with far more posts than usual, and the words of their posts.
 *
 * What is usual is the mean of the same hour of the same weekday in the other weeks; where there are fewer than
 * three of these, of the same hour of the other days; and of days the same weekday, else all other days.  A burst has
 * at least 10 posts, twice as many as usual, and a z-score of 3 or more: the deviation is that of the sample, but at
 * least that of a Poisson count of that mean, and 1.  Neighbours are one burst.
 *
 * Its words are those of a sample of 40 posts an hour: those with the smallest hashes of their ids, so
 * that which they are does not depend on who counted what.
 */
#ifndef REPORT_SOCIAL_BURSTS_H
#define REPORT_SOCIAL_BURSTS_H

#include "base/arena.h"
#include "base/hash.h"
#include "base/map.h"

#define BURST_POSTS_MIN 10
#define BURST_Z_MIN 3.0

struct burst_hours {
	struct map hours;	/* hour number as 8 bytes -> list[i] */
	struct burst_hour *list;
	size_t cap;
	struct arena texts;
};

void burst_hours_release(struct burst_hours *b);

/* A post of HOUR, which counts hours of the zone's calendar since 1970; ID tells posts apart. */
void burst_hours_add(struct burst_hours *b, int64_t hour, struct hash128 id, struct span text);
void burst_hours_merge(struct burst_hours *b, const struct burst_hours *other);

struct burst {
	int64_t from, to;	/* hours, half open */
	uint64_t posts;
	double usual;		/* so many would be usual in that time */
	double z;		/* the largest of its hours, or days */
};

/* Those of hours, then of days that have no such hour; by time.  Owned: mem_free; *COUNT. */
struct burst *bursts_find(const struct burst_hours *b, size_t *count);

/* Calls TAKE with the texts of the sample of hours FROM to TO. */
void bursts_sample(const struct burst_hours *b, int64_t from, int64_t to, void (*take)(void *context, struct span text),
		   void *context);

#endif

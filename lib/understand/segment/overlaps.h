/*
 * How many customers two segments share, counted while they are labelled: a triangle of
 * 64-bit counts a thread, which add up in any order.  Beyond OVERLAPS_SEGMENTS segments (4 MB a
 * thread) nothing is counted.
 */
#ifndef SEGMENT_OVERLAPS_H
#define SEGMENT_OVERLAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OVERLAPS_SEGMENTS 1000

struct overlaps {
	size_t segments;
	uint64_t *pairs;	/* of I and K < I at I * (I - 1) / 2 + K; NULL: too many segments */
	size_t *in;		/* scratch: those of one customer */
};

void overlaps_init(struct overlaps *o, size_t segments);
void overlaps_release(struct overlaps *o);

/* Counts one customer: TRUTHS[i] is 1 where he is in segment I. */
void overlaps_note(struct overlaps *o, const signed char *truths);

/* The same of those whose numbers are in LIST, each once. */
void overlaps_note_list(struct overlaps *o, const size_t *list, size_t count);

/* There are as many segments now, not fewer than before; what was counted stays. */
void overlaps_grow(struct overlaps *o, size_t segments);

/* So many customers more are in both of A and B. */
void overlaps_add(struct overlaps *o, size_t a, size_t b, uint64_t customers);

/* Customers in both of two different segments. */
uint64_t overlaps_of(const struct overlaps *o, size_t a, size_t b);

#endif

/*
 * Names for RFM scores: a scheme is a list of boxes, each a range of scores for
 * recency, frequency and monetary (5 is best); the first box that a customer
 * falls into names him.
 *
 *	grid	25 cells of recency by frequency, complete and disjoint: each
 *		customer has one segment, and the order does not matter
 *	classic	the eleven overlapping boxes of many tutorials (R package rfm up to
 *		0.2): "new" and "promising" are hidden behind "potential_loyalist",
 *		"cant_lose" behind "at_risk"
 *	rfm	the boxes of R package rfm 0.3
 *	shopify	the names of Shopify's customer groups, complete and disjoint: by recency
 *		and the mean of frequency and monetary, which its manual says, and in words
 *		how recent, many and much; the cells are ours.  Who has no order is a prospect
 *
 * A file names its own: `name = R F M` a line, ranges such as 4-5 or 1.
 */
#ifndef SEGMENT_SCHEME_H
#define SEGMENT_SCHEME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/span.h"

#define SCHEME_BOXES_MAX 125
#define BOX_NAME_MAX 64

struct range {
	unsigned char low;
	unsigned char high;
};

struct box {
	char name[BOX_NAME_MAX];
	struct range recency;
	struct range frequency;
	struct range monetary;
	struct range both;	/* frequency and monetary added up; 0: any */
	bool no_order;		/* holds those who never ordered, and nobody else */
};

struct scheme {
	struct box boxes[SCHEME_BOXES_MAX];
	size_t count;
	bool reads_money;	/* does any box care for monetary? */
};

/* The built-in scheme NAME; false when there is none of that name. */
bool scheme_find(struct scheme *s, const char *name);

/* 0, or -1 with a usage error with its place (or a failed one for I/O). */
int scheme_load(struct scheme *s, const char *path, struct error *err);
int scheme_parse(struct scheme *s, struct span text, const char *name,
		 struct error *err);

/* The number of the box, or s->count when no box holds these scores. */
size_t scheme_box(const struct scheme *s, int recency, int frequency,
		  int monetary);

/* How many of the 125 triples no box holds. */
size_t scheme_uncovered(const struct scheme *s);

/* Appends them: "R1, R2 F5, R3 F4 M2"; of many the first ten, and how many cells are left. */
void scheme_put_uncovered(const struct scheme *s, struct buf *out);

/* The box of those who never ordered, or s->count. */
size_t scheme_no_order(const struct scheme *s);

/* Does box NUMBER ever name anybody? */
bool scheme_reachable(const struct scheme *s, size_t number);

/* The same where only some scores can be had: POSSIBLE says which, by dimension and score - 1. */
bool scheme_reachable_by(const struct scheme *s, size_t number, const bool possible[3][5]);

#endif

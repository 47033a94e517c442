/*
 * Association rules: who has these items in the basket has that one, too.  One item on the right, at
 * least one on the left (Agrawal, Imielinski and Swami, 1993).
 *
 * Whether a rule reaches the confidence asked for is decided by whole numbers: 4 of 5 are 0.8,
 * which no floating point number is.
 *
 * With n baskets, A those of the left, B those of the right item, AB those of both:
 *	support     AB / n
 *	confidence  AB / A
 *	coverage    A / n
 *	lift        n AB / (A B)
 *	leverage    AB / n - A B / n^2
 *	conviction  (1 - B / n) / (1 - confidence); none where the confidence is 1
 *	p           Fisher's exact test, one-sided (stats/significance.h)
 *	p_holm      the same for as many tests as there are rules that were tried: one for each item of each
 *	            frequent set of two and more, whatever its confidence
 */
#ifndef RECOMMEND_RULES_H
#define RECOMMEND_RULES_H

#include "base/decimal.h"
#include "understand/recommend/itemsets.h"

enum measure {
	MEASURE_LIFT,
	MEASURE_CONFIDENCE,
	MEASURE_SUPPORT,
	MEASURE_LEVERAGE,
	MEASURE_CONVICTION,
	MEASURE_P,
	MEASURES,
};

/* By number; ends with NULL. */
extern const char *const measure_names[MEASURES + 1];

struct rule {
	uint32_t set;		/* its items, the right one among them */
	uint32_t right;		/* an item */
	uint32_t left_count;	/* A */
	uint32_t count;		/* AB */
	double p;
	double p_holm;
};

struct rules {
	struct rule *list;
	size_t count;
	uint64_t tried;
};

struct rules_asked {
	struct decimal confidence;	/* 0 .. 1 */
	enum measure sort;		/* most first; MEASURE_P: least first */
};

/* The rules of the sets S of B.  Owned: rules_release. */
void rules_make(struct rules *r, const struct baskets *b, const struct itemsets *s,
		const struct rules_asked *asked);
void rules_release(struct rules *r);

/* Infinite where it has none: conviction of a confidence of 1. */
double rule_measure(const struct rule *rule, const struct baskets *b, enum measure measure);

#endif

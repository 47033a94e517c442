/*
 * What to offer a customer, each item with a score and a reason in words:
 *
 *	due	an item that is bought again and again, when it is time for it: at least REPEAT_LEAST customers and a
 *		fifth bought it on two days, or this one on OWN_REPEAT; and since he did three quarters to three times
 *		the item's interval have passed (the median of the days between two such days).  Score: the chance that
 *		he buys it again, (share + times - 1) / times, with the share of customers who did and the days on which
 *		he did; halved for each interval that it is early or late.
 *	similar	an item that goes with what the customer has (likeness.h), and that he has not bought.  Score: the sum
 *		over what he has of weight and likeness.
 *	popular	what most customers bought, in the smallest of his segments that has SEGMENT_LEAST customers, then of all:
 *		where the two others do not fill the list.  Score: the share of these customers.
 *	again	for the model "repeat" alone: what he bought most often, then last.  Score: on how many days.
 *
 * The scores of two kinds do not compare.  What is due comes first, up to half of the list while there
 * are others.  What a customer bought is never offered but as due or again.
 */
#ifndef RECOMMEND_OFFERS_H
#define RECOMMEND_OFFERS_H

#include "understand/recommend/catalog.h"
#include "understand/recommend/likeness.h"

#define REPEAT_LEAST 5
#define OWN_REPEAT 3
#define SEGMENT_LEAST 20
#define OFFERS_MAX 100

enum offer_kind {
	OFFER_DUE,
	OFFER_SIMILAR,
	OFFER_POPULAR,
	OFFER_AGAIN,
};

struct offer {
	enum offer_kind kind;
	uint32_t item;
	double score;
	uint32_t because;	/* similar: the item that says most for it; popular: the segment, or UINT32_MAX */
	uint32_t others;	/* similar: customers who bought both; popular: who bought it; due: days; again: times */
	uint32_t of;		/* popular: of so many customers */
	int32_t age;		/* due, again: days since it was bought last */
};

enum offer_model {
	MODEL_COSINE,
	MODEL_BM25,
	MODEL_EASE,
	MODEL_POPULAR,
	MODEL_REPEAT,
	MODELS,
};

/* Does M go by the likeness of items? */
static inline bool offer_model_is_likeness(enum offer_model m)
{
	return m <= MODEL_EASE;
}

/* By number; ends with NULL. */
extern const char *const offer_model_names[MODELS + 1];

struct offers_asked {
	enum offer_model model;
	uint32_t most;		/* offers, at most OFFERS_MAX */
	uint32_t per_category;	/* at most; UINT32_MAX: any number */
	double price_band;	/* prices from 1/x to x times the customer's median; 0: any */
};

/* All that is read while offers are made; borrowed. */
struct offers {
	const struct histories *h;
	const struct likeness *likeness;	/* of models that go by it */
	const struct catalog *catalog;
	const struct offers_asked *asked;
};

/*
 * One for each thread.  What is kept by item is small, as items come in no order: so the reason of an offer is looked
 * for once it is made.
 */
struct offers_scratch {
	double *scores;		/* by item; zero between calls */
	uint8_t *marks;		/* by item: bought, offered, touched; likewise */
	uint8_t *places;	/* by item: its place on the list, from 1; likewise */
	uint32_t *touched;
	double *prices;
	uint32_t price_cap;
};

void offers_scratch_init(struct offers_scratch *s, const struct histories *h);
void offers_scratch_release(struct offers_scratch *s);

/*
 * The offers for who has the COUNT likings of LIST and is in SEGMENTS, the best first, into OUT of asked->most places;
 * how many.
 */
size_t offers_make(const struct offers *o, struct offers_scratch *s, const struct liking *list, size_t count,
		   const uint32_t *segments, size_t segment_count, struct offer *out);

/* Appends them as the array `offers` of a profile. */
void offers_put(const struct offers *o, const struct offer *list, size_t count, struct buf *out);

/* May the item be due again at all? */
bool offers_is_repeat(const struct histories *h, uint32_t item);

#endif

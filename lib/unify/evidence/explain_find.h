/*
 * What the keys of --explain stand for.
 */
#ifndef EVIDENCE_EXPLAIN_FIND_H
#define EVIDENCE_EXPLAIN_FIND_H

#include "base/map.h"
#include "unify/evidence/explainer.h"

/* What a key stands for. */
struct place {
	uint32_t customer;	/* CUSTOMER_NONE: the event has no identifier */
	uint32_t node;		/* UINT32_MAX: a whole customer, or nothing */
	uint32_t event;		/* EVENTS_MAX: not an event */
};

/* Different ones: no two are of one customer and one node. */
struct places {
	struct place *list;
	size_t count;
	size_t cap;
	struct map known;	/* customer and node */
};

/* Owned: places_release. */
void places_release(struct places *p);

/* All places that KEY stands for. */
void explain_find(const struct explainer *x, struct span key, struct places *out);

/* Is KEY a value that means nobody? */
bool explain_is_blocked(const struct explainer *x, struct span key);

#endif

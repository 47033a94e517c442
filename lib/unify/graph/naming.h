/* What customers.c and naming.c share: ids of customers in the making. */
#ifndef GRAPH_NAMING_H
#define GRAPH_NAMING_H

#include "unify/graph/customers.h"
#include "unify/identity/ledger.h"

struct named {
	struct hash128 id;
	uint32_t anchor;	/* identifier */
	uint32_t pin;		/* the identifier whose pin gave the id, or
				   IDENTIFIER_NONE */
	bool again;		/* that pin had another id before */
};

struct naming {
	struct customers *customers;
	const struct identifiers *identifiers;
	const struct graph *graph;
	const struct fragments *fragments;
	const struct appearance *appearances;	/* by fragment */
	struct events *events;
	struct span key;
	uint32_t *numbers;	/* by root: its customer, or CUSTOMER_NONE */
	struct named *named;	/* by customer */
	size_t count;
};

/* Has A been owned before B? */
bool naming_is_older(const struct naming *n, uint32_t a, uint32_t b);

/* The id that ANCHOR makes; with a SALT another one.  TEXT is scratch. */
struct hash128 naming_digest(const struct naming *n, uint32_t anchor, unsigned salt,
			     struct buf *text);

int naming_by_id(const struct named *x, const struct named *y);

/* The pins of LEDGER give customers their ids; no two have one. */
void naming_pin(struct naming *n, const struct ledger *ledger);

#endif

/*
 * What is done on a shared browser without a login.  A browser or device that several people log
 * in on belongs, as an identifier, to the one who used it last.  What was done there without a login
 * is another's, if somebody else was logged in there last before: it is given back.  An event with any
 * other identifier, though a weaker one such as a card's number, says itself whose it is and stays.
 * What was done before any login goes to the first who logged in.  Undated events stay
 * with the browser, and so does all of a browser whose owner never logged in there.
 *
 * So an event of the browser alone counts for whoever the time tells, the same in every order
 * of coming; it makes no identifier older, and no other customer.
 */
#ifndef GRAPH_MOVED_H
#define GRAPH_MOVED_H

#include "unify/graph/identity_graph.h"
#include "unify/index/purchase.h"
#include "unify/index/store.h"

/* EVENT is of the customer who holds HOME, which logged in. */
struct given_back {
	uint32_t event;
	uint32_t home;
};

struct moved {
	struct given_back *list;	/* by event */
	size_t count, cap;
	uint64_t orders;	/* of them, completed */
	struct monies money;
	uint32_t example;	/* the browser with most of these; IDENTIFIER_NONE */
};

#define MOVED_INIT ((struct moved){.example = IDENTIFIER_NONE})

void moved_release(struct moved *m);

/* Once the graph is settled, while homes are identifiers and sightings are known; forgets these.  -1: the
 * store cannot be read, or a sum does not fit. */
int moved_find(struct moved *m, const struct identity_graph *of, const struct store *s, struct error *err);

/* The home that EVENT is given back to; IDENTIFIER_NONE: it is not. */
uint32_t moved_home(const struct moved *m, uint32_t event);

#endif

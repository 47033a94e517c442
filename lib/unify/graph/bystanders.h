/*
 * Who leaves takes nobody along whom a household's value alone ties to them.
 *
 * Five colleagues have one phone, and one of them leaves.  The next export has an old
 * order again, with the phone and the address that is listed, and without a name: it
 * would stay with the one who used the phone last, and take that customer along.  Whoever
 * holds a listed identifier and says no name is somebody else than the people of the
 * household, unless other links tie them.
 *
 * Of a couple nothing shows the household any more once one has left: there the ledger
 * remembers, for its pins give the two two ids.
 */
#ifndef GRAPH_BYSTANDERS_H
#define GRAPH_BYSTANDERS_H

#include "unify/graph/exclude.h"
#include "unify/graph/graph.h"
#include "unify/identity/ledger.h"
#include "unify/graph/shared_values.h"

/*
 * Adds to D a cannot-link, as those of a household are, for each listed identifier and
 * each named person whom nothing but values of households joins; and for a listed and
 * another identifier that have pins of two ids, joined by nothing but what a family shares:
 * both of one customer of G, which graph_part is then to part.  LEDGER may be NULL.
 * After exclude_find and graph_settle.
 */
void bystanders_find(const struct exclude *x, const struct shared_values *v,
		     const struct identifiers *t, const struct links *l, const struct ledger *ledger,
		     const struct graph *g, struct decisions *d);

#endif

/*
 * The identity graph: which identifiers belong to one customer.
 *
 * What the ledger ties comes first.  Then links are united in one total order:
 * those of the ends of cannot-links first, then the others; each by the weaker identifier's priority, then the stronger one's, then the newest
 * link first (undated ones last), then the texts.  A union that would
 * break a limit (holding.h) is refused.  The order is total, so the partition
 * does not depend on the order of coming.
 *
 * Only components that break a rule when all links are taken need that order:
 * in all others every link is accepted whatever the order.  So links are first
 * united freely (near-linear), and only the links of the few broken components
 * are sorted and replayed.
 *
 * Why two identifiers are one customer follows from the links alone: those
 * of its component that were not refused, in the same order, make its maximum
 * spanning forest (graph_compare_links).
 */
#ifndef GRAPH_GRAPH_H
#define GRAPH_GRAPH_H

#include <stdint.h>

#include "unify/identity/identifier.h"
#include "unify/graph/holding.h"
#include "unify/graph/links.h"

struct refusal {
	uint32_t link;		/* number in the list of links */
	struct holding_check holding_check;	/* why */
};

struct pair {
	uint32_t a;		/* identifiers */
	uint32_t b;
	uint32_t line;		/* of the ledger */
};

/* A record that the ledger names, by its identifier. */
struct named_record {
	uint32_t identifier;
	struct span name;	/* "crm/17"; borrowed from the ledger */
};

/* What the ledger decides.  No pair of `apart` is tied by those of `together`. */
struct decisions {
	struct pair *together;
	size_t together_count;
	size_t together_cap;
	struct pair *apart;
	size_t apart_count;
	size_t apart_cap;
	size_t bystander_count;	/* the last of apart, by bystanders.h */
	struct named_record *records;
	size_t record_count;
	size_t record_cap;
};

struct graph {
	uint32_t *roots;	/* by identifier, after graph_settle */
	uint32_t *wholes;	/* the roots before graph_part; NULL: nobody was parted */
	struct refusal *refusals;	/* in the total order; then those of graph_part, in it, too */
	size_t refusal_count;
	size_t refusal_cap;
};

#define GRAPH_INIT ((struct graph){0})

void graph_release(struct graph *g);

/* USES, by identifier; NULL when no limit has a window. */
void graph_settle(struct graph *g, const struct identifiers *t,
		  const struct links *l, const struct decisions *d, const struct use *uses);

/*
 * Parts customers of G who break a cannot-link that D did not have when they were
 * settled; nobody else changes.
 */
void graph_part(struct graph *g, const struct identifiers *t, const struct links *l,
		const struct decisions *d, const struct use *uses);

/* The total order, whatever is kept apart: < 0 when link X is taken before Y. */
int graph_compare_links(const struct identifiers *t, const struct link *x,
			const struct link *y);

#endif

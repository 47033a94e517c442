/*
 * A cluster in words: "buys rarely, spends much, mostly DE".  A number is mentioned where
 * the cluster's mean is three quarters of a standard deviation or more from that of all
 * others, a text where it
 * is that of half the cluster and of clearly fewer of all.
 */
#ifndef SEGMENT_CLUSTER_CARD_H
#define SEGMENT_CLUSTER_CARD_H

#include "understand/segment/cluster_table.h"

/* What a card says beside the words. */
struct card_facts {
	double customers;	/* share */
	double revenue;		/* share; NAN: there is none to tell */
	double stability;	/* of stats/stability.h; NAN: not measured */
	const char *nearest;	/* cluster; NULL: there is but one */
};

/*
 * Appends the card of cluster J.  LABELS are those of all points of T.
 */
void card_put(const struct cluster_table *t, const struct cluster_model *m, size_t j,
	      const uint32_t *labels, const struct card_facts *facts, struct buf *out);

#endif

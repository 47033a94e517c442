/*
 * Finds clusters among the customers of a table: how many, where, how sure.
 *
 * Everything drawn comes from CLUSTERS_SEED, over customers in the order of the digest of
 * their ids, so that a run on the same customers is the same run:
 *
 *	auto	k-means with 2 to CLUSTERS_AUTO_MAX centres on a sample of at most
 *		SAMPLE_CHOICE customers; the highest mean silhouette counts, the fewest
 *		centres among equals
 *	gap	the rule of the gap statistic on a sample of at most SAMPLE_GAP customers
 *	fit	RESTARTS starts on a sample of at most SAMPLE_FIT customers; the best goes
 *		on over all, until its centres stand still
 *	sure	the stability of each cluster over HALVES halves of a sample of
 *		SAMPLE_CHOICE; and the gap statistic: has the data clusters at all?
 */
#ifndef SEGMENT_CLUSTER_FIND_H
#define SEGMENT_CLUSTER_FIND_H

#include "stats/gap.h"
#include "understand/segment/cluster_table.h"
#include "understand/segment/labeller.h"

#define CLUSTERS_SEED 1
#define CLUSTERS_AUTO_MAX 10
/* Fewer say nothing about kinds of customers. */
#define CLUSTERS_CUSTOMERS_LEAST 10

enum cluster_choice {
	CHOICE_GIVEN,
	CHOICE_SILHOUETTE,
	CHOICE_GAP,
};

struct cluster_asked {
	enum cluster_choice choice;
	size_t k;		/* CHOICE_GIVEN */
	unsigned workers;
};

/*
 * Fills M->list from T, which has been settled, and reports on NOTES.  False: there are no
 * clusters to be had, and NOTES says why.
 */
bool clusters_find(const struct cluster_table *t, const struct cluster_asked *asked,
		   struct cluster_model *m, struct labeller_notes *notes);

#endif

/*
 * Clusters that have been found, and whose customers they are: what cdp-segment labels
 * by, writes with --save-clusters and reads again.
 *
 * A number is cut to the limits `low` and `high`, then put on a scale: (value - middle) /
 * spread.  A text, and that there is none, is a code.  The nearest centre by the distance
 * of stats/points.h is the customer's cluster.  A customer one of whose numbers is unknown,
 * or all of whose texts are, is in none: nothing is made up for him.
 *
 * Centres are kept in the units of their features with all digits, in memory as in the
 * file, so labels are the same whether a run found the clusters or read them.
 */
#ifndef SEGMENT_CLUSTER_MODEL_H
#define SEGMENT_CLUSTER_MODEL_H

#include "base/buf.h"
#include "base/map.h"
#include "stats/points.h"
#include "understand/segment/features.h"
#include "understand/segment/rfm.h"

#define CLUSTERS_MAX 50
#define CLUSTER_NAME_MAX 64

/* The code of a text that is unknown, and of one that no centre has. */
#define CODE_UNKNOWN 0
#define CODE_OTHER UINT32_MAX

struct cluster_feature {
	enum feature_kind kind;	/* number or text */
	double low;
	double high;
	double middle;
	double spread;		/* 0: the same for all; it counts nothing */
	struct map texts;	/* code - 1: the text */
};

struct cluster {
	char name[CLUSTER_NAME_MAX];
	uint64_t customers;
	struct buf words;	/* the card: "buys rarely, mostly DE; ..." */
	double numbers[FEATURES_MAX];	/* the centre in the units of its features... */
	uint32_t codes[FEATURES_MAX];	/* ...by feature, the one or the other */
};

struct cluster_model {
	struct features *features;	/* borrowed */
	struct cluster_feature about[FEATURES_MAX];
	struct cluster list[CLUSTERS_MAX];
	size_t count;
	double text_weight;
	bool robust;
	uint64_t winsorize;		/* percent at either end */
	char currency[RFM_CURRENCY_MAX];	/* of features that are money; "": none, or none named */
	bool has_money;			/* some feature is money */
	struct points shape;		/* widths and weight, no points */
	struct centres centres;		/* on the scale: clusters_arrange */
};

void clusters_init(struct cluster_model *m, struct features *f);
void clusters_release(struct cluster_model *m);

/* Once features' kinds are known: what a point has. */
void clusters_set_shape(struct cluster_model *m);

/* Once list is filled: the centres on the scale. */
void clusters_arrange(struct cluster_model *m);

/* One number on its scale. */
double clusters_scale(const struct cluster_feature *about, double number);

/* A customer's place: numbers and codes of its features in their order, and its cluster. */
struct cluster_place {
	double numbers[FEATURES_MAX];
	uint32_t codes[FEATURES_MAX];
	size_t cluster;
	double distance;	/* to its centre, on the scale */
	size_t next;		/* the second nearest; the same where there is one cluster */
	double next_distance;
};

/* False: VALUES do not say where, for they lack feature *MISSING. */
bool clusters_place(const struct cluster_model *m, const struct feature_value values[FEATURES_MAX],
		 struct cluster_place *place, size_t *missing);

/* Appends the file. */
void clusters_put_file(const struct cluster_model *m, uint64_t customers, struct buf *out);

/* Reads PATH into M and its features: -1 with a usage error with its place. */
int clusters_load(struct cluster_model *m, const char *path, struct error *err);

#endif

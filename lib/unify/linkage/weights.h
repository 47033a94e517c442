/*
 * The Fellegi-Sunter model (Fellegi and Sunter 1969): what an agreement is
 * worth as evidence that two records are one person.
 *
 * m is how often a level is seen among pairs of one person, u among pairs of
 * different ones; a level's weight is log2(m / u).  The score W of a pair is
 * log2(lambda / (1 - lambda)), lambda being the share of pairs that are one
 * person, plus the weights of its levels; missing values add nothing.  The
 * probability is 1 / (1 + 2^-W).
 *
 * A rare value that agrees says more than a frequent one: exact agreement is
 * adjusted by log2(p / f), f being the value's frequency (of at least two
 * records, so that a slip made once does not pass for a rare name) and p the
 * chance that two records agree in that column.  On average that adds nothing.
 * Names that nearly agree get a part of it, by the more frequent of both, so
 * that a slip does not pass for a rare name there, either.
 */
#ifndef LINKAGE_WEIGHTS_H
#define LINKAGE_WEIGHTS_H

#include <stdint.h>

#include "unify/linkage/agreement.h"

struct level_weights {
	double m[AGREEMENT_LEVELS];
	double u[AGREEMENT_LEVELS];
	double weight[AGREEMENT_LEVELS];	/* [AGREEMENT_NULL] is 0 */
};

struct weights {
	double lambda;
	double prior;			/* log2 of its odds */
	double rho;			/* share of pairs that are two of one home: home.h */
	double home_prior;		/* log2(lambda / rho) */
	double home_pairs;		/* of one home, among all */
	bool homes;			/* the records are people's */
	uint32_t own;			/* a bit for each column that one has for himself */
	double home[COLUMNS_MAX][AGREEMENT_LEVELS];	/* log2(m / h) */
	struct level_weights columns[COLUMNS_MAX];
	double agree[COLUMNS_MAX];	/* chance that two records agree exactly */
	float *frequency[COLUMNS_MAX];	/* by word: the adjustment; NULL: none */
};

/* The start: m and u as they mostly are, chances of agreement by counting. */
void weights_init(struct weights *w, const struct columns *c);
void weights_release(struct weights *w);

/* Makes the adjustments from `agree` and the columns' counts. */
void weights_rarity(struct weights *w, const struct columns *c);

/* Column I weighs nothing, whatever it says; weights_settle and weights_rarity follow. */
void weights_ignore(struct weights *w, const struct columns *c, size_t i);

/* Makes WEIGHT of the levels of SCALE from their M and U. */
void weights_pool(const struct agreement_scale *scale, const double *m, const double *u,
		  double *weight);

/* Makes weights and prior from m, u and lambda. */
void weights_settle(struct weights *w, const struct columns *c);

/* The sum of the weights of PATTERN, without prior and adjustment. */
double weights_evidence(const struct weights *w, const struct columns *c,
			uint64_t pattern);

/* What of a rarity counts where names nearly agree. */
#define WEIGHTS_NEARLY 0.5

/* The adjustment of column I, whose words A and B agree by LEVEL. */
double weights_rarity_of(const struct weights *w, const struct columns *c, size_t i,
			 unsigned level, uint32_t a, uint32_t b);

/* W of records A and B with PATTERN; *EVIDENCE without the prior. */
double weights_score(const struct weights *w, const struct columns *c,
		     uint64_t pattern, uint32_t a, uint32_t b, double *evidence);

#endif

/*
 * What cdp-churn fits: a purchase model of how often customers buy and whether
 * they have left (purchase_model.h), and, where money is known, the
 * Gamma-Gamma of how much.
 *
 * It is rounded to what its file says (model_file.h) when it is fitted, so that
 * it scores alike before it is saved and after it is loaded, on every machine.
 */
#ifndef CHURN_MODEL_H
#define CHURN_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "stats/calibrate.h"
#include "understand/churn/gamma_gamma.h"
#include "understand/churn/purchase_model.h"
#include "understand/churn/sample.h"

#define ZONE_NAME_MAX 64

/* What customers who pay in one currency spend. */
struct spend_model {
	char currency[CURRENCY_MAX];	/* "": none is named */
	struct gamma_gamma_fit fit;
	uint64_t customers;
	char why[512];			/* there is no fit; "" when there is */
};

struct model {
	enum time_unit unit;		/* of the purchase model's times */
	int64_t as_of;			/* the end of what was learned from */
	char zone[ZONE_NAME_MAX];	/* whose calendar days were counted */
	uint64_t customers;
	uint64_t repeaters;
	uint64_t repeats;
	uint64_t histories;		/* distinct ones */
	const struct purchase_model *kind;
	void *purchases;		/* as KIND fitted it; owned */
	double log_likelihood;		/* of what was learned from */
	struct calibration calibration;	/* of the chance of no purchase, by a back-test; or none */
	uint32_t calibrated_days;	/* the horizon of that test: no other is calibrated by it */

	int32_t longest;		/* days for which the first customer was known; 0: not said */

	struct spend_model *spends;	/* of each currency, by its code; owned */
	size_t spend_count;		/* 0: no repeat purchase has a revenue */
};

/* The first whose currency is CURRENCY and that has a fit; NULL: there is none. */
const struct spend_model *model_spend(const struct model *m, const char *currency);

/* Was CURRENCY looked at, with a fit or a reason why there is none? */
bool model_knows_currency(const struct model *m, const char *currency);

/* Is there one of any currency? */
bool model_has_spend(const struct model *m);

void model_release(struct model *m);

/*
 * Do the customers of S who are silent for longer have, by and large, the higher chance of no
 * purchase within HORIZON_DAYS?  The correlation, over customers, of the chance and the
 * logarithm of the days since the last purchase must not be negative: of odd samples (every
 * second purchase was the last) a likelihood makes a model that calls who bought yesterday
 * lost, and who bought a year ago safe.
 */
bool model_follows_recency(const struct model *m, const struct sample *s, uint32_t horizon_days);

/*
 * Fits *M, a model of KIND, to S (which gets sorted).  0, or -1 with a failed
 * error when the purchases give no model, and then *M holds nothing; a spend
 * model that fails only says why.
 */
int model_fit(struct model *m, const struct purchase_model *kind,
	      struct sample *s, enum time_unit unit, struct error *err);

#endif

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
#include "understand/churn/gamma_gamma.h"
#include "understand/churn/purchase_model.h"
#include "understand/churn/sample.h"

#define ZONE_NAME_MAX 64

enum time_unit {
	UNIT_DAY,
	UNIT_WEEK,
};

/* "day", "week"; and how many days one has. */
const char *time_unit_name(enum time_unit unit);
double time_unit_days(enum time_unit unit);

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

	bool has_spend;
	struct gamma_gamma_fit spend;
	char currency[CURRENCY_MAX];
	uint64_t spenders;
	/* Why there is no spend model; "" when there is, or nobody repeated. */
	char no_spend[512];
};

void model_release(struct model *m);

/*
 * Fits *M, a model of KIND, to S (which gets sorted).  0, or -1 with a failed
 * error when the purchases give no model, and then *M holds nothing; a spend
 * model that fails only says why.
 */
int model_fit(struct model *m, const struct purchase_model *kind,
	      struct sample *s, enum time_unit unit, struct error *err);

#endif

/*
 * A fitted purchase model: the BG/NBD of how often customers buy and whether
 * they have left, and, where money is known, the Gamma-Gamma of how much.
 *
 * As a file it is a small JSON document that people can read, numbers with six
 * significant digits: cdp-churn(1).  A model is rounded to them when it is
 * fitted, so that it scores alike before it is saved and after it is loaded,
 * on every machine.
 */
#ifndef CHURN_MODEL_H
#define CHURN_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "understand/churn/bgnbd.h"
#include "understand/churn/gamma_gamma.h"
#include "understand/churn/sample.h"

#define MODEL_DIGITS 6
#define ZONE_NAME_MAX 64

enum time_unit {
	UNIT_DAY,
	UNIT_WEEK,
};

/* "day", "week"; and how many days one has. */
const char *time_unit_name(enum time_unit unit);
double time_unit_days(enum time_unit unit);

struct model {
	enum time_unit unit;		/* of alpha */
	int64_t as_of;			/* the end of what was learned from */
	char zone[ZONE_NAME_MAX];	/* whose calendar days were counted */
	uint64_t customers;
	uint64_t repeaters;
	uint64_t repeats;
	uint64_t histories;		/* distinct ones */
	struct bgnbd_fit purchases;

	bool has_spend;
	struct gamma_gamma_fit spend;
	char currency[CURRENCY_MAX];
	uint64_t spenders;
	/* Why there is no spend model; "" when there is, or nobody repeated. */
	char no_spend[512];
};

/*
 * Fits *M to S (which gets sorted).  0, or -1 with a failed error when the
 * purchases give no model; a spend model that fails only says why.
 */
int model_fit(struct model *m, struct sample *s, enum time_unit unit,
	      struct error *err);

/* Appends M as its file's text. */
void model_put(const struct model *m, struct buf *out);

/* 0, or -1 with a usage error: not a model, out of range, newer format. */
int model_load(struct model *m, const char *path, struct error *err);

#endif

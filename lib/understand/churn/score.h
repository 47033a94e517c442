/*
 * A customer's score: what a purchase model says about the next HORIZON days,
 * as the member of `scores` that cdp-churn owns.
 *
 *	p_churn			chance of no purchase within the horizon
 *	p_alive			chance of being an active customer still: not a
 *				churn score (it is 1 for whoever bought once),
 *				shown beside it
 *	expected_purchases	buying days expected within the horizon
 *	expected_order_value	money expected on such a day
 *	expected_value		the product of the two
 *	value_at_risk		p_churn times what the customer would bring within
 *				the horizon while active:
 *				p_churn * expected_value / p_alive
 *	clv			with a discount: expected_value, each purchase worth less the later it comes
 *				(discount.h)
 *	residual_purchases	with a discount: buying days expected ever, each discounted
 *	residual_value		that, times expected_order_value
 *	currency		of the money, when the orders name one
 *	risk			low, medium or high: p_churn against the bands; absent where
 *				the model is an odd one (purchase_model.h), or knows
 *				nobody for as long as the horizon
 *	horizon_days
 *	reason			"bought every 9 days, silent for 61"
 *
 * Without a model p_churn is the base rate (base_rate.h), p_churn_low and p_churn_high
 * its interval, and of the others there are horizon_days and reason.
 *
 * Money members are absent without a spend model, or when a repeat customer's
 * spend is unknown or in another currency than the model's.
 */
#ifndef CHURN_SCORE_H
#define CHURN_SCORE_H

#include "base/buf.h"
#include "understand/churn/base_rate.h"
#include "understand/churn/history.h"
#include "understand/churn/model.h"

enum risk {
	RISK_LOW,
	RISK_MEDIUM,
	RISK_HIGH,
	RISKS,
};

extern const char *const risk_names[RISKS];

struct scoring {
	const struct model *model;	/* NULL: all get the base rate */
	struct base_rate base;		/* of SCORING's horizon, without a model */
	uint32_t horizon_days;		/* > 0 */
	double medium_from;		/* p_churn from which the risk is medium */
	double high_from;		/* and high */
	double discount;		/* a year; 0: none is asked for */
};

struct score {
	double p_churn;
	double p_alive;
	double expected_purchases;
	bool value_known;
	double expected_order_value;
	double expected_value;
	double value_at_risk;
	double clv, residual_purchases, residual_value;	/* with a discount */
	bool other_currency;		/* value unknown: the money is not the model's */
	bool without_number;		/* the model's parameters are such that some of these are none: they are not written */
	bool modelled;			/* else p_churn is the base rate, and nothing else is known */
	bool risk_named;
	enum risk risk;
};

/* Does the model know enough to call a customer's risk high or low?  See above. */
bool score_names_risk(const struct scoring *s);
/* Limits of risk, as a user writes them: "0.5,0.8".  -1 with a usage error about --bands. */
#define SCORE_BANDS "0.5,0.8"
int score_read_bands(struct scoring *s, const char *text, struct error *err);

/* The band of a chance. */
enum risk score_risk(const struct scoring *s, double p_churn);

/* H must be HISTORY_KNOWN. */
void score_make(const struct scoring *s, const struct history *h,
		struct score *out);

/* Appends the score as a JSON object, numbers with six significant digits. */
void score_put(const struct scoring *s, const struct history *h,
	       const struct score *score, struct buf *out);

/* Appends the reason in words. */
void score_put_reason(const struct history *h, struct buf *out);

#endif

/*
 * The contractual side of cdp-churn: where most customers have subscriptions, churn is that one leaves, not that one
 * does not buy (understand/survival/contract.h).
 */
#ifndef CMD_CHURN_CONTRACT_H
#define CMD_CHURN_CONTRACT_H

#include "cmd/churn_test_report.h"
#include "cmd/tool.h"
#include "record/document.h"
#include "understand/churn/score.h"
#include "understand/survival/contract_test.h"

struct churn_contract {
	struct tool *tool;

	/* Given by options. */
	const char *wanted;		/* --model-kind */
	bool print, compare, force, no_calibration;
	bool has_bands;			/* --bands */
	uint32_t horizon_days;
	double discount;		/* a year; 0: none */

	uint64_t customers;		/* with a subscription, now or once... */
	uint64_t buyers;		/* ...and a purchase */
	uint64_t there;			/* with one now */

	/* The model, by churn_contract_run or from a file. */
	bool fitted;			/* else all get the share of who left... */
	bool any_share;			/* ...where there is one */
	struct quality_interval share;
	struct contract model;
	struct calibration calibration;
	uint32_t calibrated_days;
	double bands[2];		/* limits of risk that the test gave; 0: none */
	int64_t as_of;
	char zone[ZONE_NAME_MAX];

	struct contract_sample now;
	struct contract_test test;
	bool tested;
	struct churn_test_report report;
	struct churn_contract_worker *workers;
};

/* Behind the options. */
void churn_contract_start(struct churn_contract *c, struct tool *t);

/* First pass: appends what is to be learned from P, which has a PURCHASE or none.  Takes it off *BYTES. */
int churn_contract_put(struct churn_contract *c, unsigned worker, const struct profile *p, bool purchase, struct buf *out,
		       struct error *err);
void churn_contract_take(struct churn_contract *c, struct span *bytes);

/*
 * Is this a run of contracts: by --model-kind or, of so many BUYERS, by what half of the customers or more have?  Unless
 * nobody buys, some must have ended.
 */
bool churn_contract_applies(const struct churn_contract *c, uint64_t buyers);
/* Does NAME name a model of contracts? */
bool churn_contract_names(const char *name);

/*
 * Between the passes: tests and fits, says what it found, sets the limits of *SCORING where it must.  False where there
 * is nothing to score by.
 */
bool churn_contract_run(struct churn_contract *c, int64_t as_of, struct scoring *scoring);

/* A model's file.  Loading sets the bands of *SCORING, unless they were given: false where the file is another kind of model; ends the run where it is broken. */
void churn_contract_save(const struct churn_contract *c, const char *path);
bool churn_contract_load(struct churn_contract *c, const char *path, struct scoring *scoring);

/* Second pass: the member of `scores`, into OUT; what P is. */
enum churn_contract_state {
	CONTRACT_SCORED,
	CONTRACT_LEFT,		/* has had a subscription */
	CONTRACT_NEVER,
	CONTRACT_UNKNOWN,	/* no events, or some were left out */
	CONTRACT_STATES,
};
int churn_contract_score(struct churn_contract *c, unsigned worker, const struct profile *p, const struct scoring *scoring,
			 enum churn_contract_state *state, bool *named, enum risk *risk, struct buf *out, struct error *err);

/* Rows of --stats, and a note on customers without money; frees everything. */
void churn_contract_finish(struct churn_contract *c);

#endif

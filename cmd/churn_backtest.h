/* The back-test of cdp-churn: what is asked of it, what it says, and the learned model that it may choose. */
#ifndef CMD_CHURN_BACKTEST_H
#define CMD_CHURN_BACKTEST_H

#include "cmd/churn_test_report.h"
#include "cmd/tool.h"
#include "understand/churn/score.h"
#include "understand/predict/backtest.h"

struct churn_backtest {
	struct tool *tool;

	/* Given by options. */
	const char *wanted;	/* --model-kind: auto, the option of a purchase model, logit or trees */
	bool print;		/* the test is the output, not scores */
	bool compare;		/* of all models */
	bool leak_check;	/* and how well each feature alone tells */
	bool force;		/* score by a model that is no better than the baselines */
	bool no_calibration;
	uint64_t cutoffs;	/* from which a learned model learns */
	uint32_t horizon_days;
	enum time_unit unit;

	struct backtest test;
	bool ran;
	size_t chosen;		/* of its evaluation */
	struct churn_test_report report;
	bool has_learned;	/* the chosen model is a learned one: */
	struct learned learned;
	bool redrawn;		/* other limits of risk than asked for */
	struct buyer_reader *readers;	/* by worker */
	uint64_t *subscribers;		/* by worker: customers without a purchase who subscribe */
	uint64_t *later;		/* by worker: those who do not, with events later than as_of */
	uint64_t **scored;		/* by worker: how the features of the scored lie (encoding_count); NULL: none yet */
	uint64_t *then;			/* and of those scored when a model from a file was fitted; NULL: not known */
	uint64_t *odd;			/* by worker: customers whose money the learned model does not know */
};

/* Behind the options.  --cutoffs that are too many are a usage error. */
void churn_backtest_start(struct churn_backtest *b, struct tool *t);

/* First pass: appends what the test needs of P, whose history up to now can be read. */
int churn_backtest_put(struct churn_backtest *b, unsigned worker, const struct profile *p, struct buf *out,
		       struct error *err);
/* First pass: P has no purchase.  Does it subscribe, or do so later than as_of? */
void churn_backtest_note_other(struct churn_backtest *b, unsigned worker, const struct profile *p);
/* Takes it off *BYTES. */
void churn_backtest_take(struct churn_backtest *b, struct span *bytes);

/*
 * Between the passes: tests KIND (NULL: none could be fitted) and learned models, says what it found, and sets the
 * calibration of *MODEL and limits of *SCORING.  False where no model may score.
 */
bool churn_backtest_run(struct churn_backtest *b, const struct purchase_model *kind, int64_t as_of,
			struct model *model, struct scoring *scoring);

/* Second pass: the member of `scores` that the learned model has.  Only where there is one. */
#define CHURN_MEMBER "churn"
int churn_backtest_score(struct churn_backtest *b, unsigned worker, const struct profile *p,
			 const struct history *h, const struct scoring *scoring, enum risk *risk, struct buf *out,
			 struct error *err);

/*
 * The member "learned" of a model's file, where a learned model was chosen; CONTEXT is the churn_backtest.  Behind the
 * second pass: it says how the features of the scored lie, to which later runs are compared.
 */
void churn_backtest_save(const void *context, struct node *root);
/* Reads it from the file, which is a model's, where it has one; ends the run where that is broken. */
void churn_backtest_load(struct churn_backtest *b, const char *path);

/* Between the passes: customers without a purchase or subscription, but with events later than as_of. */
uint64_t churn_backtest_later(const struct churn_backtest *b);

/* Behind the last profile: a note where customers without a purchase subscribe. */
void churn_backtest_hint(const struct churn_backtest *b);

/* Rows of --stats, and warnings behind the last profile; frees everything. */
void churn_backtest_finish(struct churn_backtest *b);

#endif

/*
 * Subscribers as the customers of contract models (churn/contract_model.h): how likely each leaves within a horizon.
 *
 * A renewal comes each period: that of the `interval` which the subscription's events name, or a month.  Periods that
 * differ have a clock of their own, with a fit of their own: who pays by the year is asked once a year.  A period of
 * fewer than CONTRACT_SPELLS_LEAST spells, or of too few ends for a fit, is counted with the one that most have.
 *
 * Where half of the ends or more lie on renewals (within a tenth of a period of one, and four days), customers leave at renewals, and
 * a horizon without one has no chance of it.  Elsewhere they leave at any time, and between renewals the logarithm of
 * the chance to be still there falls in a straight line.
 */
#ifndef SURVIVAL_CONTRACT_H
#define SURVIVAL_CONTRACT_H

#include <stdint.h>

#include "understand/churn/contract_model.h"
#include "understand/survival/subscriptions.h"

#define CONTRACT_SPELLS_LEAST 20
#define CONTRACT_MONTH (365.25 / 12)

/* A spell: from its start on, until it ended or as long as it was looked at. */
struct contract_spell {
	double period;	/* days; 0: not known, which counts as a month */
	int32_t days;
	int32_t ended;	/* 1 or 0 */
};

/* Spells by period and length; adding them in any order gives the same. */
struct contract_period {
	long grid;		/* periods within a few percent are one */
	double days;		/* the shortest of them */
	double *ended, *still;	/* by days */
	size_t count;		/* of these */
	uint64_t spells, ends;
};

struct contract_sample {
	struct contract_period *periods;
	size_t count, cap;
	uint64_t spells, ends;
};

#define CONTRACT_SAMPLE_INIT ((struct contract_sample){0})

void contract_sample_add(struct contract_sample *s, const struct contract_spell *spell);
void contract_sample_release(struct contract_sample *s);

struct contract_clock {
	long grid;
	double days;
	bool at_renewals;	/* customers leave at renewals only */
	uint64_t spells, ends;
	struct contract_fit fit;
	double *residuals;	/* contract_residual by renewals, at RESIDUAL_STEP; owned */
	size_t residual_count;
	double residual_step;
};

struct contract {
	const struct contract_model *kind;
	struct contract_clock *clocks;	/* that of the most spells first; owned */
	size_t count;
};

/* Fits KIND to S, whose periods get sorted.  0, or -1 with a failed error. */
int contract_fit(struct contract *c, const struct contract_model *kind, struct contract_sample *s, struct error *err);
void contract_release(struct contract *c);

/* Somebody with a subscription. */
struct contract_holder {
	double period;
	int32_t age;		/* days of the spell so far */
	int32_t leaves_in;	/* days until the end that has been announced; -1: none has */
};

/* The chance that H leaves within DAYS; 1 or 0 where the end has been announced. */
double contract_p_end(const struct contract *c, const struct contract_holder *h, double days);

/* Payments at the renewals within a horizon. */
struct contract_payments {
	double due;		/* so many renewals come */
	double expected;	/* so many are expected to be paid */
	/* With a rate, each discounted until it: */
	double discounted;	/* those expected */
	double residual;	/* all that are expected, ever */
};

/*
 * Works out once what is to come behind each renewal, at a RATE of discount a year: each of these sums has thousands of terms.
 * Without it contract_expect gives the same, slowly.
 */
void contract_prepare(struct contract *c, double rate);

/* RATE: of discount a year; 0: none is asked for. */
void contract_expect(const struct contract *c, const struct contract_holder *h, double days, double rate,
		     struct contract_payments *out);

/* Days between H's payments, as C counts them. */
double contract_period_of(const struct contract *c, const struct contract_holder *h);

/* For people: a clock a line. */
void contract_describe_clocks(const struct contract *c, struct buf *out);

/* The member "periods" of a file.  Reading: 0, or -1 with a usage error that goes on after the file's name. */
void contract_put(const struct contract *c, struct node *root);
int contract_get(struct contract *c, const struct contract_model *kind, const struct node *root, struct error *err);

#endif

/*
 * The back-test of contract models: subscribers as of a cutoff, one horizon before as_of, and who of them has left
 * since.  Models learn from the spells as they stood at the cutoff.  Who had announced by then that he leaves is not asked:
 * that is known, not predicted.
 *
 * Rows are kept of CONTRACT_ROWS_MAX customers at most: beyond that of the half, the quarter ..., by a hash of their ids.
 */
#ifndef SURVIVAL_CONTRACT_TEST_H
#define SURVIVAL_CONTRACT_TEST_H

#include "stats/quality.h"
#include "understand/predict/evaluation.h"
#include "understand/survival/contract.h"

#define CONTRACT_ROWS_MAX 300000

struct contract_row {
	uint64_t key;			/* of the customer: panel_key */
	struct contract_holder holder;	/* at the cutoff */
	uint32_t left;			/* within the horizon: 1 or 0 */
};

struct contract_test {
	uint32_t horizon_days;
	bool calibrate;
	struct contract_sample then;	/* spells as of the cutoff */
	struct contract_row *rows;
	size_t count, cap;
	unsigned halvings;
	unsigned char *left;		/* owned */
	uint64_t *keys;
	struct evaluation evaluation;
};

void contract_test_release(struct contract_test *t);
void contract_test_add(struct contract_test *t, const struct contract_row *row);

/* Behind the last row.  0, or -1 with a failed error: too few of either class. */
int contract_test_begin(struct contract_test *t, struct error *err);

/* Adds KIND; its number in the evaluation, or -1 with an error. */
int contract_test_model(struct contract_test *t, const struct contract_model *kind, struct error *err);

/* How many were there, how many left, and the share with its 95 % interval; before or behind contract_test_begin. */
uint64_t contract_test_share(const struct contract_test *t, uint64_t *left, struct quality_interval *share);

#endif

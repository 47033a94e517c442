/*
 * What a fit remembers of its customers: equal purchase histories once, with
 * their number, and the mean spend of each repeater.  Adding customers in any
 * order gives the same sample, so the same model to the last bit.
 */
#ifndef CHURN_SAMPLE_H
#define CHURN_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "understand/churn/gamma_gamma.h"
#include "understand/churn/history.h"
#include "understand/churn/purchase_model.h"

struct sample {
	struct map groups;		/* (x, t_x, T) -> customers */
	struct spend_row *spends;	/* x, z of the repeaters who paid */
	size_t spend_count;
	size_t spend_cap;
	uint64_t customers;
	uint64_t repeaters;
	uint64_t repeats;		/* sum of x */
	int64_t log_gaps;		/* sum of the histories' */
	/* The last gap but one of each customer who has two, as a share of both: */
	uint64_t shares;
	int64_t share_sum;		/* in 1 / HISTORY_LOG_UNIT */
	int64_t share_squares;
	uint64_t spend_unknown;		/* repeaters without a usable mean spend */
	char currency[CURRENCY_MAX];	/* of the repeaters with known spend */
	bool currency_known;		/* one was seen (perhaps "": none named) */
	bool currency_mixed;
};

/*
 * From fewer customers a purchase model learns the sample, not the shop: it has four
 * parameters, and with two customers who came back it was sure that nobody does.
 */
#define SAMPLE_CUSTOMERS_LEAST 20
#define SAMPLE_REPEATERS_LEAST 10
#define SAMPLE_HISTORIES_LEAST 5

/*
 * 0 where S can carry a model; else -1 with a failed error that says what it has: too
 * few customers, too few who came back, or too few different histories.
 */
int sample_check(const struct sample *s, struct error *err);

#define SAMPLE_INIT ((struct sample){.groups = MAP_INIT})

void sample_release(struct sample *s);

/* H must be HISTORY_KNOWN. */
void sample_add(struct sample *s, const struct history *h);

/*
 * The groups in order of (x, t_x, T), with times in units of DAYS_PER_UNIT
 * days.  Owned: mem_free.  *DATA is what a model is fitted to; it borrows them.
 */
struct purchase_row *sample_rows(const struct sample *s, double days_per_unit,
				 struct purchase_data *data);

/*
 * How regularly customers buy, as the k of Erlang-k gaps, by Wheat and Morrison (Journal of
 * Marketing Research 27, 1990): from the variance V of the shares, (1 - 4V) / (8V).  1: at
 * random.  NAN: fewer than two customers with two gaps, or no variance.
 */
double sample_regularity(const struct sample *s);

/* Puts the spends in order of (x, z); call before fitting them. */
void sample_sort_spends(struct sample *s);

#endif

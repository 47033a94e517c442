/*
 * What a fit remembers of its customers: equal purchase histories once, with
 * their number, and the mean spend of each repeater.  Adding customers in any
 * order gives the same sample, so the same model to the last bit.
 */
#ifndef CHURN_SAMPLE_H
#define CHURN_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "understand/churn/gamma_gamma.h"
#include "understand/churn/history.h"
#include "understand/churn/purchase_model.h"

/* The repeaters who paid in one currency ("": none is named). */
struct spends {
	char currency[CURRENCY_MAX];
	struct spend_row *rows;		/* x, z */
	size_t count;
	size_t cap;
};

struct sample {
	bool of_occasions;		/* these are asked for (sample_occasions): set it before the first is added */
	struct map groups;		/* (x, t_x, T), and the same of occasions -> customers */
	struct spends *spends;		/* of each currency, by its code once sorted */
	size_t currencies;
	size_t currency_cap;
	uint64_t customers;
	uint64_t repeaters;
	uint64_t repeats;		/* sum of x */
	int64_t log_gaps;		/* sum of the histories' */
	/* The last gap but one of each customer who has two, as a share of both: */
	uint64_t shares;
	int64_t share_sum;		/* in 1 / HISTORY_LOG_UNIT */
	int64_t share_squares;
	uint64_t spend_unknown;		/* repeaters without a usable mean spend */
	uint64_t mixed;			/* those of them who paid in several currencies */
	int32_t longest;		/* T of the customer who is known longest, days */
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

/* The same of occasions: x, t_x and T are calendar periods. */
struct purchase_row *sample_occasions(const struct sample *s, struct purchase_data *data);

/*
 * How regularly customers buy, as the k of Erlang-k gaps, by Wheat and Morrison (Journal of
 * Marketing Research 27, 1990): from the variance V of the shares, (1 - 4V) / (8V).  1: at
 * random.  NAN: fewer than two customers with two gaps, or no variance.
 */
double sample_regularity(const struct sample *s);

/* Puts the currencies in order, and the spends of each in that of (x, z); call before fitting them. */
void sample_sort_spends(struct sample *s);

#endif

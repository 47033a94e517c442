/*
 * What customers are worth: the sums that the report value counts, and its sections.
 *
 * Keys of sums are texts with a NUL behind each part but the last: a currency ("": unknown) and what the
 * group is, a month (month_key) or a segment; of what a model says, the model before them.
 */
#ifndef REPORT_VALUE_H
#define REPORT_VALUE_H

#include "record/orders.h"
#include "understand/report/count.h"
#include "understand/report/tally.h"

/* What a model says of somebody, and what came of it. */
struct value_chance {
	double p;
	uint32_t model;		/* row of `models` */
	bool churned;		/* no order within the horizon */
};

/* The net money of the customers of one currency, in millionths. */
struct value_amounts {
	__int128 *list;
	size_t count, cap;
};

/* Money by group and currency. */
struct value_sums {
	struct tally spent;	/* counts[0] customers, money net */
	struct tally expected;	/* by model, too; counts[0] customers */
	struct tally at_risk;
};

/* counts[] of `models` */
enum { MODEL_SCORED, MODEL_WORTH, MODEL_CHANCES };

/* counts[] of `months` */
enum { VALUE_NEW, VALUE_REPEAT, VALUE_REFUNDS, VALUE_KINDS };

struct value_part {
	uint64_t customers, without_events;
	int64_t as_of, newest;		/* of all events; MOMENT_NONE */
	uint64_t horizon_days;		/* the longest of a score */
	struct tally currencies;	/* counts[0] customers, money net */
	struct value_amounts *amounts;	/* by row of `currencies` */
	size_t amount_cap;
	struct value_sums cohorts, segments;
	struct tally months;		/* by currency and month: counts[] events of each kind */
	struct tally money[VALUE_KINDS];	/* the same keys */
	struct tally models;
	struct tally bands;		/* by model, currency, band: counts[0] customers; money the sum of p_churn */
	struct tally band_expected, band_at_risk;
	struct value_chance *chances;
	size_t chance_count, chance_cap;
	/* The profile at hand. */
	struct orders past, all;	/* ALL: with what is later than as_of, only where there is some */
	struct tally names;		/* of segments */
	uint64_t *met;			/* by row of `names`: the last customer who was in it */
	size_t met_cap;
	size_t *list;			/* its segments, each once */
	size_t list_count, list_cap;
	struct buf cohort, key, text;
};

#define VALUE_MONTH 4

/* A month as bytes in the order of time; nothing where it is not known. */
void value_put_month(struct buf *key, int month);
int value_month(struct span key);

/* Room for the amounts of row I of the currencies. */
struct value_amounts *value_amounts(struct value_part *part, size_t i);

/* The sections of the whole. */
void value_fill(struct value_part *all, const struct zone *zone, struct sheet *sheet);

/* Of those, in value_scores.c: money at risk, and how good the chances were. */
void value_fill_risk(const struct value_part *all, struct sheet *sheet);
void value_fill_calibration(const struct value_part *all, const struct zone *zone, struct sheet *sheet);

/* The model whose money is shown beside what was spent: that of most customers; absent: none says any. */
struct span value_model(const struct value_part *all);

/* Rows of T whose key begins with MODEL (absent: any), by currency, the commonest first, then by their key; owned. */
const struct tally_row **value_rows(const struct value_part *all, const struct tally *t, bool by_money);

#endif

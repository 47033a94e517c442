/* What the two halves of the overview share: what is counted, and its sections. */
#ifndef REPORT_OVERVIEW_H
#define REPORT_OVERVIEW_H

#include "record/orders.h"
#include "time/zone.h"
#include "understand/report/recent.h"
#include "understand/report/sheet.h"
#include "understand/report/tally.h"
#include "understand/report/who.h"

/* counts[] of a month. */
enum { MONTH_ORDERS, MONTH_CUSTOMERS, MONTH_NEW };

struct overview_part {
	uint64_t customers, buyers, repeaters, orders, refunds;
	uint64_t with_email, with_phone, events;
	uint64_t without_events;	/* customers whose events are not all there */
	int64_t first_seen, last_seen, as_of;
	/* Of the order summaries, by currency ("": unknown). */
	struct tally revenue;	/* counts[0] customers, money net */
	struct tally refunded;	/* money */
	/* Of the events. */
	struct tally currencies;	/* counts[0] orders and refunds */
	struct tally months;	/* by month_key */
	struct tally money;	/* by currency and month_key: net */
	struct tally names;
	struct tally sources;
	struct tally segments;
	struct tally risks;	/* by band: counts[0] customers */
	struct tally risk_money;	/* by currency, newline, band */
	struct recent recent;
	uint64_t who[WHO_COUNT];
	/* The profile at hand. */
	struct who_asker *asker;
	struct orders noted;	/* until it counts */
	size_t *noted_names;	/* rows of `names` */
	size_t name_count, name_cap;
	struct buf text, key;
};

/* A month as four bytes whose order is that of time, behind what is in KEY. */
void overview_put_month(struct buf *key, int month);
int overview_month(struct span key);

/* The sections of the whole. */
void overview_fill(struct overview_part *all, const struct zone *zone,
		   struct sheet *sheet);

#endif

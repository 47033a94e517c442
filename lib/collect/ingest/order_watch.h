/*
 * What a run says of the orders in a file: whose money is of another column than the revenue, who has none,
 * and what their statuses made of them.  Nothing here changes a record: record/order.h decides, and every
 * later tool reads the same.
 */
#ifndef INGEST_ORDER_WATCH_H
#define INGEST_ORDER_WATCH_H

#include "base/map.h"
#include "collect/ingest/ingest.h"
#include "record/order.h"

struct order_watch {
	uint64_t orders;		/* and refunds, as their statuses have it */
	uint64_t moneyless;
	uint64_t undated;		/* orders without a time */
	uint64_t ownerless;		/* orders that name nobody */
	uint64_t unsaid;		/* partly refunded, and nothing says how much */
	uint64_t refunded;		/* orders that say how much was paid back */
	uint64_t monies[ORDER_MONIES];	/* of which property the money is */
	struct map words;		/* a letter for the status and the word -> rows */
	struct buf scratch;
};

void order_watch_release(struct order_watch *w);
void order_watch_clear(struct order_watch *w);

/* SUM += PART; so many different words are kept, the first in the order of the file. */
#define ORDER_WORDS_MAX 1000
void order_watch_add(struct order_watch *sum, const struct order_watch *part);

/* Counts RECORD, a line that was made of a row, which is an event of KIND by its name. */
void order_watch_record(struct order_watch *w, enum order_kind kind, struct span record);

/*
 * Reports W, of the rows of FILE, which a FORMAT says the meaning of, or not.  MONEY: what gives money to orders that
 * have none.
 */
void order_watch_report(const struct order_watch *w, const char *file, bool format, const char *money,
			const struct ingest_calls *calls);

#endif

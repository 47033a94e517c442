/*
 * Money of several currencies as if it were one: 400 INR are no more than 60 EUR, but
 * `revenue >= 50` takes them for that, and so does an order by revenue.  The names of
 * money (revenue, orders.refunded, scores of value) and the functions over it are
 * amounts in the customer's own currency.  An expression that compares one with a
 * number other than 0, orders by it or shows it is watched, unless it reads a currency
 * itself.  Two amounts of one customer compare well.
 *
 * A customer counts for a watched condition where what stands beside the comparison
 * is true: in `country = 'DE' and revenue >= 50` only who lives there.  Where the
 * customers that count have two currencies or more there is something to report.
 */
#ifndef EXPR_PROFILE_MONEY_H
#define EXPR_PROFILE_MONEY_H

#include <stdint.h>

#include "expr/profile_scope.h"

enum money_use {
	MONEY_COMPARED,
	MONEY_ORDERED,
	MONEY_SHOWN,
	MONEY_MEASURED,		/* how far apart two customers are */
	MONEY_USES,
};

struct money_watch {
	const struct expr *expr;
	enum money_use use;
	struct span name;	/* of the rule or option; borrowed */
};

struct money_watches {
	struct money_watch *list;
	size_t count;
	size_t cap;
};

void money_watches_release(struct money_watches *w);

/* Watches E, which must outlive W, where it uses money so. */
void money_watch(struct money_watches *w, const struct expr *e, enum money_use use,
		 struct span name);

/* Does E read a currency? */
bool money_reads_currency(const struct expr *e);

/* What one thread has seen; zeroed at the start. */
struct money_seen {
	struct money_currency *list;
	size_t count;
	size_t cap;
	uint64_t *watched;	/* by watch: a bit for each of the first 64 currencies */
};

void money_seen_release(struct money_seen *s);

/*
 * Notes RUN's row, whose expressions can be evaluated.  WANTED: does a filter let it
 * through?  Only then does it count for what is ordered and shown.
 */
void money_note(const struct money_watches *w, struct money_seen *s, struct expr_run *run,
		bool wanted);

/*
 * Appends a line, ended by a newline, for each use of which customers of several
 * currencies were seen by the COUNT threads.
 */
void money_put(const struct money_watches *w, const struct money_seen *const *seen,
	       size_t count, struct buf *out);

#endif

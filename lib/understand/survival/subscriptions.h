/*
 * Subscriptions from the events of profiles: who has one since when, until when, and what it brings a month.
 *
 * An event is one of a subscription by its name (case, blanks and signs do not count): subscription, membership or contract with a
 * word for what happened, in either order, as in "Subscription Started", "subscription_renewed" or "Cancelled Contract":
 *
 *	started		created, activated, began, purchased, reactivated, restarted; "Trial Converted"
 *	renewed		extended
 *	changed		updated, upgraded, downgraded: another price
 *	paused		suspended, frozen: still a customer, who pays nothing
 *	resumed		unpaused, unfrozen
 *	cancelled	canceled, ended, expired, terminated, churned, deleted
 *
 * Its property subscription_id (membership_id, contract_id) says which one; without any a customer has one.  An end that lies ahead
 * (ends_at, effective_at, end_date, expires_at, cancel_at) is the end, unless the subscription is renewed or resumed before.  A
 * customer is one as long as one subscription has not ended; who ends and starts again on one day has not left.  A spell is such a
 * time without a gap: who comes back has a second one.
 *
 * The money of a month (MRR) is `mrr`, or else value, revenue, amount, price (times quantity or seats) or total by the interval (interval,
 * billing_interval, billing_period, period; times interval_count, or the number before it: "3 months"): weeks are 52 a year, days
 * 365.  Without an interval it is by that of the subscription's events before, or else a month's; the currency likewise.
 */
#ifndef SURVIVAL_SUBSCRIPTIONS_H
#define SURVIVAL_SUBSCRIPTIONS_H

#include "base/arena.h"
#include "base/decimal.h"
#include "base/map.h"
#include "record/profile.h"
#include "time/zone.h"
#include "understand/report/sheet.h"

/* What happened in a month. */
struct subscription_month {
	uint64_t started, back, ended;	/* customers */
};
struct subscription_money {
	struct decimal started, back, more, less, ended;
};

struct spell {
	struct span customer;	/* id */
	int64_t start, end;	/* days; END is that of as_of where it goes on */
	bool ended;
	struct span props, traits;	/* raw: of its first event, of the profile */
	struct decimal mrr;	/* at its beginning */
	struct span currency;
	double period;		/* days between its payments, by the last event that names an interval; 0: none does */
};

/* A customer at as_of. */
struct subscriber {
	bool known;		/* has or had a subscription */
	bool there;		/* one has not ended */
	bool leaves;		/* and its end has been announced: */
	int64_t leaves_on;	/* day */
	int64_t since;		/* day on which the spell began */
	double period;		/* of the spell */
	bool priced;		/* what it pays a month is known, in one currency: */
	struct decimal mrr;
	struct span currency;	/* "": none is named */
};

/* What was counted, of all profiles or by one worker. */
struct subscription_counts {
	uint64_t without;	/* profiles with events, none of a subscription */
	uint64_t no_events, omitted;	/* profiles whose events are not (all) there */
	uint64_t by_renewal;	/* subscriptions first seen in another event than a start */
	uint64_t unseen_ends;	/* ends of subscriptions that are not known */
	uint64_t unpriced;	/* starts without money */
	uint64_t assumed;	/* amounts without an interval */
	uint64_t odd_interval;	/* amounts by an interval that is no word we know: they count as none */
	uint64_t odd_end;	/* ends by a date that is not understood: as of their event */
	uint64_t odd_names;	/* events that count in nothing: see subscription_named_oddly */
};

/* One worker's; zeroed at the start. */
struct subscriptions {
	const struct zone *zone;	/* given */
	struct subscription_counts counts;
	struct span odd_name;		/* one of ODD_NAMES */
	struct spell *spells;
	size_t spell_count, spell_cap;
	int first_month;		/* of MONTHS; see report/month.h */
	struct subscription_month *months;
	size_t month_count;
	struct map currencies;		/* code -> number of its MONEY */
	struct subscription_money **money;	/* by currency, then month */
	size_t money_cap;
	struct arena texts;
	struct subscription_reading *reading;	/* scratch memory */
};

/* P's subscriptions up to its as_of, which must be known.  0, or -1 with a data error. */
int subscriptions_add(struct subscriptions *s, const struct profile *p, struct error *err);

/*
 * For who takes one customer at a time: P's spells alone, in place of those of the profile before (texts and all), and
 * what P is at its as_of; 0, or -1 as above.  Counts and months go on adding up; nobody needs them.
 */
int subscriptions_read(struct subscriptions *s, const struct profile *p, struct subscriber *out, struct error *err);

/* Could the events of P be of subscriptions?  A look at the bytes, far quicker than reading them. */
bool subscriptions_likely(const struct profile *p);

/* COUNT workers' as LIST[0]: spells by customer and start, months added up.  The others are released. */
void subscriptions_join(struct subscriptions *list, size_t count);
void subscriptions_release(struct subscriptions *s);

/*
 * Spells as a table in CSV: customer, started, days, ended (1 or 0), mrr, currency; then the properties of the first event and the
 * traits of the profile that are single values ("traits.x" where the name is taken).
 */
void subscriptions_put_table(const struct subscriptions *s, struct buf *out);

/* "months" and, where money is known, "mrr", up to AS_OF's month, which is marked unless it has passed. */
void subscriptions_add_months(const struct subscriptions *s, int64_t as_of, struct sheet *sheet);

/* And before them, by currency: what they pay now, and what changed in the last twelve months. */
void subscriptions_add_now(const struct subscriptions *s, int64_t as_of, struct sheet *sheet);

/* Appends what is doubtful about what was counted, a line each. */
void subscriptions_put_warnings(const struct subscriptions *s, struct buf *out);

#endif

/*
 * What a shop says has become of an order: `props.status` and the properties that say the same under
 * other names (`payment_status`, `financial_status`, `cancelled_at` ...), in the words of the common
 * shop programs and their translations.  Where several properties say something, the one that leaves least
 * money counts: they are in that order here.
 */
#ifndef RECORD_ORDER_STATUS_H
#define RECORD_ORDER_STATUS_H

#include "base/span.h"
#include "record/scan.h"

enum order_status {
	ORDER_STATUS_ABSENT,	/* nothing is said */
	ORDER_STATUS_UNKNOWN,	/* a word that is in no table: an order like any other */
	ORDER_STATUS_DONE,	/* paid, shipped, completed ... */
	ORDER_STATUS_PARTLY,	/* a part was paid back: as much as `refunded` says */
	ORDER_STATUS_UNDONE,	/* refunded, cancelled, voided, charged back: all was paid back */
	ORDER_STATUS_REFUND,	/* by its type the record is itself a refund */
	ORDER_STATUS_OPEN,	/* pending, on hold, a draft, abandoned: no order yet */
	ORDER_STATUS_FAILED,	/* failed, declined, expired, a test: no order */
	ORDER_STATUS_OTHER,	/* by its type the record is something else: a payout, a fee */
	ORDER_STATUSES,
};

/*
 * The word of a status, in any case, with blanks, "_" or "-" between words; "wc-" in front is passed
 * over.  Empty text is ABSENT.
 */
enum order_status order_status_of(struct span text);

/* The same of a transaction's type: "Sale", "Refund", "Payout".  Words of no table are ABSENT: types are many things. */
enum order_status order_status_of_type(struct span text);

/* What the property KEY with value V says of the order; ABSENT for all other properties. */
enum order_status order_status_of_property(struct span key, struct value v);

/* The same of a value that is TEXT, its escapes gone, of KIND: a text, a number, true or false. */
enum order_status order_status_of_cell(struct span key, enum value_kind kind, struct span text);

/* Is the value of property KEY the word itself, and no time, truth or number? */
bool order_status_is_word(struct span key);

/* Are there properties of this name, folded, that order_status_of_property reads? */
bool order_status_is_key(struct span key);

/*
 * May property KEY be a question, "Refunded?", as well as an amount?  As the question it is is_KEY, of which
 * 1 and 0 are yes and no, too.
 */
bool order_status_asks_by(struct span key);

#endif

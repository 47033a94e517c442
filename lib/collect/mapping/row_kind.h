/*
 * What a record is, where neither an option nor the mapping says it: an event, an order, a person or
 * a page view.
 *
 * A file may hold several of these: the streams of a tap, contacts beside orders, the answer of an
 * API.  Each record is taken for what it says itself, as if it stood alone:
 *
 *	an order	its stream, table, object or type is named after orders
 *	a person	the same after people, and it is no purchase
 *	an event	it has an event's name, an order's number, money or a product
 *	a page view	it has a web address and a time
 *	a person	it has what people have: a name, an e-mail address, a number of theirs, and it is not
 *			named after something else, such as products or sessions
 *	an event	else
 *
 * In a table all rows have the same columns.  There a row is a page view or a person's where columns of events and
 * orders are empty in it; what the others are, the header says.  Orders have a number, and money or a product.
 */
#ifndef MAPPING_ROW_KIND_H
#define MAPPING_ROW_KIND_H

#include <stdbool.h>
#include <stdint.h>

#include "collect/rows/cell.h"

enum row_kind {
	ROW_ANY,	/* nothing is said: a plan guesses by its columns */
	ROW_EVENT,
	ROW_ORDER,	/* by its own word: its member `id` is the order's number */
	ROW_PERSON,
	ROW_PAGE,
	ROW_KINDS,
};

struct plan;
struct row_kinds;

/* What WORD, the name of a stream or a type ("public.orders", "Customer"), says: ROW_ORDER, ROW_PERSON,
 * ROW_EVENT (no person: "product", "session") or ROW_ANY. */
enum row_kind row_kind_of_word(struct span word);

/* Is NAME, of a column or member, one that says what its record is? */
bool row_kind_is_said_by(struct span name);

/* May rows of P, which is settled, be of other kinds than p->kind? */
bool row_kinds_differ(const struct plan *p);

/* For the rows of P, which is borrowed; one for each worker.  Owned: row_kinds_free. */
struct row_kinds *row_kinds_new(const struct plan *p);
void row_kinds_free(struct row_kinds *k);

struct row_said {
	enum row_kind kind;
	/* Of JSON only, where no event is named: */
	bool order;		/* an order, whatever its status makes of it */
	bool half;		/* no order: it has the number of one, and no money */
};

struct row_said row_kinds_of(struct row_kinds *k, const struct row *row);

#endif

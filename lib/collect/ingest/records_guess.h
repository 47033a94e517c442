/*
 * The records of a JSON document that nobody has told of: an answer of an API, {"data": [...], "next": ...}.
 *
 * By the first document alone, and only where it says nothing about anybody itself: a customer with a list of
 * addresses is a record, and so is an order with its items.
 */
#ifndef INGEST_RECORDS_GUESS_H
#define INGEST_RECORDS_GUESS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/span.h"

enum records_guess {
	GUESS_NONE,	/* the document is a record */
	GUESS_ONE,	/* its records are in one array */
	GUESS_SEVERAL,	/* in several: which? */
	GUESS_WRAPPED,	/* in one array, each inside a member of its element: "attributes" */
	GUESS_KEYED,	/* each record is a member of the document, under a key of its own */
	GUESS_COLUMNS,	/* the document has columns instead of records */
	GUESS_ROWS,	/* it has lists of values without names */
	GUESS_PARAMS,	/* a member is a list of keys and values */
	GUESS_LIST,	/* nothing is known of it, and it has an array of objects */
};

/*
 * Looks at HEAD, the beginning of a file; the paths are put into OUT, separated by ", ".  Of GUESS_WRAPPED,
 * GUESS_KEYED and GUESS_PARAMS OUT is a filter of jq that makes records of the document.
 */
enum records_guess records_guess(struct span head, struct buf *out);

#endif

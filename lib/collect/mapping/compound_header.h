/*
 * Headers that are put together of words: "order_purchase_timestamp", "Bestellt am", "WEBORDERNUMBER".
 *
 * The table of headers (field_table.c) has whole headers. Here a header means what a word of that table means where
 * all of it is made of words that say no more than that: whose or what it is of (order, customer), what happened
 * (placed, created), and what is said of it (date, timestamp, number). One other word, such as those of what may
 * happen later (delivered, due, updated, last), and the header means nothing: it is not read, and the run says so.
 */
#ifndef MAPPING_COMPOUND_HEADER_H
#define MAPPING_COMPOUND_HEADER_H

#include <stdbool.h>

#include "base/span.h"

struct compound_header {
	struct span word;	/* of the table of headers */
	unsigned rank;		/* so much later it is asked than that word */
	bool clock;		/* it may be a time of the day: "order placed time" */
};

/* What SQUASHED (field_squash) means; false: it is no such header, or means nothing. */
bool compound_header(struct span squashed, struct compound_header *out);

#endif

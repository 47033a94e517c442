/*
 * What a table's columns, or members of JSON, hold by their first rows, and nothing reads by their names:
 * addresses, currencies, statuses of orders, whose they are; and money that no order has.  Reported where a format or the
 * mapping has not settled it, and another column is not already the one that counts.
 */
#ifndef INGEST_REPORT_UNREAD_H
#define INGEST_REPORT_UNREAD_H

#include "collect/ingest/ingest.h"
#include "collect/ingest/source.h"

/*
 * Appends what to type so that orders have money: "--map revenue=prix_ht takes it", of a column that by its
 * name and values holds amounts, in hundredths where its name says so, and that nothing reads; else a
 * column to be named.
 */
void report_put_amount(const struct source *s, struct buf *out);

/* May a column of this folded NAME say whose a row is, as "customer" does? */
bool report_names_somebody(struct span name);

void report_unread(const struct source *s, const struct ingest_calls *calls);

#endif

/*
 * Everything known about one person: the profile's head as short tables and
 * the events, newest last.
 */
#ifndef REPORT_CUSTOMER_H
#define REPORT_CUSTOMER_H

#include "record/profile.h"
#include "understand/report/sheet.h"

/*
 * Does KEY name the customer: the id, or any identifier (case aside)?
 * SCRATCH is overwritten.
 */
bool customer_matches(const struct profile *p, struct span key,
		      struct buf *scratch);

/* The newest e-mail, or name, or id: to list several.  In SCRATCH. */
struct span customer_label(const struct profile *p, struct buf *scratch);

/* V as a cell whose texts live in SHEET. */
struct cell customer_cell(struct sheet *sheet, struct value v);

/* Adds the sections.  0, or -1 with a data error in the events. */
int customer_fill(const struct profile *p, struct sheet *sheet,
		  struct error *err);

#endif

/*
 * Columns by which a source says that it has deleted whom a record is about: "is_deleted", "deleted_at", and the
 * property `deleted` of a mapping.  What an order's say is read with its status: record/order_status.h.
 *
 * A yes or no decides; a day of deletion alone says yes.  Who was restored often keeps the day.
 */
#ifndef MAPPING_DELETION_H
#define MAPPING_DELETION_H

#include <stdbool.h>

#include "base/span.h"
#include "collect/rows/cell.h"

struct plan;

/* The targets of P, which are in their order, go into p->deletions; of identify records only. */
void deletions_find(struct plan *p);

enum deletion {
	DELETION_UNSAID,
	DELETION_DAY,	/* something that is no yes or no */
	DELETION_NO,
	DELETION_YES,
};

/* What the value of such a target says. */
enum deletion deletion_of(const struct cell *c);

#endif

/*
 * Where a profile comes from, as sections: its members `lineage` and `links`
 * (cdp-records(5)), when cdp-merge was asked to keep them.
 */
#ifndef REPORT_CUSTOMER_ORIGIN_H
#define REPORT_CUSTOMER_ORIGIN_H

#include "record/profile.h"
#include "understand/report/sheet.h"

/* Is KEY one of those members? */
bool customer_origin_has(struct span key);

/* Adds a section for each that P has. */
void customer_origin_fill(const struct profile *p, struct sheet *sheet);

#endif

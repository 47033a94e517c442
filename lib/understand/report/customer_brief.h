/*
 * One customer at a glance, at most a screen: who it is, value, risk, offers, consent, visits, the
 * last orders with their state, the last contacts.  customer.h has everything.
 */
#ifndef REPORT_CUSTOMER_BRIEF_H
#define REPORT_CUSTOMER_BRIEF_H

#include "record/profile.h"
#include "understand/report/sheet.h"

/* Adds the sections; what has no row is left out.  0, or -1 with a data error in the events. */
int customer_brief_fill(const struct profile *p, struct sheet *sheet, struct error *err);

#endif

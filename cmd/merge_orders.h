/* What cdp-merge has to report of orders: which of them do not agree, and where their money comes from. */
#ifndef CMD_MERGE_ORDERS_H
#define CMD_MERGE_ORDERS_H

#include "cmd/tool.h"
#include "unify/golden/profile_line.h"

/* Once the profiles are made; S is what they add up to. */
void merge_orders_report(struct tool *t, const struct sums *s);

#endif

/* cdp-churn survival on profiles: subscriptions become a table of spells (understand/survival/subscriptions.h). */
#ifndef CMD_SURVIVAL_PROFILES_H
#define CMD_SURVIVAL_PROFILES_H

#include "cmd/tool.h"
#include "understand/report/sheet.h"
#include "understand/table/frame.h"

/*
 * Reads the operands, adds the months to SHEET and sets its as_of, and makes F, whose columns are days and ended and what is known
 * of each.  Ends the run where there is no subscription.
 */
void survival_profiles_read(struct tool *t, struct sheet *sheet, struct frame *f);

#endif

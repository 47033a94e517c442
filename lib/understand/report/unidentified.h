/*
 * The events that no customer could be found for (cdp-merge --unidentified),
 * for totals beside the profiles: so that money in equals money shown.
 */
#ifndef REPORT_UNIDENTIFIED_H
#define REPORT_UNIDENTIFIED_H

#include "base/error.h"
#include "understand/report/sheet.h"

struct unidentified;

/* Events later than AS_OF are shown apart; MOMENT_NONE: none is later. */
struct unidentified *unidentified_new(unsigned workers, int64_t as_of);
void unidentified_free(struct unidentified *u);

/* Counts the event record LINE.  0, or -1 with a data error. */
int unidentified_line(struct unidentified *u, unsigned worker,
		      struct span line, struct error *err);

/* -1 with a failed error when a sum of money does not fit. */
int unidentified_fill(struct unidentified *u, struct sheet *sheet,
		      struct error *err);

#endif

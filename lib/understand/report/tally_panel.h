/* Counts by key, and of how many different customers, or posts, there are of each. */
#ifndef REPORT_TALLY_PANEL_H
#define REPORT_TALLY_PANEL_H

#include "understand/report/tally.h"

struct tally_panel {
	struct tally tally;
	uint64_t *seen;		/* by row: the number of the customer who was counted last */
	size_t cap;
};

/* The row of KEY; *FIRST: NUMBER, which is not 0, has not been at it just before. */
struct tally_row *tally_panel_row(struct tally_panel *p, struct span key, uint64_t number, bool *first);

void tally_panel_release(struct tally_panel *p);

#endif

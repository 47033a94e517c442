/*
 * The reports of cdp-report: one row each.  A report that is counted brings its options itself
 * (understand/report/count.h); those of the others stand here.
 */
#ifndef CMD_REPORTS_H
#define CMD_REPORTS_H

#include "understand/report/count.h"

#define COUNTED_MAX 4	/* NULL included */

enum report_kind { REPORT_COUNTED, REPORT_CUSTOMER, REPORT_LIST, REPORT_EVENTS, REPORT_IDS };

struct report {
	const char *name;
	const char *title;
	enum report_kind kind;
	const char *about;	/* for its --help */
	const struct counting *counted[COUNTED_MAX];
	const struct count_option *options;	/* beside those of counted[0]; ends with a NULL name */
};

/* The first is what is shown where none is named; the last has a NULL name. */
extern const struct report reports[];

/* All names but the first, for completion; ends with NULL. */
const char *const *report_names(void);

/* The report of that name, or NULL. */
const struct report *report_find(const char *name);

#endif

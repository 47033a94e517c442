/*
 * The reports of cdp-report: one row each.  A report that is counted brings its options itself
 * (understand/report/count.h); those of the others stand here.
 */
#ifndef CMD_REPORTS_H
#define CMD_REPORTS_H

#include "understand/report/count.h"

#define COUNTED_MAX 32	/* NULL included */

enum report_kind { REPORT_COUNTED, REPORT_CUSTOMER, REPORT_LIST, REPORT_EVENTS, REPORT_IDS };

struct report {
	const char *name;
	const char *title;
	enum report_kind kind;
	const char *about;	/* for its --help */
	const struct counting *counted[COUNTED_MAX];
	const struct count_option *options;	/* beside those of what is counted; ends with a NULL name */
	const char *whole_only;	/* why it is not made by parts (--partial, --combine); NULL: it is */
	const char *no_k;	/* why it cannot hide figures of few people (--k); NULL: it does */
};

/* The first is what is shown where none is named; the last has a NULL name. */
extern const struct report reports[];

/* All names but the first, for completion; ends with NULL. */
const char *const *report_names(void);

/* The report of that name, or NULL. */
const struct report *report_find(const char *name);

/*
 * The COUNT reports of LIST, all counted, as one, each counted once.  Once a run; where it is one
 * report, that.
 */
const struct report *report_combine(const struct report *const *list, size_t count);

/* The title of the report that counts COUNTED alone. */
const char *report_title(const struct counting *counted);

#endif

/*
 * Reports by parts: a run over some of the customers writes a summary (--partial), and a run over
 * summaries (--combine) shows the report of them all.  understand/report/partial.h has the sums; here is what
 * was asked, which must be the same in all of them, and who was in which part.
 */
#ifndef CMD_REPORT_PARTS_H
#define CMD_REPORT_PARTS_H

#include "cmd/reports.h"
#include "cmd/tool.h"
#include "record/again.h"
#include "understand/report/partial.h"

/* An option of all reports that says what is counted, and what was given for it. */
struct part_option {
	const char *name;
	const char **text;
	bool file;		/* what counts is what the file has */
};

/* Ends with a usage error that names a report which cannot be made by parts, and why. */
void report_parts_check(struct tool *t, const struct report *report);

/* What one part has beside the reports' sums. */
struct part_head {
	int64_t as_of;
	bool any;		/* a profile: AS_OF is theirs */
	uint64_t profiles;
	uint64_t customers;	/* a sum over their ids, which does not depend on their order */
};

/* Appends the first line's members. */
void report_parts_put_head(struct tool *t, const struct report *report, const struct part_option *shared,
			   const struct part_head *head, struct buf *out);

/* ---- summaries ---- */

struct report_parts;

/* Opens the operands, and reads the first line of the first.  Ends with 2 or 3.  Owned: report_parts_free. */
struct report_parts *report_parts_open(struct tool *t);
/* With the texts of options that it took. */
void report_parts_free(struct report_parts *r);

/* The reports that the first summary has, where none were NAMED; ends with a usage error where these are others. */
const struct report *report_parts_reports(struct report_parts *r, struct tool *t, const struct report *named);

/* What was asked by the first summary, for options that were not given here.  Before they are used. */
void report_parts_take_asked(struct report_parts *r, struct tool *t, const struct part_option *shared);

/*
 * The next summary: 1 with *HEAD, 0 at the end.  Ends with 2 where it was asked something else, or is the same part as
 * an earlier one; with 3 where it is cut or no summary.
 */
int report_parts_next(struct report_parts *r, struct tool *t, const struct report *report, struct part_head *head);

/* What reads the sums of the summary at hand. */
struct partial *report_parts_partial(struct report_parts *r);

#endif

/*
 * The parts of the HTML page: its style, its cards, its charts, its figures and findings.  Not for
 * others: they call show_sheet.
 */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include "base/buf.h"
#include "understand/report/sheet.h"

#define PAGE_LIST_ROWS 12	/* shown of a list among other cards; "and 23 more" */
#define PAGE_FOLDED_ROWS 200	/* of a table behind its chart */
#define PAGE_HEAT_ROWS 48	/* of a heat map, the newest: a cohort is as wide as it is old */
#define PAGE_LEVELS 5		/* of a heat map */

extern const char page_style[];

/* What stands in a cell: periods and times in words. */
void page_put_cell(struct buf *out, const struct section *s, size_t row, size_t column);

/* The card of S with a heading of LEVEL; ALONE: it has the page for itself. */
void page_put_card(struct buf *out, const struct section *s, int level, bool alone);

/* LOOK_FIGURES: a tile each, with its change and the course of time. */
void page_put_figures(struct buf *out, const struct section *s, int level);

/* LOOK_FINDINGS: sentences. */
void page_put_findings(struct buf *out, const struct section *s, int level);

/*
 * The chart of a section of CHART_LINE as an inline <svg role="img"> with title, description,
 * axes, and a <title> on every point; colours come from the style sheet by class.  Nothing where
 * fewer than two rows, or no figure but 0, are there: false.
 */
bool page_put_chart(struct buf *out, const struct section *s);

/* COUNT figures, oldest first, as a line without axes. */
void page_put_spark(struct buf *out, const double *figures, size_t count);

#endif

/* The parts of the HTML page; escaping of data is text/html.h. */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include "base/buf.h"
#include "understand/report/sheet.h"

/*
 * The chart of a section as an inline <svg role="img"> with title and
 * description; colours come from the page's style sheet by class.  Nothing for
 * CHART_NONE and CHART_HEAT (its table is the chart) or without rows.
 */
void svg_put_chart(struct buf *out, const struct section *s);

#endif

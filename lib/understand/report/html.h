/*
 * Escaping for HTML and SVG text and attributes: the five characters, and
 * '?' for a control character or a bidi override.  Data never goes anywhere else (no script,
 * no style, no URL).
 */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include "base/buf.h"
#include "base/span.h"
#include "understand/report/sheet.h"

void html_put(struct buf *out, struct span text);

/*
 * The chart of a section as an inline <svg role="img"> with title and
 * description; colours come from the page's style sheet by class.  Nothing for
 * CHART_NONE and CHART_HEAT (its table is the chart) or without rows.
 */
void svg_put_chart(struct buf *out, const struct section *s);

#endif

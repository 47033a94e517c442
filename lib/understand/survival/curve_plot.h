/* Curves drawn in letters, for a terminal: S from above to below, time from left to right. */
#ifndef SURVIVAL_CURVE_PLOT_H
#define SURVIVAL_CURVE_PLOT_H

#include "base/buf.h"
#include "understand/survival/curve_sheet.h"

#define CURVE_PLOT_GROUPS 6	/* more are not told apart */

/* Appends the drawing; nothing where there are too many groups, or no time passes.  UNICODE: axes of lines. */
void curves_put_plot(const struct curves *s, bool unicode, struct buf *out);

#endif

/*
 * A section as people see it: what stands in a cell, which columns hold
 * numbers, how deep a heat map's cell is.  Text, Markdown and HTML agree.
 */
#ifndef REPORT_VIEW_H
#define REPORT_VIEW_H

#include "base/buf.h"
#include "understand/report/sheet.h"

/* The cell as people read it: names of pairs without underscores, the cells of a
 * heat map with a base as percentages of it. */
void view_put_cell(struct buf *out, const struct section *s, size_t row,
		   size_t column);

/* Does any cell of COLUMN hold a number?  Then all stand on the right. */
bool view_is_number(const struct section *s, size_t column);

/* The largest and the smallest (at most 0) size in columns FROM .. TO. */
void view_range(const struct section *s, size_t from, size_t to, double *low,
		double *high);

/*
 * The depth of a heat map's cell, 0 to 9, or -1 for none: its share of the base
 * or, without one, of the largest cell, MOST.
 */
#define VIEW_DEPTHS 10
int view_depth(const struct section *s, size_t row, size_t column, double most);

/* TEXT in at most WIDTH columns: cut, then with an ellipsis. */
void view_put_cut(struct buf *out, struct span text, size_t width);

/* The same, cut at its beginning, behind an ellipsis. */
void view_put_end(struct buf *out, struct span text, size_t width);

/* A round step that divides RANGE (> 0) into about PARTS: 1, 2, 2.5 or 5 times
 * a power of ten. */
double view_step(double range, int parts);

/* "1.5M", "250k", "0.5": a tick of an axis. */
void view_put_tick(struct buf *out, double number);

#endif

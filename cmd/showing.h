/* The shape in which a tool shows its tables, for all that have some. */
#ifndef CMD_SHOWING_H
#define CMD_SHOWING_H

#include "cmd/tool.h"
#include "text/xlsx.h"
#include "understand/report/show.h"

/*
 * Fills *HOW once the output is open: the shape that --to names (SHAPE_TEXT may be NULL), else the one that the
 * output's name ends in, else text.  A usage error for an ending that is no shape's.
 */
void showing_choose(struct tool *t, const char *shape_text, struct show *how);

/* What a workbook for T's output is made with; a usage error where the output cannot be one: a terminal, NAME.xlsx.gz. */
struct xlsx_setup showing_book_setup(struct tool *t);

/* What Excel's limits did to a workbook: texts CUT, FURTHER sheets. */
void showing_warn_book(struct tool *t, uint64_t cut, size_t further);

/* Behind the last that is shown, before tool_finish: a workbook goes to the output.  Frees it. */
void showing_finish(struct tool *t, struct show *how);

#endif

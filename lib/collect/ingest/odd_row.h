/*
 * Rows of a table that are not what the header promises, and yet are understood: whatever a row
 * becomes, it becomes by itself, not by its neighbours.
 *
 * Empty cells behind the last column are left out.  Cells that are missing at the end are empty, as
 * spreadsheets write them, where those that are there look like their columns and none that is
 * missing says whose the row is, when it was or what was paid, and the line has its end: else the row may be half of one.  A row
 * that begins with a word like "Total", holds nothing else but numbers, and says neither whose it is nor
 * when it was, is the sum of others; so is one that begins with "Total for".  Lines that draw the table, that count
 * its rows or that say who made it are none; nor are headings, of which only a column without a name is filled.
 */
#ifndef INGEST_ODD_ROW_H
#define INGEST_ODD_ROW_H

#include "collect/mapping/plan.h"
#include "collect/rows/rows.h"

struct odd_rows;

/* For the rows of P, one worker's.  Owned: odd_rows_free. */
struct odd_rows *odd_rows_new(const struct plan *p, char delimiter);
void odd_rows_free(struct odd_rows *o);

/* Makes *FITTED of ROW, with as many cells as the plan has columns: *NOTE says how.  False: it cannot. */
bool odd_rows_fit(struct odd_rows *o, const struct row *row, struct row *fitted,
		  enum table_note *note);

/*
 * Is ROW, whose cells beyond the plan's columns do not count, none: the sum of others (*NOTE is
 * TABLE_TOTAL), a line that is no row (TABLE_REMARK), or a heading (TABLE_HEADING)?
 */
bool odd_rows_leave_out(const struct odd_rows *o, const struct row *row, enum table_note *note);

/* May the row whose first filled cell is CELL, without blanks around, be the sum of others ("Total", "Total Ann")? */
bool odd_row_begins_sum(struct span cell);

#endif

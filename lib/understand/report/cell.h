/*
 * One cell as text, for machines (full precision, no decoration), as JSON, and
 * for people (rounded, grouped, cleaned).
 */
#ifndef REPORT_CELL_H
#define REPORT_CELL_H

#include "base/buf.h"
#include "understand/report/sheet.h"

/* Unquoted; an unknown cell appends nothing. */
void cell_put_plain(struct buf *out, const struct cell *c);

/* A JSON value; an unknown cell is null. */
void cell_put_json(struct buf *out, const struct cell *c);

/*
 * For people: 1,234,567; 12.34 with the column's decimals; 12.3 %; 2024-03-01
 * 09:30; an unknown cell is "-"; an open period ends with "*".  Control
 * characters are cleaned away.
 */
void cell_put_people(struct buf *out, const struct cell *c,
		     const struct column *column, const struct zone *zone);

/* The name in a list of names and values, for people: blanks for underscores. */
void cell_put_name(struct buf *out, const struct cell *c);

/* People's header: the label or key, and its unit. */
void column_put_label(struct buf *out, const struct column *column);

/* Is it a number, which stands on the right? */
bool cell_is_number(const struct cell *c);

/* Its size for a chart; 0 for what has none. */
double cell_size(const struct cell *c);

#endif

/*
 * Cells that were written for spreadsheets: ="00123" and '0017 are texts there that keep their
 * zeros.  And lines that look alike.
 */
#ifndef ROWS_UNWRAP_H
#define ROWS_UNWRAP_H

#include <stdbool.h>

#include "base/span.h"

/* May a cell of TEXT have to be unwrapped? */
bool unwrap_wanted(struct span text, char delimiter);

/* ="x" is x; '0017 is 0017 where digits and what stands between them follow.  True where it was one. */
bool unwrap_cell(struct span *cell);

/*
 * Do the cells of LINE, cut at each DELIMITER, look like those of FIRST: numbers and dates, and addresses,
 * in the same places?  Two such places at least are needed.
 */
bool lines_alike(struct span first, struct span line, char delimiter);

#endif

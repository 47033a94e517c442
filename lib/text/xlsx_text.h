/* What may stand in an Excel workbook: texts of cells, names of sheets, numbers.  For xlsx.c and its tests. */
#ifndef TEXT_XLSX_TEXT_H
#define TEXT_XLSX_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * Appends TEXT as a cell has it: UTF-8, characters that XML has not as _x0007_ (ECMA-376 part 1, 22.9.2.19), what
 * looks like that as _x005F_x0007_, U+FFFD for a byte that is not UTF-8 and for U+FFFE and U+FFFF.  At most MOST
 * units of UTF-16: true where it was cut, with an ellipsis as its last.
 */
bool xlsx_put_escaped(struct buf *out, struct span text, size_t most);

/*
 * Appends a name that Excel takes for a sheet: at most 31 characters, none of []:*?/\ and no controls, no
 * apostrophe at its ends, not "History".  NUMBER above 1 ends it: "orders 2".
 */
void xlsx_put_name(struct buf *out, struct span wanted, size_t number);

/* The digits that a JSON number has, without zeros at either end: "0012.50" has three. */
size_t xlsx_digits(struct span number);

/* Places behind the point that a plain decimal number has. */
size_t xlsx_places(struct span number);

#endif

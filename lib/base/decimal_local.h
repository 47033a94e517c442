/*
 * Numbers as people and spreadsheets write them.
 */
#ifndef BASE_DECIMAL_LOCAL_H
#define BASE_DECIMAL_LOCAL_H

#include "base/decimal.h"

/*
 * A number as people and spreadsheets write it: blanks around, a sign before or
 * behind, parentheses for minus, thousands separators in groups of three (the
 * other of "." and ",", blanks, no-break blanks, apostrophes; Indian
 * 12,34,567 too), dashes for decimals that are zero ("25,-"), a currency sign or ISO code before or behind, a final "%"
 * (divided by 100).  POINT is the decimal separator, '.' or ','.
 */
bool decimal_parse_local(struct span text, char point, struct decimal *out);

/*
 * The same where it may be shortened: "1.2K" is 1200, "3,5 Mio" 3500000.  Behind the digits: k, K or Tsd a
 * thousand, m, M, Mio or mn a million, B, bn or Mrd a thousand of them.
 */
bool decimal_parse_short(struct span text, char point, struct decimal *out);

/* What stood around a number: the currency before and behind it (absent: none), a percent sign. */
struct decimal_marks {
	struct span currency[2];
	bool percent;
};

/* The same, with what stood around the number, which borrows from TEXT. */
bool decimal_parse_marked(struct span text, char point, struct decimal *out,
			  struct decimal_marks *marks);

/*
 * With which decimal separators can TEXT be read?  Bits, 0 when it is no
 * number: "1,234" fits both and differs, "1,234.50" only '.', "12" both alike.
 */
#define DECIMAL_FITS_POINT 1
#define DECIMAL_FITS_COMMA 2
#define DECIMAL_DIFFERS 4	/* both, with different values */
unsigned decimal_fits(struct span text);

#endif

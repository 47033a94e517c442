/* How a text of cells is written: what stands between them, and around them. */
#ifndef ROWS_DIALECT_H
#define ROWS_DIALECT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

struct dialect {
	char delimiter;		/* SPLIT_BLANK for runs of blanks */
	char quote;		/* " or '; 0: a quote is a byte like any other */
	bool backslash;		/* it takes the next byte its meaning: \" inside quotes */
	size_t columns;		/* of the header; 0: not known */
	struct span header;	/* its line, without end, which may come again; empty: none.  Borrowed */
};

#endif

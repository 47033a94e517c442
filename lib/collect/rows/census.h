/*
 * Which kinds of bytes a text holds, in one pass of 16 bytes at a time.  Blocks
 * without quotes, control characters and backslashes take short cuts.
 */
#ifndef ROWS_CENSUS_H
#define ROWS_CENSUS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

struct census {
	bool quote;	/* " */
	bool backslash;
	bool control;	/* below the blank, line ends aside */
	bool nul;
	bool cr;	/* a CR that no LF follows */
	bool high;	/* beyond ASCII */
};

struct census census_take(struct span text);

/* How many double quotes are in TEXT. */
size_t census_quotes(struct span text);

/* How many lines end in TEXT: by LF, CR LF or CR. */
size_t census_lines(struct span text);

/*
 * Where the line that begins at P ends: behind its LF, CR LF or CR, or END when
 * it has no end.
 */
const char *census_line_end(const char *p, const char *end);

#endif

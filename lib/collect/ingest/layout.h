/*
 * How a table is laid out, told by its first lines: what stands between the cells and around
 * them, and which line is the header.
 *
 * A delimiter is judged by how well it cuts the lines into rows of one length, not by the header
 * alone: "id;total, EUR" above "1;5,00" has semicolons, though each line holds one comma, too.  Where
 * several do, headers that mean something decide, then the number of columns, then how rarely the
 * byte stands in texts (tab, pipe, semicolon, comma).
 *
 * Spreadsheets put `sep=;` before the header, and reports their title, period and author: lines
 * with next to nothing in them, above one that names as many columns as the rows have.
 */
#ifndef INGEST_LAYOUT_H
#define INGEST_LAYOUT_H

#include "base/error.h"
#include "collect/rows/dialect.h"

/* So much of a file is looked at, or all of it. */
#define LAYOUT_BYTES ((size_t)64 << 10)

/* What is known before. */
struct layout_given {
	bool delimited;		/* DELIMITER is known */
	char delimiter;
	bool quoted;		/* QUOTE and BACKSLASH are known */
	char quote;		/* as in struct dialect */
	bool backslash;
	size_t named;		/* so many columns are named outside: the file has no header; 0: it has */
	bool skips;		/* the header is behind SKIP lines */
	size_t skip;
};

struct layout {
	struct dialect dialect;	/* header is not set */
	size_t above;		/* bytes before the header, or before the first row... */
	size_t lines_above;	/* ...which are so many lines... */
	bool separator;		/* ...the first of which is `sep=`... */
	struct span title;	/* ...and the first other one that is not blank; empty: none */
	size_t cells;		/* most rows have so many */
	bool odd_header;	/* the header has one, and none was found with as many */
	bool wrapped;		/* each line is one quoted cell with cells inside */
	const char *apart;	/* two bytes or blanks that seem to part the cells of a text that no
				   delimiter parts; NULL: none */
};

/* TEXT: the beginning of a file, behind its mark; LAST: all of it.  Spans in *OUT borrow from it. */
void layout_read(struct span text, bool last, const struct layout_given *given, struct layout *out);

/* Is CELL a number, a date or an address, which no header is? */
bool layout_is_value(struct span cell);

#endif

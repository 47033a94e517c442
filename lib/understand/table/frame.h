/*
 * A plain table of any shop, study or bank, held by its columns: what a CSV file says, before anybody makes
 * numbers of it.  No mapping, no records: rows are cases, columns what is known of each.
 *
 * A file is read whole (plain, gzip or zstd, or stdin) and has a header.  The separator is a comma, semicolon, tab
 * or bar: the one that cuts header and first row into equally many cells, or what "sep=;" in the first line
 * says.  Cells may stand in quotes, with line ends inside; blanks around them go.  Blank lines are passed over.  A row
 * with other than the header's number of cells, an open quote, or bytes that are not UTF-8, is a bad row.  Where the first row
 * has one cell more than the header the first column is the names of rows, as R writes them: it is called "row".
 * Several files are one table when their headers have the same names, in any order.
 *
 * A column is looked at when it is asked for (frame_column):
 *
 *	FRAME_NUMBER	each cell that is there is a number: 12, -3.5, 1e-3
 *	FRAME_CATEGORY	any other text is a level; levels stand in the order of their bytes
 *	FRAME_EMPTY	no cell is there
 *
 * A cell is missing when it is empty or a word for nothing (text/null_word.h): of NULL_CELL in any column, of
 * NULL_FORM too where the others are numbers.  A decimal comma is understood where it can be nothing else ("12,5",
 * "0,125"); 1,234 alone may mean either, and frame_doubt asks.
 */
#ifndef TABLE_FRAME_H
#define TABLE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/span.h"
#include "text/null_word.h"

#define FRAME_NONE SIZE_MAX
#define FRAME_MISSING UINT32_MAX
#define FRAME_LEVELS_MAX 200	/* of a column that is used as a category */

enum frame_kind {
	FRAME_EMPTY,
	FRAME_NUMBER,
	FRAME_CATEGORY,
};

struct frame_column {
	struct span name;
	bool looked_at;		/* what follows is known */
	bool forced;		/* a category because the user says so */
	enum frame_kind kind;
	double *numbers;	/* FRAME_NUMBER: by row; NAN: missing */
	uint32_t *codes;	/* FRAME_CATEGORY: by row the number of its level, or FRAME_MISSING */
	struct span *levels;
	uint32_t level_count;
	size_t missing;		/* rows */
	bool decimal_comma;	/* FRAME_NUMBER: 12,5 was read as 12.5 */
	bool commas;		/* FRAME_CATEGORY: numbers, if only it were known what their commas mean */
	size_t numeric;		/* FRAME_CATEGORY: rows whose cell is a number */
	size_t odd;		/* ... and the first row whose cell is none */
	size_t told;		/* FRAME_CATEGORY: rows whose level is a word such as "unknown" or "NA" */
	size_t told_row;	/* the first of them */
};

/* A file of the table. */
struct frame_file {
	char *name;
	struct buf text;	/* cells point into it */
	size_t first_row;
};

struct frame {
	/* Given. */
	char separator;		/* 0: by the header */
	char decimal;		/* '.' or ','; 0: see above */
	const struct null_words *nulls;	/* borrowed */
	/* A bad row, and a file's header, each with its newline; may be NULL. */
	void (*fault)(void *context, struct span row, const struct error *why);
	void (*header)(void *context, struct span row);
	void *context;

	/* What was read. */
	struct frame_column *columns;
	size_t column_count;
	size_t row_count;
	uint64_t rejected;
	uint64_t blank;

	/* Internal. */
	struct frame_file *files;
	size_t file_count, file_cap;
	const char **bases;	/* by row: where its first byte is */
	uint64_t *lines;	/* by row */
	struct frame_piece {
		uint32_t at, len;
	} *cells;		/* by row and column, from the row's base */
	size_t row_cap;
	struct arena texts;
};

/* Adds the rows of PATH ("-": stdin).  -1 with *ERR: not readable, no table, or another header than before. */
int frame_read(struct frame *f, const char *path, struct error *err);

/* The same of TEXT, which F takes over; NAME is for messages. */
int frame_take(struct frame *f, const char *name, struct buf *text, struct error *err);

/* The number of the column called NAME (exactly, else without regard to case), or FRAME_NONE with a usage error. */
size_t frame_find(const struct frame *f, struct span name, struct error *err);

/* Column NUMBER, looked at.  Valid as long as F has no new rows. */
const struct frame_column *frame_column(struct frame *f, size_t number);

/* Column NUMBER is a category, numbers or not. */
void frame_make_category(struct frame *f, size_t number);

/*
 * May column NUMBER be used?  -1 with a usage error where it is a category that looks like badly written numbers,
 * like dates or an identifier, or where its commas can be read in two ways.
 */
int frame_doubt(struct frame *f, size_t number, struct error *err);

/* The text of a cell, for passing it through.  Borrowed from F. */
struct span frame_cell(const struct frame *f, size_t row, size_t column);

/* The place of ROW: adds it to *ERR and returns -1. */
int frame_place(const struct frame *f, size_t row, struct error *err);

void frame_release(struct frame *f);

/* TEXT as a number whose decimal sign is DECIMAL, with the other one between groups of three digits. */
bool frame_number(struct span text, char decimal, double *out);

#endif

/*
 * An Excel workbook (.xlsx), by libxlsxwriter, which only xlsx.c knows.
 *
 * Sheets are made one behind the other, each with rows from the top and cells from the left.  The rows of
 * several sheets may come in turns.  Whatever the number of rows, memory is constant: each sheet goes to a
 * scratch file, and all of them into the workbook at the end.
 *
 * What a program cannot write wrong:
 * - Text stays text, whatever it looks like: "=1+1", "007", "1E5", "http://...".  The cell has the format of
 *   texts, so that it stays one when somebody edits it.
 * - A number that Excel would round, of more than 15 digits, stands as text with all of them.
 * - Control characters are written as Excel writes them (_x0007_), and so is a text that looks like that;
 *   bytes that are not UTF-8 become U+FFFD.
 * - A text of more than 32,767 characters is cut and counted; rows beyond 1,048,576 go to a further sheet with
 *   the same header, "customers 2"; names of sheets are made valid and distinct.
 * - The same calls give the same bytes: the clock and the locale have no part in them.
 *
 * Errors stay: after one every call does nothing, and xlsx_finish tells it.  Want of memory goes to the
 * handler of base/mem.h.
 */
#ifndef TEXT_XLSX_H
#define TEXT_XLSX_H

#include <stdio.h>

#include "base/error.h"
#include "base/span.h"
#include "io/output.h"
#include "time/zone.h"

#define XLSX_COLUMNS 16384
#define XLSX_ROWS 1048576		/* of a sheet, its header included */
#define XLSX_TEXT 32767		/* characters of a cell, in units of UTF-16 */
#define XLSX_NAME 31		/* characters of a sheet's name */
#define XLSX_DIGITS 15		/* that Excel keeps of a number */

struct xlsx;
struct xlsx_sheet;

struct xlsx_setup {
	const char *scratch;	/* folder for scratch files; borrowed */
	FILE **messages;	/* &stderr of the program: the library's own messages are kept from it */
	const char *title;	/* NULL: none */
	int64_t made;		/* when it says it was made; MOMENT_NONE: a fixed day */
	uint32_t rows_most;	/* of a sheet; 0: XLSX_ROWS */
};

/* Was this program built with the library? */
bool xlsx_available(void);

/* Owned: xlsx_finish or xlsx_free.  NULL with *ERR. */
struct xlsx *xlsx_new(const struct xlsx_setup *setup, struct error *err);

/* Gives up. */
void xlsx_free(struct xlsx *b);

/* When it was made, where that is known later. */
void xlsx_date(struct xlsx *b, int64_t made);

/* Completes the workbook, writes it to OUT and frees it.  -1 with *ERR. */
int xlsx_finish(struct xlsx *b, struct output *out, struct error *err);

/* Texts that were cut. */
uint64_t xlsx_cut(const struct xlsx *b);

/*
 * A further sheet.  WANTED becomes a valid, distinct name.  HEADERS, COUNT of them (at most XLSX_COLUMNS), are
 * its first row: bold, frozen and filtered, and repeated where it goes on in a further sheet.  None: a sheet
 * without.  The columns become as wide as what stands in them.  Borrowed from B.
 */
struct xlsx_sheet *xlsx_add(struct xlsx *b, struct span wanted, const struct span *headers, size_t count);

/* Its name; borrowed. */
const char *xlsx_name(const struct xlsx_sheet *s);

/* Rows so far, without headers; the further sheets it went on in. */
uint64_t xlsx_rows(const struct xlsx_sheet *s);
size_t xlsx_further(const struct xlsx_sheet *s);

/* How a number is shown. */
struct xlsx_number {
	bool share;		/* of 1: shown as percent */
	int decimals;		/* shown, of a number that is no share; -1: as it is */
	bool money;		/* shown with the unit, and with two decimals where one would be shown */
	const char *unit;	/* a currency; NULL: none */
	bool open;		/* of a period that is not over: in italics */
};

/* The next cell of the row. */
void xlsx_put_text(struct xlsx_sheet *s, struct span text, bool open);
/* DIGITS: a decimal number as JSON has it. */
void xlsx_put_number(struct xlsx_sheet *s, struct span digits, const struct xlsx_number *how);
/* The civil time in ZONE (NULL: UTC), to the minute; before March 1900, where Excel's calendar is wrong, a text. */
void xlsx_put_time(struct xlsx_sheet *s, int64_t moment, const struct zone *zone);
void xlsx_put_nothing(struct xlsx_sheet *s);
/* A text in bold; one that leads to a sheet. */
void xlsx_put_heading(struct xlsx_sheet *s, struct span text);
void xlsx_put_link(struct xlsx_sheet *s, const struct xlsx_sheet *to);

void xlsx_end_row(struct xlsx_sheet *s);

enum xlsx_chart { XLSX_BARS, XLSX_COLUMNS_UP, XLSX_LINE };

/*
 * A chart beside the table of S: the first ROWS of column VALUES over those of LABELS.  Rows of a further sheet have
 * none.
 */
void xlsx_chart(struct xlsx_sheet *s, enum xlsx_chart kind, const char *title, size_t labels, size_t values,
		    uint64_t rows);

/*
 * Colours the cells of columns FROM to TO in ROWS rows from row FIRST on (0: the first below the header) by size,
 * from white at 0 to dark at MOST.
 */
void xlsx_heat(struct xlsx_sheet *s, uint64_t first, uint64_t rows, size_t from, size_t to, double most);

#endif

/*
 * Showing: a sheet, or a stream of rows, in the shape that is wanted.
 *
 * Machines' shapes (csv, json) give full precision and never decorate; people's
 * shapes (text, md, html) round, align and draw.  All escape what data could
 * smuggle in: control characters never reach a terminal, HTML is escaped, the
 * excel shape defuses formulas.
 */
#ifndef REPORT_SHOW_H
#define REPORT_SHOW_H

#include "base/buf.h"
#include "understand/report/sheet.h"

enum shape {
	SHAPE_TEXT,
	SHAPE_CSV,
	SHAPE_JSON,
	SHAPE_MARKDOWN,
	SHAPE_HTML,
	SHAPE_EXCEL,	/* CSV with a BOM, formulas defused */
	SHAPE_XLSX,	/* a workbook: show_xlsx.h */
	SHAPE_NONE,
};

/* Names for -t, NULL-terminated: text csv json md html excel xlsx. */
extern const char *const shape_names[];

/* SHAPE_NONE when unknown.  By a name, and by the ending of a path. */
enum shape shape_parse(struct span name);
enum shape shape_of_path(const char *path);

struct show_book;

struct show {
	enum shape shape;
	bool colour;		/* text: ANSI colours */
	bool unicode;		/* text: sparklines and blocks; else ASCII */
	bool terminal;		/* a person looks at it: csv and json are cleaned of controls */
	size_t width;		/* text: the terminal's columns; 0: no limit */
	struct show_book *book;	/* xlsx: what is shown goes there, and nothing to OUT; borrowed */
};

/* Appends the whole sheet.  CSV of several sections: one table of
 * section,row,column,value (one header, one width). */
void show_sheet(const struct show *how, const struct sheet *sheet,
		struct buf *out);

/*
 * Rows as they come (list, events, ids).  CSV and JSON (one object a line)
 * stream: a header, then each row by itself, on any thread.
 */
bool show_streams(enum shape shape);
void show_header(const struct show *how, const struct column *columns,
		 size_t count, struct buf *out);
/* SCRATCH is overwritten. */
void show_row(const struct show *how, const struct column *columns,
	      const struct cell *cells, size_t count, struct buf *out,
	      struct buf *scratch);

/*
 * The shapes for people, without a heading: a table, text or Markdown, whose
 * columns are as wide as the rows of SHEET's section need when it opens; rows
 * that come later keep to that, and what is wider sticks out.  HTML is a page
 * of its own (show_sheet) and shows SHOW_HTML_ROWS.
 */
#define SHOW_ALIGN_ROWS 10000
#define SHOW_HTML_ROWS 200	/* the whole stays under 150 KB */

struct show_table;

/* Shows the header and the rows there are.  HOW and the columns must outlive
 * it.  Owned: show_table_close. */
struct show_table *show_table_open(const struct show *how,
				   const struct section *s, struct buf *out);
/* All rows of S, whose columns are the same. */
void show_table_rows(struct show_table *t, const struct section *s,
		     struct buf *out);
void show_table_close(struct show_table *t);

#endif

/*
 * What a report is, before it is shown: a title, the customers' "now", and
 * sections, each a table with perhaps a chart that says the same.  The
 * counting side fills sheets; the showing side (show.h) prints them as text,
 * CSV, JSON, Markdown, HTML or for a spreadsheet.  So every figure is computed
 * once and every format shows the same ones.
 */
#ifndef REPORT_SHEET_H
#define REPORT_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/decimal.h"
#include "base/span.h"

enum cell_kind {
	CELL_NONE,	/* unknown: empty in CSV, null in JSON */
	CELL_TEXT,
	CELL_COUNT,	/* integer */
	CELL_NUMBER,	/* exact decimal: money, means */
	CELL_SHARE,	/* 0..1, shown as a percentage by people's formats */
	CELL_REAL,	/* a model's double, 6 significant digits */
	CELL_TIME,	/* RFC 3339 by machines, date and minute by people */
	CELL_LIST,	/* texts: ";" between them in CSV, an array in JSON */
	CELL_RAW,	/* a raw JSON value (an object) */
	CELL_HIDDEN,	/* a figure that would be of too few people (suppress.h): a word for people and in CSV, null in JSON */
};

struct cell {
	enum cell_kind kind;
	bool open;		/* its period has not fully passed: marked */
	union {
		struct span text;	/* CELL_TEXT, CELL_RAW */
		uint64_t count;
		struct decimal number;
		double real;		/* CELL_SHARE, CELL_REAL */
		int64_t time;
		struct {
			const struct span *items;
			size_t count;
		} list;
	};
};

#define CELL_EMPTY ((struct cell){0})
#define CELL_HIDDEN_TEXT "hidden"

/* How people's formats may draw a section beside its table. */
enum chart_kind {
	CHART_NONE,
	CHART_BARS,	/* one bar a row: column `chart_value` */
	CHART_LINE,	/* over the rows, which are periods */
	CHART_HEAT,	/* the cells of columns `chart_value` .. last, by share */
};

struct column {
	const char *key;	/* header of CSV, key of JSON: snake_case */
	const char *label;	/* people's header; NULL: the key */
	const char *unit;	/* "EUR", "days"; NULL */
	int decimals;		/* CELL_NUMBER for people; -1: as it is.  CELL_REAL: COLUMN_EXACT for six
				   digits for people, too; else four */
};

#define COLUMN_EXACT 6

/* What a section is beside a table: what figures.h adds. */
enum section_look { LOOK_TABLE, LOOK_FIGURES, LOOK_FINDINGS };

struct section {
	const char *key;	/* "revenue_by_month": JSON key, HTML anchor */
	const char *title;
	const char *note;	/* the definition of what is shown; may be NULL */
	struct column *columns;
	size_t column_count;
	struct cell *cells;	/* row after row; owned: mem_free */
	size_t row_count;
	size_t cell_cap;
	enum chart_kind chart;
	size_t chart_label;	/* columns of the chart */
	size_t chart_value;
	bool chart_curve;	/* CHART_LINE of shares from 0 to 1: a curve, beside the straight line of what all alike would be */
	bool chart_label_ends;	/* the end of a label tells rows apart: one too long loses its beginning */
	size_t chart_base;	/* CHART_HEAT: the column that people's formats show
				   the cells as shares of; 0: none */
	uint64_t left_out;	/* rows behind these that only the count is known of */
	size_t label_columns;	/* the first so many name a row; 0 is 1 */
	bool pairs;		/* two columns, name and value: shown as a list,
				   JSON as one object */
	const char *open_key;	/* JSON key of rows that begin with an open cell; NULL: "open" */
	const struct zone *zone;	/* of times for people, with their offset; NULL: UTC */
	enum section_look look;
	const char *part;	/* the report that it is of, where a sheet has several; NULL */
	const char *empty;	/* why there is no row, in people's words; NULL: "none" */
	const double *series;	/* LOOK_FIGURES: series_count a row, oldest first; borrowed; NULL */
	size_t series_count;
};

/* Until when a source has given records. */
struct freshness {
	struct span source;
	int64_t newest;
	bool late;	/* it has been silent for longer than it ever is */
};

/* What was asked for: an option and what was given with it. */
struct asked_option {
	const char *option;	/* "where" */
	const char *text;
};

struct sheet {
	const char *title;
	int64_t as_of;		/* MOMENT_NONE: unknown */
	const struct zone *zone;	/* of its sections; NULL: UTC; borrowed */
	const char *part;	/* of the sections added from here on; borrowed; NULL */
	const char *part_key;	/* in front of a key that another part has: "web_sources" */
	struct section *sections;
	size_t count, cap;
	int64_t from;		/* of the period that its figures are about, until as_of; MOMENT_NONE or 0: none */
	struct asked_option *asked;	/* with asked_count; shown with every report; owned by texts */
	size_t asked_count;
	struct freshness *fresh;	/* owned by texts */
	size_t fresh_count;
	struct arena texts;	/* what cells and names point to */
	struct buf warnings;	/* a line each: about what was asked */
};

#define SHEET_INIT ((struct sheet){0})

void sheet_release(struct sheet *s);

/* Appends when S is as of, for people, in its zone: "2024-03-31 23:59 UTC". */
void sheet_put_as_of(const struct sheet *s, struct buf *out);

/* KEY, TITLE, NOTE and the COLUMNS' texts must outlive the sheet (literals or
 * arena copies); the columns array is copied.  A KEY that another section has becomes that of
 * the part and KEY, or KEY_2.
 * Valid until the next add. */
struct section *sheet_add(struct sheet *s, const char *key, const char *title,
			  const struct column *columns, size_t column_count);

/* Why it has no row. */
const char *section_empty(const struct section *s);

/* A new row of empty cells: its first cell; valid until the next row. */
struct cell *section_row(struct section *s);

/* printf into the sheet's arena. */
const char *sheet_text(struct sheet *s, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Appends what was asked, as on the command line: "--where country = 'DE' --from 2026-01-01". */
void sheet_put_asked(const struct sheet *s, struct buf *out);

/* Notes that OPTION was given with TEXT (both are copied). */
void sheet_note_asked(struct sheet *s, const char *option, const char *text);

/* printf as a line of the warnings. */
void sheet_warn(struct sheet *s, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* NOTE, and what is hidden where figures rest on fewer than K people; of none NOTE itself. */
const char *sheet_note_hidden(struct sheet *s, const char *note, uint64_t k);

/* NOTE, and that so many customers have not all their events in the profiles; of none NOTE itself. */
const char *sheet_note_missing(struct sheet *s, const char *note, uint64_t customers);

struct cell cell_text(struct span text);	/* absent: CELL_NONE */
struct cell cell_count(uint64_t count);
struct cell cell_number(struct decimal number);
struct cell cell_share(double part, double whole);	/* whole 0: CELL_NONE */
struct cell cell_real(double real);		/* not finite: CELL_NONE */
/* SUM / COUNT in units of 1/SCALE, to three decimals; COUNT 0: CELL_NONE */
struct cell cell_mean(uint64_t sum, uint64_t count, int64_t scale);
struct cell cell_time(int64_t moment);		/* MOMENT_NONE: CELL_NONE */

#endif

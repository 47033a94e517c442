/* The row of a customer as its target wants it.  For audience.c alone. */
#ifndef AUDIENCE_ROW_H
#define AUDIENCE_ROW_H

#include "activate/audience/audience.h"

/* A cell: where it stands in a row_maker's text. */
struct row_cell {
	size_t from, len;
	bool raw;		/* JSON as it is */
};

/* The cells of one column of a customer, one for each of its values. */
struct row_values {
	struct row_cell *cell;
	size_t count, cap;
};

/*
 * Hashes of a column's values, each where its own hash puts it: names, towns and countries come again
 * and again.  The last of two that want one place has it.
 */
#define KNOWN_HASHES 1024
#define KNOWN_TEXT_MAX 31

struct known_hash {
	uint8_t len;		/* 0: none */
	char text[KNOWN_TEXT_MAX];
	char hex[64];
};

/* One for each thread; zeroed at the start. */
struct row_maker {
	const struct target *target;
	struct expr *const *fields;	/* by column */
	struct sha256 *sha256;
	struct buf text;		/* of the cells */
	struct buf scratch;
	struct row_values *values;	/* by column */
	struct column_use *use;		/* by column */
	bool *lists;			/* by column: has several values */
	struct known_hash **known;	/* by column; NULL: each value is hashed */
	size_t *widths;			/* by column: cells in a row */
	bool samples;
};

void row_maker_start(struct row_maker *m, const struct target *t, struct expr *const *fields, bool samples);
void row_maker_release(struct row_maker *m);

/* Evaluates the columns for RUN's row.  -1 with a data error. */
int row_fill(struct row_maker *m, struct expr_run *run, struct error *err);

/*
 * Appends the rows that are worth sending to OUT, packed for row_next (PACKED) or the target's bytes
 * alone; ID names the member where the target has no key columns.  How many.
 */
size_t row_put_all(struct row_maker *m, struct span id, bool packed, struct buf *out);

/* Appends the row that takes the member KEY (row_next) away: its key columns alone. */
void row_put_removal(const struct target *t, struct expr *const *fields, struct span key, struct buf *out);

void row_put_header(const struct target *t, struct expr *const *fields, struct buf *out);

#endif

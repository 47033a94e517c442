/*
 * A plain table (understand/table/frame.h) as raw rows of an encoding, with a label.
 *
 * Every column is a feature but the label, the id, those to be left out, and those that cannot be one: empty, with the
 * same value everywhere, with more texts than a category may have or another in every row, and numbers that only number the rows (all of them
 * whole and different, and either without a gap or in a column whose name ends in id, number, no or nr).  What is left out
 * is noted.  A column that looks like numbers badly written is a question (frame_doubt).
 */
#ifndef PREDICT_LABELLED_H
#define PREDICT_LABELLED_H

#include "base/buf.h"
#include "understand/predict/encoding.h"
#include "understand/table/frame.h"

struct labelled {
	/* Given. */
	const char *label;	/* "churned", or "state=left": its value that counts as churn */
	const char *id;		/* NULL: none */
	const char *leave_out;	/* "a,b"; NULL: none */
	const char *treatment;	/* as label; NULL: none */

	/* Made. */
	size_t label_column, id_column;	/* FRAME_NONE: none */
	struct span positive;		/* the value of the label that is churn; of the table */
	size_t *columns;		/* of the features, owned */
	size_t count;
	size_t *rows;			/* of the table: those with a label (and a treatment), owned */
	size_t row_count;
	unsigned char *y, *treated;	/* of these, owned; treated is NULL without --treatment */
	double *raw;			/* ROW_COUNT x COUNT, owned */
	size_t unlabelled;		/* rows */
	struct buf notes;		/* lines */
};

/* Reads F.  -1 with a usage error: no such column, a label that is not of two values, or not known which is churn. */
int labelled_make(struct labelled *l, struct frame *f, struct error *err);
void labelled_release(struct labelled *l);

/* The columns of *L as those of an encoding.  Owned: encoding_release. */
void labelled_encoding(const struct labelled *l, struct frame *f, struct encoding *e);

/*
 * All rows of F as raw rows of E, owned: mem_free.  UNKNOWN, one for each column, counts levels that E has not.
 * NULL with a usage error: F lacks a column, or has texts in one that E has as numbers.
 */
double *labelled_fill(struct frame *f, const struct encoding *e, size_t *unknown, struct error *err);

#endif

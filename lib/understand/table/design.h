/*
 * The matrix that a model is fitted to: columns of a table as numbers.  A column of numbers is itself; a category of K
 * levels is K - 1 columns of 0 and 1, a treatment contrast for each level but the first in the order of
 * text, which is the base: `sex[male]` is 1 for male, and what it gains is against female.
 *
 * A layout says which columns and levels these are.  It is made of a table, or by whoever loads a model, and fits
 * any table that has the columns.
 */
#ifndef TABLE_DESIGN_H
#define TABLE_DESIGN_H

#include "understand/table/frame.h"

/* One column of the table. */
struct design_term {
	struct span name;
	enum frame_kind kind;	/* FRAME_NUMBER or FRAME_CATEGORY */
	struct span *levels;	/* FRAME_CATEGORY: the base first */
	uint32_t level_count;
};

struct design_layout {
	struct design_term *terms;
	size_t term_count;
	size_t width;		/* columns of the matrix */
	struct span *names;	/* of these */
	size_t *term_of;	/* of these: the number of the term */
	struct arena texts;
};

/*
 * COLUMNS of F, with the levels that ROWS (NULL: all ROW_COUNT) have.  -1 with a usage error for a column that is
 * doubtful (frame_doubt), or empty.  A column with one value is taken as it is: what that means is the model's to say.
 * Owned: design_layout_release, after a failure too.
 */
int design_layout_make(struct design_layout *l, struct frame *f, const size_t *columns, size_t count,
		       const size_t *rows, size_t row_count, struct error *err);

/* Counts width and names, where terms were set by hand; these and their texts live in L's arena. */
void design_layout_name(struct design_layout *l);
void design_layout_release(struct design_layout *l);

/*
 * ROWS x WIDTH numbers, row after row, into OUT.  What is missing is NAN, in all columns of its category; so is a
 * level that the layout does not have: UNKNOWN, unless NULL, counts these by term.  A usage error for a table without one
 * of the columns, or with texts where the layout has numbers.
 */
int design_fill(const struct design_layout *l, struct frame *f, const size_t *rows, size_t row_count,
		double *out, size_t *unknown, struct error *err);

#endif

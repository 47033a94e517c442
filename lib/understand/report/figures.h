/*
 * What stands out: figures of the last four weeks beside the four before, the same four a year ago,
 * and what is usual.
 *
 * Periods are 28 days of 24 hours each, counted back from the report's "now": whole weeks, so that
 * no period has a weekend more than another.  Only periods that the data covers from their first
 * moment are compared.
 *
 * The usual range is the prediction interval of one more period after those before (at least
 * FIGURES_LEAST of them, at most 12): mean +- t * s * sqrt(1 + 1/n), with Student's t of n - 1
 * degrees of freedom.  Counts are taken by their square roots, sqrt(x + 3/8) (Anscombe, 1948), whose
 * spread is at least 1/2, that of counts by chance (Poisson), however alike the periods happened to
 * be.  t is that of 0.05 / (figures) on both sides together (Bonferroni), so that of twenty pages
 * about nothing at most one has a finding.  Of money only with FIGURES_LEAST periods that had
 * some: where orders come singly, with months between, one period in ten would be a finding.
 */
#ifndef REPORT_FIGURES_H
#define REPORT_FIGURES_H

#include "understand/report/sheet.h"

#define FIGURES_PERIOD_DAYS 28
#define FIGURES_PERIODS 14	/* 0 is the last; 13 a year (364 days) before it */
#define FIGURES_LEAST 6		/* periods before, for a usual range */
#define FIGURES_CHANCE 0.05	/* of a finding about nothing, a page */

struct usual {
	bool known;
	double typical, low, high;	/* low <= typical <= high */
};

/*
 * What one more period is usually like, after the COUNT of HISTORY, when TESTS figures are looked
 * at together.  Not known below FIGURES_LEAST, of money those that had some.  COUNTS: whole numbers,
 * never below 0.
 */
struct usual figures_usual(const double *history, size_t count, bool counts, size_t tests);

/* A figure by period: what happened. */
struct figure {
	const char *key;	/* "new_customers" */
	const char *unit;	/* "EUR"; NULL */
	struct cell periods[FIGURES_PERIODS];	/* counts or numbers; 0 is the last */
	const char *label;	/* for people: "page views"; NULL: the key */
};

/* What the periods are. */
struct figures_scale {
	const char *key, *title, *note;	/* of the section of findings */
	const char *before;		/* "the 28 days before" */
	bool has_year;			/* the last period of a figure is a year ago */
};

/*
 * Adds findings alone, of the COUNT figures, whose first COVERED periods (at most FIGURES_PERIODS) are of SCALE and known.
 * SCALE outlives the sheet.
 */
void figures_find(struct sheet *sheet, const struct figure *figures, size_t count, size_t covered, const struct figures_scale *scale);

/*
 * Adds the sections "recent" (LOOK_FIGURES) and, when the data has a past to compare with,
 * "findings" (LOOK_FINDINGS), the largest first.  FIRST: the first moment that the data knows of;
 * COUNT figures; nothing where less than one period is covered.
 */
void figures_fill(struct sheet *sheet, const struct figure *figures, size_t count, int64_t first, int64_t as_of);

/* The columns of LOOK_FIGURES. */
enum {
	FIGURE_NAME, FIGURE_UNIT, FIGURE_NOW, FIGURE_BEFORE, FIGURE_CHANGE, FIGURE_YEAR_BEFORE,
	FIGURE_LOW, FIGURE_HIGH, FIGURE_COLUMNS
};

/* And of LOOK_FINDINGS. */
enum { FINDING_WHAT, FINDING_DIRECTION, FINDING_DETAIL, FINDING_COLUMNS };

/* A finding more; DIRECTION: "up", "down" or "note".  Makes the section where there is none. */
void figures_add_finding(struct sheet *sheet, const char *what, const char *direction, const char *detail);

#endif

/*
 * The way out into tables: `list`, one row a customer with columns, a filter
 * and an order by expressions over the profile; `events`, one row an event;
 * `ids`, the crosswalk of identifiers to customers.
 */
#ifndef REPORT_LISTING_H
#define REPORT_LISTING_H

#include "expr/profile_scope.h"
#include "understand/report/rows.h"

struct listing;

struct listing_setup {
	const char *columns;	/* "Email Address=email,Tags=segments"; NULL: a default */
	const char *where;	/* NULL: all */
	const char *sort;	/* "-revenue,email"; NULL: as they come */
	unsigned workers;
	const struct zone *zone;
	const char *rates;	/* the file of stated rates; NULL: none */
};

/*
 * Owned: listing_free.  NULL with a usage error that names the option and
 * column.  Fills ROWS->columns, ->column_count, ->sort_count and ->descending,
 * which it owns.
 */
struct listing *listing_new(const struct listing_setup *setup,
			    struct rows *rows, struct error *err);
void listing_free(struct listing *l);

/* Does any expression look into the events? */
bool listing_reads_events(const struct listing *l);

/* Is P wanted by `where`?  1, 0, or -1 with a data error. */
int listing_wants(struct listing *l, unsigned worker, const struct profile *p,
		  struct error *err);

/* Emits the rows of P.  0, or -1 with a data error. */
int listing_customer(struct listing *l, const struct rows *rows,
		     unsigned worker, const struct profile *p, struct buf *out,
		     struct error *err);

/*
 * Behind the last profile.  Appends a line for each name that `where`, columns or the
 * order ask for and that no profile had, and for money of several currencies that
 * they take for one.
 */
void listing_put_warnings(const struct listing *l, struct buf *out);

/*
 * A line for each file of identifiers that an expression looks into, with values that nobody has, and
 * for what was converted at which rate; that nothing was is said unless something is ELSEWHERE.
 */
void listing_put_uses(const struct listing *l, bool elsewhere, struct buf *out);

/*
 * Appends how many customers `where` lets through, "2 of 3 customers, unknown for 1",
 * where it is unknown for some or true for none; no newline.
 */
void listing_put_filtered(const struct listing *l, struct buf *out);

/* Fixed columns: for these, the setup has no columns and no sort. */
extern const struct column event_columns[];
extern const size_t event_column_count;
extern const struct column id_columns[];
extern const size_t id_column_count;

int listing_events(struct listing *l, const struct rows *rows, unsigned worker,
		   const struct profile *p, struct buf *out, struct error *err);
int listing_ids(struct listing *l, const struct rows *rows, unsigned worker,
		const struct profile *p, struct buf *out, struct error *err);

/* Those that were loaded; NULL: none were given. */
const struct rates *listing_rates(const struct listing *l);

#endif

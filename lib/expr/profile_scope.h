/*
 * What names and event functions mean over a profile: the scope of segment
 * rules, report filters and columns.  cdp-expr(7) lists them.
 *
 * Names: id, as_of, first_seen, last_seen (times), sources, segments (lists);
 * orders (the count), revenue, currency, first_order, last_order, refunds;
 * recency (whole days since the last order), frequency (= orders), monetary
 * (= revenue); identifier types (email: the newest; email[]: all, a list):
 * email, phone, user_id, anonymous_id, device_id and whatever ends in _id;
 * scores.MODEL[.field]; consent.PURPOSE; the traits that Segment reserves by name
 * (first_name, city, ...), every other as traits.NAME, so that a misspelt name
 * is an error and not a trait that nobody has; any dotted path from the top.
 *
 * Functions: count(event[, window]), did(event[, window]), revenue([window]),
 * orders([window]), first(event[, window]), last(event[, window]) (times), days_since(event
 * or time), since_first(event), in_segment(name), has_consent(purpose); of a property, (event,
 * prop[, window]): sum, avg, min, max, first, last, most_frequent, unique, distinct.
 * Those of events take `where CONDITION`, whose names are properties of the event.
 * A track event goes by its `event`, any other by its type ("page").  A window is a duration:
 * it ends at as_of, inclusive, and begins that long before it, exclusive; or a period of the
 * calendar (period.h).  What is later than as_of counts nowhere.  as_of is the run's, else the profile's.
 * Without events they are unknown, and so is a window that omitted events
 * could change (design, law 9).
 */
#ifndef EXPR_PROFILE_SCOPE_H
#define EXPR_PROFILE_SCOPE_H

#include "expr/expr.h"
#include "expr/rates.h"
#include "record/profile.h"

struct profile_scope;

/* Owned: profile_scope_free.  Compiled expressions need it alive. */
struct profile_scope *profile_scope_new(void);
void profile_scope_free(struct profile_scope *s);

/* revenue_in() converts at R, which must outlive S.  Before anything is compiled. */
void profile_scope_set_rates(struct profile_scope *s, const struct rates *r);
const struct rates *profile_scope_rates(const struct profile_scope *s);

/* For expr_compile.  Not for several threads at once while compiling. */
struct expr_scope profile_scope_names(struct profile_scope *s);

/* Does any expression compiled so far look into events? */
bool profile_scope_reads_events(const struct profile_scope *s);

/* Does any call revenue_in()? */
bool profile_scope_converts(const struct profile_scope *s);

/* Does any read the top-level member TOP ("scores", "segments")? */
bool profile_scope_reads(const struct profile_scope *s, const char *top);

/*
 * A row: the profile and what was decoded of it; one for each thread, reused.
 * run->row must point to it.
 */
struct profile_row {
	const struct profile *profile;
	const struct profile_scope *scope;
	struct buf text;	/* decoding goes through it */
	struct profile_cache *cache;	/* the events found, made when first needed */
	struct traits_cache *traits;	/* the traits found */
	struct asked_row *asked;	/* what was seen of the names asked for */
	struct lists_row *lists;	/* and of the values in files */
	struct rate_uses rates;		/* what revenue_in() converted */
	uint64_t number;		/* of profiles so far */
	const struct past_event *event;	/* that a filter looks at */
	struct span bound;		/* the path of an array of which it looks at one element */
	struct value element;
};

/*
 * CONDITION, as it stands behind `where` in a call, for events named EVENT (absent: of several names); FILE
 * is for messages.  NULL with a usage error.  Owned: expr_free, before S.
 */
struct expr *profile_condition(struct profile_scope *s, struct span event, struct span condition,
			       const char *file, struct error *err);

/* Is it true of E, an event of RUN's row?  1; 0: no, or unknown; -1: *ERR. */
int profile_condition_test(const struct expr *condition, struct expr_run *run, const struct event *e,
			   struct error *err);

void profile_row_init(struct profile_row *r, const struct profile_scope *s);
void profile_row_set(struct profile_row *r, const struct profile *p);

/*
 * What of the names that the scope's expressions ask for RUN's row has: profile_asked.h.
 * Once for each row, before or behind the evaluation.  Cheap once all were seen.
 */
void profile_row_note(struct expr_run *run);

/*
 * Appends a line, ended by a newline, for each file("...") of identifiers with values that no
 * profile had which the COUNT rows noted.
 */
void profile_scope_put_lists(const struct profile_scope *s, const struct profile_row *const *rows,
			     size_t count, struct buf *out);

/* The same for what was converted, or (MISSING) could not; nothing without rates.  See rates_put. */
void profile_scope_put_rates(const struct profile_scope *s, const struct profile_row *const *rows,
			     size_t count, bool missing, struct buf *out);
void profile_row_release(struct profile_row *r);

#endif

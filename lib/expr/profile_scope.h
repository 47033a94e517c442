/*
 * What names and event functions mean over a profile: the scope of segment
 * rules, report filters and columns.  cdp-expr(7) lists them.
 *
 * Names: id, as_of, first_seen, last_seen (times), sources, segments (lists);
 * orders (the count), revenue, currency, first_order, last_order, refunds;
 * recency (days since the last order), frequency (= orders), monetary
 * (= revenue); identifier types (email: the newest; email[]: all, a list);
 * scores.MODEL[.field]; consent.PURPOSE; traits by name or traits.NAME; any
 * dotted path from the top.
 *
 * Functions: count(event[, window]), did(event[, window]), sum(event, prop[, window]),
 * revenue([window]), orders([window]), first(event), last(event) (times),
 * days_since(event or time), in_segment(name), has_consent(purpose).
 * Windows end at as_of, inclusive, and begin that long before it, exclusive.
 * Without events they are unknown, and so is a window that omitted events
 * could change (design, law 9).
 */
#ifndef EXPR_PROFILE_SCOPE_H
#define EXPR_PROFILE_SCOPE_H

#include "expr/expr.h"
#include "record/profile.h"

struct profile_scope;

/* Owned: profile_scope_free.  Compiled expressions need it alive. */
struct profile_scope *profile_scope_new(void);
void profile_scope_free(struct profile_scope *s);

/* For expr_compile.  Not for several threads at once while compiling. */
struct expr_scope profile_scope_names(struct profile_scope *s);

/* Does any expression compiled so far look into events? */
bool profile_scope_reads_events(const struct profile_scope *s);

/* Which scores and segments do rules read?  For ordering and cycle checks. */
bool profile_scope_reads(const struct profile_scope *s, const char *top);

/*
 * A row: the profile and what was decoded of it; one for each thread, reused.
 * run->row must point to it.
 */
struct profile_row {
	const struct profile *profile;
	const struct profile_scope *scope;
	struct buf text;	/* decoded texts of this row */
	void *cache;		/* the events found, made when first needed */
};

void profile_row_init(struct profile_row *r, const struct profile_scope *s);
void profile_row_set(struct profile_row *r, const struct profile *p);
void profile_row_release(struct profile_row *r);

#endif

/*
 * Traits that are computed: NAME = EXPRESSION over the finished profile, with
 * the names and functions of cdp-expr(7).  An expression sees the traits of the
 * data, not those that are computed, and all events, also those that the
 * profile leaves out (but for what no line could hold, which is unknown).
 *
 * A trait that comes out unknown is missing.  A computed trait takes the place of
 * one of the data with its name, which is counted.
 */
#ifndef GOLDEN_COMPUTED_H
#define GOLDEN_COMPUTED_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "expr/profile_scope.h"

struct computed_trait {
	struct span key;	/* as JSON, without quotes */
	struct span text;	/* the expression, in canonical form */
	struct expr *expr;
};

struct computed {
	struct profile_scope *scope;
	struct computed_trait *list;	/* by key */
	size_t count;
	size_t cap;
	struct arena arena;
};

#define COMPUTED_INIT ((struct computed){0})

void computed_release(struct computed *c);

/* NAME = TEXT, an expression that stands at FILE:LINE:COLUMN.  0, or -1 with a usage
 * error.  Of two for one name the later counts. */
int computed_set(struct computed *c, struct span name, struct span text,
		 const char *file, uint64_t line, uint64_t column,
		 struct error *err);

/* Appends all as lines "trait NAME = EXPRESSION". */
void computed_put(const struct computed *c, struct buf *out);

/* Does one of them look into events? */
bool computed_reads_events(const struct computed *c);

/* One for each thread. */
struct computing {
	const struct computed *computed;
	struct profile_row row;
	struct profile profile;
	struct arena scratch;
	struct expr_run run;
	struct buf values;
	struct span *list;	/* by number: raw JSON; absent: unknown */
};

void computing_init(struct computing *g, const struct computed *c,
		    int64_t as_of, const struct zone *zone);
void computing_release(struct computing *g);

/*
 * Computes all for the profile LINE, without newline, into g->list.  Returns how
 * many failed (a number that is too large), which stay unknown.
 */
size_t computing_run(struct computing *g, struct span line);

/*
 * Appends TRAITS, an object of canonical keys in order, with the computed ones among
 * them.  Returns how many took another's place.
 */
size_t computing_put(const struct computing *g, struct span traits,
		     struct buf *out);

#endif

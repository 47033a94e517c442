/*
 * Segments by rules: `name = condition`, a line each (cdp-expr(7)).
 *
 * A condition that is true puts the customer into the segment; one that is
 * false or unknown does not.  in_segment("other") asks for another segment of
 * the same run: rules are evaluated in the order of these needs, whatever their
 * order in the files, and needs that go in a circle are an error.  It is true or
 * false, never unknown: who is not a match is not in.  Rules cannot read the
 * `segments` that an earlier run wrote: running a file twice is running it once.
 *
 * Segments that are decided elsewhere (RFM) are declared by name, so that rules
 * can ask for them and one sorted list holds all.
 */
#ifndef SEGMENT_RULES_H
#define SEGMENT_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/span.h"
#include "time/zone.h"
#include "expr/expr.h"
#include "expr/profile_money.h"
#include "expr/profile_scope.h"

#define SEGMENT_NAME_MAX 128

struct rules;

struct rules *rules_new(void);
void rules_free(struct rules *r);

/* Adds a segment that the caller decides.  Before the rules are loaded: then a
 * rule of the same name is an error. */
void rules_declare(struct rules *r, struct span name);

/* Is NAME one that a caller has declared, or may declare by rules_expect? */
bool rules_is_taken(const struct rules *r, struct span name);

/* revenue_in() converts at the rates of the file PATH.  Before rules are loaded.  -1 as rates_load. */
int rules_set_rates(struct rules *r, const char *path, struct error *err);

/* Segments whose names begin with PREFIX may be declared after linking: rules can ask for them before. */
void rules_expect(struct rules *r, struct span prefix);

/* Adds the rules of a file ("-": stdin).  -1: a usage error with its place, or
 * a failed one when the file cannot be read. */
int rules_load(struct rules *r, const char *path, struct error *err);

/* The same for a text; NAME is for messages. */
int rules_parse(struct rules *r, struct span text, const char *name,
		struct error *err);

/*
 * Puts the rules into an order in which each finds what it needs.  Call after the last
 * rule, and again when more segments were declared: then numbers are others.  -1: a usage error (a circle,
 * an unknown segment).
 */
int rules_link(struct rules *r, struct error *err);

/* Segments are numbered in the byte order of their names once linked. */
size_t rules_count(const struct rules *r);
/* The number of a segment that is there. */
size_t rules_number(const struct rules *r, struct span name);
struct span rules_name(const struct rules *r, size_t number);

/* The declared segment NUMBER is none of this run after all: it is not to be reported. */
void rules_void(struct rules *r, size_t number);
bool rules_is_void(const struct rules *r, size_t number);

/* Does any rule look into events? */
bool rules_read_events(const struct rules *r);

/* What one thread needs to evaluate R on one profile after another. */
struct rules_run {
	struct profile_row row;		/* first: expressions get its address */
	const struct rules *rules;
	signed char *truths;		/* by number: 1 in, 0 not, -1 unknown */
	struct money_seen money;
	struct arena scratch;
	struct expr_run expr;
};

void rules_run_init(struct rules_run *run, const struct rules *r,
		    const struct zone *zone);
void rules_run_release(struct rules_run *run);

/* Before rules_apply: the truth of a declared segment. */
void rules_run_set(struct rules_run *run, size_t number, int truth);

/* Decides every rule for P, which must outlive what is asked of RUN then.  -1
 * with a data error: the profile holds something malformed. */
int rules_apply(struct rules_run *run, const struct profile *p,
		struct error *err);

/*
 * Appends a line for each name that R's rules ask for and that no profile had which
 * the COUNT runs were applied to: events, properties, traits, scores; and for each
 * rule that compares money of several currencies.
 */
void rules_put_warnings(const struct rules *r, const struct rules_run *const *runs, size_t count,
		      struct buf *out);

/*
 * Appends a line for each file of identifiers with values that no profile had, and what
 * was converted at which rate.
 */
void rules_put_uses(const struct rules *r, const struct rules_run *const *runs, size_t count,
		    struct buf *out);

/* Appends the names of the segments that P is in, as a sorted JSON array. */
void rules_put_segments(const struct rules_run *run, struct buf *out);

/*
 * Appends why P is in the segment NUMBER, of a rule, as plain text:
 * "revenue(365d) >= 500 and orders >= 3; revenue(365d) = 612.4, orders = 4":
 * the rule in its canonical form, then what it read.  For the profile of the last
 * rules_apply.
 */
void rules_put_reason(struct rules_run *run, size_t number, struct buf *out);

/*
 * For the profile of the last rules_apply: PUT gets each part of the rule NUMBER that `and` and
 * `or` join, from left to right, in its canonical form, its truth, and what it read:
 * "orders = 4, revenue = 612.4".
 */
void rules_put_parts(struct rules_run *run, size_t number,
		     void (*put)(void *context, struct span part, int held, struct span values),
		     void *context);

/* Is NUMBER a rule (not declared)? */
bool rules_is_rule(const struct rules *r, size_t number);

#endif

/*
 * The audience of a run: which customers a condition names, who of them may be contacted, and the
 * row of each as the target wants it.
 *
 * Every profile ends in one place: not named, out, or held back for the first reason that holds, in
 * the order of enum held.  So those named are those out and those held back.
 */
#ifndef AUDIENCE_AUDIENCE_H
#define AUDIENCE_AUDIENCE_H

#include <stdint.h>

#include "activate/audience/contacts.h"
#include "activate/audience/suppress.h"
#include "activate/audience/target.h"
#include "base/decimal.h"
#include "expr/profile_scope.h"

enum held {
	HELD_NOT,		/* out */
	HELD_NO_CONSENT,	/* nothing is known for a purpose */
	HELD_DENIED,
	HELD_CONFLICT,		/* sources disagree */
	HELD_SALE,		/* asked that data be not sold: Global Privacy Control */
	HELD_SUPPRESSED,
	HELD_OUT,		/* in the control group */
	HELD_CAP,		/* contacted often enough */
	HELD_EMPTY,		/* has nothing that the target could use */
	HELD_TWIN,		/* its key is another member's */
	HELD_LIMIT,
	HELD_COUNT,
};

extern const char *const held_names[HELD_COUNT];	/* "no_consent": for machines */
extern const char *const held_words[HELD_COUNT];	/* "without consent": for people */

#define PURPOSES_MAX 16

struct audience_setup {
	const struct target *target;
	const char *where;		/* NULL: everybody */
	const char *order;		/* of a limit; NULL: none */
	struct span purposes[PURPOSES_MAX];
	size_t purpose_count;		/* all must be granted */
	bool assume_consent;		/* what is not known is granted */
	const struct suppress *suppress;
	struct span suppress_key;
	uint64_t hold_out;		/* of 2^32; 0: nobody */
	struct span hold_out_key;
	const struct contacts *contacts;	/* NULL: no ledger */
	bool capped;			/* by the contacts */
	bool controls;			/* who is held out and would go out has its rows, packed */
	const struct map *members;	/* customers of the audience already, for whom there is no cap */
	uint64_t cap;
	bool samples;			/* packed rows have a form for people */
	bool packed;			/* items, not the rows alone */
	unsigned workers;
	const struct zone *zone;
};

struct audience;

/* NULL with a usage error that names the option or the target's line.  Owned: audience_free. */
struct audience *audience_new(const struct audience_setup *setup, struct error *err);
void audience_free(struct audience *a);

/* Appends the target's header line, where it has one. */
void audience_put_header(const struct audience *a, struct buf *out);

/* Appends the row that takes the member KEY (of an item_row) away: its key columns alone. */
void audience_put_removal(const struct audience *a, struct span key, struct buf *out);

/*
 * Appends P's rows, or, where the setup says so, an item of them.  On any thread; -1 with a data
 * error.
 */
int audience_profile(struct audience *a, unsigned worker, const struct profile *p, struct buf *out,
		     struct error *err);

/* A customer that is named, packed: rows follow in `rows`. */
struct item {
	enum held held;
	bool ranked;			/* has a RANK */
	struct decimal rank;
	struct span id;
	struct span rows;		/* row_next */
};

/* The next item off the front of *BYTES: false at its end.  Borrowed. */
bool item_next(struct span *bytes, struct item *out);

/* A row of it: what names the member to the target, as a JSON array, and the target's bytes. */
struct item_row {
	struct span key;
	struct span text;	/* newline included */
	struct span sample;	/* without what it says: "Email=a***@e***"; empty unless asked for */
};

bool row_next(struct span *rows, struct item_row *out);

/* Of a column: what was dropped or told. */
struct column_use {
	struct span label;
	enum form form;
	uint64_t values;	/* that went out */
	uint64_t bad;		/* that have not the form */
	uint64_t hashed;	/* that came hashed and were passed on */
	uint64_t defused;	/* that a spreadsheet would have run */
};

struct audience_counts {
	uint64_t profiles, named, unknown;	/* by the condition */
	uint64_t held[HELD_COUNT];
	uint64_t purposes_seen[PURPOSES_MAX];	/* profiles that say anything about it */
};

/* Behind the last profile. */
struct audience_counts audience_counts(const struct audience *a);
struct column_use audience_use(const struct audience *a, size_t column);

/* Appends a line for each name that the condition asks for and no profile had, and the like. */
void audience_put_warnings(const struct audience *a, struct buf *out);

#endif

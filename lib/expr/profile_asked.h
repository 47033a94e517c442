/*
 * What expressions ask profiles for by names that only the data can confirm: events
 * and their properties, traits, identifiers, purposes of consent, scores, segments.
 * A name that no profile of a run has is most likely misspelt, and an expression
 * over it quietly says nothing: `not did("Order Complete")` is everybody.
 *
 * The list is made while expressions are compiled.  Each row (each thread) notes
 * which names it has seen, and of each other name the nearest that it met, which
 * takes constant memory and does not depend on who saw which profile.  A name
 * that was seen once costs nothing any more.
 */
#ifndef EXPR_PROFILE_ASKED_H
#define EXPR_PROFILE_ASKED_H

#include "expr/profile_row.h"

enum asked_kind {
	ASKED_EVENT,
	ASKED_PROPERTY,		/* of the event */
	ASKED_PATH,
	ASKED_CONSENT,		/* has_consent(): may hold dots */
	ASKED_SEGMENT,
	ASKED_CURRENCY,
};

struct asked {
	enum asked_kind kind;
	struct span event;	/* of a property */
	struct span name;
	struct slot slot;	/* of a path */
};

struct asked_list {
	struct asked *list;
	size_t count;
	size_t cap;
	struct arena texts;
	bool closed;
};

void asked_release(struct asked_list *l);

/* SLOT was found by a name: noted where a name of its kind may be misspelt. */
void asked_add_slot(struct asked_list *l, const struct slot *slot);

/* A filter over events named EVENT (absent: of several names) asks for PROPERTY. */
void asked_add_property(struct asked_list *l, struct span event, struct span property);

/* NAME of the scope's functions is called with these constant arguments. */
void asked_add_call(struct asked_list *l, struct span name,
		    const struct datum *constants, size_t count);

/* What is compiled from now on was not written by the user, and is not noted. */
void asked_close(struct asked_list *l);

struct asked_list *profile_scope_asked(struct profile_scope *s);

struct asked_row;

struct asked_row *asked_row_new(void);
void asked_row_free(struct asked_row *r);

/*
 * Appends a line, ended by a newline, for each name that none of the COUNT rows has
 * seen, in the order in which they were asked for.  Nothing where no row saw a profile.
 */
void asked_put(const struct asked_list *l, const struct profile_row *const *rows,
	       size_t count, struct buf *out);

#endif

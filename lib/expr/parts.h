/*
 * What a compiled expression looks at: the names it reads and the calls of its
 * scope's functions.  For saying why a condition was met, and for finding out
 * what a rule needs before it can be evaluated.
 */
#ifndef EXPR_PARTS_H
#define EXPR_PARTS_H

#include "expr/expr.h"

struct node;

struct expr_part {
	const struct node *node;	/* for expr_part_eval */
	bool call;			/* else a name */
	struct span name;		/* of the function, or the name itself */
	struct span text;		/* a call's first argument when it is a constant
					   text, else SPAN_NONE */
	size_t at;			/* its offset in the text compiled */
};

/*
 * Calls VISIT with each part from left to right; arguments of calls of the
 * scope's functions are not visited on their own.  Stops and returns what VISIT
 * returned when that is not 0.
 */
int expr_parts(const struct expr *e,
	       int (*visit)(void *context, const struct expr_part *part),
	       void *context);

/*
 * The clauses of a condition: what `and` and `or` join, from left to right, a condition
 * without them being its own only clause.  Of a clause as a part, NAME is absent.
 */
int expr_clauses(const struct expr *e,
		 int (*visit)(void *context, const struct expr_part *part),
		 void *context);

/* As expr_parts, of a clause. */
int expr_part_parts(const struct expr_part *part,
		    int (*visit)(void *context, const struct expr_part *part),
		    void *context);

/* As expr_eval, for one part. */
int expr_part_eval(const struct expr_part *part, struct expr_run *run,
		   struct datum *out, struct error *err);

/* As expr_put, for one part. */
void expr_part_put(const struct expr_part *part, struct buf *out);

#endif

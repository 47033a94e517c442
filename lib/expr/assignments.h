/*
 * `name = expression` files (mappings and rules): one assignment a line, a line
 * that begins with a blank continues it, as does an open parenthesis; '#'
 * starts a comment outside quotes; `set name = value` lines are told apart.
 */
#ifndef EXPR_ASSIGNMENTS_H
#define EXPR_ASSIGNMENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/span.h"

struct assignment {
	bool set;		/* a `set` line */
	struct span name;	/* folded or as written; dots allowed */
	struct span text;	/* the expression, continuation lines included */
	uint64_t line;		/* of the expression's first byte */
	uint64_t column;
	uint64_t name_column;
};

/* Calls TAKE for each, in order.  0, -1 with a usage error, or what TAKE returned. */
int assignments_parse(struct span text, const char *file,
		      int (*take)(void *context, const struct assignment *a,
				  struct error *err),
		      void *context, struct error *err);

/*
 * The plain text of a `set` line, `shop`, `","` or `'a shop'`: appends it to OUT
 * without quotes.  0, or -1 with a usage error for quotes that do not close or
 * text behind them.
 */
int assignment_value(const struct assignment *a, const char *file,
		     struct buf *out, struct error *err);

#endif

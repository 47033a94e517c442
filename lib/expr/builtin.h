/*
 * The functions that every scope has.  Each is a line of a table in
 * functions_text.c, functions_number.c and so on; cdp-expr(7) shows an
 * example of each.  For the files of lib/expr only.
 */
#ifndef EXPR_BUILTIN_H
#define EXPR_BUILTIN_H

#include "expr/tree.h"

typedef int builtin_call(const struct node *n, struct expr_run *run,
			 const struct datum *args, struct datum *out,
			 struct error *err);

enum builtin_flags {
	BUILTIN_OF_RUN = 1,	/* depends on zone or as_of: never a constant */
	BUILTIN_NULLS = 2,	/* is called although an argument is unknown */
};

struct builtin {
	const char *name;
	/*
	 * A letter an argument: t text, n number, m moment, d duration, b truth,
	 * T text or list, * whatever.  Behind '?' they are optional, a final '+'
	 * repeats the last.
	 */
	const char *args;
	enum datum_type result;
	unsigned flags;
	builtin_call *call;		/* n->count args; those given */
	eval_function *eval;		/* instead of call: evaluates its own */
	/* More than the types of arguments, when compiling; may be NULL. */
	int (*check)(struct compiler *c, struct node *n);
};

extern const struct builtin text_functions[], pattern_functions[],
	number_functions[], date_functions[], choice_functions[],
	social_functions[], json_functions[], likeness_functions[];

/* NAME in any case, or NULL. */
const struct builtin *builtin_find(struct span name);

/* All names and a NULL; *COUNT without it. */
const char *const *builtin_names(size_t *count);

/* What people from other languages write: "len" -> "length"; or NULL. */
const char *builtin_synonym(struct span name);

/* Argument I must be a constant text: *OUT.  -1 with a usage error. */
int builtin_constant_text(struct compiler *c, struct node *n, size_t i,
			  struct span *out);

#endif

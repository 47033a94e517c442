/* Functions that choose one of their arguments. */
#include <stdio.h>

#include "expr/builtin.h"

/* The results are all arguments from FROM on. */
static int unify_results(struct compiler *c, struct node *n, size_t from)
{
	char what[64];

	snprintf(what, sizeof(what), "the %s of %s()",
		 from ? "results" : "arguments", n->builtin->name);
	return check_unify(c, n->args + from, n->count - from, what, &n->type);
}

static int check_if(struct compiler *c, struct node *n)
{
	return unify_results(c, n, 1);
}

static int check_coalesce(struct compiler *c, struct node *n)
{
	return unify_results(c, n, 0);
}

static int check_extreme(struct compiler *c, struct node *n)
{
	if (unify_results(c, n, 0))
		return -1;
	if (n->type == TYPE_LIST)
		return compile_error(c, n->at, "lists have no order");
	return 0;
}

/* The first of both decides about the type. */
static int check_nullif(struct compiler *c, struct node *n)
{
	enum datum_type type = n->args[0]->type, both;

	if (type == TYPE_UNKNOWN || type == TYPE_ANY || n->args[1]->type != TYPE_TEXT) {
		if (check_unify(c, n->args, 2, "the arguments of nullif()", &both))
			return -1;
	} else if (check_coerce(c, &n->args[1], type, "nullif()")) {
		return -1;
	}
	n->type = n->args[0]->type;
	return 0;
}

/* An unknown condition takes the second result, as SQL's CASE does. */
static int eval_if(const struct node *n, struct expr_run *run,
		   struct datum *out, struct error *err)
{
	struct datum truth;

	if (node_eval(n->args[0], run, &truth, err))
		return -1;
	if (truth.type == TYPE_TRUTH && truth.truth)
		return node_eval(n->args[1], run, out, err);
	*out = DATUM_UNKNOWN;
	return n->count > 2 ? node_eval(n->args[2], run, out, err) : 0;
}

/* N's arguments FROM, FROM + 2, ... and, with LAST, the last one as one type. */
static int unify_every_other(struct compiler *c, struct node *n, size_t from,
			     bool last, const char *what, enum datum_type *type)
{
	struct node *some[CALL_ARGS_MAX];
	size_t count = 0, end = n->count % 2 ? n->count : n->count - 1, i;

	if (from == 1)
		some[count++] = n->args[0];
	for (i = from; i < end; i += 2)
		some[count++] = n->args[i];
	if (last && end < n->count)
		some[count++] = n->args[end];
	if (check_unify(c, some, count, what, type))
		return -1;
	count = 0;
	if (from == 1)
		n->args[0] = some[count++];
	for (i = from; i < end; i += 2)
		n->args[i] = some[count++];
	if (last && end < n->count)
		n->args[end] = some[count];
	return 0;
}

static int check_switch(struct compiler *c, struct node *n)
{
	return unify_every_other(c, n, 1, false, "the values that switch() compares",
				 &n->compared) ||
	       unify_every_other(c, n, 2, true, "the results of switch()", &n->type) ?
		-1 : 0;
}

/* switch(value, case, result, ..., [default]) */
static int eval_switch(const struct node *n, struct expr_run *run,
		       struct datum *out, struct error *err)
{
	struct datum value, one, equal;
	size_t i;

	if (node_eval(n->args[0], run, &value, err))
		return -1;
	for (i = 1; i + 1 < n->count; i += 2) {
		if (node_eval(n->args[i], run, &one, err))
			return -1;
		equal = compare_datums(&value, &one, TOKEN_EQUAL, n, run->zone);
		if (equal.type == TYPE_TRUTH && equal.truth)
			return node_eval(n->args[i + 1], run, out, err);
	}
	*out = DATUM_UNKNOWN;
	return i < n->count ? node_eval(n->args[i], run, out, err) : 0;
}

static int eval_coalesce(const struct node *n, struct expr_run *run,
			 struct datum *out, struct error *err)
{
	size_t i;

	*out = DATUM_UNKNOWN;
	for (i = 0; i < n->count && out->type == TYPE_UNKNOWN; i++) {
		if (node_eval(n->args[i], run, out, err))
			return -1;
	}
	return 0;
}

static int eval_nullif(const struct node *n, struct expr_run *run,
		       struct datum *out, struct error *err)
{
	struct datum other, equal;

	if (node_eval(n->args[0], run, out, err) ||
	    node_eval(n->args[1], run, &other, err))
		return -1;
	equal = compare_datums(out, &other, TOKEN_EQUAL, n, run->zone);
	if (equal.type == TYPE_TRUTH && equal.truth)
		*out = DATUM_UNKNOWN;
	return 0;
}

/* The argument that SIGN puts before the others; unknown when two do not compare. */
static int extreme(const struct node *n, enum token_kind sign,
		   struct expr_run *run, struct datum *out, struct error *err)
{
	struct datum one, before;
	size_t i;

	if (node_eval(n->args[0], run, out, err))
		return -1;
	for (i = 1; i < n->count && out->type != TYPE_UNKNOWN; i++) {
		if (node_eval(n->args[i], run, &one, err))
			return -1;
		before = compare_datums(&one, out, sign, n, run->zone);
		if (before.type == TYPE_UNKNOWN)
			*out = DATUM_UNKNOWN;
		else if (before.truth)
			*out = one;
	}
	return 0;
}

static int eval_min(const struct node *n, struct expr_run *run,
		    struct datum *out, struct error *err)
{
	return extreme(n, TOKEN_LESS, run, out, err);
}

static int eval_max(const struct node *n, struct expr_run *run,
		    struct datum *out, struct error *err)
{
	return extreme(n, TOKEN_MORE, run, out, err);
}

const struct builtin choice_functions[] = {
	{"if", "b*?*", TYPE_ANY, 0, NULL, eval_if, check_if},
	{"switch", "***+", TYPE_ANY, 0, NULL, eval_switch, check_switch},
	{"coalesce", "*+", TYPE_ANY, 0, NULL, eval_coalesce, check_coalesce},
	{"nullif", "**", TYPE_ANY, 0, NULL, eval_nullif, check_nullif},
	{"min", "**+", TYPE_ANY, 0, NULL, eval_min, check_extreme},
	{"max", "**+", TYPE_ANY, 0, NULL, eval_max, check_extreme},
	{NULL, NULL, 0, 0, NULL, NULL, NULL},
};

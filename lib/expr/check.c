/*
 * The checker walks the tree from the leaves.  A node gets its type, its eval
 * function and, where an argument has another type than the node needs, a
 * conversion in between; so evaluation meets no surprise but what a row holds.
 */
#include <string.h>

#include "expr/builtin.h"
#include "expr/tree.h"
#include "text/regex.h"
#include "time/date_text.h"

/* Puts a conversion above *N. */
static struct node *wrap_node(struct compiler *c, struct node **n,
			      enum datum_type type, eval_function *eval)
{
	struct node *w = node_new(c, NODE_CONVERT, (*n)->at);

	w->type = type;
	w->eval = eval;
	w->args = arena_alloc(&c->e->arena, sizeof(*w->args));
	w->args[0] = *n;
	w->count = 1;
	w->depth = (*n)->depth;
	*n = w;
	return w;
}

/* A text constant beside a time. */
static int read_date(struct compiler *c, struct node **n)
{
	char quoted[ERROR_QUOTE_MAX];
	struct span text = (*n)->value.text;
	struct civil civil;
	struct node *w;

	if (!date_parse(text, DATES_ISO, &civil))
		return compile_error(c, (*n)->at,
				     "%s is not a date: write '2024-03-01' or '2024-03-01 09:30'",
				     error_quote(text, quoted));
	w = wrap_node(c, n, TYPE_TIME, convert_civil);
	w->civil = civil;
	if (civil.has_offset) {
		w->value = datum_time(moment_from_civil(&civil));
		w->constant = true;
		w->eval = eval_constant;
	}
	return 0;
}

static const char *remedy_for(enum datum_type want, const struct node *have)
{
	if (want == TYPE_TEXT && have->type == TYPE_NUMBER && have->constant)
		return ": put it in quotes";
	if (want == TYPE_TEXT && have->type != TYPE_TRUTH)
		return ": text(...) makes it one";
	if (want == TYPE_NUMBER && have->type == TYPE_DURATION)
		return ": days(...) makes it one";
	if (want == TYPE_NUMBER && have->type == TYPE_TEXT && have->constant)
		return ": numbers stand without quotes";
	if (want == TYPE_DURATION && have->type == TYPE_TEXT)
		return ": write 90d, without quotes";
	if (want == TYPE_DURATION && have->type == TYPE_NUMBER)
		return ": write the unit, as in 90d";
	if (want == TYPE_TRUTH && have->type != TYPE_TRUTH)
		return ": compare it with something";
	if (want == TYPE_TIME && have->type == TYPE_NUMBER)
		return ": write '2024-03-01'";
	return "";
}

static int refuse_types(struct compiler *c, const struct node *n,
			enum datum_type want, const char *what)
{
	return compile_error(c, n->at, "%s wants %s, not %s%s", what,
			     datum_type_article(want),
			     datum_type_article(n->type), remedy_for(want, n));
}

/* The conversion that a row's value can need, or NULL. */
static eval_function *conversion(enum datum_type from, enum datum_type to)
{
	if (from != TYPE_ANY && from != TYPE_TEXT)
		return NULL;
	switch (to) {
	case TYPE_NUMBER:
		return convert_number;
	case TYPE_TIME:
		return convert_time;
	case TYPE_TEXT:
		return from == TYPE_ANY ? convert_text : NULL;
	case TYPE_TRUTH:
		return from == TYPE_ANY ? convert_truth : NULL;
	case TYPE_LIST:
		return from == TYPE_ANY ? convert_list : NULL;
	default:
		return NULL;
	}
}

int check_coerce(struct compiler *c, struct node **n, enum datum_type want,
		 const char *what)
{
	enum datum_type have = (*n)->type;
	eval_function *convert = conversion(have, want);

	if (have == want || want == TYPE_ANY || have == TYPE_UNKNOWN)
		return 0;
	if (have == TYPE_TEXT && want == TYPE_TIME && (*n)->kind == NODE_CONSTANT)
		return read_date(c, n);
	if (!convert || (have == TYPE_TEXT && (*n)->kind == NODE_CONSTANT))
		return refuse_types(c, *n, want, what);
	wrap_node(c, n, want, convert);
	return 0;
}

/* The type that A and B can both be, or -1. */
static int common(enum datum_type a, enum datum_type b)
{
	if (a == b || b == TYPE_UNKNOWN)
		return (int)a;
	if (a == TYPE_UNKNOWN)
		return (int)b;
	if (a == TYPE_ANY || b == TYPE_ANY)
		return TYPE_ANY;
	if (a == TYPE_TEXT && (b == TYPE_NUMBER || b == TYPE_TIME))
		return (int)b;
	if (b == TYPE_TEXT && (a == TYPE_NUMBER || a == TYPE_TIME))
		return (int)a;
	return -1;
}

int check_unify(struct compiler *c, struct node **nodes, size_t count,
		const char *what, enum datum_type *type)
{
	size_t i;
	int all = TYPE_UNKNOWN, with;

	for (i = 0; i < count; i++) {
		with = common((enum datum_type)all, nodes[i]->type);
		if (with < 0)
			return compile_error(c, nodes[i]->at,
					     "%s are %s and %s: make them one type",
					     what, datum_type_article((enum datum_type)all),
					     datum_type_article(nodes[i]->type));
		all = with;
	}
	*type = (enum datum_type)all;
	for (i = 0; i < count; i++) {
		if (all == TYPE_NUMBER && nodes[i]->kind == NODE_CONSTANT &&
		    nodes[i]->type == TYPE_TEXT)
			return compile_error(c, nodes[i]->at,
					     "%s are a number and a text: make them one type",
					     what);
		if (check_coerce(c, &nodes[i], *type, what))
			return -1;
	}
	return 0;
}

int check_fold(struct compiler *c, struct node *n)
{
	struct expr_run run = {.scratch = &c->e->arena, .as_of = MOMENT_NONE};
	struct error why = ERROR_INIT;
	size_t i;

	for (i = 0; i < n->count; i++) {
		if (!n->args[i]->constant)
			return 0;
	}
	n->value = DATUM_UNKNOWN;
	if (n->eval(n, &run, &n->value, &why))
		return compile_error(c, n->at, "%s", why.message);
	n->constant = true;
	n->eval = eval_constant;
	return 0;
}

static int check_truths(struct compiler *c, struct node *n, const char *what)
{
	size_t i;

	for (i = 0; i < n->count; i++) {
		if (check_coerce(c, &n->args[i], TYPE_TRUTH, what))
			return -1;
	}
	n->type = TYPE_TRUTH;
	n->eval = n->kind == NODE_AND ? eval_and
		: n->kind == NODE_OR ? eval_or : eval_not;
	return check_fold(c, n);
}

static int check_negate(struct compiler *c, struct node *n)
{
	if (n->args[0]->type != TYPE_DURATION &&
	    check_coerce(c, &n->args[0], TYPE_NUMBER, "'-'"))
		return -1;
	n->type = n->args[0]->type == TYPE_UNKNOWN ? TYPE_NUMBER
		: n->args[0]->type;
	n->eval = eval_negate;
	return check_fold(c, n);
}

static bool is_type(const struct node *n, enum datum_type type)
{
	return n->type == type;
}

/* Adding texts is the one mistake here that deserves an answer of its own. */
static bool joins_texts(const struct node *n)
{
	return n->sign == TOKEN_PLUS &&
		((is_type(n->args[0], TYPE_TEXT) && n->args[0]->constant) ||
		 (is_type(n->args[1], TYPE_TEXT) && n->args[1]->constant));
}

/* The types of both sides and of the result, for signs that take a time. */
static bool plan_times(const struct node *n, enum datum_type *a,
		       enum datum_type *b, enum datum_type *result)
{
	bool plus = n->sign == TOKEN_PLUS;

	*a = n->args[0]->type;
	*b = n->args[1]->type;
	if (!plus && n->sign != TOKEN_MINUS)
		return false;
	if (*b == TYPE_DURATION) {
		*a = *result = *a == TYPE_DURATION ? TYPE_DURATION : TYPE_TIME;
		return true;
	}
	if (*a == TYPE_DURATION && plus) {
		*b = *result = *b == TYPE_NUMBER ? TYPE_DURATION : TYPE_TIME;
		return true;
	}
	if ((*a == TYPE_TIME || *b == TYPE_TIME) && !plus) {
		*a = *b = TYPE_TIME;
		*result = TYPE_DURATION;
		return true;
	}
	if (*a == TYPE_TIME) {
		*b = TYPE_DURATION;
		*result = TYPE_TIME;
		return true;
	}
	return false;
}

/* Durations times a number, and durations in durations. */
static bool plan_durations(const struct node *n, enum datum_type *a,
			   enum datum_type *b, enum datum_type *result)
{
	*a = n->args[0]->type;
	*b = n->args[1]->type;
	if (n->sign == TOKEN_TIMES &&
	    (*a == TYPE_DURATION || *b == TYPE_DURATION)) {
		if (*a == TYPE_DURATION)
			*b = TYPE_NUMBER;
		else
			*a = TYPE_NUMBER;
		*result = TYPE_DURATION;
		return true;
	}
	if (n->sign == TOKEN_DIVIDE && *a == TYPE_DURATION) {
		*b = TYPE_DURATION;
		*result = TYPE_NUMBER;
		return true;
	}
	return false;
}

static int check_arithmetic(struct compiler *c, struct node *n)
{
	enum datum_type a, b, result;
	const char *sign = token_name(n->sign);

	if (joins_texts(n) && !is_type(n->args[0], TYPE_TIME) &&
	    !is_type(n->args[1], TYPE_DURATION))
		return compile_error(c, n->at, "'+' adds numbers: join texts with concat(...)");
	if (!plan_times(n, &a, &b, &result) &&
	    !plan_durations(n, &a, &b, &result))
		a = b = result = TYPE_NUMBER;
	if (check_coerce(c, &n->args[0], a, sign) ||
	    check_coerce(c, &n->args[1], b, sign))
		return -1;
	n->type = result;
	n->eval = eval_arithmetic;
	/* A month's length needs the time zone. */
	return result == TYPE_TIME ? 0 : check_fold(c, n);
}

/* What to write where sides that do not compare were probably meant to. */
static const char *remedy_of(const struct node *left, const struct node *right)
{
	if (is_type(left, TYPE_LIST) || is_type(right, TYPE_LIST))
		return ": 'text' in list asks for one of it";
	/* 2025-01-01 without quotes is 2025 less 1 less 1. */
	if (is_type(left, TYPE_TIME) && is_type(right, TYPE_NUMBER) && right->kind == NODE_ARITHMETIC)
		return ": a date stands in quotes, as '2025-01-31'";
	return "";
}

/* Sides that compare; TYPE_ANY where the row decides. */
static int check_sides(struct compiler *c, struct node *n, struct node **left,
		       struct node **right, enum datum_type *compared)
{
	int with = common((*left)->type, (*right)->type);

	if (with < 0)
		return compile_error(c, n->at, "%s cannot be compared with %s%s",
				     datum_type_article((*left)->type),
				     datum_type_article((*right)->type), remedy_of(*left, *right));
	*compared = (enum datum_type)with;
	if (with == TYPE_ANY)
		return 0;
	return check_coerce(c, left, *compared, "this comparison") ||
	       check_coerce(c, right, *compared, "this comparison") ? -1 : 0;
}

static int check_compare(struct compiler *c, struct node *n)
{
	bool null = is_type(n->args[0], TYPE_UNKNOWN) ||
		    is_type(n->args[1], TYPE_UNKNOWN);

	if (null && (n->sign == TOKEN_EQUAL || n->sign == TOKEN_UNEQUAL))
		return compile_error(c, n->at, "%s null is never true: write 'is %snull'",
				     n->sign == TOKEN_EQUAL ? "=" : "!=",
				     n->sign == TOKEN_EQUAL ? "" : "not ");
	if (check_sides(c, n, &n->args[0], &n->args[1], &n->compared))
		return -1;
	if (n->compared == TYPE_LIST && n->sign != TOKEN_EQUAL && n->sign != TOKEN_UNEQUAL)
		return compile_error(c, n->at,
				     "lists have no order: length(...) counts what is in one");
	n->type = TYPE_TRUTH;
	n->eval = eval_compare;
	return check_fold(c, n);
}

/* Alternatives and bounds become what their left side is, or it what they are. */
static int check_alternatives(struct compiler *c, struct node *n)
{
	enum datum_type type;

	return check_unify(c, n->args, n->count, n->kind == NODE_IN
			   ? "the sides of 'in'" : "the sides of 'between'",
			   &type);
}

/* The values are read now, so that a missing file is a mistake of the rule. */
static int check_in_file(struct compiler *c, struct node *n)
{
	const struct node *path = n->file->count == 1 ? n->file->args[0] : NULL;
	const struct expr_scope *s = c->scope;
	struct error why = ERROR_INIT;
	struct span text;

	if (!path || path->kind != NODE_CONSTANT || path->value.type != TYPE_TEXT)
		return compile_error(c, n->file->at, "file() takes the name of a file, in quotes");
	text = arena_copy(&c->e->arena, path->value.text);
	n->values = s->file(s->context, n->args[0]->kind == NODE_NAME ? n->args[0]->slot : -1, text, &why);
	if (!n->values)
		return compile_error(c, path->at, "%s", why.message);
	n->type = TYPE_TRUTH;
	n->eval = eval_in_file;
	return 0;
}

static int check_in(struct compiler *c, struct node *n)
{
	struct node *first = n->args[1];

	if (n->file)
		return check_in_file(c, n);
	if (n->count == 2 && (is_type(first, TYPE_LIST) ||
			      (first->kind != NODE_CONSTANT && is_type(first, TYPE_ANY)))) {
		if (check_coerce(c, &n->args[0], TYPE_TEXT, "a list") ||
		    check_coerce(c, &n->args[1], TYPE_LIST, "'in'"))
			return -1;
	} else if (check_alternatives(c, n)) {
		return -1;
	}
	n->type = TYPE_TRUTH;
	n->eval = eval_in;
	return check_fold(c, n);
}

static int check_between(struct compiler *c, struct node *n)
{
	if (check_alternatives(c, n))
		return -1;
	n->type = TYPE_TRUTH;
	n->eval = eval_between;
	return check_fold(c, n);
}

static int check_constant(struct node *n)
{
	n->type = n->value.type;
	n->eval = eval_constant;
	return 0;
}

static int check_is_null(struct compiler *c, struct node *n)
{
	n->type = TYPE_TRUTH;
	n->eval = eval_is_null;
	return check_fold(c, n);
}

static int check_kind(struct compiler *c, struct node *n)
{
	switch (n->kind) {
	case NODE_CONSTANT:
		return check_constant(n);
	case NODE_NAME:
		return check_name(c, n);
	case NODE_CALL:
		return check_call(c, n);
	case NODE_AND:
		return check_truths(c, n, "'and'");
	case NODE_OR:
		return check_truths(c, n, "'or'");
	case NODE_NOT:
		return check_truths(c, n, "'not'");
	case NODE_NEGATE:
		return check_negate(c, n);
	case NODE_ARITHMETIC:
		return check_arithmetic(c, n);
	case NODE_COMPARE:
		return check_compare(c, n);
	case NODE_IN:
		return check_in(c, n);
	case NODE_BETWEEN:
		return check_between(c, n);
	default:
		return check_is_null(c, n);
	}
}

int check_node(struct compiler *c, struct node **n)
{
	size_t i;

	for (i = 0; i < (*n)->count; i++) {
		if (check_node(c, &(*n)->args[i]))
			return -1;
	}
	return check_kind(c, *n);
}

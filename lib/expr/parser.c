/*
 * Recursive descent, one function a level of precedence, from the loosest:
 * or, and, not, comparison (which does not chain), + -, * / %, unary minus.
 */
#include "base/mem.h"
#include "expr/period.h"
#include "expr/tree.h"

static struct node *parse_or(struct compiler *c);
static struct node *parse_sum(struct compiler *c);

struct node *node_new(struct compiler *c, enum node_kind kind, size_t at)
{
	struct node *n = arena_zero(&c->e->arena, sizeof(*n));

	n->kind = kind;
	n->at = at;
	n->depth = 1;
	n->lenient = c->scope->lenient;
	n->point = c->scope->point;
	return n;
}

static bool at_token(const struct compiler *c, enum token_kind kind)
{
	return c->token.kind == kind;
}

/* What stands at the current token, for messages. */
static const char *token_found(struct compiler *c, char quoted[ERROR_QUOTE_MAX])
{
	if (at_token(c, TOKEN_END))
		return "the end";
	return error_quote(span_sub(c->text, c->token.at,
				    c->token.end - c->token.at), quoted);
}

static int expect_token(struct compiler *c, enum token_kind kind, const char *where)
{
	char quoted[ERROR_QUOTE_MAX];

	if (!at_token(c, kind))
		return compile_error(c, c->token.at, "expected %s %s, not %s",
				     token_name(kind), where, token_found(c, quoted));
	return lexer_next(c);
}

/* A growing list of arguments; the nodes are the arena's, the list is ours. */
struct list {
	struct node **nodes;
	size_t count;
	size_t cap;
};

static void list_add(struct list *l, struct node *n)
{
	l->nodes = mem_room(l->nodes, l->count, &l->cap, sizeof(*l->nodes));
	l->nodes[l->count++] = n;
}

/* Makes the list N's arguments and frees it; NULL when N is too deep. */
static struct node *adopt_node(struct compiler *c, struct node *n, struct list *l)
{
	size_t i;

	n->args = arena_alloc(&c->e->arena, (l->count + 1) * sizeof(*n->args));
	n->count = l->count;
	for (i = 0; i < l->count; i++) {
		n->args[i] = l->nodes[i];
		if (n->depth <= l->nodes[i]->depth)
			n->depth = l->nodes[i]->depth + 1;
	}
	mem_free(l->nodes);
	*l = (struct list){0};
	if (n->filter && n->depth <= n->filter->depth)
		n->depth = n->filter->depth + 1;
	if (n->depth <= EXPR_DEPTH_MAX)
		return n;
	compile_error(c, n->at, "this expression is nested too deeply");
	return NULL;
}

static struct node *node_of(struct compiler *c, struct node *n,
			    struct node *a, struct node *b, struct node *third)
{
	struct list l = {0};

	list_add(&l, a);
	if (b)
		list_add(&l, b);
	if (third)
		list_add(&l, third);
	return adopt_node(c, n, &l);
}

/* A window stands without quotes where the function takes one: 2025-03 is no difference there. */
static struct node *parse_period(struct compiler *c, size_t len)
{
	struct node *n = node_new(c, NODE_CONSTANT, c->token.at);

	n->constant = true;
	n->value = datum_text(arena_copy(&c->e->arena, span_sub(c->text, n->at, len)));
	c->at = n->at + len;
	if (check_period(c, n) || lexer_next(c))
		return NULL;
	return n;
}

/* An argument of CALL (NULL: of a builtin, or an element of a list). */
static struct node *parse_argument(struct compiler *c, const struct node *call)
{
	size_t len = call && check_takes(c, call->name, TYPE_WINDOW)
		? period_literal(span_sub(c->text, c->token.at, c->text.len)) : 0;

	return len ? parse_period(c, len) : parse_or(c);
}

static bool at_where(const struct compiler *c, const struct node *call)
{
	return call && at_token(c, TOKEN_NAME) && span_equal_nocase(c->token.text, SPAN("where")) &&
	       check_takes_filter(c, call->name);
}

/* `where CONDITION`, behind the arguments of CALL or behind the first of them. */
static int parse_where(struct compiler *c, struct node *call)
{
	while (at_where(c, call)) {
		if (call->filter)
			return compile_error(c, c->token.at, "a second 'where': join the conditions with 'and'");
		call->filter = lexer_next(c) ? NULL : parse_or(c);
		if (!call->filter)
			return -1;
	}
	return 0;
}

/* Comma-separated expressions up to ')', which is taken: the arguments of CALL. */
static int parse_list(struct compiler *c, struct list *l, size_t open, struct node *call)
{
	char quoted[ERROR_QUOTE_MAX];

	if (at_token(c, TOKEN_CLOSE))
		return lexer_next(c);
	for (;;) {
		if (!at_where(c, call)) {
			struct node *n = parse_argument(c, call);

			if (!n)
				return -1;
			list_add(l, n);
		}
		if (parse_where(c, call))
			return -1;
		if (at_token(c, TOKEN_CLOSE))
			return lexer_next(c);
		if (at_token(c, TOKEN_END))
			return compile_error(c, open, "this '(' is never closed");
		if (!at_token(c, TOKEN_COMMA))
			return compile_error(c, c->token.at,
					     "expected ',' or ')', not %s", token_found(c, quoted));
		if (lexer_next(c))
			return -1;
	}
}

static struct node *list_node(struct compiler *c, struct node *n,
			      struct list *l, size_t open)
{
	if (!parse_list(c, l, open, n->kind == NODE_CALL ? n : NULL))
		return adopt_node(c, n, l);
	mem_free(l->nodes);
	return NULL;
}

static struct node *parse_constant(struct compiler *c)
{
	struct node *n = node_new(c, NODE_CONSTANT, c->token.at);

	n->constant = true;
	switch (c->token.kind) {
	case TOKEN_NUMBER:
		n->value = datum_number(c->token.number);
		n->value.written = arena_copy(&c->e->arena, c->token.text);
		break;
	case TOKEN_DURATION:
		n->value.type = TYPE_DURATION;
		n->value.duration = c->token.duration;
		break;
	case TOKEN_TEXT:
		n->value = datum_text(c->token.text);
		break;
	case TOKEN_NULL:
		break;
	default:
		n->value = datum_truth(at_token(c, TOKEN_TRUE));
	}
	return lexer_next(c) ? NULL : n;
}

static struct node *parse_name(struct compiler *c)
{
	struct token name = c->token;
	struct node *n = node_new(c, NODE_NAME, name.at);
	struct list l = {0};
	size_t open;

	n->name = arena_copy(&c->e->arena, name.text);
	n->quoted = name.kind == TOKEN_QUOTED;
	if (lexer_next(c))
		return NULL;
	if (n->quoted || !at_token(c, TOKEN_OPEN))
		return n;
	n->kind = NODE_CALL;
	open = c->token.at;
	return lexer_next(c) ? NULL : list_node(c, n, &l, open);
}

static struct node *parse_group(struct compiler *c)
{
	size_t open = c->token.at;
	struct node *n = lexer_next(c) ? NULL : parse_or(c);

	if (!n)
		return NULL;
	if (at_token(c, TOKEN_END)) {
		compile_error(c, open, "this '(' is never closed");
		return NULL;
	}
	return expect_token(c, TOKEN_CLOSE, "here") ? NULL : n;
}

static struct node *parse_primary(struct compiler *c)
{
	char quoted[ERROR_QUOTE_MAX];

	switch (c->token.kind) {
	case TOKEN_NUMBER:
	case TOKEN_DURATION:
	case TOKEN_TEXT:
	case TOKEN_NULL:
	case TOKEN_TRUE:
	case TOKEN_FALSE:
		return parse_constant(c);
	case TOKEN_NAME:
	case TOKEN_QUOTED:
		return parse_name(c);
	case TOKEN_OPEN:
		return parse_group(c);
	default:
		compile_error(c, c->token.at, "expected a value, not %s",
			      token_found(c, quoted));
		return NULL;
	}
}

/* The functions that recurse without making a node count here. */
static bool enter_depth(struct compiler *c)
{
	if (++c->depth <= EXPR_DEPTH_MAX)
		return true;
	compile_error(c, c->token.at, "this expression is nested too deeply");
	return false;
}

static struct node *parse_unary(struct compiler *c)
{
	struct node *n, *inner;

	if (!enter_depth(c))
		return NULL;
	if (at_token(c, TOKEN_MINUS)) {
		n = node_new(c, NODE_NEGATE, c->token.at);
		inner = lexer_next(c) ? NULL : parse_unary(c);
		n = inner ? node_of(c, n, inner, NULL, NULL) : NULL;
	} else {
		n = parse_primary(c);
	}
	c->depth--;
	return n;
}

static struct node *parse_product(struct compiler *c)
{
	struct node *n = parse_unary(c), *sign, *right;

	while (n && (at_token(c, TOKEN_TIMES) || at_token(c, TOKEN_DIVIDE) ||
		     at_token(c, TOKEN_MODULO))) {
		sign = node_new(c, NODE_ARITHMETIC, c->token.at);
		sign->sign = c->token.kind;
		right = lexer_next(c) ? NULL : parse_unary(c);
		n = right ? node_of(c, sign, n, right, NULL) : NULL;
	}
	return n;
}

static struct node *parse_sum(struct compiler *c)
{
	struct node *n = parse_product(c), *sign, *right;

	while (n && (at_token(c, TOKEN_PLUS) || at_token(c, TOKEN_MINUS))) {
		sign = node_new(c, NODE_ARITHMETIC, c->token.at);
		sign->sign = c->token.kind;
		right = lexer_next(c) ? NULL : parse_product(c);
		n = right ? node_of(c, sign, n, right, NULL) : NULL;
	}
	return n;
}

static bool is_comparison(enum token_kind kind)
{
	return kind >= TOKEN_EQUAL && kind <= TOKEN_AT_LEAST;
}

static struct node *parse_compare(struct compiler *c, struct node *left)
{
	struct node *n = node_new(c, NODE_COMPARE, c->token.at), *right;

	n->sign = c->token.kind;
	right = lexer_next(c) ? NULL : parse_sum(c);
	if (!right)
		return NULL;
	if (is_comparison(c->token.kind)) {
		compile_error(c, c->token.at, "comparisons do not chain: join two with 'and'");
		return NULL;
	}
	return node_of(c, n, left, right, NULL);
}

static bool is_file_call(const struct node *n)
{
	return n->kind == NODE_CALL && span_equal_nocase(n->name, SPAN("file"));
}

/* Behind 'in': a list in parentheses, a name that is a list, or file("..."). */
static struct node *parse_in(struct compiler *c, struct node *left, size_t where,
			     bool negated)
{
	struct node *n = node_new(c, NODE_IN, where), *right;
	struct list l = {0};
	size_t open = c->token.at;

	n->negated = negated;
	if (!at_token(c, TOKEN_OPEN)) {
		right = parse_sum(c);
		if (right && c->scope->file && is_file_call(right)) {
			n->file = right;
			right = NULL;
		}
		return right || n->file ? node_of(c, n, left, right, NULL) : NULL;
	}
	list_add(&l, left);
	if (lexer_next(c)) {
		mem_free(l.nodes);
		return NULL;
	}
	if (at_token(c, TOKEN_CLOSE)) {
		mem_free(l.nodes);
		compile_error(c, open, "nothing is in an empty list");
		return NULL;
	}
	return list_node(c, n, &l, open);
}

static struct node *parse_between(struct compiler *c, struct node *left,
				  size_t where, bool negated)
{
	struct node *n = node_new(c, NODE_BETWEEN, where);
	struct node *low = parse_sum(c), *high;

	if (!low || expect_token(c, TOKEN_AND, "after the lower bound of 'between'"))
		return NULL;
	n->negated = negated;
	high = parse_sum(c);
	return high ? node_of(c, n, left, low, high) : NULL;
}

static struct node *parse_is(struct compiler *c, struct node *left)
{
	struct node *n = node_new(c, NODE_IS_NULL, c->token.at);

	if (lexer_next(c))
		return NULL;
	n->negated = at_token(c, TOKEN_NOT);
	if (n->negated && lexer_next(c))
		return NULL;
	if (expect_token(c, TOKEN_NULL, n->negated ? "after 'is not'" : "after 'is'"))
		return NULL;
	return node_of(c, n, left, NULL, NULL);
}

static struct node *parse_like(struct compiler *c)
{
	compile_error(c, c->token.at,
		      "there is no 'like' here: use starts_with(), ends_with(), contains() or "
		      "matches()");
	return NULL;
}

static struct node *parse_comparison(struct compiler *c)
{
	struct node *n = parse_sum(c);
	size_t where = c->token.at;
	bool negated = n && at_token(c, TOKEN_NOT);

	if (!n)
		return NULL;
	if (is_comparison(c->token.kind))
		return parse_compare(c, n);
	if (at_token(c, TOKEN_IS))
		return parse_is(c, n);
	if (negated && lexer_next(c))
		return NULL;
	if (at_token(c, TOKEN_NAME) && span_equal_nocase(c->token.text, SPAN("like")))
		return parse_like(c);
	if (at_token(c, TOKEN_IN))
		return lexer_next(c) ? NULL : parse_in(c, n, where, negated);
	if (at_token(c, TOKEN_BETWEEN))
		return lexer_next(c) ? NULL : parse_between(c, n, where, negated);
	if (negated) {
		compile_error(c, c->token.at, "expected 'in' or 'between' after 'not'");
		return NULL;
	}
	return n;
}

static struct node *parse_not(struct compiler *c)
{
	struct node *n, *inner;

	if (!at_token(c, TOKEN_NOT))
		return parse_comparison(c);
	if (!enter_depth(c))
		return NULL;
	n = node_new(c, NODE_NOT, c->token.at);
	inner = lexer_next(c) ? NULL : parse_not(c);
	c->depth--;
	return inner ? node_of(c, n, inner, NULL, NULL) : NULL;
}

/* A chain of one sign is one node, so that a long one is not deep. */
static struct node *parse_chain(struct compiler *c, enum token_kind sign,
				enum node_kind kind,
				struct node *(*next)(struct compiler *))
{
	struct node *n = next(c);
	struct list l = {0};
	size_t where = c->token.at;

	if (!n || !at_token(c, sign))
		return n;
	list_add(&l, n);
	while (at_token(c, sign)) {
		n = lexer_next(c) ? NULL : next(c);
		if (!n) {
			mem_free(l.nodes);
			return NULL;
		}
		list_add(&l, n);
	}
	return adopt_node(c, node_new(c, kind, where), &l);
}

static struct node *parse_and(struct compiler *c)
{
	return parse_chain(c, TOKEN_AND, NODE_AND, parse_not);
}

static struct node *parse_or(struct compiler *c)
{
	return parse_chain(c, TOKEN_OR, NODE_OR, parse_and);
}

struct node *parser_parse(struct compiler *c)
{
	char quoted[ERROR_QUOTE_MAX];
	struct node *n;

	if (lexer_next(c))
		return NULL;
	if (at_token(c, TOKEN_END)) {
		compile_error(c, c->token.at, "an expression is missing");
		return NULL;
	}
	n = parse_or(c);
	if (!n || at_token(c, TOKEN_END))
		return n;
	compile_error(c, c->token.at, "expected %s before %s",
		      at_token(c, TOKEN_CLOSE) ? "'('" : "'and', 'or' or another sign",
		      token_found(c, quoted));
	return NULL;
}

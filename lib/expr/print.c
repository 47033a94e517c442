/*
 * The canonical form: one blank around signs, 'single' quotes, lower-case words,
 * parentheses only where precedence needs them.
 */
#include "expr/period.h"
#include "expr/tree.h"

enum {
	LEVEL_OR,
	LEVEL_AND,
	LEVEL_NOT,
	LEVEL_COMPARE,
	LEVEL_SUM,
	LEVEL_PRODUCT,
	LEVEL_UNARY,
	LEVEL_PRIMARY,
};

static int level_of(const struct node *n)
{
	switch (n->kind) {
	case NODE_OR:
		return LEVEL_OR;
	case NODE_AND:
		return LEVEL_AND;
	case NODE_NOT:
		return LEVEL_NOT;
	case NODE_COMPARE:
	case NODE_IN:
	case NODE_BETWEEN:
	case NODE_IS_NULL:
		return LEVEL_COMPARE;
	case NODE_ARITHMETIC:
		return n->sign == TOKEN_PLUS || n->sign == TOKEN_MINUS
			? LEVEL_SUM : LEVEL_PRODUCT;
	case NODE_NEGATE:
		return LEVEL_UNARY;
	default:
		return LEVEL_PRIMARY;
	}
}

static void put_node(const struct node *n, int level, struct buf *out);

/* N without the conversions above it. */
static const struct node *bare(const struct node *n)
{
	while (n->kind == NODE_CONVERT)
		n = n->args[0];
	return n;
}

static void put_quoted(struct span text, struct buf *out)
{
	size_t i;

	buf_char(out, '\'');
	for (i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (c == '\'')
			buf_lit(out, "''");
		else if (c == '\\')
			buf_lit(out, "\\\\");
		else if (c == '\n')
			buf_lit(out, "\\n");
		else if (c == '\t')
			buf_lit(out, "\\t");
		else if (c == '\r')
			buf_lit(out, "\\r");
		else
			buf_char(out, c);
	}
	buf_char(out, '\'');
}

static void put_constant(const struct datum *d, struct buf *out)
{
	if (d->type == TYPE_TEXT ||
	    (d->type == TYPE_WINDOW && period_literal(d->period->text) < d->period->text.len))
		put_quoted(d->type == TYPE_TEXT ? d->text : d->period->text, out);
	else if (d->type == TYPE_UNKNOWN)
		buf_lit(out, "null");
	else
		datum_put_text(d, out);
}

static void put_name(const struct node *n, struct buf *out)
{
	bool quoted = n->quoted;

	if (quoted)
		buf_char(out, '`');
	buf_span(out, n->name);
	if (quoted)
		buf_char(out, '`');
}

static void put_list(const struct node *n, size_t from, struct buf *out)
{
	size_t i;

	buf_char(out, '(');
	for (i = from; i < n->count; i++) {
		if (i > from)
			buf_lit(out, ", ");
		put_node(n->args[i], LEVEL_OR, out);
	}
	buf_char(out, ')');
}

/* The condition of a call goes before the ')' that stands there. */
static void put_filter(const struct node *n, struct buf *out)
{
	if (!n->filter)
		return;
	out->len--;
	buf_text_put(out, n->count ? " where " : "where ");
	put_node(n->filter, LEVEL_OR, out);
	buf_char(out, ')');
}

/* Arguments with WORD between them, each tighter than LEVEL. */
static void put_chain(const struct node *n, const char *word, int level,
		      struct buf *out)
{
	size_t i;

	for (i = 0; i < n->count; i++) {
		if (i)
			buf_text_put(out, word);
		put_node(n->args[i], level + 1, out);
	}
}

static const char *sign_text(enum token_kind sign)
{
	switch (sign) {
	case TOKEN_PLUS:
		return " + ";
	case TOKEN_MINUS:
		return " - ";
	case TOKEN_TIMES:
		return " * ";
	case TOKEN_DIVIDE:
		return " / ";
	case TOKEN_MODULO:
		return " % ";
	case TOKEN_EQUAL:
		return " = ";
	case TOKEN_UNEQUAL:
		return " != ";
	case TOKEN_LESS:
		return " < ";
	case TOKEN_AT_MOST:
		return " <= ";
	case TOKEN_MORE:
		return " > ";
	default:
		return " >= ";
	}
}

/* Arithmetic leans left: the right side of a - b needs more. */
static void put_binary(const struct node *n, struct buf *out)
{
	int level = level_of(n);
	int left = n->kind == NODE_COMPARE ? level + 1 : level;

	put_node(n->args[0], left, out);
	buf_text_put(out, sign_text(n->sign));
	put_node(n->args[1], level + 1, out);
}

static void put_postfix(const struct node *n, struct buf *out)
{
	put_node(n->args[0], LEVEL_SUM, out);
	if (n->kind == NODE_IS_NULL) {
		buf_text_put(out, n->negated ? " is not null" : " is null");
	} else if (n->kind == NODE_IN) {
		buf_text_put(out, n->negated ? " not in " : " in ");
		if (n->file)
			put_node(n->file, LEVEL_SUM, out);
		else if (n->count == 2 && bare(n->args[1])->kind == NODE_NAME)
			put_node(n->args[1], LEVEL_SUM, out);
		else
			put_list(n, 1, out);
	} else {
		buf_text_put(out, n->negated ? " not between " : " between ");
		put_node(n->args[1], LEVEL_SUM, out);
		buf_lit(out, " and ");
		put_node(n->args[2], LEVEL_SUM, out);
	}
}

static void put_bare(const struct node *n, struct buf *out)
{
	switch (n->kind) {
	case NODE_CONSTANT:
		put_constant(&n->value, out);
		break;
	case NODE_NAME:
		put_name(n, out);
		break;
	case NODE_CALL:
		put_name(n, out);
		put_list(n, 0, out);
		put_filter(n, out);
		break;
	case NODE_AND:
		put_chain(n, " and ", LEVEL_AND, out);
		break;
	case NODE_OR:
		put_chain(n, " or ", LEVEL_OR, out);
		break;
	case NODE_NOT:
		buf_lit(out, "not ");
		put_node(n->args[0], LEVEL_NOT, out);
		break;
	case NODE_NEGATE:
		buf_char(out, '-');
		put_node(n->args[0], LEVEL_UNARY, out);
		break;
	case NODE_ARITHMETIC:
	case NODE_COMPARE:
		put_binary(n, out);
		break;
	default:
		put_postfix(n, out);
	}
}

/* N where the place wants LEVEL or tighter. */
static void put_node(const struct node *n, int level, struct buf *out)
{
	n = bare(n);
	if (level_of(n) < level) {
		buf_char(out, '(');
		put_bare(n, out);
		buf_char(out, ')');
	} else {
		put_bare(n, out);
	}
}

void expr_put(const struct expr *e, struct buf *out)
{
	put_node(e->root, LEVEL_OR, out);
}

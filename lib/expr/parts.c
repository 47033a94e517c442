#include "expr/parts.h"

#include "expr/tree.h"

struct walk {
	int (*visit)(void *context, const struct expr_part *part);
	void *context;
};

static int visit_node(const struct walk *w, const struct node *n)
{
	struct expr_part part = {.node = n, .name = n->name, .at = n->at};

	part.call = n->kind == NODE_CALL;
	if (part.call && n->count && n->args[0]->constant &&
	    n->args[0]->value.type == TYPE_TEXT)
		part.text = n->args[0]->value.text;
	return w->visit(w->context, &part);
}

/* Depth is bounded by EXPR_DEPTH_MAX. */
static int walk_node(const struct walk *w, const struct node *n)
{
	if (n->kind == NODE_NAME || (n->kind == NODE_CALL && n->function))
		return visit_node(w, n);
	for (size_t i = 0; i < n->count; i++) {
		int got = walk_node(w, n->args[i]);

		if (got)
			return got;
	}
	return 0;
}

int expr_parts(const struct expr *e,
	       int (*visit)(void *context, const struct expr_part *part),
	       void *context)
{
	const struct walk w = {visit, context};

	return walk_node(&w, e->root);
}

static int walk_clauses(const struct walk *w, const struct node *n)
{
	const struct expr_part part = {.node = n, .at = n->at};

	if (n->kind != NODE_AND && n->kind != NODE_OR)
		return w->visit(w->context, &part);
	for (size_t i = 0; i < n->count; i++) {
		int got = walk_clauses(w, n->args[i]);

		if (got)
			return got;
	}
	return 0;
}

int expr_clauses(const struct expr *e,
		 int (*visit)(void *context, const struct expr_part *part),
		 void *context)
{
	const struct walk w = {visit, context};

	return walk_clauses(&w, e->root);
}

int expr_part_parts(const struct expr_part *part,
		    int (*visit)(void *context, const struct expr_part *part),
		    void *context)
{
	const struct walk w = {visit, context};

	return walk_node(&w, part->node);
}

int expr_part_eval(const struct expr_part *part, struct expr_run *run,
		   struct datum *out, struct error *err)
{
	return node_eval(part->node, run, out, err);
}

void expr_part_put(const struct expr_part *part, struct buf *out)
{
	/* Printing reads the root alone. */
	const struct expr e = {.root = (struct node *)part->node};

	expr_put(&e, out);
}

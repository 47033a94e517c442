/* Columns as the names of expressions. */
#include <string.h>

#include "base/mem.h"
#include "collect/mapping/plan_parts.h"
#include "record/scan.h"

static int find_folded(struct plan *p, struct span name)
{
	struct buf folded = BUF_INIT;
	size_t at;

	expr_fold_name(name, &folded);
	at = map_find(&p->index, buf_view(&folded));
	buf_release(&folded);
	return at == MAP_NONE ? -1 : (int)p->index.entries[at].number;
}

/*
 * A header exactly as it is written, else its folded form.  Paths of JSON need
 * not be in the records read so far.
 */
static int find_column(void *context, struct span name, bool quoted,
		       enum datum_type *type)
{
	struct plan *p = context;
	size_t at = map_find(&p->exact, name);
	int column = at == MAP_NONE ? -1 : (int)p->exact.entries[at].number;

	if (column < 0 && !quoted)
		column = find_folded(p, name);
	if (column < 0 && p->json)
		column = (int)plan_column(p, name);
	if (column < 0 && p->optional)
		column = (int)p->column_count;
	*type = p->kinds ? TYPE_ANY : TYPE_TEXT;
	return column;
}

static const char *const *column_names(void *context)
{
	struct plan *p = context;

	p->names = mem_grow(p->names, p->column_count + 1, sizeof *p->names);
	for (size_t i = 0; i < p->column_count; i++)
		p->names[i] = p->columns[i].folded.ptr;
	p->names[p->column_count] = NULL;
	return p->names;
}

int plan_fetch(struct expr_run *run, int slot, struct datum *out,
	       struct error *err)
{
	const struct row *row = run->row;
	const struct cell *c = &row->cells[slot];

	(void)err;
	*out = DATUM_UNKNOWN;
	if ((size_t)slot >= row->count)
		return 0;
	switch (c->kind) {
	case CELL_NONE:
		break;
	case CELL_TEXT:
		*out = (struct datum){.type = TYPE_TEXT, .text = c->text};
		break;
	case CELL_RAW:
		*out = (struct datum){.type = TYPE_JSON, .text = c->text};
		break;
	case CELL_WORD:
		*out = (struct datum){.type = TYPE_TRUTH,
				      .truth = c->text.ptr[0] == 't'};
		break;
	case CELL_NUMBER:
		/* Beyond 38 digits it can be copied but not computed with. */
		if (decimal_parse(c->text, &out->number)) {
			out->type = TYPE_NUMBER;
			out->written = c->text;
		} else {
			*out = (struct datum){.type = TYPE_TEXT, .text = c->text};
		}
		break;
	}
	return 0;
}

void plan_scope_init(struct plan *p)
{
	p->scope = (struct expr_scope){
		.find = find_column,
		.names = column_names,
		.fetch = plan_fetch,
		.context = p,
	};
}

static void mark_used(void *context, int slot)
{
	struct plan *p = context;

	if ((size_t)slot == p->column_count)
		return;
	p->columns[slot].used = true;
	p->columns[slot].whole = p->json;
}

int plan_compile_rule(struct plan *p, const struct map_rule *r, bool used,
		      enum datum_type want, struct expr **e, struct error *err)
{
	expr_free(*e);
	p->scope.point = p->manner.point;
	p->optional = r->optional;
	*e = expr_compile(r->text, r->file, r->line, r->column, &p->scope, want, err);
	if (!*e) {
		if (!r->file)
			error_place(err, "--map", 0, 0);
		return -1;
	}
	if (used)
		expr_slots(*e, mark_used, p);
	return 0;
}

int plan_compile(struct plan *p, struct target *t, struct error *err)
{
	if (plan_compile_rule(p, t->rule, true, TYPE_ANY, &t->expr, err))
		return -1;
	t->column = expr_column(t->expr);
	if (t->column >= 0 && (size_t)t->column < p->column_count)
		p->columns[t->column].copied = true;
	return 0;
}

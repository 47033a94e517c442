/*
 * A row of named values to evaluate expressions over: a scope like that of a
 * mapping, whose texts are strict, with values of every type beside them.
 */
#ifndef UNIT_EXPR_ROW_H
#define UNIT_EXPR_ROW_H

#include "base/arena.h"
#include "time/moment.h"
#include "expr/expr.h"
#include "tests/unit/support.h"

struct expr_cell {
	const char *name;
	enum datum_type type;		/* static; TYPE_ANY as JSON has it */
	enum datum_type is;		/* of this row; TYPE_UNKNOWN: missing */
	const char *text;		/* as datum_put_text shows it */
};

struct expr_row {
	const struct expr_cell *cells;	/* ends with a NULL name */
	struct expr_scope scope;
	struct expr_run run;
	struct arena scratch;
	const char *names[64];
};

static inline int expr_row_find(void *context, struct span name, bool quoted,
				enum datum_type *type)
{
	const struct expr_row *row = context;
	struct buf folded = BUF_INIT;
	int found = -1;

	for (int i = 0; row->cells[i].name && found < 0; i++) {
		buf_clear(&folded);
		expr_fold_name(span_of(row->cells[i].name), &folded);
		if (span_equal(name, span_of(row->cells[i].name)) ||
		    (!quoted && span_equal(name, buf_view(&folded))))
			found = i;
	}
	buf_release(&folded);
	if (found >= 0)
		*type = row->cells[found].type;
	return found;
}

static inline const char *const *expr_row_names(void *context)
{
	struct expr_row *row = context;
	size_t i;

	for (i = 0; row->cells[i].name && i < COUNT_OF(row->names) - 1; i++)
		row->names[i] = row->cells[i].name;
	row->names[i] = NULL;
	return row->names;
}

/* "a;b" as a list of texts in the run's scratch. */
static inline struct datum expr_row_list(struct expr_run *run, struct span text)
{
	struct span *items = arena_alloc(run->scratch, 16 * sizeof(*items));
	size_t count = 0;

	while (!span_absent(text) && text.len && count < 16)
		items[count++] = span_cut(&text, ';');
	return (struct datum){.type = TYPE_LIST, .list = {items, count}};
}

static inline int expr_row_fetch(struct expr_run *run, int slot,
				 struct datum *out, struct error *err)
{
	const struct expr_row *row = run->row;
	const struct expr_cell *cell = &row->cells[slot];
	struct span text = span_of(cell->text);
	int64_t time;

	*out = (struct datum){.type = cell->is};
	switch (cell->is) {
	case TYPE_TEXT:
		out->text = text;
		break;
	case TYPE_NUMBER:
		if (!decimal_parse(text, &out->number))
			return error_data(err, "the fixture's number is none");
		out->written = text;
		break;
	case TYPE_TIME:
		if (!moment_parse_record(text, &time))
			return error_data(err, "the fixture's time is none");
		out->time = time;
		break;
	case TYPE_TRUTH:
		out->truth = span_equal(text, SPAN("true"));
		break;
	case TYPE_LIST:
		*out = expr_row_list(run, text);
		break;
	default:
		break;
	}
	return 0;
}

/* ZONE is a name for zone_load. */
static inline void expr_row_init(struct expr_row *row,
				 const struct expr_cell *cells, const char *zone)
{
	*row = (struct expr_row){.cells = cells};
	row->scope = (struct expr_scope){
		.find = expr_row_find,
		.names = expr_row_names,
		.fetch = expr_row_fetch,
		.context = row,
		.point = '.',
	};
	row->run = (struct expr_run){
		.row = row,
		.scratch = &row->scratch,
		.as_of = MOMENT_NONE,
		.zone = zone_load(zone, NULL),
	};
	assert_non_null(row->run.zone);
}

static inline void expr_row_release(struct expr_row *row)
{
	arena_release(&row->scratch);
	zone_free((struct zone *)(uintptr_t)row->run.zone);
}

/*
 * What TEXT gives, into OUT: as a JSON value, or "line:column: message" when it
 * does not compile, or "error: message" when it fails on this row.
 */
static inline const char *expr_row_show(struct expr_row *row, const char *text,
					enum datum_type want, struct buf *out)
{
	struct error err = ERROR_INIT;
	struct datum d;
	struct expr *e = expr_compile(span_of(text), NULL, 1, 1, &row->scope,
				      want, &err);

	buf_clear(out);
	if (!e) {
		assert_int_equal(err.kind, ERROR_USAGE);
		buf_printf(out, "%d:%d: %s", (int)err.line, (int)err.column, err.message);
		return buf_text(out);
	}
	if (expr_eval(e, &row->run, &d, &err)) {
		assert_int_equal(err.kind, ERROR_DATA);
		buf_printf(out, "error: %s", err.message);
	} else {
		datum_put_value(&d, out);
	}
	expr_free(e);
	return buf_text(out);
}

#endif

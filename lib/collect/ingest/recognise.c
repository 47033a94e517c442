#include "collect/ingest/recognise.h"

#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "collect/mapping/plan.h"
#include "collect/rows/census.h"
#include "collect/rows/objects.h"
#include "collect/rows/records_path.h"
#include "collect/rows/rows.h"
#include "collect/rows/sniff.h"
#include "record/scan.h"

#define TRIES 10
/* So much of the head is looked at. */
#define HEAD_MAX ((size_t)256 << 10)
#define COLUMNS_MAX 1000

/* One candidate and what it has seen. */
struct trial {
	const struct mapping *mapping;
	const struct recognise_text *text;
	bool json;
	struct span names[COLUMNS_MAX];	/* JSON: what the condition reads; CSV: the header */
	size_t count;
	bool header;		/* CSV: the names are known */
	struct expr *condition;
	struct arena arena;
	struct arena scratch;
	size_t rows;
	size_t good;
	struct error err;
};

static bool same_name(struct span header, struct span name, bool quoted)
{
	struct buf a = BUF_INIT, b = BUF_INIT;
	bool same = span_equal(span_trim(header), name);

	if (!same && !quoted) {
		expr_fold_name(header, &a);
		expr_fold_name(name, &b);
		same = span_equal(buf_view(&a), buf_view(&b));
	}
	buf_release(&a);
	buf_release(&b);
	return same;
}

static int find_name(void *context, struct span name, bool quoted,
		     enum datum_type *type)
{
	struct trial *t = context;

	*type = t->json ? TYPE_ANY : TYPE_TEXT;
	for (size_t i = 0; i < t->count; i++)
		if (t->json ? span_equal(t->names[i], name) :
			      same_name(t->names[i], name, quoted))
			return (int)i;
	if (!t->json || t->count == COLUMNS_MAX)
		return COLUMNS_MAX;
	t->names[t->count] = arena_copy(&t->arena, name);
	return (int)t->count++;
}

/* What a condition looks at. */
struct trial_row {
	struct row row;
	const struct trial *trial;
};

static bool has_name(const struct trial_row *r, struct span name)
{
	const struct trial *t = r->trial;
	struct value v = {r->row.value, VALUE_OBJECT, false};

	if (t->json) {
		v = value_path(v, name);
		return v.kind != VALUE_NONE && v.kind != VALUE_NULL;
	}
	for (size_t i = 0; i < t->count; i++)
		if (same_name(t->names[i], name, false))
			return true;
	return false;
}

static int call_has(struct expr_run *run, const struct datum *args, size_t count,
		    struct datum *out, struct error *err)
{
	(void)err;
	*out = (struct datum){.type = TYPE_TRUTH, .truth = true};
	for (size_t i = 0; i < count; i++)
		out->truth = out->truth && has_name(run->row, args[i].text);
	return 0;
}

#define TEXT8 {TYPE_TEXT, TYPE_TEXT, TYPE_TEXT, TYPE_TEXT, TYPE_TEXT, TYPE_TEXT, TYPE_TEXT, TYPE_TEXT}

static const struct expr_function functions[] = {
	{"has", TYPE_TRUTH, 1, EXPR_ARGS_MAX, TEXT8, call_has, 0},
	{NULL, TYPE_ANY, 0, 0, {0}, NULL, 0},
};

static bool compile_condition(struct trial *t)
{
	const struct map_rule *r = &t->mapping->recognise;
	struct expr_scope scope = {.find = find_name, .fetch = plan_fetch, .context = t,
				   .functions = functions, .lenient = true, .point = '.'};

	t->condition = expr_compile(r->text, r->file, r->line, r->column, &scope,
				    TYPE_TRUTH, &t->err);
	return t->condition != NULL;
}

static void take_row(void *context, const struct row *row)
{
	struct trial *t = context;
	struct trial_row seen = {*row, t};
	struct expr_run run = {.row = &seen, .scratch = &t->scratch,
			       .as_of = MOMENT_NONE, .zone = t->text->zone};

	if (!t->header) {
		for (size_t i = 0; i < row->count && i < COLUMNS_MAX; i++)
			t->names[t->count++] = arena_copy(&t->arena, row->cells[i].text);
		t->header = true;
		return;
	}
	if (t->rows == TRIES || (!t->condition && !compile_condition(t)))
		return;
	t->rows++;
	if (!t->json && row->count != t->count)
		return;
	t->good += expr_test(t->condition, &run, NULL) == 1;
	arena_clear(&t->scratch);
}

static void take_bad(void *context, struct span raw, uint64_t line,
		     const struct error *why)
{
	struct trial *t = context;

	(void)raw;
	(void)line;
	(void)why;
	t->rows += t->rows < TRIES;
}

static void take_blank(void *context, struct span raw)
{
	(void)context;
	(void)raw;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',' || c == OBJECTS_SEPARATOR;
}

/*
 * The values of an array from P on, or of the whole text, until there are enough.  The
 * last may be cut off: it is looked into.
 */
static void try_values(struct trial *t, struct objects *o, const char *p,
		       const char *end, bool last)
{
	struct records_paths paths = {.count = 0};

	if (t->mapping->set.records)
		records_paths_parse(&paths, span_of(t->mapping->set.records));
	while (p < end && t->rows < TRIES) {
		const char *next, *array;
		uint64_t line = 0;
		size_t depth;

		if (is_blank(*p) || *p == ']' || *p == '}') {
			p++;
			continue;
		}
		next = objects_value_end(p, end);
		next += next == p;
		if (next != end || last) {
			objects_read(o, span_between(p, next), false, &line);
			p = next;
			continue;
		}
		if (*p != '{' || records_find(&paths, p, end, &array, &depth) != RECORDS_ARRAY)
			return;
		objects_nest_pause(o, true);
		paths.count = 0;
		p = array;
	}
}

static void try_json(struct trial *t, struct span head, bool last)
{
	struct rows_calls calls = {take_row, take_bad, take_blank, t};
	bool whole[COLUMNS_MAX];
	const char *p = head.ptr, *end = p + head.len;
	struct objects *o;

	t->json = t->header = true;
	if (!compile_condition(t))
		return;
	memset(whole, true, sizeof whole);
	o = objects_new(t->names, whole, t->count, &calls);
	if (t->mapping->set.records)
		objects_nest(o, span_of(t->mapping->set.records), false);
	while (p < end && is_blank(*p))
		p++;
	if (p < end && *p == '[')
		p++;
	try_values(t, o, p, end, last);
	objects_free(o);
}

static void name_columns(struct trial *t, struct span rest)
{
	while (!span_absent(rest) && t->count < COLUMNS_MAX)
		t->names[t->count++] = arena_copy(&t->arena, span_trim(span_cut(&rest, ',')));
	t->header = true;
}

/* The lines of HEAD that are whole. */
static struct span whole_lines(struct span head, bool last)
{
	const char *lf = head.len && !last ? memrchr(head.ptr, '\n', head.len) : NULL;

	return lf ? span_between(head.ptr, lf + 1) : head;
}

static void try_csv(struct trial *t, struct span head, bool last, struct dialect dialect)
{
	const struct map_settings *set = &t->mapping->set;
	struct rows_calls calls = {take_row, take_bad, take_blank, t};
	struct span text = whole_lines(head, last);
	struct census census = census_take(text);
	uint64_t line = 1;
	struct rows *rows;

	if (set->delimiter && sniff_delimiter_named(set->delimiter, &dialect.delimiter, NULL))
		return;
	if (set->header)
		name_columns(t, span_of(set->header));
	if (set->quotes && !strcmp(set->quotes, "none"))
		dialect.quote = '\0';
	rows = rows_new(&dialect, COLUMNS_MAX, &calls);
	rows_read(rows, text, &census, last, SIZE_MAX, &line);
	rows_free(rows);
}

/* A format that does not say how it is written may be either. */
static bool is_other_kind(const struct map_settings *set, bool json)
{
	return set->format && !strcmp(set->format, "csv") == json;
}

/* How demanding FORMAT is where the text is in it; 0: it is not. */
static size_t try_format(const struct format *format, const struct recognise_text *text,
			 struct buf *warnings)
{
	const struct mapping *m = &format->mapping;
	struct span head = span_sub(text->head, 0, HEAD_MAX);
	bool last = text->last && head.len == text->head.len;
	struct trial *t;
	size_t demands = 0;

	if (span_absent(m->recognise.text) || is_other_kind(&m->set, text->json))
		return 0;
	t = mem_zero(1, sizeof *t);
	t->mapping = m;
	t->text = text;
	if (text->json)
		try_json(t, head, last);
	else
		try_csv(t, head, last, text->dialect);
	if (t->err.kind) {
		error_format(&t->err, warnings);
		buf_char(warnings, '\n');
	}
	if (t->rows && 2 * t->good > t->rows)
		demands = expr_demands(t->condition) + 1;
	expr_free(t->condition);
	arena_release(&t->arena);
	arena_release(&t->scratch);
	mem_free(t);
	return demands;
}

struct format *recognise(struct formats *f, const struct recognise_text *text,
			 struct buf *warnings)
{
	struct format *const *list;
	struct format *best = NULL;
	size_t count, most = 0;

	list = formats_list(f, &count);
	for (size_t i = 0; i < count; i++) {
		struct error err = ERROR_INIT;
		size_t demands;

		if (formats_load(list[i], &err)) {
			error_format(&err, warnings);
			buf_char(warnings, '\n');
			continue;
		}
		demands = try_format(list[i], text, warnings);
		if (demands > most) {
			most = demands;
			best = list[i];
		}
	}
	return best;
}

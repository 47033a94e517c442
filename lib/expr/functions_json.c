/*
 * Functions of JSON: arrays and objects that a member of a record holds, or that
 * stand as a text in a cell.  The scanner has validated the one, and does the other
 * here; so values are walked in place and nothing is copied but what is made anew.
 *
 * Where a function takes a 'name = expression', the expression is compiled with
 * the call, against a scope of its own: its names are the members of one element.
 */
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "expr/builtin.h"
#include "record/scan.h"

/* A value as a datum; null and what is absent are unknown. */
static struct datum datum_of(struct value v, struct arena *scratch)
{
	struct datum d = DATUM_UNKNOWN;
	struct buf decoded = BUF_INIT;

	switch (v.kind) {
	case VALUE_NONE:
	case VALUE_NULL:
		break;
	case VALUE_FALSE:
	case VALUE_TRUE:
		return datum_truth(v.kind == VALUE_TRUE);
	case VALUE_NUMBER:
		/* Beyond 38 digits it can be copied but not computed with. */
		if (!decimal_parse(v.raw, &d.number))
			return datum_text(v.raw);
		d.type = TYPE_NUMBER;
		d.written = v.raw;
		break;
	case VALUE_TEXT:
		d = datum_text(value_text(v, &decoded));
		if (v.escaped)
			d.text = arena_copy(scratch, d.text);
		buf_release(&decoded);
		break;
	case VALUE_ARRAY:
	case VALUE_OBJECT:
		d = (struct datum){.type = TYPE_JSON, .text = v.raw};
		break;
	}
	return d;
}

/* The array or object in D; *V is absent where it is neither.  A text is scanned. */
static int read_json(const struct node *n, const struct datum *d,
		     struct value *v, struct error *err)
{
	struct error why = ERROR_INIT;
	char quoted[ERROR_QUOTE_MAX];
	struct span text;

	*v = VALUE_ABSENT;
	if (d->type == TYPE_JSON) {
		*v = (struct value){d->text, d->text.ptr[0] == '[' ? VALUE_ARRAY :
				    VALUE_OBJECT, false};
		return 0;
	}
	text = d->type == TYPE_TEXT ? span_trim(d->text) : SPAN("");
	if (!text.len)
		return 0;
	if (!scan_whole(text, v, &why))
		return 0;
	*v = VALUE_ABSENT;
	if (n->lenient)
		return 0;
	return error_data(err, "%s is %s", error_quote(text, quoted), why.message);
}

static int call_json(const struct node *n, struct expr_run *run,
		     const struct datum *args, struct datum *out,
		     struct error *err)
{
	struct value v;

	if (read_json(n, &args[0], &v, err))
		return -1;
	*out = datum_of(v, run->scratch);
	return 0;
}

/* A text that is no JSON is no object: no error here. */
static int call_object(const struct node *n, struct expr_run *run,
		       const struct datum *args, struct datum *out,
		       struct error *err)
{
	struct node lenient = {.lenient = true};
	struct value v;

	(void)n;
	(void)run;
	(void)err;
	read_json(&lenient, &args[0], &v, NULL);
	if (v.kind == VALUE_OBJECT)
		*out = (struct datum){.type = TYPE_JSON, .text = v.raw};
	return 0;
}

static int check_path(struct compiler *c, struct node *n)
{
	return builtin_constant_text(c, n, 1, &n->pattern);
}

static int call_get(const struct node *n, struct expr_run *run,
		    const struct datum *args, struct datum *out,
		    struct error *err)
{
	struct value v;

	if (read_json(n, &args[0], &v, err))
		return -1;
	*out = datum_of(value_path(v, n->pattern), run->scratch);
	return 0;
}

static bool is_known(struct value v)
{
	return v.kind != VALUE_NONE && v.kind != VALUE_NULL;
}

/* The first of the paths ARGS[from] and on that ELEMENT has. */
static struct value first_path(struct value element, const struct node *n,
			       size_t from)
{
	struct value v = VALUE_ABSENT;

	for (size_t i = from; i < n->count && !is_known(v); i++)
		v = value_path(element, n->args[i]->value.text);
	return v;
}

/* All arguments from the second on are paths in quotes. */
static int check_paths(struct compiler *c, struct node *n)
{
	struct span path;

	for (size_t i = 1; i < n->count; i++)
		if (builtin_constant_text(c, n, i, &path))
			return -1;
	return 0;
}

static int check_lookup(struct compiler *c, struct node *n)
{
	struct span path;

	for (size_t i = 1; i < n->count; i++)
		if (i != 2 && builtin_constant_text(c, n, i, &path))
			return -1;
	return 0;
}

/* 1: *ELEMENT is the next of the array entered; 0: its end. */
static int next_element(struct scan *s, struct value *element)
{
	return scan_element(s, element, NULL) > 0;
}

static bool enter_array(struct value v, struct scan *s)
{
	if (v.kind != VALUE_ARRAY)
		return false;
	scan_start(s, v.raw);
	return !scan_enter(s, '[', NULL);
}

static int call_lookup(const struct node *n, struct expr_run *run,
		       const struct datum *args, struct datum *out,
		       struct error *err)
{
	struct span wanted = datum_text_of(&args[2], run->scratch);
	struct value v, element;
	struct scan s;

	if (read_json(n, &args[0], &v, err))
		return -1;
	if (!enter_array(v, &s))
		return 0;
	while (next_element(&s, &element)) {
		struct datum key = datum_of(value_path(element, args[1].text),
					    run->scratch);

		if (key.type == TYPE_UNKNOWN ||
		    !span_equal(datum_text_of(&key, run->scratch), wanted))
			continue;
		v = n->count > 3 ? first_path(element, n, 3) : element;
		*out = datum_of(v, run->scratch);
		return 0;
	}
	return 0;
}

/* What was made of the row so far, kept for its time. */
static struct datum keep_json(struct buf *made, struct arena *scratch)
{
	struct datum d = {.type = TYPE_JSON};

	d.text = arena_copy(scratch, buf_view(made));
	buf_release(made);
	return d;
}

static void put_member(struct buf *out, struct span key, struct span raw)
{
	if (out->len > 1)
		buf_char(out, ',');
	text_encode(out, key);
	buf_char(out, ':');
	buf_span(out, raw);
}

static int call_entries(const struct node *n, struct expr_run *run,
			const struct datum *args, struct datum *out,
			struct error *err)
{
	struct buf made = BUF_INIT;
	struct map names = MAP_INIT;
	struct value v, element;
	struct scan s;
	bool added;

	if (read_json(n, &args[0], &v, err))
		return -1;
	if (!enter_array(v, &s))
		return 0;
	buf_char(&made, '{');
	while (next_element(&s, &element)) {
		struct datum key = datum_of(value_path(element, args[1].text),
					    run->scratch);
		struct value of = first_path(element, n, 2);
		struct span name = datum_text_of(&key, run->scratch);

		if (key.type == TYPE_UNKNOWN || !is_known(of))
			continue;
		map_put(&names, name, &added);
		if (added)
			put_member(&made, name, of.raw);
	}
	map_release(&names);
	buf_char(&made, '}');
	*out = keep_json(&made, run->scratch);
	return 0;
}

static bool is_named(const struct node *n, struct span key)
{
	for (size_t i = 1; i < n->count; i++)
		if (span_equal(n->args[i]->value.text, key))
			return true;
	return false;
}

/* Notes in NAMES that each text of the array in ARGS[I] has the value behind it. */
static int note_members(const struct node *n, const struct datum *args, size_t i, struct map *names, struct error *err)
{
	struct buf decoded = BUF_INIT;
	struct value v, element;
	struct scan s;

	if (args[i].type == TYPE_UNKNOWN || args[i + 1].type == TYPE_UNKNOWN)
		return 0;
	if (read_json(n, &args[i], &v, err))
		return -1;
	if (!enter_array(v, &s))
		return 0;
	while (next_element(&s, &element)) {
		size_t at;

		buf_clear(&decoded);
		if (element.kind != VALUE_TEXT)
			continue;
		at = map_put(names, value_text(element, &decoded), NULL);
		names->entries[at].number = i + 1;
	}
	buf_release(&decoded);
	return 0;
}

static int call_members(const struct node *n, struct expr_run *run,
			const struct datum *args, struct datum *out,
			struct error *err)
{
	struct buf made = BUF_INIT, value = BUF_INIT;
	struct map names = MAP_INIT;
	int bad = 0;

	for (size_t i = 0; !bad && i + 1 < n->count; i += 2)
		bad = note_members(n, args, i, &names, err);
	buf_char(&made, '{');
	for (size_t i = 0; i < names.count; i++) {
		buf_clear(&value);
		datum_put_value(&args[names.entries[i].number], &value);
		put_member(&made, names.entries[i].key, buf_view(&value));
	}
	buf_char(&made, '}');
	if (names.count && !bad)
		*out = keep_json(&made, run->scratch);
	buf_release(&made);
	buf_release(&value);
	map_release(&names);
	return bad;
}

static int call_without(const struct node *n, struct expr_run *run,
			const struct datum *args, struct datum *out,
			struct error *err)
{
	struct buf made = BUF_INIT, scratch = BUF_INIT;
	struct value v;
	struct scan s;
	struct member m;

	if (read_json(n, &args[0], &v, err))
		return -1;
	scan_start(&s, v.kind == VALUE_OBJECT ? v.raw : SPAN(""));
	if (v.kind != VALUE_OBJECT || scan_enter(&s, '{', NULL))
		return 0;
	buf_char(&made, '{');
	while (scan_member(&s, &m, NULL) > 0) {
		struct span key = member_key(&m, &scratch);

		if (!is_named(n, key))
			put_member(&made, key, m.value.raw);
	}
	buf_char(&made, '}');
	buf_release(&scratch);
	*out = keep_json(&made, run->scratch);
	return 0;
}

/* Expressions over one element. */

/* An 'expression' or 'name = expression' of a call. */
struct sub {
	struct span name;
	struct expr *e;
	struct span *names;	/* of its slots: paths, or keys in backticks */
	bool *quoted;
	size_t count;
	size_t cap;
	struct arena *arena;
};

struct element_row {
	const struct sub *sub;
	struct value element;
	struct arena *scratch;
};

static int find_member(void *context, struct span name, bool quoted,
		       enum datum_type *type)
{
	struct sub *sub = context;
	size_t cap = sub->cap;

	*type = TYPE_ANY;
	for (size_t i = 0; i < sub->count; i++)
		if (sub->quoted[i] == quoted && span_equal(sub->names[i], name))
			return (int)i;
	if (sub->count == cap) {
		struct span *names = arena_alloc(sub->arena, (cap + 8) * sizeof *names);
		bool *marks = arena_alloc(sub->arena, (cap + 8) * sizeof *marks);

		for (size_t i = 0; i < cap; i++) {
			names[i] = sub->names[i];
			marks[i] = sub->quoted[i];
		}
		sub->names = names;
		sub->quoted = marks;
		sub->cap = cap + 8;
	}
	sub->names[sub->count] = arena_copy(sub->arena, name);
	sub->quoted[sub->count] = quoted;
	return (int)sub->count++;
}

static int fetch_member(struct expr_run *run, int slot, struct datum *out,
			struct error *err)
{
	const struct element_row *row = run->row;
	struct span name = row->sub->names[slot];

	(void)err;
	*out = datum_of(row->sub->quoted[slot] ? value_member(row->element, name) :
			value_path(row->element, name), run->scratch);
	return 0;
}

/* The '=' that ends a name: not one of ==, <=, and not within the expression. */
static size_t name_end(struct span text)
{
	size_t i = 0;

	while (i < text.len && (text.ptr[i] == '_' || text.ptr[i] == ' ' ||
				(text.ptr[i] >= '0' && text.ptr[i] <= '9') ||
				(span_lower(text.ptr[i]) >= 'a' &&
				 span_lower(text.ptr[i]) <= 'z')))
		i++;
	if (i && i + 1 < text.len && text.ptr[i] == '=' && text.ptr[i + 1] != '=')
		return i;
	return text.len;
}

static int compile_sub(struct compiler *c, struct node *n, size_t i,
		       bool named, enum datum_type want, struct sub *sub)
{
	struct expr_scope scope = {
		.find = find_member, .fetch = fetch_member, .context = sub,
		.point = c->scope->point, .lenient = c->scope->lenient,
	};
	struct error why = ERROR_INIT;
	struct span text;
	size_t end;

	if (builtin_constant_text(c, n, i, &text))
		return -1;
	sub->arena = &c->e->arena;
	end = named ? name_end(text) : text.len;
	sub->name = arena_copy(sub->arena, span_trim(span_sub(text, 0, end)));
	if (end < text.len)
		text = span_trim(span_sub(text, end + 1, text.len));
	sub->e = expr_compile(text, NULL, 0, 0, &scope, want, &why);
	if (!sub->e)
		return compile_error(c, n->args[i]->at, "%s (in '%.*s')", why.message,
				     SPAN_ARG(text));
	expr_adopt(c->e, sub->e);
	return 0;
}

/* NAMED: 'name = expression', else one of type WANT; from the second argument on. */
static int check_subs(struct compiler *c, struct node *n, bool named,
		      enum datum_type want)
{
	struct sub *subs = arena_zero(&c->e->arena, n->count * sizeof *subs);

	n->subs = subs;
	for (size_t i = 1; i < n->count; i++)
		if (compile_sub(c, n, i, named, want, &subs[i - 1]))
			return -1;
	return 0;
}

static int check_map(struct compiler *c, struct node *n)
{
	return check_subs(c, n, true, TYPE_ANY);
}

static int check_where(struct compiler *c, struct node *n)
{
	return check_subs(c, n, false, TYPE_TRUTH);
}

static int check_total(struct compiler *c, struct node *n)
{
	return check_subs(c, n, false, TYPE_NUMBER);
}

static int eval_sub(const struct sub *sub, struct value element,
		    const struct expr_run *outer, struct datum *out,
		    struct error *err)
{
	struct element_row row = {.sub = sub, .element = element};
	struct expr_run run = *outer;

	run.row = &row;
	return expr_eval(sub->e, &run, out, err);
}

/* The members that an element gives, into MADE; unknown ones are left out. */
static int map_element(const struct node *n, struct value element,
		       const struct expr_run *run, struct buf *made,
		       struct error *err)
{
	size_t begin = made->len;

	buf_char(made, '{');
	for (size_t i = 0; i + 1 < n->count; i++) {
		const struct sub *sub = &n->subs[i];
		struct datum d;

		if (eval_sub(sub, element, run, &d, err))
			return -1;
		if (d.type == TYPE_UNKNOWN)
			continue;
		if (made->len - begin > 1)
			buf_char(made, ',');
		text_encode(made, sub->name);
		buf_char(made, ':');
		datum_put_value(&d, made);
	}
	buf_char(made, '}');
	return 0;
}

static void put_comma(struct buf *array)
{
	if (array->len > 1)
		buf_char(array, ',');
}

/* Appends what becomes of ELEMENT behind a comma, or nothing: 0, or -1 with *ERR. */
typedef int put_element(const struct node *n, struct value element, const struct expr_run *run,
			struct buf *made, struct error *err);

static int put_mapped(const struct node *n, struct value element, const struct expr_run *run,
		      struct buf *made, struct error *err)
{
	put_comma(made);
	return map_element(n, element, run, made, err);
}

static int put_where(const struct node *n, struct value element, const struct expr_run *run,
		     struct buf *made, struct error *err)
{
	struct datum d;

	if (eval_sub(&n->subs[0], element, run, &d, err))
		return -1;
	if (d.type != TYPE_TRUTH || !d.truth)
		return 0;
	put_comma(made);
	buf_span(made, element.raw);
	return 0;
}

/* An array of what PUT makes of the elements of ARRAY; unknown where that is none. */
static int make_array(const struct node *n, struct expr_run *run, const struct datum *array,
		      put_element *put, struct datum *out, struct error *err)
{
	struct buf made = BUF_INIT;
	struct value v, element;
	struct scan s;

	if (read_json(n, array, &v, err))
		return -1;
	if (!enter_array(v, &s))
		return 0;
	buf_char(&made, '[');
	while (next_element(&s, &element)) {
		if (put(n, element, run, &made, err)) {
			buf_release(&made);
			return -1;
		}
	}
	buf_char(&made, ']');
	*out = keep_json(&made, run->scratch);
	return 0;
}

static int call_map(const struct node *n, struct expr_run *run,
		    const struct datum *args, struct datum *out,
		    struct error *err)
{
	return make_array(n, run, &args[0], put_mapped, out, err);
}

static int call_where(const struct node *n, struct expr_run *run,
		      const struct datum *args, struct datum *out,
		      struct error *err)
{
	return make_array(n, run, &args[0], put_where, out, err);
}

/* The sum of what is known; unknown where nothing is. */
static int call_total(const struct node *n, struct expr_run *run,
		      const struct datum *args, struct datum *out,
		      struct error *err)
{
	struct decimal sum = DECIMAL_ZERO;
	struct value v, element;
	struct scan s;
	struct datum d;
	bool any = false;

	if (read_json(n, &args[0], &v, err))
		return -1;
	if (!enter_array(v, &s))
		return 0;
	while (next_element(&s, &element)) {
		if (eval_sub(&n->subs[0], element, run, &d, err))
			return -1;
		if (d.type != TYPE_NUMBER)
			continue;
		any = true;
		if (!decimal_add(sum, d.number, &sum))
			return error_data(err, "total() is more than a number can hold");
	}
	if (any)
		*out = datum_number(sum);
	return 0;
}

const struct builtin json_functions[] = {
	{"json", "*", TYPE_ANY, 0, call_json, NULL, NULL},
	{"object", "*", TYPE_ANY, 0, call_object, NULL, NULL},
	{"get", "*t", TYPE_ANY, 0, call_get, NULL, check_path},
	{"lookup", "*t*?t+", TYPE_ANY, 0, call_lookup, NULL, check_lookup},
	{"entries", "*tt+", TYPE_ANY, 0, call_entries, NULL, check_paths},
	{"members", "*t?*t", TYPE_ANY, BUILTIN_NULLS, call_members, NULL, NULL},
	{"without", "*t+", TYPE_ANY, 0, call_without, NULL, check_paths},
	{"map", "*t+", TYPE_ANY, 0, call_map, NULL, check_map},
	{"where", "*t", TYPE_ANY, 0, call_where, NULL, check_where},
	{"total", "*t", TYPE_NUMBER, 0, call_total, NULL, check_total},
	{NULL, NULL, 0, 0, NULL, NULL, NULL},
};

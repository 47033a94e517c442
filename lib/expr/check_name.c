/* Names, columns and functions: who is meant, and who may have been meant. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "expr/builtin.h"
#include "expr/period.h"
#include "expr/tree.h"

static const char *const no_names[] = {NULL};

static const struct expr_function *scope_function(const struct expr_scope *s,
						  struct span name)
{
	const struct expr_function *f = s->functions;

	for (; f && f->name; f++) {
		if (span_equal_nocase(name, span_of(f->name)))
			return f;
	}
	return NULL;
}

bool check_takes(const struct compiler *c, struct span name, enum datum_type type)
{
	for (const struct expr_function *f = c->scope->functions; f && f->name; f++)
		for (size_t i = 0; i < f->max_args && span_equal_nocase(name, span_of(f->name)); i++)
			if (f->args[i] == type)
				return true;
	return false;
}

bool check_takes_filter(const struct compiler *c, struct span name)
{
	const struct expr_function *f = scope_function(c->scope, name);

	return f && f->flags & FUNCTION_FILTER;
}

/* The type that F wants of argument I of COUNT. */
static enum datum_type wanted_type(const struct expr_function *f, size_t i, size_t count)
{
	size_t more = f->flags & FUNCTION_NAMES && count > f->min_args ? count - f->min_args : 0;

	return f->args[i > more ? i - more : 0];
}

/* Is N a window?  A text is where it is written as dates: no property is called 2025-03. */
static bool is_window(const struct node *n)
{
	struct period p;

	if (n->type != TYPE_TEXT || !n->constant)
		return n->type == TYPE_DURATION || n->type == TYPE_WINDOW;
	return !period_parse(n->value.text, &p) && !p.named;
}

/* A window where F wants a text, or a text where it wants a window, is for another function. */
static bool is_other_kind(const struct node *n, const struct expr_function *f)
{
	for (size_t i = 0; i < n->count; i++) {
		enum datum_type want = wanted_type(f, i, n->count);

		if (i && (want == TYPE_TEXT ? is_window(n->args[i])
			  : want == TYPE_WINDOW && n->args[i]->type == TYPE_TEXT && !is_window(n->args[i])))
			return true;
	}
	return false;
}

/* Among functions of F's name the one that takes N's arguments, or nearly. */
static const struct expr_function *fitting(const struct expr_function *f, const struct node *n)
{
	const struct expr_function *fit = f;
	bool fits = false;

	for (const struct expr_function *g = f; g->name; g++) {
		bool counts = n->count >= g->min_args && n->count <= g->max_args;

		if (strcmp(f->name, g->name))
			continue;
		if (counts && !is_other_kind(n, g))
			return g;
		if (!fits && (counts || (n->count >= g->min_args && n->count > fit->max_args))) {
			fit = g;
			fits = counts;
		}
	}
	return fit;
}

/*
 * A builtin has the name, too: min('Order Completed', 'revenue') asks for
 * events, min(age, 99) compares.  The scope's is meant where the texts that it
 * wants stand there in quotes.
 */
static bool means_scope(const struct node *n, const struct expr_function *f)
{
	for (size_t i = 0; i < f->min_args; i++) {
		if (f->args[i] == TYPE_TEXT &&
		    (i >= n->count || n->args[i]->kind != NODE_CONSTANT ||
		     n->args[i]->type != TYPE_TEXT))
			return false;
	}
	return true;
}

/* The nearest function, of the scope or a builtin. */
static const char *nearest_function(const struct expr_scope *s,
				    struct span name)
{
	const struct expr_function *f;
	const char *const *builtins;
	const char **names, *near;
	size_t count, builtin_count;

	builtins = builtin_names(&builtin_count);
	for (count = 0, f = s->functions; f && f->name; f++)
		count++;
	names = mem_zero(count + builtin_count + 1, sizeof(*names));
	for (count = 0, f = s->functions; f && f->name; f++)
		names[count++] = f->name;
	memcpy(names + count, builtins, builtin_count * sizeof(*names));
	near = error_suggest(name, names);
	mem_free(names);
	return near ? near : builtin_synonym(name);
}

static const char *nearest_name(const struct expr_scope *s, struct span name)
{
	const char *near = error_suggest(name, s->names ? s->names(s->context) : no_names);

	return near || !s->filter ? near : error_suggest(name, period_names);
}

static bool is_function(const struct expr_scope *s, struct span name)
{
	return scope_function(s, name) || builtin_find(name);
}

static int unknown_name(struct compiler *c, const struct node *n)
{
	char quoted[ERROR_QUOTE_MAX];
	const char *near = nearest_name(c->scope, n->name);
	const char *function = nearest_function(c->scope, n->name);

	error_quote(n->name, quoted);
	if (c->scope->filter && !n->quoted && near && span_equal_nocase(n->name, span_of(near)))
		return compile_error(c, n->at, "%s is a window: it stands where a function takes one", quoted);
	if (n->quoted && near)
		return compile_error(c, n->at,
				     "no column is named %s; did you mean `%s`?", quoted, near);
	if (n->quoted)
		return compile_error(c, n->at, "no column is named %s", quoted);
	if (is_function(c->scope, n->name))
		return compile_error(c, n->at,
				     "%s is a function: write %.*s(...)",
				     quoted, SPAN_ARG(n->name));
	if (near)
		return compile_error(c, n->at, "unknown name %s; did you mean '%s'?", quoted, near);
	if (function)
		return compile_error(c, n->at,
				     "unknown name %s; did you mean '%s(...)'?",
				     quoted, function);
	return compile_error(c, n->at, "unknown name %s (%s)", quoted,
			     c->scope->hint ? c->scope->hint : "a text stands in quotes");
}

int check_name(struct compiler *c, struct node *n)
{
	const struct expr_scope *s = c->scope;

	n->type = TYPE_ANY;
	n->slot = s->find ? s->find(s->context, n->name, n->quoted, &n->type) : -1;
	if (n->slot < 0)
		return unknown_name(c, n);
	n->eval = eval_name;
	n->fetch = s->fetch;
	return 0;
}

/* Finding a name may make it (paths of JSON), so the list is asked. */
static bool is_name(const struct expr_scope *s, struct span name)
{
	const char *const *known = s->names ? s->names(s->context) : no_names;

	while (*known && !span_equal(name, span_of(*known)))
		known++;
	return *known != NULL;
}

static int unknown_function(struct compiler *c, const struct node *n)
{
	char quoted[ERROR_QUOTE_MAX];
	const char *near = nearest_function(c->scope, n->name);

	error_quote(n->name, quoted);
	if (near)
		return compile_error(c, n->at,
				     "unknown function %s; did you mean '%s'?", quoted, near);
	if (is_name(c->scope, n->name))
		return compile_error(c, n->at, "%s is no function: write it without '('", quoted);
	return compile_error(c, n->at, "unknown function %s", quoted);
}

static int check_count(struct compiler *c, const struct node *n,
		       const char *name, size_t min, size_t max)
{
	const char *few = n->count < min ? "few" : "many";
	size_t limit = n->count < min ? min : max;

	if (n->count >= min && n->count <= max)
		return 0;
	if (max == 0)
		return compile_error(c, n->at, "%s() takes no argument", name);
	return compile_error(c, n->at, "%s() has too %s arguments: it takes %s%zu",
			     name, few,
			     min == max ? "" : n->count < min ? "at least " : "at most ",
			     limit);
}

int check_period(struct compiler *c, struct node *n)
{
	struct period *period = arena_zero(&c->e->arena, sizeof *period);
	const char *wrong = period_parse(n->value.text, period);
	char quoted[ERROR_QUOTE_MAX];

	if (wrong)
		return compile_error(c, n->at, "%s %s", error_quote(n->value.text, quoted), wrong);
	n->type = TYPE_WINDOW;
	n->value = (struct datum){.type = TYPE_WINDOW, .period = period};
	return 0;
}

/* Such a window has nothing in it, however long ago things were. */
static bool looks_ahead(const struct node *n)
{
	return n->constant && n->value.type == TYPE_DURATION && duration_ms(n->value.duration) < 0;
}

/* A duration is a window; so is a text that names one. */
static int coerce_window(struct compiler *c, struct node *n, const char *what)
{
	if (looks_ahead(n))
		return compile_error(c, n->at, "%s wants a window, which looks back from now: write it without '-'", what);
	if (n->type == TYPE_DURATION || n->type == TYPE_WINDOW || n->type == TYPE_UNKNOWN)
		return 0;
	if (n->constant && n->type == TYPE_TEXT)
		return check_period(c, n);
	return compile_error(c, n->at, "%s wants a window, not %s%s", what, datum_type_article(n->type),
			     n->type == TYPE_NUMBER ? ": write the unit, as in 90d"
			     : ": write 90d, 2025-03, 2025-01-01..2025-03-31 or last_month");
}

/* A time or an event's name: what has another type can be neither. */
static int coerce_any(struct compiler *c, const struct node *n, const char *what)
{
	if (n->type == TYPE_TEXT || n->type == TYPE_TIME || n->type == TYPE_ANY || n->type == TYPE_UNKNOWN)
		return 0;
	return compile_error(c, n->at, "%s wants a time or the name of an event, not %s: write '2024-03-01', in quotes",
			     what, datum_type_article(n->type));
}

static int coerce_argument(struct compiler *c, struct node *n, size_t i,
			   enum datum_type type, const char *name)
{
	char what[64];

	snprintf(what, sizeof(what), "%s()", name);
	if (type == TYPE_ANY)
		return coerce_any(c, n->args[i], what);
	return type == TYPE_WINDOW ? coerce_window(c, n->args[i], what)
				   : check_coerce(c, &n->args[i], type, what);
}

/* The condition behind `where`: its names are the filter scope's. */
static int check_filter(struct compiler *c, struct node *n, const struct expr_function *f,
			const struct datum *constants)
{
	const struct expr_scope *outer = c->scope;
	struct expr_scope inner;
	int failed;

	if (!n->filter)
		return 0;
	if (f->min_args && f->args[0] != TYPE_WINDOW && constants[0].type != TYPE_TEXT)
		return compile_error(c, n->filter->at, "'where' asks of events: %s() needs the name of one, in quotes",
				     f->name);
	inner = outer->filter(outer->context, f, constants, n->count);
	c->scope = &inner;
	failed = check_node(c, &n->filter) || check_coerce(c, &n->filter, TYPE_TRUTH, "'where'");
	c->scope = outer;
	return failed ? -1 : 0;
}

/* "" and "Euro" are no codes: nobody has paid in them. */
static bool is_code(struct span text)
{
	size_t letters = 0;

	while (letters < text.len && (text.ptr[letters] | 32) >= 'a' && (text.ptr[letters] | 32) <= 'z')
		letters++;
	return letters == 3 && text.len == 3;
}

/* What is known of an argument of F beyond its type. */
static int check_meaning(struct compiler *c, const struct node *n, size_t i, const struct expr_function *f)
{
	const struct node *arg = n->args[i];
	char quoted[ERROR_QUOTE_MAX];

	if (!arg->constant)
		return 0;
	if (!i && f->flags & FUNCTION_CURRENCY && arg->value.type == TYPE_TEXT && !is_code(arg->value.text))
		return compile_error(c, arg->at, "%s() wants the code of a currency, not %s: write %s(\"EUR\")", f->name,
				     error_quote(arg->value.text, quoted), f->name);
	if (wanted_type(f, i, n->count) == TYPE_DURATION && duration_ms(arg->value.duration) <= 0)
		return compile_error(c, arg->at, "%s() wants a time that its steps may take, longer than nothing: write 7d", f->name);
	return 0;
}

static int check_scope_call(struct compiler *c, struct node *n,
			    const struct expr_function *f)
{
	struct datum constants[EXPR_ARGS_MAX] = {{0}};
	size_t i;

	if (check_count(c, n, f->name, f->min_args, f->max_args))
		return -1;
	for (i = 0; i < n->count; i++) {
		if (coerce_argument(c, n, i, wanted_type(f, i, n->count), f->name) || check_meaning(c, n, i, f))
			return -1;
		if (n->args[i]->constant)
			constants[i] = n->args[i]->value;
	}
	if (check_filter(c, n, f, constants))
		return -1;
	if (c->scope->used)
		c->scope->used(c->scope->context, f, constants, n->count);
	n->function = f;
	n->name = span_of(f->name);
	n->type = f->result;
	n->eval = eval_function_call;
	return 0;
}

/* The letters of a builtin's arguments, counted. */
static void count_letters(const char *args, size_t *min, size_t *max)
{
	bool optional = false;

	*min = *max = 0;
	for (; *args; args++) {
		if (*args == '?') {
			optional = true;
		} else if (*args == '+') {
			*max = CALL_ARGS_MAX;
		} else {
			*min += !optional;
			*max += 1;
		}
	}
}

/* The letter of argument I. */
static char letter_of(const char *args, size_t i)
{
	char last = '*';

	for (; *args; args++) {
		if (*args == '?')
			continue;
		if (*args == '+')
			return last;
		last = *args;
		if (!i--)
			return last;
	}
	return last;
}

static int check_letter(struct compiler *c, struct node *n, size_t i,
			char letter, const char *name)
{
	switch (letter) {
	case 't':
		return coerce_argument(c, n, i, TYPE_TEXT, name);
	case 'n':
		return coerce_argument(c, n, i, TYPE_NUMBER, name);
	case 'm':
		return coerce_argument(c, n, i, TYPE_TIME, name);
	case 'd':
		return coerce_argument(c, n, i, TYPE_DURATION, name);
	case 'b':
		return coerce_argument(c, n, i, TYPE_TRUTH, name);
	case 'T':
		if (n->args[i]->type == TYPE_LIST || n->args[i]->type == TYPE_ANY)
			return 0;
		return coerce_argument(c, n, i, TYPE_TEXT, name);
	default:
		return 0;
	}
}

static int check_builtin(struct compiler *c, struct node *n,
			 const struct builtin *b)
{
	size_t i, min, max;

	count_letters(b->args, &min, &max);
	if (check_count(c, n, b->name, min, max))
		return -1;
	for (i = 0; i < n->count; i++) {
		/* max(2024-03, ...): the function of events of this name takes one. */
		if (n->args[i]->type == TYPE_WINDOW)
			return compile_error(c, n->args[i]->at,
					     "%s() compares values, not windows: write '2024-03-01', in quotes", b->name);
		if (check_letter(c, n, i, letter_of(b->args, i), b->name))
			return -1;
	}
	n->builtin = b;
	n->name = span_of(b->name);
	n->type = b->result;
	n->eval = b->eval ? b->eval : eval_builtin;
	if (b->check && b->check(c, n))
		return -1;
	return b->flags & BUILTIN_OF_RUN ? 0 : check_fold(c, n);
}

int check_call(struct compiler *c, struct node *n)
{
	const struct expr_function *f = scope_function(c->scope, n->name);
	const struct builtin *b = builtin_find(n->name);

	if (f && (!b || means_scope(n, f)))
		return check_scope_call(c, n, fitting(f, n));
	if (!b && span_equal_nocase(n->name, SPAN("file")))
		return compile_error(c, n->at, c->scope->file ? "file() stands behind 'in': email in file('vip.txt')"
				     : "there are no files here: file() is for rules and filters of profiles");
	return b ? check_builtin(c, n, b) : unknown_function(c, n);
}

int builtin_constant_text(struct compiler *c, struct node *n, size_t i,
			  struct span *out)
{
	const struct node *arg = n->args[i];

	if (!arg->constant || arg->value.type != TYPE_TEXT)
		return compile_error(c, arg->at,
				     "%s() wants a text in quotes here", n->builtin->name);
	*out = arg->value.text;
	return 0;
}

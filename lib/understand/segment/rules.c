/*
 * Rules: read, put into an order, evaluated on one profile after another.
 *
 * Reading compiles each line; in_segment() and bare names note what a rule
 * needs.  Linking sorts the rules by name, numbers them, and walks the needs
 * depth first: a rule comes behind all that it asks for, and meeting a rule that
 * is still open is a circle.  Evaluating goes through that order once; each truth
 * is there when another rule asks.
 */
#include "understand/segment/rules.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "expr/assignments.h"
#include "expr/parts.h"
#include "expr/profile_asked.h"
#include "io/text_file.h"
#include "record/scan.h"

/* in_segment("name") in a rule. */
struct need {
	struct span name;
	size_t at;		/* in the rule's text */
	size_t number;		/* of the segment, once linked */
};

enum visited {
	VISITED_NOT,
	VISITED_OPEN,		/* being put into order: meeting it is a circle */
	VISITED_DONE,
};

struct rule {
	struct span name;	/* NUL-terminated */
	struct expr *expr;	/* NULL: declared, decided elsewhere */
	bool none;		/* declared, and then not used: rules_void */
	const char *file;
	uint64_t line;
	uint64_t column;
	struct span text;	/* as written, for the places of faults */
	struct need *needs;
	size_t need_count;
	size_t need_cap;
	size_t need_at;		/* while linking */
	enum visited visited;
};

struct rules {
	struct rule *list;	/* by name once linked */
	size_t count;
	size_t cap;
	size_t *order;		/* numbers in the order of evaluation */
	struct profile_scope *profile_scope;
	struct rates rates;
	struct expr_scope scope;	/* ours, in front of: */
	struct expr_scope of_profile;
	struct map names;		/* of rules; number is 1 once read without in_segment() */
	size_t *numbers;		/* of a name's rule, once linked */
	struct expr_function *functions;
	struct money_watches money;
	struct span expected;		/* prefix of names that are declared later; absent: none */
	struct arena texts;
};

/* While a file is read. */
struct parse {
	struct rules *rules;
	const char *file;
};

struct need_walk {
	const struct rules *rules;
	struct rule *rule;
	struct error *err;
};

/* ---- What rules see: names and in_segment() over what the run has decided. ---- */

/* in_segment(): what this run has decided, in place of what a line says. */
static int in_segment(struct expr_run *run, const struct datum *args,
		      size_t count, struct datum *out, struct error *err)
{
	/* rules_run begins with the row that every expression gets. */
	const struct rules_run *r = run->row;

	(void)count;
	(void)err;
	*out = (struct datum){
		.type = TYPE_TRUTH,
		.truth = r->truths[rules_number(r->rules, args[0].text)] == 1,
	};
	return 0;
}

/* Slots from here on are names of rules; the profile's are far below. */
#define RULE_SLOTS (1 << 24)

/* A bare name is the profile's where it has one, else a rule of this run. */
static int find_name(void *context, struct span name, bool quoted,
		     enum datum_type *type)
{
	struct rules *r = context;
	int slot = r->of_profile.find(r->of_profile.context, name, quoted, type);
	size_t i;

	if (slot >= 0)
		return slot;
	i = map_find(&r->names, name);
	if (i == MAP_NONE)
		return -1;
	r->names.entries[i].number = 1;
	*type = TYPE_TRUTH;
	return RULE_SLOTS + (int)i;
}

static int fetch_name(struct expr_run *run, int slot, struct datum *out,
		      struct error *err)
{
	const struct rules_run *r = run->row;

	if (slot < RULE_SLOTS)
		return r->rules->of_profile.fetch(run, slot, out, err);
	*out = (struct datum){
		.type = TYPE_TRUTH,
		.truth = r->truths[r->rules->numbers[slot - RULE_SLOTS]] == 1,
	};
	return 0;
}

static const char *const *all_names(void *context)
{
	struct rules *r = context;

	return r->of_profile.names(r->of_profile.context);
}

static void note_call(void *context, const struct expr_function *f,
		      const struct datum *constants, size_t count)
{
	struct rules *r = context;

	/* in_segment() asks for what this run decides. */
	if (strcmp(f->name, "in_segment"))
		r->of_profile.used(r->of_profile.context, f, constants, count);
}

static struct expr_scope filter_scope(void *context, const struct expr_function *f,
				      const struct datum *constants, size_t count)
{
	struct rules *r = context;

	return r->of_profile.filter(r->of_profile.context, f, constants, count);
}

static const struct value_list *open_file(void *context, int slot, struct span path, struct error *err)
{
	struct rules *r = context;

	return r->of_profile.file(r->of_profile.context, slot < RULE_SLOTS ? slot : -1, path, err);
}

static void take_scope(struct rules *r)
{
	size_t count = 0;

	r->of_profile = profile_scope_names(r->profile_scope);
	r->scope = r->of_profile;
	r->scope.context = r;
	r->scope.find = find_name;
	r->scope.fetch = fetch_name;
	if (r->of_profile.names)
		r->scope.names = all_names;
	if (r->of_profile.used)
		r->scope.used = note_call;
	r->scope.filter = filter_scope;
	r->scope.file = open_file;
	while (r->scope.functions && r->scope.functions[count].name)
		count++;
	r->functions = mem_zero(count + 1, sizeof *r->functions);
	for (size_t i = 0; i < count; i++) {
		r->functions[i] = r->scope.functions[i];
		if (!strcmp(r->functions[i].name, "in_segment"))
			r->functions[i].call = in_segment;
	}
	r->scope.functions = r->functions;
}

/* ---- Reading, and the order of evaluation. ---- */

struct rules *rules_new(void)
{
	struct rules *r = mem_zero(1, sizeof *r);

	r->profile_scope = profile_scope_new();
	take_scope(r);
	return r;
}

void rules_free(struct rules *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->count; i++) {
		if (r->list[i].expr)
			expr_free(r->list[i].expr);
		mem_free(r->list[i].needs);
	}
	mem_free(r->list);
	mem_free(r->order);
	mem_free(r->functions);
	money_watches_release(&r->money);
	mem_free(r->numbers);
	map_release(&r->names);
	profile_scope_free(r->profile_scope);
	rates_release(&r->rates);
	arena_release(&r->texts);
	mem_free(r);
}

static struct rule *find_rule(const struct rules *r, struct span name)
{
	for (size_t i = 0; i < r->count; i++)
		if (span_equal(r->list[i].name, name))
			return &r->list[i];
	return NULL;
}

static struct rule *add_rule(struct rules *r, struct span name)
{
	struct rule *rule;

	r->list = mem_room(r->list, r->count, &r->cap, sizeof *r->list);
	rule = &r->list[r->count++];
	*rule = (struct rule){.name = arena_copy(&r->texts, name)};
	return rule;
}

int rules_set_rates(struct rules *r, const char *path, struct error *err)
{
	if (rates_load(&r->rates, path, err))
		return -1;
	profile_scope_set_rates(r->profile_scope, &r->rates);
	return 0;
}

void rules_declare(struct rules *r, struct span name)
{
	if (!find_rule(r, name))
		add_rule(r, name);
}

bool rules_is_taken(const struct rules *r, struct span name)
{
	return find_rule(r, name) || (!span_absent(r->expected) && span_starts(name, r->expected));
}

void rules_expect(struct rules *r, struct span prefix)
{
	r->expected = prefix;
}

/* What rules ask for and may still come is there, with nobody in it. */
static void declare_expected(struct rules *r)
{
	size_t count = r->count;

	for (size_t i = 0; i < count && !span_absent(r->expected); i++)
		for (size_t k = 0; k < r->list[i].need_count; k++)
			if (span_starts(r->list[i].needs[k].name, r->expected))
				rules_declare(r, r->list[i].needs[k].name);
}

/* Linking begins anew. */
static void unlink_all(struct rules *r)
{
	mem_free(r->numbers);
	mem_free(r->order);
	r->numbers = r->order = NULL;
	for (size_t i = 0; i < r->count; i++) {
		r->list[i].visited = VISITED_NOT;
		r->list[i].need_at = 0;
	}
}

/* A place in the text of RULE, AT bytes behind its beginning. */
static int fault_at(const struct rule *rule, size_t at, struct error *err)
{
	struct span before = span_sub(rule->text, 0, at);
	uint64_t line = rule->line, column = rule->column;

	for (size_t i = 0; i < before.len; i++) {
		column++;
		if (before.ptr[i] == '\n') {
			line++;
			column = 1;
		}
	}
	error_place(err, rule->file, line, column);
	return -1;
}

static void add_need(struct rule *rule, struct span name, size_t at)
{
	rule->needs = mem_room(rule->needs, rule->need_count, &rule->need_cap,
			       sizeof *rule->needs);
	rule->needs[rule->need_count++] = (struct need){.name = name, .at = at};
}

/* Was NAME, read without in_segment(), taken for a rule? */
static bool is_bare(const struct rules *r, struct span name)
{
	size_t i = map_find(&r->names, name);

	return i != MAP_NONE && r->names.entries[i].number;
}

static int take_need(void *context, const struct expr_part *part)
{
	struct need_walk *w = context;
	struct rule *rule = w->rule;

	if (!part->call && !span_equal(part->name, SPAN("segments"))) {
		if (is_bare(w->rules, part->name))
			add_need(rule, part->name, part->at);
		return 0;
	}
	if (!part->call) {
		error_usage(w->err, "a rule cannot read 'segments', which this run makes: ask with in_segment(\"name\")");
		return fault_at(rule, part->at, w->err);
	}
	if (!span_equal_nocase(part->name, SPAN("in_segment")))
		return 0;
	if (span_absent(part->text)) {
		error_usage(w->err, "in_segment() takes a segment's name in quotes");
		return fault_at(rule, part->at, w->err);
	}
	add_need(rule, part->text, part->at);
	return 0;
}

static int check_name(const struct rules *r, const struct assignment *a,
		      const char *file, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];
	const struct rule *other = find_rule(r, a->name);

	if (a->set)
		error_usage(err, "a rules file has no settings: write name = condition");
	else if (!a->name.len || a->name.len > SEGMENT_NAME_MAX)
		error_usage(err, "a segment's name has 1 to %d bytes",
			    SEGMENT_NAME_MAX);
	else if (!span_is_utf8(a->name))
		error_usage(err, "the segment's name %s is not UTF-8",
			    error_quote(a->name, quoted));
	else if (other && other->file)
		error_usage(err, "the segment %s is defined twice (first in %s:%llu)",
			    error_quote(a->name, quoted), other->file,
			    (unsigned long long)other->line);
	else if (rules_is_taken(r, a->name))
		error_usage(err, "the name %s belongs to a segment that another option makes",
			    error_quote(a->name, quoted));
	else
		return 0;
	error_place(err, file, a->line, a->name_column);
	return -1;
}

static int take_rule(void *context, const struct assignment *a,
		     struct error *err)
{
	struct parse *p = context;
	struct rules *r = p->rules;
	struct need_walk walk = {.rules = r, .err = err};

	if (check_name(r, a, p->file, err))
		return -1;
	walk.rule = add_rule(r, a->name);
	walk.rule->file = p->file;
	walk.rule->line = a->line;
	walk.rule->column = a->column;
	walk.rule->text = arena_copy(&r->texts, a->text);
	walk.rule->expr = expr_compile(a->text, p->file, a->line, a->column,
				       &r->scope, TYPE_TRUTH, err);
	if (!walk.rule->expr)
		return -1;
	return expr_parts(walk.rule->expr, take_need, &walk);
}

static int take_name(void *context, const struct assignment *a,
		     struct error *err)
{
	struct parse *p = context;

	(void)err;
	if (!a->set)
		map_put(&p->rules->names, a->name, NULL);
	return 0;
}

int rules_parse(struct rules *r, struct span text, const char *name,
		struct error *err)
{
	struct parse p = {.rules = r};

	p.file = arena_copy(&r->texts, span_of(name)).ptr;
	/* Names first: a rule may stand above those that it reads. */
	if (assignments_parse(text, p.file, take_name, &p, err))
		return -1;
	return assignments_parse(text, p.file, take_rule, &p, err);
}

int rules_load(struct rules *r, const char *path, struct error *err)
{
	struct buf text = BUF_INIT;
	int failed = text_file_load(path, &text, err) ||
		     rules_parse(r, buf_view(&text), path, err);

	buf_release(&text);
	return failed ? -1 : 0;
}

static int compare_names(const void *a, const void *b)
{
	const struct rule *p = a, *q = b;

	return span_compare(p->name, q->name);
}

/* All names, for "did you mean". */
static const char *suggest(const struct rules *r, struct span name)
{
	const char **names = mem_zero(r->count + 1, sizeof *names);
	const char *best;

	for (size_t i = 0; i < r->count; i++)
		names[i] = r->list[i].name.ptr;
	best = error_suggest(name, names);
	mem_free(names);
	return best;
}

static int resolve(struct rules *r, struct rule *rule, struct error *err)
{
	for (size_t i = 0; i < rule->need_count; i++) {
		struct need *need = &rule->needs[i];
		struct rule *other = find_rule(r, need->name);
		char quoted[ERROR_QUOTE_MAX];
		const char *near;

		if (other) {
			need->number = (size_t)(other - r->list);
			continue;
		}
		near = suggest(r, need->name);
		error_quote(need->name, quoted);
		if (near)
			error_usage(err, "no segment %s here; did you mean '%s'?",
				    quoted, near);
		else
			error_usage(err, "no segment %s here: in_segment() asks for the segments of this run",
				    quoted);
		return fault_at(rule, need->at, err);
	}
	return 0;
}

/* "a needs b needs a": the rules on the way that are still open. */
static int circle(const struct rules *r, const size_t *path, size_t depth,
		  size_t number, size_t at, struct error *err)
{
	struct buf names = BUF_INIT;
	size_t i = 0;

	while (path[i] != number)
		i++;
	for (; i < depth; i++)
		buf_printf(&names, "'%.*s' needs ",
			   SPAN_ARG(r->list[path[i]].name));
	error_usage(err, "segments in a circle: %s'%.*s'", buf_text(&names),
		    SPAN_ARG(r->list[number].name));
	buf_release(&names);
	return fault_at(&r->list[path[depth - 1]], at, err);
}

/*
 * Depth first: a rule is put behind all it needs.  An explicit path instead of
 * recursion: a file may hold a chain of many thousand rules.
 */
static int visit(struct rules *r, size_t first, size_t *path, size_t *next,
		 struct error *err)
{
	size_t depth = 0;

	if (r->list[first].visited == VISITED_DONE)
		return 0;
	path[depth++] = first;
	while (depth) {
		size_t number = path[depth - 1];
		struct rule *rule = &r->list[number];
		const struct need *need;

		rule->visited = VISITED_OPEN;
		if (rule->need_at == rule->need_count) {
			rule->visited = VISITED_DONE;
			r->order[(*next)++] = number;
			depth--;
			continue;
		}
		need = &rule->needs[rule->need_at++];
		if (r->list[need->number].visited == VISITED_OPEN)
			return circle(r, path, depth, need->number, need->at,
				      err);
		if (r->list[need->number].visited != VISITED_DONE)
			path[depth++] = need->number;
	}
	return 0;
}

/* In the order of their names. */
static void watch_money(struct rules *r)
{
	struct buf name = BUF_INIT;
	char quoted[ERROR_QUOTE_MAX];

	for (size_t i = 0; i < r->count; i++) {
		if (!r->list[i].expr)
			continue;
		buf_clear(&name);
		buf_printf(&name, "segment %s", error_quote(r->list[i].name, quoted));
		money_watch(&r->money, r->list[i].expr, MONEY_COMPARED,
			    arena_copy(&r->texts, buf_view(&name)));
	}
	buf_release(&name);
}

int rules_link(struct rules *r, struct error *err)
{
	size_t *path;
	size_t next = 0;
	int failed = 0;
	bool again = r->order;

	unlink_all(r);
	declare_expected(r);
	if (r->count)
		qsort(r->list, r->count, sizeof *r->list, compare_names);
	for (size_t i = 0; i < r->count; i++)
		if (resolve(r, &r->list[i], err))
			return -1;
	if (!again)
		watch_money(r);
	r->numbers = mem_zero(r->names.count + 1, sizeof *r->numbers);
	for (size_t i = 0; i < r->names.count; i++)
		r->numbers[i] = rules_number(r, r->names.entries[i].key);
	path = mem_grow(NULL, r->count + 1, sizeof *path);
	r->order = mem_grow(NULL, r->count + 1, sizeof *r->order);
	for (size_t i = 0; i < r->count && !failed; i++)
		failed = visit(r, i, path, &next, err);
	mem_free(path);
	return failed;
}

size_t rules_number(const struct rules *r, struct span name)
{
	size_t low = 0, high = r->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (span_compare(r->list[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t rules_count(const struct rules *r)
{
	return r->count;
}

void rules_void(struct rules *r, size_t number)
{
	r->list[number].none = true;
}

bool rules_is_void(const struct rules *r, size_t number)
{
	return r->list[number].none;
}

struct span rules_name(const struct rules *r, size_t number)
{
	return r->list[number].name;
}

bool rules_is_rule(const struct rules *r, size_t number)
{
	return r->list[number].expr != NULL;
}

bool rules_read_events(const struct rules *r)
{
	return profile_scope_reads_events(r->profile_scope);
}

/* ---- Evaluating. ---- */

void rules_run_init(struct rules_run *run, const struct rules *r,
		    const struct zone *zone)
{
	*run = (struct rules_run){.rules = r};
	profile_row_init(&run->row, r->profile_scope);
	run->truths = mem_zero(r->count + 1, 1);
	run->expr.row = &run->row;
	run->expr.scratch = &run->scratch;
	run->expr.zone = zone;
}

void rules_run_release(struct rules_run *run)
{
	profile_row_release(&run->row);
	money_seen_release(&run->money);
	arena_release(&run->scratch);
	mem_free(run->truths);
}

void rules_run_set(struct rules_run *run, size_t number, int truth)
{
	run->truths[number] = (signed char)truth;
}

int rules_apply(struct rules_run *run, const struct profile *p,
		struct error *err)
{
	const struct rules *r = run->rules;

	arena_clear(&run->scratch);
	profile_row_set(&run->row, p);
	run->expr.as_of = p->as_of;
	for (size_t i = 0; i < r->count; i++) {
		size_t number = r->order[i];
		int truth;

		if (!r->list[number].expr)
			continue;
		truth = expr_test(r->list[number].expr, &run->expr, err);
		if (truth < -1)
			return -1;
		run->truths[number] = (signed char)truth;
	}
	profile_row_note(&run->expr);
	money_note(&r->money, &run->money, &run->expr, true);
	return 0;
}

void rules_put_warnings(const struct rules *r, const struct rules_run *const *runs, size_t count,
		      struct buf *out)
{
	const struct profile_row **rows = mem_zero(count + 1, sizeof *rows);
	const struct money_seen **seen = mem_zero(count + 1, sizeof *seen);

	for (size_t i = 0; i < count; i++) {
		rows[i] = &runs[i]->row;
		seen[i] = &runs[i]->money;
	}
	asked_put(profile_scope_asked(r->profile_scope), rows, count, out);
	profile_scope_put_rates(r->profile_scope, rows, count, true, out);
	money_put(&r->money, seen, count, out);
	mem_free(rows);
	mem_free(seen);
}

void rules_put_uses(const struct rules *r, const struct rules_run *const *runs, size_t count,
		    struct buf *out)
{
	const struct profile_row **rows = mem_zero(count + 1, sizeof *rows);

	for (size_t i = 0; i < count; i++)
		rows[i] = &runs[i]->row;
	profile_scope_put_lists(r->profile_scope, rows, count, out);
	profile_scope_put_rates(r->profile_scope, rows, count, false, out);
	mem_free(rows);
}

void rules_put_segments(const struct rules_run *run, struct buf *out)
{
	bool any = false;

	buf_char(out, '[');
	for (size_t i = 0; i < run->rules->count; i++) {
		if (run->truths[i] != 1)
			continue;
		if (any)
			buf_char(out, ',');
		any = true;
		text_encode(out, run->rules->list[i].name);
	}
	buf_char(out, ']');
}

struct reason {
	struct rules_run *run;
	struct buf *out;
	size_t began;		/* of the values, in out */
};

/* Has the walk said this already? */
static bool said(const struct reason *reason, struct span text)
{
	struct span so_far = buf_since(reason->out, reason->began);

	return span_find(so_far, text) < so_far.len;
}

/* ", revenue(365d) = 612.4" */
static int put_part(void *context, const struct expr_part *part)
{
	struct reason *reason = context;
	struct buf text = BUF_INIT;
	struct datum value;

	buf_lit(&text, ", ");
	expr_part_put(part, &text);
	buf_lit(&text, " = ");
	if (expr_part_eval(part, &reason->run->expr, &value, NULL) ||
	    value.type == TYPE_UNKNOWN)
		buf_lit(&text, "unknown");
	else
		datum_put_text(&value, &text);
	if (!said(reason, buf_view(&text)))
		buf_span(reason->out, buf_view(&text));
	buf_release(&text);
	return 0;
}

void rules_put_reason(struct rules_run *run, size_t number, struct buf *out)
{
	const struct rule *rule = &run->rules->list[number];
	struct reason reason = {.run = run, .out = out};

	expr_put(rule->expr, out);
	reason.began = out->len;
	expr_parts(rule->expr, put_part, &reason);
	if (out->len > reason.began)
		out->ptr[reason.began] = ';';
}

struct part_walk {
	struct rules_run *run;
	void (*put)(void *context, struct span part, int held, struct span values);
	void *context;
	struct buf part, values;
};

static int put_clause(void *context, const struct expr_part *part)
{
	struct part_walk *w = context;
	struct reason reason = {.run = w->run, .out = &w->values};
	struct datum held;

	buf_clear(&w->part);
	buf_clear(&w->values);
	expr_part_put(part, &w->part);
	if (expr_part_eval(part, &w->run->expr, &held, NULL))
		held = DATUM_UNKNOWN;
	expr_part_parts(part, put_part, &reason);
	w->put(w->context, buf_view(&w->part), held.type == TYPE_TRUTH ? held.truth : -1,
	       w->values.len ? span_sub(buf_view(&w->values), 2, w->values.len - 2) : SPAN_NONE);
	return 0;
}

void rules_put_parts(struct rules_run *run, size_t number,
		     void (*put)(void *context, struct span part, int held, struct span values),
		     void *context)
{
	struct part_walk walk = {.run = run, .put = put, .context = context};

	expr_clauses(run->rules->list[number].expr, put_clause, &walk);
	buf_release(&walk.part);
	buf_release(&walk.values);
}

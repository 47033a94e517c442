/* Evaluating rules on a profile, and saying why. */
#include <string.h>

#include "base/mem.h"
#include "expr/parts.h"
#include "record/scan.h"
#include "understand/segment/rules_inner.h"

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

	r->of_profile.used(r->of_profile.context, f, constants, count);
}

void rules_take_scope(struct rules *r)
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
	return 0;
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

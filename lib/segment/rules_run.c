/* Evaluating rules on a profile, and saying why. */
#include <string.h>

#include "base/mem.h"
#include "expr/parts.h"
#include "record/scan.h"
#include "segment/rules_inner.h"

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

void rules_take_scope(struct rules *r)
{
	size_t count = 0;

	r->scope = profile_scope_names(r->profile_scope);
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

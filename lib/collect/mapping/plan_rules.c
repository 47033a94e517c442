/* The rules of a mapping as targets, spreads and conditions of a plan. */
#include "base/mem.h"
#include "collect/mapping/plan_parts.h"

int plan_refuse_rule(const struct map_rule *r, struct error *err)
{
	error_place(err, r->file ? r->file : "--map", r->line,
		    r->file ? r->name_column : 0);
	return -1;
}

/* A later rule for the same field takes the place of the earlier one. */
static struct target *target_for(struct plan *p, const struct field *f)
{
	for (size_t i = 0; i < p->target_count; i++)
		if (p->targets[i].field.section == f->section &&
		    span_equal(p->targets[i].field.key, f->key))
			return &p->targets[i];
	return plan_add_target(p, f, ORIGIN_MAPPING);
}

/* Unlike other rules all of those for one section count, one after the other. */
static int add_spread(struct plan *p, const struct field *f,
		      const struct map_rule *r, struct error *err)
{
	struct spread *s;

	if (f->section != SECTION_PROPS && f->section != SECTION_TRAITS &&
	    f->section != SECTION_IDS) {
		error_usage(err, "the members of an object can go to props.*, traits.* or ids.*");
		return plan_refuse_rule(r, err);
	}
	p->spreads = mem_room(p->spreads, p->spread_count, &p->spread_cap,
			      sizeof *p->spreads);
	s = &p->spreads[p->spread_count++];
	*s = (struct spread){f->section, NULL, r};
	return plan_compile_rule(p, r, true, TYPE_ANY, &s->expr, err);
}

static int add_rule(struct plan *p, const struct map_rule *r, bool identify,
		    struct error *err)
{
	struct field f;

	if (field_of_name(r->name, identify, &p->arena, &f, err))
		return plan_refuse_rule(r, err);
	f.key = field_fill_source(f.key, p->source, &p->arena);
	if (span_equal(f.key, SPAN("*")))
		return add_spread(p, &f, r, err);
	target_for(p, &f)->rule = r;
	return 0;
}

/* Copies of columns that the file does not have give nothing. */
static void remove_missing(struct plan *p)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->target_count; i++) {
		struct target *t = &p->targets[i];

		if (t->column >= 0 && (size_t)t->column == p->column_count)
			expr_free(t->expr);
		else
			p->targets[kept++] = *t;
	}
	p->target_count = kept;
}

static int add_conditions(struct plan *p, const struct plan_input *input,
			  struct error *err)
{
	for (size_t i = 0; i < MAPPING_PARTS_MAX; i++) {
		const struct map_rule *r = input->conditions[i];

		p->condition_rules[i] = r;
		if (r && plan_compile_rule(p, r, false, TYPE_TRUTH,
					   &p->conditions[i], err))
			return -1;
	}
	return 0;
}

static int add_rules_of(struct plan *p, size_t part, bool identify,
			struct error *err)
{
	for (size_t i = 0; i < p->mapping->count; i++)
		if (p->mapping->rules[i].part == part &&
		    add_rule(p, &p->mapping->rules[i], identify, err))
			return -1;
	return 0;
}

int plan_add_rules(struct plan *p, const struct plan_input *input,
		   struct error *err)
{
	bool identify = input->type == EVENT_IDENTIFY;

	if (add_rules_of(p, MAPPING_ALL, identify, err) ||
	    add_rules_of(p, p->part, identify, err))
		return -1;
	for (size_t i = 0; i < p->target_count; i++)
		if (plan_compile(p, &p->targets[i], err))
			return -1;
	if (!p->json)
		remove_missing(p);
	return add_conditions(p, input, err);
}

/* `*` stands for any text; a name stands for what lies below it, too. */
static bool matches_pattern(struct span pattern, struct span name)
{
	size_t star = span_find_byte(pattern, '*');
	struct span rest;

	if (star == pattern.len)
		return span_starts(name, pattern) &&
		       (name.len == pattern.len || name.ptr[pattern.len] == '.');
	if (!span_starts(name, span_sub(pattern, 0, star)))
		return false;
	rest = span_sub(pattern, star + 1, pattern.len);
	for (size_t i = star; i <= name.len; i++)
		if (matches_pattern(rest, span_sub(name, i, name.len)))
			return true;
	return false;
}

bool plan_drops(const struct plan *p, struct span name)
{
	struct span rest = p->drop;

	while (!span_absent(rest)) {
		struct span pattern = span_trim(span_cut(&rest, ','));

		if (pattern.len && matches_pattern(pattern, name))
			return true;
	}
	return false;
}

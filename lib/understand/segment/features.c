#include "understand/segment/features.h"

#include <math.h>

#include "expr/column_list.h"

void features_init(struct features *f)
{
	*f = (struct features){.scope = profile_scope_new()};
}

void features_release(struct features *f)
{
	for (size_t i = 0; i < f->count; i++)
		expr_free(f->list[i].expr);
	money_watches_release(&f->money);
	profile_scope_free(f->scope);
	arena_release(&f->texts);
	*f = (struct features){.scope = NULL};
}

static int refuse_type(const char *source, struct span text, enum datum_type type, struct error *err)
{
	static const char *const remedies[] = {
		[TYPE_TIME] = "a time: write days_since(...)",
		[TYPE_DURATION] = "a duration: write days(...)",
		[TYPE_LIST] = "a list: write length(...), or contains(..., 'one of them')",
		[TYPE_UNKNOWN] = "never known",
	};
	char quoted[ERROR_QUOTE_MAX];

	return error_usage(err, "%s: a feature is a number or a text, and %s is %s", source,
			   error_quote(text, quoted), remedies[type]);
}

static bool is_feature_type(enum datum_type type)
{
	return type == TYPE_NUMBER || type == TYPE_TEXT || type == TYPE_TRUTH || type == TYPE_ANY ||
	       type == TYPE_JSON;
}

int features_add(struct features *f, struct span name, struct span text, const char *source,
		 struct error *err)
{
	struct expr_scope scope = profile_scope_names(f->scope);
	struct feature *one = &f->list[f->count];

	if (f->count == FEATURES_MAX)
		return error_usage(err, "%s: at most %d features", source, FEATURES_MAX);
	one->expr = expr_compile(text, source, 1, 1, &scope, TYPE_ANY, err);
	if (!one->expr)
		return -1;
	f->count++;
	if (!is_feature_type(expr_type(one->expr)))
		return refuse_type(source, text, expr_type(one->expr), err);
	one->text = arena_copy(&f->texts, text);
	one->name = span_absent(name) ? one->text : arena_copy(&f->texts, name);
	money_watch(&f->money, one->expr, MONEY_MEASURED, one->name);
	return 0;
}

static int add_item(struct features *f, struct span item, const char *source, struct error *err)
{
	struct span label = column_list_label(&item);
	char quoted[ERROR_QUOTE_MAX];

	if (!item.len)
		return error_usage(err, "%s: an empty feature: write 'log(revenue), orders, country'", source);
	if (features_add(f, label, item, source, err))
		return -1;
	for (size_t i = 0; i + 1 < f->count; i++)
		if (span_equal(f->list[i].name, f->list[f->count - 1].name))
			return error_usage(err, "%s: %s stands there twice", source,
					   error_quote(f->list[i].name, quoted));
	return 0;
}

int features_parse(struct features *f, struct span list, const char *source, struct error *err)
{
	while (!span_absent(list))
		if (add_item(f, column_list_next(&list), source, err))
			return -1;
	return 0;
}

void feature_run_init(struct feature_run *run, const struct features *f, const struct zone *zone)
{
	*run = (struct feature_run){.features = f};
	profile_row_init(&run->row, f->scope);
	run->expr.row = &run->row;
	run->expr.scratch = &run->scratch;
	run->expr.zone = zone;
}

void feature_run_release(struct feature_run *run)
{
	profile_row_release(&run->row);
	money_seen_release(&run->money);
	arena_release(&run->scratch);
}

static struct feature_value value_of(const struct datum *d)
{
	struct feature_value v = {.kind = FEATURE_UNKNOWN};

	if (d->type == TYPE_NUMBER)
		v = (struct feature_value){.kind = FEATURE_NUMBER, .number = decimal_double(d->number)};
	else if (d->type == TYPE_TRUTH)
		v = (struct feature_value){.kind = FEATURE_NUMBER, .number = d->truth, .truth = true};
	else if (d->type == TYPE_TEXT)
		v = (struct feature_value){.kind = FEATURE_TEXT, .text = d->text};
	return v;
}

int features_read(struct feature_run *run, const struct profile *p,
		  struct feature_value values[FEATURES_MAX], struct error *err)
{
	arena_clear(&run->scratch);
	profile_row_set(&run->row, p);
	run->expr.as_of = p->as_of;
	for (size_t i = 0; i < run->features->count; i++) {
		struct datum d;

		if (expr_eval(run->features->list[i].expr, &run->expr, &d, err))
			return -1;
		values[i] = value_of(&d);
	}
	profile_row_note(&run->expr);
	return 0;
}

void features_note_money(struct feature_run *run)
{
	money_note(&run->features->money, &run->money, &run->expr, true);
}

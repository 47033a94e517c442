#include "collect/ingest/question.h"
#include "collect/mapping/contest.h"
#include "time/date_text.h"

/* What the columns say together, and which of them said it first. */
struct tendency {
	const struct survey_case *first;	/* day first, or a point */
	const struct survey_case *second;	/* month first, or a comma */
	const struct survey_case *either;
	struct span first_column;
	struct span second_column;
	struct span either_column;
};

static void keep_first_case(const struct survey_case **to, struct span *column,
			  const struct survey_case *c, const struct column *name)
{
	if (*to || !c->count)
		return;
	*to = c;
	*column = name->name;
}

static int ask_two(const struct plan *p, const struct tendency *t,
		   const char *what, const char *remedy, struct error *err)
{
	char a[ERROR_QUOTE_MAX], b[ERROR_QUOTE_MAX];
	char x[ERROR_QUOTE_MAX], y[ERROR_QUOTE_MAX];

	error_usage(err, "%s are written in two ways: %s in column %s of line %llu, %s in column %s of line %llu: %s",
		    what, error_quote(t->first->sample, a),
		    error_quote(t->first_column, x), (unsigned long long)t->first->line,
		    error_quote(t->second->sample, b),
		    error_quote(t->second_column, y), (unsigned long long)t->second->line, remedy);
	error_place(err, p->file, 0, 0);
	return -1;
}

static int ask_reading(const struct plan *p, const struct tendency *t,
		       const char *question, const char *remedy, struct error *err)
{
	char a[ERROR_QUOTE_MAX], x[ERROR_QUOTE_MAX];

	error_usage(err, "column %s: %s can be read in two ways (%s): %s",
		    error_quote(t->either_column, x),
		    error_quote(t->either->sample, a), question, remedy);
	error_place(err, p->file, 0, 0);
	return -1;
}

/* Is another column that means the same field, and comes first, always filled? */
static bool is_shadowed(const struct survey *s, const struct target *t)
{
	for (size_t i = 0; t->contest && !t->contest->time && i < t->contest->before_count; i++)
		if (survey_column(s, (size_t)t->contest->before[i])->filled == s->rows)
			return true;
	return false;
}

/* What a walk over the columns that can be read in two ways looks at and finds. */
struct walk {
	const struct plan *plan;
	const struct survey *survey;
	struct tendency tendency;
};

static void take_date_column(void *context, int slot)
{
	struct walk *w = context;
	const struct survey_column *c = survey_column(w->survey, (size_t)slot);
	const struct column *name = &w->plan->columns[slot];
	struct tendency *t = &w->tendency;

	keep_first_case(&t->first, &t->first_column, &c->day_first, name);
	keep_first_case(&t->second, &t->second_column, &c->month_first, name);
	keep_first_case(&t->either, &t->either_column, &c->either, name);
}

int question_dates(const struct plan *p, const struct survey *s, bool given,
		   struct plan_style *style, struct error *err)
{
	static const char remedy[] = "give --dates dmy or --dates mdy";
	struct walk w = {.plan = p, .survey = s};
	const struct tendency *t = &w.tendency;

	if (given)
		return 0;
	for (size_t i = 0; i < p->target_count; i++) {
		const struct target *target = &p->targets[i];

		if (target->field.form != FORM_MOMENT && target->field.form != FORM_DATE)
			continue;
		if (target->column >= 0 && !is_shadowed(s, target))
			take_date_column(&w, target->column);
		else if (target->expr)
			expr_slots(target->expr, take_date_column, &w);
	}
	if (t->first && t->second)
		return ask_two(p, t, "dates", remedy, err);
	if (t->either && !t->first && !t->second)
		return ask_reading(p, t, "day or month first", remedy, err);
	if (t->first || t->second)
		style->dates = t->first ? DATES_DMY : DATES_MDY;
	return 0;
}

static void take_number_column(void *context, int slot)
{
	struct walk *w = context;
	const struct survey_column *c = survey_column(w->survey, (size_t)slot);
	const struct column *name = &w->plan->columns[slot];
	struct tendency *t = &w->tendency;

	keep_first_case(&t->first, &t->first_column, &c->point, name);
	keep_first_case(&t->second, &t->second_column, &c->comma, name);
	keep_first_case(&t->either, &t->either_column, &c->mark, name);
}

int question_decimal(const struct plan *p, const struct survey *s, bool given,
		     struct plan_style *style, struct error *err)
{
	static const char remedy[] = "give --decimal . or --decimal ,";
	struct walk w = {.plan = p, .survey = s};

	if (given)
		return 0;
	for (size_t i = 0; i < p->target_count; i++) {
		const struct target *t = &p->targets[i];
		bool number = t->field.form == FORM_NUMBER ||
			      t->field.form == FORM_MONEY;

		if (t->column >= 0 && number && !is_shadowed(s, t))
			take_number_column(&w, t->column);
		else if (t->expr && (number || expr_type(t->expr) == TYPE_NUMBER))
			expr_slots(t->expr, take_number_column, &w);
	}
	if (w.tendency.first && w.tendency.second)
		return ask_two(p, &w.tendency, "numbers", remedy, err);
	if (w.tendency.either && !w.tendency.first && !w.tendency.second)
		return ask_reading(p, &w.tendency, "a decimal or a thousands separator",
				   remedy, err);
	if (w.tendency.second)
		style->point = ',';
	return 0;
}

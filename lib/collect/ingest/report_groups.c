#include "collect/ingest/report_groups.h"

#include "collect/ingest/report_unread.h"

/* Fewer blank cells, or a smaller share of them, are orders of guests and gaps. */
#define BLANK_LEAST 2
#define BLANK_SHARE 3

/* Filled in the first row, never twice in a row the same, and blank below often enough. */
static bool is_printed_once(const struct survey *s, const struct survey_column *c)
{
	return c->begins && !c->again && c->filled > 1 && c->below >= BLANK_LEAST && c->below * BLANK_SHARE >= s->rows;
}

static bool is_identifier(const struct target *t)
{
	return t->column >= 0 && t->field.section == SECTION_IDS;
}

/* Whose a row is, or the number of its order. */
static bool is_of_group(const struct source *s, const struct target *t)
{
	if (t->column < 0)
		return false;
	return is_identifier(t) || t->field.hint == HINT_ORDER ||
	       (t->origin == ORIGIN_REST && report_names_somebody(s->plan->columns[t->column].folded)) ||
	       (t->field.section == SECTION_TRAITS && t->field.form == FORM_NAME && t->field.hint == HINT_PERSON &&
		span_find(t->field.key, SPAN("name")) < t->field.key.len);
}

/* Does another identifier say whose rows are, here and there at least? */
static bool is_settled(const struct source *s)
{
	for (size_t i = 0; i < s->plan->target_count; i++) {
		const struct target *t = &s->plan->targets[i];

		if (is_identifier(t) && survey_column(&s->survey, (size_t)t->column)->filled &&
		    !is_printed_once(&s->survey, survey_column(&s->survey, (size_t)t->column)))
			return true;
	}
	return false;
}

/* In so many rows the times or numbers of groups would begin again. */
#define SEQUENCE_ROWS 20

/* Do the orders' times or numbers rise from row to row, or fall?  Then the table is a list, some of whose rows name nobody. */
static bool is_sequence(const struct source *s)
{
	for (size_t i = 0; i < s->plan->target_count; i++) {
		const struct target *t = &s->plan->targets[i];
		const struct survey_column *c = t->column < 0 ? NULL : survey_column(&s->survey, (size_t)t->column);

		if (c && (t->field.section == SECTION_TIME || t->field.hint == HINT_ORDER) && c->filled >= SEQUENCE_ROWS &&
		    c->filled == s->survey.rows && (c->up > c->filled / 2 || c->down > c->filled / 2) && (!c->up || !c->down))
			return true;
	}
	return false;
}

void report_groups(const struct source *s, const struct ingest_calls *calls)
{
	const struct plan *p = s->plan;
	struct buf names = BUF_INIT, text = BUF_INIT;
	uint64_t blank = 0;
	size_t count = 0;

	if (s->format || p->json || p->fold || !s->reader->table || p->type == EVENT_IDENTIFY || is_settled(s) || is_sequence(s))
		return;
	for (size_t i = 0; i < p->target_count; i++) {
		const struct target *t = &p->targets[i];
		const struct survey_column *c = is_of_group(s, t) ? survey_column(&s->survey, (size_t)t->column) : NULL;

		if (!c || !is_printed_once(&s->survey, c))
			continue;
		buf_text_put(&names, count++ ? "," : "");
		error_clean(p->columns[t->column].name, &names);
		blank = c->below > blank ? c->below : blank;
	}
	if (count) {
		buf_printf(&text, "%s: %s%.*s is blank below rows that have it (%llu of the first %llu), as where a report prints a group's name "
			   "once: the rows below are nobody's; if they are of the row above: mlr --csv fill-down -a -f '%.*s' FILE | cdp-ingest",
			   p->file, count > 1 ? "each of " : "column ", SPAN_ARG(buf_view(&names)), (unsigned long long)blank,
			   (unsigned long long)s->survey.rows, SPAN_ARG(buf_view(&names)));
		calls->warn(calls->context, buf_text(&text));
	}
	buf_release(&names);
	buf_release(&text);
}

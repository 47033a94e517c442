#include "collect/ingest/source_plan.h"

#include <string.h>

#include "base/decimal_local.h"
#include "base/mem.h"
#include "collect/ingest/style.h"
#include "collect/ingest/question.h"
#include "collect/ingest/question_table.h"
#include "collect/ingest/sample.h"
#include "record/order_status.h"

static bool wants_countries(const struct plan *p)
{
	for (size_t i = 0; i < p->spread_count; i++)
		if (p->spreads[i].section == SECTION_TRAITS)
			return true;
	for (size_t i = 0; i < p->target_count; i++)
		if (p->targets[i].field.form == FORM_COUNTRY)
			return true;
	return false;
}

/* Countries cost reading a document: only where a column wants them. */
static void load_countries(struct source *s, struct plan_style *style)
{
	bool wanted = wants_countries(s->plan);

	for (size_t i = 0; i < s->part_count; i++)
		wanted = wanted || wants_countries(s->parts[i].plan);
	for (int kind = 0; kind < ROW_KINDS; kind++)
		wanted = wanted || (s->kinds[kind] && wants_countries(s->kinds[kind]));
	if (!wanted)
		return;
	s->countries = country_table_load("/usr/share/iso-codes/json/iso_3166-1.json");
	style->countries = s->countries;
}

/* A question that waits for its answer while the user is only looking. */
static int note_question(struct source *s, const struct ingest_options *options,
			 int bad, const struct error *err)
{
	if (!bad || !options->looking)
		return bad;
	buf_printf(&s->questions, "# to be answered: %s\n", err->message);
	return 0;
}

static int settle_plans(struct source *s, const struct ingest_options *options,
			struct plan_style *style, struct error *err)
{
	const struct map_settings *set = &s->mapping->set;
	int bad;

	bad = question_table(s, err);
	if (note_question(s, options, bad, err))
		return -1;
	load_countries(s, style);
	s->nulls = null_words_new(set->null);
	style->nulls = s->nulls;
	bad = question_dates(s->plan, &s->survey, set->dates, style, err);
	if (note_question(s, options, bad, err))
		return -1;
	bad = question_decimal(s->plan, &s->survey, set->decimal, style, err);
	if (note_question(s, options, bad, err) ||
	    note_question(s, options, sample_repeats(s, err), err))
		return -1;
	if (plan_settle(s->plan, style, err))
		return -1;
	for (size_t i = 0; i < s->part_count; i++) {
		struct part *part = &s->parts[i];

		if (plan_settle(part->plan, style, err))
			return -1;
		if (span_absent(part->records))
			part->condition = s->plan->conditions[part->plan->part];
	}
	for (int kind = 0; kind < ROW_KINDS; kind++)
		if (s->kinds[kind] && plan_settle(s->kinds[kind], style, err))
			return -1;
	return 0;
}

static int read_type(const char *name, const char *what, enum event_type *type,
		     struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];

	*type = EVENT_TYPES;
	if (!name)
		return 0;
	*type = event_type_parse(span_of(name));
	if (*type != EVENT_TYPES)
		return 0;
	return error_usage(err, "%s: %s is not track, identify, page, screen, group or alias",
			   what, error_quote(span_of(name), quoted));
}

static const struct map_rule *condition_of(const struct map_part *p)
{
	return span_absent(p->when.text) ? NULL : &p->when;
}

/* The main part has nothing to say, the others have. */
static bool is_silent(const struct mapping *m)
{
	for (size_t i = 0; i < m->count; i++)
		if (!m->rules[i].part)
			return false;
	return m->part_count > 1 && !condition_of(&m->parts[0]);
}

static int refuse_file(const struct source *s, int bad, struct error *err)
{
	error_place(err, feed_name(s->feed), 0, 0);
	return bad;
}

static int make_part(struct source *s, size_t number, struct plan_input input,
		     struct error *err)
{
	const struct map_part *from = &s->mapping->parts[number];
	struct part *part = &s->parts[s->part_count];

	input.part = number;
	input.typed = false;
	memset(input.conditions, 0, sizeof input.conditions);
	if (from->records && !s->reader->members)
		return refuse_file(s, error_usage(err, "section '%s': 'set records' is for JSON",
						  from->name), err);
	if (read_type(from->type, "set type", &input.type, err))
		return refuse_file(s, -1, err);
	if (from->records) {
		input.conditions[0] = condition_of(from);
		input.header_count = 0;
	}
	input.tally_base = s->plan->tallies_of_all + 1;
	part->plan = plan_new(&input, err);
	if (!part->plan)
		return -1;
	part->records = span_of(from->records);
	s->plan->tallies_of_all += part->plan->tallies + 1;
	s->part_count++;
	return 0;
}

static int make_parts(struct source *s, const struct plan_input *input,
		      struct error *err)
{
	const struct mapping *m = s->mapping;

	for (size_t i = 1; i < m->part_count; i++)
		if (make_part(s, i, *input, err))
			return -1;
	s->silent = is_silent(m);
	if (s->plan->fold && (s->part_count || s->plan->conditions[0]))
		return refuse_file(s, error_usage(err, "rows are folded: then there can be no sections and no 'set when'"),
				   err);
	return 0;
}

/* So many members has a plan of those; more are read as members that came late. */
#define KIND_MEMBERS_MAX 1000

/* Plans for the kinds of rows that the main one is not made for: in a table they are people's and page views alone. */
static int make_kinds(struct source *s, struct plan_input input, struct error *err)
{
	if (s->looking || !row_kinds_differ(s->plan))
		return 0;
	s->by_row = true;
	if (input.json && input.header_count > KIND_MEMBERS_MAX)
		input.header_count = KIND_MEMBERS_MAX;
	for (enum row_kind kind = ROW_EVENT; kind < ROW_KINDS; kind++) {
		if (kind == s->plan->kind || (!input.json && kind != ROW_PERSON && kind != ROW_PAGE))
			continue;
		input.kind = kind;
		input.tally_base = s->plan->tallies_of_all + 1;
		s->kinds[kind] = plan_new(&input, err);
		if (!s->kinds[kind])
			return -1;
		s->plan->tallies_of_all += s->kinds[kind]->tallies + 1;
	}
	return 0;
}

static int make_plan(struct source *s, struct plan_input *input,
		     struct error *err)
{
	const struct mapping *m = s->mapping;

	input->conditions[0] = condition_of(&m->parts[0]);
	for (size_t i = 1; i < m->part_count; i++)
		if (!m->parts[i].records)
			input->conditions[i] = condition_of(&m->parts[i]);
	s->plan = plan_new(input, err);
	return s->plan && !make_parts(s, input, err) ? make_kinds(s, *input, err) : -1;
}

/* Are the first values of column I words for payments and refunds, as a till has them? */
static bool holds_payments(const struct source *s, size_t i)
{
	const struct survey_column *c = survey_column(&s->survey, i);
	size_t k = 0;

	while (k < SURVEY_EXAMPLES && order_status_of_type(c->examples[k]) != ORDER_STATUS_ABSENT)
		k++;
	return k == SURVEY_EXAMPLES || (k && span_absent(c->examples[k]));
}

/* Does a column of H hold money or the numbers of orders?  Without them a "refund" is an event like others. */
static bool has_payments(const struct header *h)
{
	struct arena a = ARENA_INIT;
	struct field f;
	unsigned rank;
	bool has = false;

	for (size_t i = 0; !has && i < h->count; i++)
		has = field_of_header(h->names[i], SPAN("source"), false, &a, &f, &rank) && (f.hint == HINT_MONEY || f.hint == HINT_ORDER);
	arena_release(&a);
	return has;
}

/* Does the column "Event Type" of a table hold such words? */
static bool types_payments(const struct source *s, const struct header *h)
{
	for (size_t i = 0; s->reader->table && i < h->count; i++)
		if (field_is_event_type(h->names[i]))
			return holds_payments(s, i) && has_payments(h);
	return false;
}

/* How the first values of column I of a table look. */
static enum amounts amounts_of(const struct source *s, size_t i)
{
	const struct survey_column *c = survey_column(&s->survey, i);
	bool money = false, fraction = false;
	size_t k = 0;

	for (; k < SURVEY_EXAMPLES && !span_absent(c->examples[k]); k++) {
		struct span v = c->examples[k];
		struct decimal d;

		if (span_find_byte(v, '%') < v.len || !(decimal_parse_local(v, '.', &d) || decimal_parse_local(v, ',', &d)))
			return AMOUNTS_NOT;
		money |= d.digits != 0;
		fraction |= span_find_byte(v, '.') < v.len || span_find_byte(v, ',') < v.len;
	}
	if (!money)
		return AMOUNTS_NOT;
	return k > 1 || fraction ? AMOUNTS : AMOUNTS_ONE;
}

/* Of a table in a format; NULL: there is none.  Owned: mem_free. */
static enum amounts *read_amounts(const struct source *s, const struct header *h)
{
	enum amounts *all = s->format && s->reader->table ? mem_zero(h->count + 1, sizeof *all) : NULL;

	for (size_t i = 0; all && i < h->count; i++)
		all[i] = amounts_of(s, i);
	return all;
}

int source_make_plans(struct source *s, const char *path,
		      const struct ingest_options *options, const struct header *h,
		      struct error *err)
{
	const struct map_settings *set = &s->mapping->set;
	enum amounts *amounts = read_amounts(s, h);
	struct plan_style style;
	struct plan_input input = {
		.file = feed_name(s->feed),
		.path = path,
		.source = set->source ? span_of(set->source) : ingest_source_of(path),
		.mapping = s->mapping,
		.headers = h->names,
		.header_count = h->count,
		.json = s->reader->members,
		.format = s->format ? &s->format->mapping.set : NULL,
		.payments = types_payments(s, h),
		.amounts = amounts,
		.lacks = &s->lacks,
	};
	int bad;

	s->named = h->count;
	if (read_type(set->type, "--type", &input.type, err)) {
		mem_free(amounts);
		return -1;
	}
	if (s->reader->prepare_plan)
		s->reader->prepare_plan(s, h, &input);
	bad = style_read(set, options->zone, &style, &s->zone, err);
	input.utc = !bad && style.utc;
	bad = bad || make_plan(s, &input, err);
	mem_free(amounts);
	return bad ? -1 : settle_plans(s, options, &style, err);
}

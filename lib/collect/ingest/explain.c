#include "collect/ingest/explain.h"

#include "collect/ingest/fold.h"
#include "collect/ingest/source.h"
#include "collect/mapping/contest.h"
#include "collect/mapping/when.h"
#include "collect/rows/split.h"
#include "time/date_text.h"

#define RECORDS_SHOWN 3
#define NAME_WIDTH 18
#define COLUMN_WIDTH 24

static void pad_column(struct buf *out, size_t from, size_t width)
{
	while (out->len - from < width)
		buf_char(out, ' ');
}

/* Names that the language reads without backticks; paths with DOTS. */
static bool is_plain_name(struct span s, bool dots)
{
	if (!s.len || (unsigned char)(s.ptr[0] - '0') < 10 || s.ptr[0] == '.')
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		      c == '_' || (dots && c == '.' && s.ptr[i - 1] != '.')))
			return false;
	}
	return s.ptr[s.len - 1] != '.';
}

static bool is_keyword(struct span s)
{
	static const struct span words[] = {
		SPAN("and"), SPAN("or"), SPAN("not"), SPAN("in"), SPAN("is"),
		SPAN("null"), SPAN("between"), SPAN("true"), SPAN("false"),
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (span_equal(s, words[i]))
			return true;
	return false;
}

/* Can S go to a terminal as it is? */
static bool is_shown(struct span s)
{
	struct buf clean = BUF_INIT;
	bool shown;

	error_clean(s, &clean);
	shown = span_equal(buf_view(&clean), s);
	buf_release(&clean);
	return shown;
}

/* Does C have a name that can stand in backticks? */
static bool is_quotable(const struct column *c)
{
	return c->name.len && is_shown(c->name) &&
	       span_find_byte(c->name, '`') == c->name.len;
}

/* A column as an expression. */
static void put_column(const struct plan *p, size_t column, struct buf *out)
{
	const struct column *c = &p->columns[column];
	struct span name = p->json ? c->name : c->folded;

	if (is_plain_name(name, p->json) && !is_keyword(name)) {
		buf_span(out, name);
		return;
	}
	buf_char(out, '`');
	buf_span(out, is_quotable(c) ? c->name : c->folded);
	buf_char(out, '`');
}

static void put_examples(const struct survey_column *c, uint64_t rows,
			 struct buf *out)
{
	struct buf clean = BUF_INIT;

	buf_printf(out, "# %3llu%%", rows ?
		   (unsigned long long)(c->filled * 100 / rows) : 0ull);
	for (size_t i = 0; i < SURVEY_EXAMPLES && !span_absent(c->examples[i]); i++) {
		buf_clear(&clean);
		error_clean(c->examples[i], &clean);
		buf_text_put(out, i ? ", " : "  ");
		buf_span(out, buf_view(&clean));
	}
	buf_release(&clean);
}

/* The left side that gives F back: a bare name where that is enough. */
static void put_left(const struct plan *p, const struct field *f, struct buf *out)
{
	bool identify = p->type == EVENT_IDENTIFY;
	struct arena a = ARENA_INIT;
	struct field bare;

	if (is_plain_name(f->key, false) &&
	    !field_of_name(f->key, identify, &a, &bare, NULL) &&
	    bare.section == f->section && span_equal(bare.key, f->key))
		buf_span(out, f->key);
	else
		field_put_name(f, out);
	arena_release(&a);
}

/* Where COLUMN goes: the field that it means, rather than the name that it has beside others. */
static const struct target *target_of(const struct plan *p, size_t column)
{
	const struct target *named = NULL;

	for (size_t i = 0; i < p->target_count; i++) {
		const struct target *t = &p->targets[i];

		if (t->column != (int)column)
			continue;
		if (!t->contest || !t->contest->fallback)
			return t;
		named = t;
	}
	return named;
}

/* The name of COLUMN, where another column has the field that it means. */
static const struct target *fallback_of(const struct plan *p, size_t column)
{
	for (size_t i = 0; i < p->target_count; i++)
		if (p->targets[i].column == (int)column && p->targets[i].contest &&
		    p->targets[i].contest->fallback)
			return &p->targets[i];
	return NULL;
}

/* Can columns that mean one field be written as expressions? */
static bool is_written(const struct plan *p, size_t column)
{
	return !p->json || is_quotable(&p->columns[column]);
}

/* The columns that mean the field of T as one expression: the first that has a value. */
static void put_coalesced(const struct plan *p, const struct target *t, struct buf *out)
{
	buf_lit(out, "coalesce(");
	for (const struct target *next = t; next; next = next->same) {
		if (!is_written(p, (size_t)next->column))
			continue;
		buf_text_put(out, next == t ? "" : ", ");
		put_column(p, (size_t)next->column, out);
	}
	buf_char(out, ')');
}

/* Its name, in rows where one of the columns before it has the field. */
static void put_beside(const struct plan *p, const struct target *t, struct buf *out)
{
	buf_lit(out, "if(coalesce(");
	for (size_t i = 0; i < t->contest->before_count; i++) {
		buf_text_put(out, i ? ", " : "");
		put_column(p, (size_t)t->contest->before[i], out);
	}
	buf_lit(out, ") is not null, ");
	put_column(p, (size_t)t->column, out);
	buf_char(out, ')');
}

/* What T is made of: its column, or one of those that mean its field. */
static void put_right(const struct plan *p, const struct target *t, struct buf *out)
{
	if (t->contest && t->contest->fallback)
		put_beside(p, t, out);
	else if (t->contest && t->origin == ORIGIN_TABLE)
		put_coalesced(p, t, out);
	else
		put_column(p, (size_t)t->column, out);
}

/* Is the column of T, of the time, full of times of the day (CLOCK) or of what is no date at all? */
static bool holds_no_dates(const struct source *s, const struct target *t, bool clock)
{
	const struct survey_column *c = survey_column(&s->survey, (size_t)t->column);
	size_t i;

	for (i = 0; i < SURVEY_EXAMPLES && !span_absent(c->examples[i]); i++) {
		enum when_kind kind = when_kind_of(t, &s->plan->style, c->examples[i]);

		if (kind == WHEN_DATE || (clock && kind != WHEN_CLOCK))
			return false;
	}
	return i > 0;
}

/* Of the plan's columns of the time the first that holds days (CLOCK: times of the day); NULL: none. */
static const struct target *time_column(const struct source *s, bool clock)
{
	const struct target *t = plan_find(s->plan, SECTION_TIME, SPAN(""));

	for (; t && s->plan->clocks; t = t->same)
		if (t->column >= 0 && (clock ? t->clock && holds_no_dates(s, t, true) :
					       !holds_no_dates(s, t, false)))
			return t;
	return NULL;
}

/* A line for COLUMN where the time of a row is in two columns, or is none: see when.h. */
static bool suggest_time(const struct source *s, const struct target *t, struct buf *out)
{
	const struct plan *p = s->plan;
	const struct target *clock = time_column(s, true), *day = time_column(s, false);

	if (t->field.section != SECTION_TIME || !p->clocks)
		return false;
	if (day == t && clock) {
		buf_lit(out, "time               = date(concat(");
		put_column(p, (size_t)day->column, out);
		buf_lit(out, ", \" \", ");
		put_column(p, (size_t)clock->column, out);
		buf_lit(out, "))");
	} else if (day == t) {
		buf_lit(out, "time               = ");
		put_column(p, (size_t)t->column, out);
	} else if (clock == t && day) {
		buf_lit(out, "#                    ");
		put_column(p, (size_t)t->column, out);
	} else {
		const struct target *named = fallback_of(p, (size_t)t->column);

		put_left(p, named ? &named->field : &t->field, out);
		buf_lit(out, " = ");
		put_column(p, (size_t)t->column, out);
	}
	buf_char(out, ' ');
	put_examples(survey_column(&s->survey, (size_t)t->column), s->survey.rows, out);
	buf_char(out, '\n');
	return true;
}

static void suggest_column(const struct source *s, size_t column,
			   struct buf *out)
{
	const struct plan *p = s->plan;
	const struct target *t = target_of(p, column);
	size_t at = out->len;

	if (t && suggest_time(s, t, out))
		return;
	/* The first of several that mean one field says how they come together. */
	if (t && t->contest && t->contest->before_count)
		t = fallback_of(p, column);
	/* Members have no other name: one that cannot be written goes where it went. */
	if (!t || !is_written(p, column))
		buf_lit(out, "# ");
	if (t)
		put_left(p, &t->field, out);
	pad_column(out, at, NAME_WIDTH);
	buf_text_put(out, t ? " = " : "   ");
	at = out->len;
	if (t)
		put_right(p, t, out);
	else
		put_column(p, column, out);
	pad_column(out, at, COLUMN_WIDTH);
	buf_char(out, ' ');
	put_examples(survey_column(&s->survey, column), s->survey.rows, out);
	buf_char(out, '\n');
}

/* Money that no column holds as such. */
static void suggest_revenue(const struct plan *p, struct buf *out)
{
	const struct target *quantity = plan_find(p, SECTION_PROPS, SPAN("quantity"));
	const struct target *price = plan_find(p, SECTION_PROPS, SPAN("price"));
	const struct target *total = plan_find(p, SECTION_PROPS, SPAN("total"));

	if (plan_find(p, SECTION_PROPS, SPAN("revenue")))
		return;
	if (total && total->column >= 0) {
		buf_lit(out, "# revenue          = ");
		put_column(p, (size_t)total->column, out);
		buf_lit(out, "   # what reports add up\n");
	} else if (quantity && price && quantity->column >= 0 && price->column >= 0) {
		buf_lit(out, "# revenue          = ");
		put_column(p, (size_t)quantity->column, out);
		buf_lit(out, " * ");
		put_column(p, (size_t)price->column, out);
		buf_lit(out, "   # what reports add up\n");
	}
}

static void suggest_settings(const struct source *s, struct buf *out)
{
	const struct plan *p = s->plan;

	buf_lit(out, "set source = ");
	error_clean(p->source, out);
	buf_char(out, '\n');
	if (p->type != EVENT_TYPES)
		buf_printf(out, "set type = %.*s\n", SPAN_ARG(event_type_names[p->type]));
	if (s->records.len) {
		buf_lit(out, "set records = ");
		error_clean(buf_view(&s->records), out);
		buf_char(out, '\n');
	}
	if (p->style.dates == DATES_DMY || p->style.dates == DATES_MDY)
		buf_printf(out, "set dates = %s\n",
			   p->style.dates == DATES_DMY ? "dmy" : "mdy");
	if (p->style.point == ',')
		buf_lit(out, "set decimal = \",\"\n");
	if (s->questions.len)
		buf_span(out, buf_view(&s->questions));
	if (p->event_default)
		buf_printf(out, "event              = %.*s   # no column names it\n",
			   SPAN_ARG(span_sub(p->event_member, 9, p->event_member.len)));
}

/* None of the rows looked at can be read. */
static int refuse_unread(const struct source *s, struct error *err)
{
	const struct survey *v = &s->survey;

	error_failed(err, "none of the first %llu rows can be read: %s", (unsigned long long)v->bad,
		     v->first_bad.message);
	error_place(err, feed_name(s->feed), v->first_bad.line, v->first_bad.column);
	return -1;
}

/* Rows that are not there to be looked at. */
static void suggest_unread(const struct source *s, struct buf *out)
{
	const struct survey *v = &s->survey;

	if (v->bad) {
		buf_printf(out, "# %llu row%s could not be read; line %llu: ", (unsigned long long)v->bad,
			   v->bad == 1 ? "" : "s", (unsigned long long)v->first_bad.line);
		error_clean(span_of(v->first_bad.message), out);
		buf_char(out, '\n');
	} else if (!v->rows && s->reader->table) {
		buf_lit(out, "# There is no row below the header.\n");
	}
}

static int refuse_empty(const struct source *s, struct error *err)
{
	error_failed(err, "no rows to look at");
	error_place(err, feed_name(s->feed), 0, 0);
	return -1;
}

/* Opens PATH, whose questions become comments.  0, or -1 with *ERR; release in both cases. */
static int look_at(struct source *s, const struct ingest_options *options, const char *path,
		   struct error *err)
{
	struct ingest_options looking = *options;

	looking.looking = true;
	if (source_open(s, path, &looking, err))
		return -1;
	return s->empty ? refuse_empty(s, err) : 0;
}

/* "  FIELD = EXPRESSION  (FROM)" */
static void preview_line(struct span field, struct span text, const char *from,
			 struct buf *out)
{
	size_t at;

	buf_lit(out, "  ");
	at = out->len;
	buf_span(out, field);
	pad_column(out, at, NAME_WIDTH + 4);
	buf_lit(out, " = ");
	at = out->len;
	buf_span(out, text);
	pad_column(out, at, COLUMN_WIDTH);
	buf_printf(out, "  (%s)\n", from);
}

static void preview_target(const struct plan *p, const struct target *t,
			   struct buf *out)
{
	static const char *const origins[] = {
		[ORIGIN_MAPPING] = "mapping",
		[ORIGIN_TABLE] = "known header",
		[ORIGIN_REST] = "by its name",
	};
	struct buf clean = BUF_INIT, field = BUF_INIT;

	field_put_name(&t->field, &field);
	if (t->column >= 0)
		error_clean(p->columns[t->column].name, &clean);
	else
		expr_put(t->expr, &clean);
	preview_line(buf_view(&field), buf_view(&clean),
		     !t->contest || !t->contest->before_count ? origins[t->origin] :
		     t->contest->fallback ? "by its name, beside another" :
					    "known header, where those before it are empty", out);
	buf_release(&clean);
	buf_release(&field);
}

static void preview_rules(const struct plan *p, struct buf *out)
{
	for (size_t i = 0; i < p->target_count; i++)
		preview_target(p, &p->targets[i], out);
	for (size_t i = 0; i < p->spread_count; i++) {
		struct buf text = BUF_INIT;

		expr_put(p->spreads[i].expr, &text);
		preview_line(p->spreads[i].rule->name, buf_view(&text), "mapping", out);
		buf_release(&text);
	}
}

/* The parts of the mapping that make events beside the main one. */
static void preview_parts(const struct source *s, struct buf *out)
{
	for (size_t i = 0; i < s->part_count; i++) {
		const struct part *part = &s->parts[i];
		const struct plan *p = part->plan;
		const struct expr *when = span_absent(part->records) ?
			part->condition : p->conditions[0];

		buf_lit(out, "section ");
		error_clean(span_of(p->mapping->parts[p->part].name), out);
		if (!span_absent(part->records)) {
			buf_lit(out, ", each of ");
			error_clean(part->records, out);
		}
		if (when) {
			buf_lit(out, ", when ");
			expr_put(when, out);
		}
		if (p->type != EVENT_TYPES)
			buf_printf(out, ", %.*s records", SPAN_ARG(event_type_names[p->type]));
		buf_char(out, '\n');
		preview_rules(p, out);
	}
}

static void preview_mapping(const struct source *s, struct buf *out)
{
	const struct plan *p = s->plan;
	size_t left = 0;

	error_clean(span_of(p->file), out);
	buf_printf(out, ": %s", s->reader->label);
	if (s->reader->describe)
		s->reader->describe(s, out);
	if (s->format) {
		buf_lit(out, ", format ");
		error_clean(span_of(s->format->name), out);
	}
	buf_lit(out, ", source ");
	error_clean(p->source, out);
	if (p->conditions[0]) {
		buf_lit(out, ", when ");
		expr_put(p->conditions[0], out);
	}
	if (p->type != EVENT_TYPES)
		buf_printf(out, ", %.*s records%s", SPAN_ARG(event_type_names[p->type]),
			   p->type_guessed ? " (by content)" : "");
	buf_char(out, '\n');
	if (p->event_default)
		buf_printf(out, "  event                  = %.*s  (no column names it)\n",
			   SPAN_ARG(span_sub(p->event_member, 9, p->event_member.len)));
	preview_rules(p, out);
	for (size_t i = 0; i < p->column_count; i++) {
		if (target_of(p, i))
			continue;
		buf_text_put(out, left++ ? ", " : "left out: ");
		error_clean(p->columns[i].name, out);
		buf_text_put(out, p->columns[i].used ? " (an expression reads it)" : "");
	}
	if (left)
		buf_char(out, '\n');
	preview_parts(s, out);
	buf_span(out, buf_view(&s->questions));
}

static void ignore_reject(void *context, struct span raw, uint64_t line,
			  uint64_t column, struct span why)
{
	(void)context;
	(void)raw;
	(void)line;
	(void)column;
	(void)why;
}

struct preview_finish {
	struct finisher *finisher;
	struct finish_counts counts;
};

static int pass_record(void *context, struct buf *out, size_t begin,
		       struct error *err)
{
	struct preview_finish *g = context;

	return finisher_run(g->finisher, out, begin, &g->counts, err);
}

/* The records of B as they will be written. */
static int fold_batch(const struct source *s, const struct ingest_options *options,
		      const struct batch *b, struct buf *out, struct error *err)
{
	struct preview_finish preview = {
		.finisher = finish_wanted(options->finish) ? finisher_new(options->finish) : NULL,
	};
	struct folder_calls calls = {
		ignore_reject, preview.finisher ? pass_record : NULL, &preview,
	};
	struct ingest_counts counts = {0};
	struct folder *f;
	int bad;

	f = folder_new(s->plan, &calls);
	bad = folder_take(f, b, s->head_line, &counts, out, err);
	if (!bad)
		folder_end(f, &counts, out);
	folder_free(f);
	finisher_free(preview.finisher);
	finish_counts_release(&preview.counts);
	return bad;
}

static void put_bad(const struct source *s, const struct batch *b,
		    struct buf *out)
{
	for (size_t i = 0; i < b->bad_count && i < RECORDS_SHOWN; i++) {
		struct error why = ERROR_INIT;

		error_data(&why, "%.*s", SPAN_ARG(b->bad[i].why));
		error_place(&why, s->plan->file, s->head_line + b->bad[i].line,
			    b->bad[i].column);
		buf_lit(out, "rejected: ");
		error_format(&why, out);
		buf_char(out, '\n');
	}
}

/* The first records, one a line. */
static void put_records(struct span records, struct buf *out)
{
	struct span rest = records;

	for (int i = 0; i < RECORDS_SHOWN && !span_absent(rest) && rest.len; i++) {
		buf_span(out, span_cut(&rest, '\n'));
		buf_char(out, '\n');
	}
}

static int preview_records(const struct source *s,
			   const struct ingest_options *options,
			   struct buf *out, struct error *err)
{
	struct worker_options with = source_worker_options(s, options);
	const struct feed_block *head = &s->heads[0];
	struct batch b = BATCH_INIT;
	struct buf records = BUF_INIT;
	struct worker *w;
	int bad = 0;

	if (options->enrichment)
		with.enricher = enricher_new(options->enrichment);
	w = worker_new(&with);
	b.inside = head->inside;
	b.directives = source_start_directives(s);
	worker_run(w, &b, (struct span){head->ptr, head->len}, head->last, SIZE_MAX);
	if (s->plan->fold)
		bad = fold_batch(s, options, &b, &records, err);
	else
		buf_span(&records, buf_view(&b.out));
	put_records(buf_view(&records), out);
	put_bad(s, &b, out);
	buf_release(&records);
	batch_release(&b);
	worker_free(w);
	enricher_free(with.enricher);
	return bad;
}

static void suggest_columns(const struct source *s, struct buf *out)
{
	buf_lit(out, "# A mapping to start from: ");
	error_clean(span_of(s->plan->file), out);
	buf_printf(out, ", %llu rows looked at.  A line a column: the field,\n"
		   "# the column, how full it is, examples.  See cdp-mapping(5) and cdp-expr(7).\n",
		   (unsigned long long)s->survey.rows);
	suggest_settings(s, out);
	for (size_t i = 0; i < s->plan->column_count; i++)
		suggest_column(s, i, out);
	suggest_revenue(s->plan, out);
}

/* The rules of P as a mapping would write them, behind "# ". */
static void comment_rules(const struct plan *p, struct buf *out)
{
	for (size_t i = 0; i < p->target_count; i++) {
		const struct target *t = &p->targets[i];
		size_t at;

		buf_lit(out, "# ");
		at = out->len;
		put_left(p, &t->field, out);
		pad_column(out, at, NAME_WIDTH);
		buf_lit(out, " = ");
		if (t->column >= 0)
			put_column(p, (size_t)t->column, out);
		else
			expr_put(t->expr, out);
		buf_char(out, '\n');
	}
	for (size_t i = 0; i < p->spread_count; i++) {
		buf_lit(out, "# ");
		buf_span(out, p->spreads[i].rule->name);
		buf_lit(out, " = ");
		expr_put(p->spreads[i].expr, out);
		buf_char(out, '\n');
	}
}

static void comment_part(const struct part *part, struct buf *out)
{
	const struct plan *p = part->plan;
	const struct expr *when = span_absent(part->records) ? part->condition : p->conditions[0];

	buf_lit(out, "# set section = ");
	error_clean(span_of(p->mapping->parts[p->part].name), out);
	if (!span_absent(part->records)) {
		buf_lit(out, "\n# set records = ");
		error_clean(part->records, out);
	}
	if (when) {
		buf_lit(out, "\n# set when = ");
		expr_put(when, out);
	}
	buf_char(out, '\n');
	comment_rules(p, out);
}

/* A format says already what becomes of the columns: a mapping only adds to it. */
static void suggest_format(const struct source *s, struct buf *out)
{
	buf_lit(out, "# ");
	error_clean(span_of(s->plan->file), out);
	buf_printf(out, " is recognised as %s and needs no mapping.\n"
		   "# What the format does stands below; rules that you write win over it.\n"
		   "# See cdp-formats(5) and cdp-mapping(5).\n"
		   "set format = %s\n", s->format->name, s->format->name);
	if (s->plan->conditions[0]) {
		buf_lit(out, "# set when = ");
		expr_put(s->plan->conditions[0], out);
		buf_char(out, '\n');
	}
	comment_rules(s->plan, out);
	for (size_t i = 0; i < s->part_count; i++)
		comment_part(&s->parts[i], out);
}

int explain_suggest(const struct ingest_options *options, const char *path,
		    struct buf *out, struct error *err)
{
	struct source s;
	int bad = look_at(&s, options, path, err);

	if (!bad && !s.survey.rows && s.survey.bad)
		bad = refuse_unread(&s, err);
	if (!bad)
		suggest_unread(&s, out);
	if (!bad && s.recognised)
		suggest_format(&s, out);
	else if (!bad)
		suggest_columns(&s, out);
	source_release(&s);
	return bad;
}

int explain_preview(const struct ingest_options *options, const char *path,
		    struct buf *out, struct error *err)
{
	struct source s;
	int bad = look_at(&s, options, path, err);

	if (!bad) {
		preview_mapping(&s, out);
		bad = preview_records(&s, options, out, err);
	}
	source_release(&s);
	return bad;
}

/* Web logs: a request a line, see weblog.h. */
#include <string.h>

#include "base/mem.h"
#include "collect/ingest/reader.h"
#include "collect/ingest/source.h"
#include "collect/rows/census.h"
#include "collect/weblog/log_question.h"
#include "collect/weblog/weblog.h"
#include "expr/expr.h"

/* Of logs fewer rows need to be seen: what their columns mean is known. */
#define SURVEY_ROWS 1000
#define SURVEY_BYTES ((size_t)256 << 10)

/* What recognise_log opens. */
struct log_source {
	struct weblog *log;
	struct mapping rules;	/* of logs, and the one in force behind them */
};

static struct weblog *log_of(const struct source *s)
{
	return ((struct log_source *)s->opened)->log;
}

static bool is_for_csv(const struct map_settings *set)
{
	return set->delimiter || set->header || set->quotes;
}

/* A log that cannot be read is asked about, unless the user says what its columns are, or wants to see. */
static int ask_about_log(const struct source *s, struct error *err)
{
	const struct mapping *m = s->mapping;

	if (s->looking || (m && (m->count || m->part_count > 1)) || !weblog_ask(source_head(s), err))
		return 0;
	error_place(err, feed_name(s->feed), 0, 0);
	return -1;
}

static int recognise_log(struct source *s, const struct map_settings *set,
			 struct error *err)
{
	const char *name = set->format;
	struct span head = source_head(s);
	struct log_source *l;

	if (s->opened)
		return 1;
	if (set->log_format && name && !weblog_is_name(name))
		return error_usage(err, "--log-format is for web logs, but --format is %s", name);
	if (!set->log_format) {
		if (!name && !is_for_csv(set))
			name = weblog_sniff(head);
		if (!name && !is_for_csv(set) && ask_about_log(s, err))
			return -1;
		if (!name || !weblog_is_name(name))
			return 0;
	}
	s->opened = l = mem_zero(1, sizeof *l);
	l->log = weblog_new(name, set->log_format, head, err);
	return l->log ? 1 : -1;
}

/* The directives at the front of the file are the header. */
static int read_header(struct source *s, struct header *h, struct error *err)
{
	size_t len = weblog_head_len(log_of(s), source_head(s));

	(void)err;
	s->head_line += census_lines(span_sub(source_head(s), 0, len));
	source_original(s, span_sub(source_head(s), 0, len), &s->header);
	source_skip(s, len);
	h->found = true;
	return 0;
}

static void survey_row(void *context, const struct row *row)
{
	struct survey *s = context;

	if (s->rows < SURVEY_ROWS)
		survey_take(s, row, row->line);
}

/* Bad and blank lines are reported when their turn comes. */
static void ignore_bad(void *context, struct span raw, uint64_t line,
		     const struct error *why)
{
	(void)context;
	(void)raw;
	(void)line;
	(void)why;
}

static void ignore_blank(void *context, struct span raw)
{
	(void)context;
	(void)raw;
}

static int survey_log(struct source *s, const struct ingest_options *options,
		      struct header *h, struct error *err)
{
	struct rows_calls calls = {survey_row, ignore_bad, ignore_blank, &s->survey};
	struct weblog_reader *r = weblog_reader_new(log_of(s), SPAN(""), &calls);
	struct span first = span_sub(source_head(s), 0, SURVEY_BYTES);
	struct census census = census_take(first);
	uint64_t line = 0;

	(void)options;
	(void)h;
	(void)err;
	weblog_read(r, weblog_start(log_of(s)), first, &census, &line);
	weblog_reader_free(r);
	return 0;
}

static void add_default(struct mapping *m, int column, struct span source)
{
	const struct log_column_info *info = &log_column_table[column];
	struct span field = span_of(info->field);
	struct map_rule rule = {.text = info->name, .line = 1, .column = 1};
	struct buf name = BUF_INIT;
	size_t mark;

	if (!info->field)
		return;
	mark = span_find_byte(field, '%');
	buf_span(&name, span_sub(field, 0, mark));
	if (mark < field.len)
		expr_fold_name(source, &name);
	buf_span(&name, span_sub(field, mark + 1, field.len));
	rule.name = arena_copy(&m->arena, buf_view(&name));
	mapping_put(m, &rule);
	buf_release(&name);
}

/* The default rules, and those of OWN behind them, with its settings. */
static void join_defaults(struct span source, const struct mapping *own, struct mapping *out)
{
	*out = MAPPING_INIT;
	out->set = own->set;
	memcpy(out->parts, own->parts, sizeof out->parts);
	out->part_count = own->part_count;
	/* In the context page and campaign come first. */
	for (int c = 0; c < LOG_COLUMNS; c++)
		if (c != LOG_IP && c != LOG_USER_AGENT)
			add_default(out, c, source);
	add_default(out, LOG_IP, source);
	add_default(out, LOG_USER_AGENT, source);
	for (size_t i = 0; i < own->count; i++)
		mapping_put(out, &own->rules[i]);
}

static bool has_rule(const struct mapping *m, struct span name)
{
	for (size_t i = 0; i < m->count; i++)
		if (span_equal(m->rules[i].name, name))
			return true;
	return false;
}

/* The columns, the rules and the type of the records. */
static void prepare_plan(struct source *s, const struct header *h, struct plan_input *input)
{
	struct log_source *l = s->opened;
	const struct mapping *own = s->mapping;

	(void)h;
	join_defaults(input->source, own, &l->rules);
	input->mapping = &l->rules;
	input->headers = weblog_columns(l->log, &input->header_count);
	input->kinds = true;
	input->fixed = LOG_COLUMNS;
	if (input->type == EVENT_TYPES && !has_rule(own, SPAN("event")) &&
	    !has_rule(own, SPAN("type")))
		input->type = EVENT_PAGE;
}

static void describe_log(const struct source *s, struct buf *out)
{
	buf_printf(out, " (%s)", weblog_name(log_of(s)));
}

static const char *format_name(const struct source *s)
{
	const char *name = weblog_name(log_of(s));

	return weblog_is_name(name) ? name : NULL;
}

static void release_log(struct source *s)
{
	struct log_source *l = s->opened;

	weblog_free(l->log);
	mapping_release(&l->rules);
	mem_free(l);
}

static struct span start_directives(const struct source *s)
{
	return weblog_start(log_of(s));
}

static struct span directives_before(struct source *s, struct span text)
{
	return weblog_before(log_of(s), text);
}

static struct span current_directives(const struct source *s)
{
	return weblog_state(log_of(s));
}

static struct span directives_of_row(void *reader, struct arena *a)
{
	return weblog_reader_directives(reader, a);
}

static const struct reader_directives log_directives = {
	.start = start_directives,
	.before = directives_before,
	.current = current_directives,
	.of_row = directives_of_row,
};

static void *open_log(const struct reader_setup *setup, const struct rows_calls *calls)
{
	const struct log_source *l = setup->opened;
	struct weblog_reader *r = weblog_reader_new(l->log, setup->visitor_key, calls);

	weblog_reader_blur(r, setup->address_bits);
	weblog_reader_trust(r, setup->trusted);
	return r;
}

static size_t read_log(void *reader, struct text_block *b, uint64_t *line)
{
	struct census census = census_take(b->text);

	weblog_read(reader, b->directives, b->text, &census, line);
	return b->text.len;
}

_Static_assert((int)WEBLOG_NOTES <= READER_NOTES, "a reader has room for the notes of logs");

static struct row_note *notes_of_log(void *reader)
{
	return weblog_reader_notes(reader);
}

static void put_log_note(const struct source *s, size_t i, const struct row_note *note, struct buf *out)
{
	weblog_put_note(log_of(s), (enum weblog_note)i, note, out);
}

static void close_log(void *reader)
{
	weblog_reader_free(reader);
}

const struct row_reader log_reader = {
	.label = "web log",
	.cut = CUT_LF,
	.recognise = recognise_log,
	.read_header = read_header,
	.survey = survey_log,
	.prepare_plan = prepare_plan,
	.describe = describe_log,
	.format_name = format_name,
	.release = release_log,
	.directives = &log_directives,
	.open = open_log,
	.read = read_log,
	.notes = notes_of_log,
	.note_count = WEBLOG_NOTES,
	.put_note = put_log_note,
	.close = close_log,
};

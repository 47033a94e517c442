#include "collect/ingest/source_log.h"

#include <string.h>

#include "collect/rows/census.h"
#include "expr/expr.h"

/* Of logs fewer rows need to be seen: what their columns mean is known. */
#define SURVEY_ROWS 1000

static bool is_for_csv(const struct map_settings *set)
{
	return set->delimiter || set->header || set->quotes;
}

int source_log_open(struct source *s, struct span head,
		    const struct map_settings *set, struct error *err)
{
	const char *name = set->format;

	if (set->log_format && name && !weblog_is_name(name))
		return error_usage(err, "--log-format is for web logs, --format says %s", name);
	if (!set->log_format) {
		if (!name && !is_for_csv(set))
			name = weblog_sniff(head);
		if (!name || !weblog_is_name(name))
			return 0;
	}
	s->log = weblog_new(name, set->log_format, head, err);
	return s->log ? 1 : -1;
}

size_t source_log_header(struct source *s, struct span text)
{
	size_t len = weblog_head_len(s->log, text);

	s->head_line += census_lines(span_sub(text, 0, len));
	return len;
}

static void take_row(void *context, const struct row *row)
{
	struct survey *s = context;

	if (s->rows < SURVEY_ROWS)
		survey_take(s, row);
}

/* Bad and blank lines are told when their turn comes. */
static void take_bad(void *context, struct span raw, uint64_t line,
		     const struct error *why)
{
	(void)context;
	(void)raw;
	(void)line;
	(void)why;
}

static void take_blank(void *context, struct span raw)
{
	(void)context;
	(void)raw;
}

void source_log_survey(struct source *s, struct span text)
{
	struct rows_calls calls = {take_row, take_bad, take_blank, &s->survey};
	struct weblog_reader *r = weblog_reader_new(s->log, SPAN(""), &calls);
	struct span first = span_sub(text, 0, (size_t)256 << 10);
	struct census census = census_take(first);
	uint64_t line = 0;

	weblog_read(r, weblog_start(s->log), first, &census, &line);
	weblog_reader_free(r);
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

void source_log_plan(struct source *s, const struct mapping *own,
		     struct plan_input *input)
{
	join_defaults(input->source, own, &s->rules);
	input->mapping = &s->rules;
	input->headers = weblog_columns(s->log, &input->header_count);
	input->kinds = true;
	input->fixed = LOG_COLUMNS;
	if (input->type == EVENT_TYPES && !has_rule(own, SPAN("event")) &&
	    !has_rule(own, SPAN("type")))
		input->type = EVENT_PAGE;
}

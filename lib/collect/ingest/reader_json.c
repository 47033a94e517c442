/*
 * JSON: an object a line (NDJSON), or objects somewhere in a document.  Two readers, as the first
 * is cut at line ends and may go on where it stopped, while the second needs all of its document.
 */
#include <string.h>

#include "base/mem.h"
#include "collect/ingest/reader.h"
#include "collect/ingest/sample.h"
#include "collect/rows/objects.h"
#include "collect/rows/sniff.h"

static bool is_json(const struct source *s, const struct map_settings *set)
{
	return set->format ? strcmp(set->format, "csv") != 0 :
			     sniff_is_json(source_head(s));
}

/* Is each line a record?  The first lines tell. */
static bool is_line_by_line(struct span text)
{
	struct span rest = text;

	for (int i = 0; i < 3 && !span_absent(rest); i++) {
		struct span line = span_trim(span_cut(&rest, '\n'));
		struct value v;

		if (!line.len)
			continue;
		if (line.ptr[0] != '{')
			return false;
		if (!scan_whole(line, &v, NULL))
			return true;
	}
	return false;
}

/* -f ndjson, and neither of the first two lines begins an object. */
static int refuse_lines(struct span text, struct error *err)
{
	struct span first = SPAN_NONE;
	char quoted[ERROR_QUOTE_MAX];
	int count = 0;

	while (count < 2 && !span_absent(text)) {
		struct span line = span_trim(span_cut(&text, '\n'));

		if (span_starts(line, SPAN("{")) && !span_starts(first, SPAN("[")))
			return 0;
		if (line.len && !count++)
			first = line;
	}
	if (span_starts(first, SPAN("[")))
		return error_usage(err, "is a JSON array, and -f ndjson wants an object a line: leave out -f ndjson");
	if (count < 2)
		return 0;
	return error_usage(err, "begins with %s, and -f ndjson wants a JSON object a line: leave out -f ndjson",
			   error_quote(first, quoted));
}

static int recognise_lines(struct source *s, const struct map_settings *set,
			   struct error *err)
{
	if (set->format && !strcmp(set->format, "ndjson") && refuse_lines(source_head(s), err)) {
		error_place(err, feed_name(s->feed), 0, 0);
		return -1;
	}
	return is_json(s, set) && ((set->format && !strcmp(set->format, "ndjson")) ||
				   is_line_by_line(source_head(s)));
}

static int recognise_values(struct source *s, const struct map_settings *set,
			    struct error *err)
{
	(void)err;
	return is_json(s, set);
}

struct json_rows {
	struct objects *objects;
	bool lines;
	struct arena names;	/* of the plan's columns */
};

static bool is_renumbered(const void *reader)
{
	const struct json_rows *r = reader;

	return objects_has_forgotten(r->objects);
}

static int survey_json(struct source *s, const struct ingest_options *options,
		       struct header *h, struct error *err)
{
	return sample_take(s, options, h, is_renumbered, err);
}

static void *open_rows(const struct reader_setup *setup, const struct rows_calls *calls,
		       bool lines)
{
	struct json_rows *r = mem_zero(1, sizeof *r);
	const struct plan *p = setup->plan;
	size_t count = p ? p->column_count : 0;
	struct span *names = arena_alloc(&r->names, (count + 1) * sizeof *names);
	bool *whole = arena_alloc(&r->names, (count + 1) * sizeof *whole);

	for (size_t i = 0; i < count; i++) {
		names[i] = p->columns[i].name;
		whole[i] = p->columns[i].whole;
	}
	r->lines = lines;
	r->objects = objects_new(p ? names : NULL, p ? whole : NULL, count, calls);
	if (!span_absent(setup->records))
		objects_nest(r->objects, setup->records, setup->inner);
	return r;
}

static void *open_lines(const struct reader_setup *setup, const struct rows_calls *calls)
{
	return open_rows(setup, calls, true);
}

static void *open_values(const struct reader_setup *setup, const struct rows_calls *calls)
{
	return open_rows(setup, calls, false);
}

static size_t read_rows(void *reader, struct text_block *b, uint64_t *line)
{
	struct json_rows *r = reader;

	objects_nest_pause(r->objects, b->inside);
	objects_read(r->objects, b->text, r->lines, line);
	return b->text.len;
}

static void read_inner(void *reader, struct span value, uint64_t line)
{
	struct json_rows *r = reader;

	objects_read_inner(r->objects, value, line);
}

static void close_rows(void *reader)
{
	struct json_rows *r = reader;

	objects_free(r->objects);
	arena_release(&r->names);
	mem_free(r);
}

const struct row_reader json_lines_reader = {
	.label = "JSON lines",
	.keyword = "json",
	.cut = CUT_LF,
	.members = true,
	.platforms = true,
	.recognise = recognise_lines,
	.survey = survey_json,
	.prepare_plan = sample_types,
	.open = open_lines,
	.read = read_rows,
	.read_inner = read_inner,
	.close = close_rows,
};

const struct row_reader json_reader = {
	.label = "JSON",
	.keyword = "json",
	.cut = CUT_VALUES,
	.members = true,
	.document = true,
	.platforms = true,
	.recognise = recognise_values,
	.survey = survey_json,
	.prepare_plan = sample_types,
	.open = open_values,
	.read = read_rows,
	.read_inner = read_inner,
	.close = close_rows,
};

/* CSV: cells with a delimiter between them, under the names of a header. */
#include <string.h>

#include "base/mem.h"
#include "collect/ingest/reader.h"
#include "collect/ingest/report_table.h"
#include "collect/ingest/sample.h"
#include "collect/rows/census.h"
#include "collect/rows/sniff.h"
#include "collect/rows/split.h"

/* More columns than this are no header. */
#define COLUMNS_MAX 10000

static int read_quotes(const struct map_settings *set, struct layout_given *given,
		       struct error *err)
{
	static const struct {
		const char *name;
		char quote;
		bool backslash;
	} kinds[] = {
		{"none", '\0', false}, {"double", '"', false}, {"single", '\'', false},
		{"backslash", '"', true},
	};
	char quoted[ERROR_QUOTE_MAX];

	if (!set->quotes)
		return 0;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (strcmp(set->quotes, kinds[i].name))
			continue;
		given->quoted = true;
		given->quote = kinds[i].quote;
		given->backslash = kinds[i].backslash;
		return 0;
	}
	return error_usage(err, "set quotes: %s is not none, double, single or backslash",
			   error_quote(span_of(set->quotes), quoted));
}

/* What SET says of how the file is written.  -1 with a usage error. */
static int read_given(const struct map_settings *set, struct layout_given *given,
		      struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];
	uint64_t lines = 0;

	*given = (struct layout_given){.delimiter = ','};
	given->delimited = set->delimiter != NULL;
	if (given->delimited && sniff_delimiter_named(set->delimiter, &given->delimiter, err))
		return -1;
	if (read_quotes(set, given, err))
		return -1;
	for (const char *p = set->header; p && *p; p = strchr(p, ',')) {
		given->named++;
		p += *p == ',';
	}
	given->skips = set->skip != NULL;
	if (set->skip && !span_number(span_of(set->skip), &lines))
		return error_usage(err, "--skip: %s is no number of lines",
				   error_quote(span_of(set->skip), quoted));
	given->skip = lines;
	return 0;
}

/* Any text is CSV, if only of one column. */
static int recognise_csv(struct source *s, const struct map_settings *set,
			 struct error *err)
{
	struct layout_given given;

	if (read_given(set, &given, err))
		return -1;
	layout_read(source_head(s), s->head_whole, &given, &s->layout);
	buf_clear(&s->title);
	buf_span(&s->title, s->layout.title);
	return 1;
}

/* Wider headers are not looked through for doubles. */
#define HEADER_CHECKED 1000

static void take_header_row(void *context, const struct row *row)
{
	struct header *h = context;
	size_t count = row->count < COLUMNS_MAX ? row->count : COLUMNS_MAX;

	h->found = true;
	h->names = mem_zero(count + 1, sizeof *h->names);
	h->count = row->count;
	for (size_t i = 0; i < count; i++)
		h->names[i] = arena_copy(&h->arena, row->cells[i].text);
}

static void take_bad_header(void *context, struct span raw, uint64_t line,
			    const struct error *why)
{
	struct header *h = context;

	(void)raw;
	h->found = true;
	h->line = line;
	h->why = arena_copy(&h->arena, span_of(why->message)).ptr;
}

static void ignore_blank(void *context, struct span raw)
{
	(void)context;
	(void)raw;
}

/*
 * Reads what the head holds: true when the header is there, or cannot be
 * read.  *FROM: where it begins; *AT: behind it.
 */
static bool find_header(struct source *s, struct header *h, size_t *from, size_t *at)
{
	struct rows_calls calls = {take_header_row, take_bad_header, ignore_blank, h};
	struct rows *rows = rows_new(&s->layout.dialect, COLUMNS_MAX, &calls);
	struct span text = source_head(s);
	struct census census = census_take(text);
	bool last = s->heads[0].last;
	size_t got = 1;

	*at = s->layout.above < text.len ? s->layout.above : text.len;
	s->head_line = 1 + s->layout.lines_above;
	while (!h->found && *at < text.len && got) {
		*from = *at;
		got = rows_read(rows, span_sub(text, *at, text.len), &census,
				last, 1, &s->head_line);
		*at += got;
	}
	rows_free(rows);
	return h->found;
}

/* The header may be longer than its block, or lines stand before it. */
static int grow_head(struct source *s, struct error *err)
{
	int got = source_grow_head(s, SAMPLE_BYTES, err);

	return got > 1 ? source_refuse_long(s, s->head_line, err) : got;
}

/*
 * Its bytes stand above rejects, with what is needed to read both in the same way: a line `sep=`,
 * or as many lines as --skip says.
 */
static void keep_header(struct source *s, size_t from, size_t at)
{
	struct span text = source_head(s);
	struct span line = span_sub(text, from, at - from);

	if (s->mapping->set.skip)
		source_original(s, span_sub(text, 0, from), &s->header);
	else if (s->layout.separator)
		source_original(s, span_between(text.ptr, census_line_end(text.ptr, text.ptr + text.len)),
				&s->header);
	source_original(s, line, &s->header);
	while (line.len && (line.ptr[line.len - 1] == '\n' || line.ptr[line.len - 1] == '\r'))
		line.len--;
	buf_span(&s->header_line, line);
	s->layout.dialect.header = buf_view(&s->header_line);
}

static int read_file_header(struct source *s, struct header *h, struct error *err)
{
	size_t at, from = 0;
	int more = 1;

	while (!find_header(s, h, &from, &at) && more > 0)
		more = grow_head(s, err);
	if (more < 0)
		return -1;
	if (!h->found && at < s->heads[0].len) {
		h->why = "a quote that is opened here is never closed";
		h->line = s->head_line;
	}
	if (h->count > COLUMNS_MAX) {
		h->why = "too many columns for a header";
		h->line = s->head_line;
	}
	if (h->why) {
		error_failed(err, "the header cannot be read: %s", h->why);
		error_place(err, feed_name(s->feed), h->line, 0);
		return -1;
	}
	s->layout.dialect.columns = h->count;
	keep_header(s, from, at);
	source_skip(s, at);
	return 0;
}

/* The names of --header, which stand where the file has none. */
static int read_given_header(const char *names, struct header *h, struct error *err)
{
	struct span rest = span_of(names);
	size_t cap = 0;

	while (!span_absent(rest)) {
		h->names = mem_room(h->names, h->count, &cap, sizeof *h->names);
		h->names[h->count++] = arena_copy(&h->arena,
						  span_trim(span_cut(&rest, ',')));
	}
	h->found = h->count > 0;
	return h->found ? 0 : error_usage(err, "--header: name the columns, separated by commas");
}

/* Lines above the first row, which are no rows, where --header names the columns. */
static int skip_above(struct source *s, struct error *err)
{
	int more = 1;

	while (s->heads[0].len < s->layout.above && more > 0)
		more = grow_head(s, err);
	if (more < 0)
		return -1;
	source_original(s, span_sub(source_head(s), 0, s->layout.above), &s->header);
	source_skip(s, s->layout.above < s->heads[0].len ? s->layout.above : s->heads[0].len);
	s->head_line = 1 + s->layout.lines_above;
	return 0;
}

static int read_header(struct source *s, struct header *h, struct error *err)
{
	const char *names = s->mapping->set.header;

	if (!names)
		return read_file_header(s, h, err);
	if (read_given_header(names, h, err) || skip_above(s, err))
		return -1;
	s->layout.dialect.columns = h->count;
	return 0;
}

static int survey_csv(struct source *s, const struct ingest_options *options,
		      struct header *h, struct error *err)
{
	return sample_take(s, options, h, NULL, err);
}

static void check_header(struct source *s, const struct header *h)
{
	char quoted[ERROR_QUOTE_MAX];

	for (size_t i = 0; i < h->count && h->count <= HEADER_CHECKED; i++) {
		struct span name = span_trim(h->names[i]);

		if (layout_is_value(name)) {
			buf_printf(&s->warnings, "the header names a column %s: is it the first row? --header NAMES gives the names\n",
				   error_quote(name, quoted));
			return;
		}
		for (size_t k = 0; name.len && k < i; k++) {
			if (!span_equal(name, span_trim(h->names[k])))
				continue;
			buf_printf(&s->warnings, "the header names column %s twice (columns %zu and %zu): the second is '%.*s'\n",
				   error_quote(name, quoted), k + 1, i + 1,
				   SPAN_ARG(s->plan->columns[i].folded));
			break;
		}
	}
}

static void describe_delimiter(const struct source *s, struct buf *out)
{
	char delimiter = s->layout.dialect.delimiter;

	if ((unsigned char)delimiter < ' ' && delimiter != '\t' && delimiter != SPLIT_BLANK)
		buf_printf(out, " (byte 0x%02x)", delimiter);
	else
		buf_printf(out, delimiter == SPLIT_BLANK ? " (blanks)" :
			   delimiter == '\t' ? " (tab)" : " (%c)", delimiter);
}

struct csv_rows {
	struct rows *rows;
	size_t columns;
};

static void *open_rows(const struct reader_setup *setup, const struct rows_calls *calls)
{
	struct csv_rows *r = mem_zero(1, sizeof *r);

	r->columns = setup->plan ? setup->plan->column_count : 0;
	r->rows = rows_new(setup->dialect, setup->plan ? r->columns + 1 : setup->columns, calls);
	return r;
}

static size_t read_rows(void *reader, struct text_block *b, uint64_t *line)
{
	struct csv_rows *r = reader;
	struct census census = census_take(b->text);

	b->check.nul = census.nul;
	b->check.unclean = census.high && !span_is_utf8(b->text);
	b->check.columns = r->columns;
	return rows_read(r->rows, b->text, &census, b->last, b->stop, line);
}

_Static_assert((int)TABLE_NOTES <= READER_NOTES, "a reader has room for the notes of tables");

static struct row_note *notes_of_rows(void *reader)
{
	return rows_notes(((struct csv_rows *)reader)->rows);
}

static void put_row_note(const struct source *s, size_t i, const struct row_note *note, struct buf *out)
{
	/* A format knows what its product writes. */
	if (i != TABLE_WRAPPED || !s->format)
		report_put_table_note(i, note, out);
}

static void close_rows(void *reader)
{
	struct csv_rows *r = reader;

	rows_free(r->rows);
	mem_free(r);
}

const struct row_reader csv_reader = {
	.label = "CSV",
	.keyword = "csv",
	.cut = CUT_OUTSIDE_QUOTES,
	.table = true,
	.platforms = true,
	.recognise = recognise_csv,
	.read_header = read_header,
	.survey = survey_csv,
	.prepare_plan = sample_types,
	.check_header = check_header,
	.describe = describe_delimiter,
	.open = open_rows,
	.read = read_rows,
	.notes = notes_of_rows,
	.note_count = TABLE_NOTES,
	.put_note = put_row_note,
	.close = close_rows,
};

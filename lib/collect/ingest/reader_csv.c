/* CSV: cells with a delimiter between them, under the names of a header. */
#include <string.h>

#include "base/mem.h"
#include "collect/ingest/reader.h"
#include "collect/ingest/sample.h"
#include "collect/rows/sniff.h"
#include "collect/rows/split.h"
#include "time/date_text.h"

/* More columns than this are no header. */
#define COLUMNS_MAX 10000

/* Any text is CSV, if only of one column. */
static int recognise_csv(struct source *s, const struct map_settings *set,
			 struct error *err)
{
	s->quotes = !(set->quotes && !strcmp(set->quotes, "none"));
	if (set->delimiter)
		return sniff_delimiter_named(set->delimiter, &s->delimiter, err) ? -1 : 1;
	s->delimiter = sniff_delimiter(source_head(s));
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
 * read.  *AT: behind it.
 */
static bool find_header(struct source *s, struct header *h, size_t *at)
{
	struct rows_calls calls = {take_header_row, take_bad_header, ignore_blank, h};
	struct rows *rows = rows_new(s->delimiter, s->quotes, COLUMNS_MAX, &calls);
	struct span text = source_head(s);
	struct census census = census_take(text);
	bool last = s->heads[0].last;
	size_t got = 1;

	*at = 0;
	s->head_line = 1;
	while (!h->found && *at < text.len && got) {
		got = rows_read(rows, span_sub(text, *at, text.len), &census,
				last, 1, &s->head_line);
		*at += got;
	}
	rows_free(rows);
	return h->found;
}

/* The header may be longer than its block, or blank lines stand before it. */
static int grow_head(struct source *s, struct error *err)
{
	struct feed_block *first, *second;
	int got = source_add_head(s, err);

	if (got <= 0)
		return got;
	first = &s->heads[0];
	second = &s->heads[--s->head_count];
	if (second->part)
		return source_refuse_long(s, s->head_line, err);
	if (first->len + second->len > first->cap) {
		first->cap = first->len + second->len;
		first->ptr = mem_grow(first->ptr, first->cap + 64, 1);
	}
	memcpy(first->ptr + first->len, second->ptr, second->len);
	first->len += second->len;
	first->last = second->last;
	return first->len <= SAMPLE_BYTES;
}

static int read_file_header(struct source *s, struct header *h, struct error *err)
{
	size_t at;
	int more = 1;

	while (!find_header(s, h, &at) && more > 0)
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
	source_original(s, span_sub(source_head(s), 0, at), &s->header);
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

static int read_header(struct source *s, struct header *h, struct error *err)
{
	const char *names = s->mapping->set.header;

	return names ? read_given_header(names, h, err) : read_file_header(s, h, err);
}

static int survey_csv(struct source *s, const struct ingest_options *options,
		      struct header *h, struct error *err)
{
	return sample_take(s, options, h, NULL, err);
}

/* A number, a date or an address is no name of a column. */
static bool is_value(struct span name)
{
	struct civil civil;
	struct decimal d;

	return decimal_parse(name, &d) || date_parse(name, DATES_ISO, &civil) ||
	       span_find_byte(name, '@') < name.len;
}

static void check_header(struct source *s, const struct header *h)
{
	char quoted[ERROR_QUOTE_MAX];

	for (size_t i = 0; i < h->count && h->count <= HEADER_CHECKED; i++) {
		struct span name = span_trim(h->names[i]);

		if (is_value(name)) {
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
	buf_printf(out, s->delimiter == SPLIT_BLANK ? " (blanks)" :
		   s->delimiter == '\t' ? " (tab)" : " (%c)", s->delimiter);
}

struct csv_rows {
	struct rows *rows;
	size_t columns;
};

static void *open_rows(const struct reader_setup *setup, const struct rows_calls *calls)
{
	struct csv_rows *r = mem_zero(1, sizeof *r);

	r->columns = setup->plan ? setup->plan->column_count : 0;
	r->rows = rows_new(setup->delimiter, setup->quotes,
			   setup->plan ? r->columns + 1 : setup->columns, calls);
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
	.check_header = check_header,
	.describe = describe_delimiter,
	.open = open_rows,
	.read = read_rows,
	.close = close_rows,
};

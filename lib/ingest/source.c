#include "ingest/source.h"

#include <string.h>

#include "base/mem.h"
#include "ingest/encoding.h"
#include "ingest/manner.h"
#include "ingest/objects.h"
#include "ingest/question.h"
#include "ingest/repeats.h"
#include "ingest/sniff.h"
#include "ingest/source_log.h"

/* More columns than this are no header. */
#define COLUMNS_MAX 10000
/* Wider headers are not looked through for doubles. */
#define HEADER_CHECKED 1000

struct span ingest_source_of(const char *path)
{
	struct span name = span_of(path && strcmp(path, "-") ? path : "stdin");
	const char *slash = memrchr(name.ptr, '/', name.len);
	size_t len;

	if (slash)
		name = span_between(slash + 1, name.ptr + name.len);
	len = span_find_byte(name, '.');
	name.len = len ? len : name.len;
	/* A date, and what joins it: orders_2024-03-01, orders-20240301. */
	for (len = name.len; len > 0; len--) {
		char c = name.ptr[len - 1];

		if (!((c >= '0' && c <= '9') || c == '-' || c == '_' || c == 'T'))
			break;
	}
	if (len && name.len - len >= 7)
		name.len = len;
	return name;
}

static struct span head_text(const struct source *s)
{
	const struct feed_block *b = &s->heads[0];

	return (struct span){b->ptr ? b->ptr : "", b->len};
}

/* Takes LEN bytes off the head. */
static void skip_head(struct source *s, size_t len)
{
	struct feed_block *b = &s->heads[0];

	b->len -= len;
	memmove(b->ptr, b->ptr + len, b->len);
}

static int read_block(struct source *s, struct feed_block *b, struct error *err)
{
	return s->elements ? elements_next(s->elements, b, err) :
			     feed_next(s->feed, b, err);
}

/* One more head: 1, or 0 at the end. */
static int add_head(struct source *s, struct error *err)
{
	size_t old = s->head_cap;
	int got;

	s->heads = mem_room(s->heads, s->head_count, &s->head_cap,
			    sizeof *s->heads);
	if (s->head_cap > old)
		memset(s->heads + old, 0, (s->head_cap - old) * sizeof *s->heads);
	got = read_block(s, &s->heads[s->head_count], err);
	s->head_count += got > 0;
	return got;
}

int source_next(struct source *s, struct feed_block *b, struct error *err)
{
	while (s->head_next < s->head_count) {
		struct feed_block spare = *b;

		*b = s->heads[s->head_next];
		s->heads[s->head_next++] = spare;
		/* A header may be all that its block held. */
		if (b->len)
			return 1;
	}
	return read_block(s, b, err);
}

struct sample {
	struct source *source;
	struct repeats *repeats;
	uint64_t rows;
	size_t columns;		/* CSV: of the header */
};

struct header {
	struct span *names;
	size_t count;
	struct arena arena;
	bool found;
	const char *why;	/* it cannot be read... */
	uint64_t line;		/* ...from this line on */
};

static void take_header(void *context, const struct row *row)
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

static void take_blank(void *context, struct span raw)
{
	(void)context;
	(void)raw;
}

/* Reads the header off the head; what stands before it are blank lines. */
static int read_header(struct source *s, struct header *h, struct error *err)
{
	struct rows_calls calls = {take_header, take_bad_header, take_blank, h};
	struct rows *rows = rows_new(s->delimiter, s->quotes, COLUMNS_MAX, &calls);
	struct span text = head_text(s);
	struct census census = census_take(text);
	size_t at = 0;

	while (!h->found && at < text.len) {
		struct span rest = span_sub(text, at, text.len);
		size_t got = rows_read(rows, rest, &census, s->heads[0].last, 1,
				       &s->head_line);

		if (!got) {
			h->why = "a quote that is opened here is never closed";
			h->line = s->head_line;
		}
		h->found = h->found || !got;
		at += got;
	}
	rows_free(rows);
	if (!h->why && h->count > COLUMNS_MAX) {
		h->why = "too many columns for a header";
		h->line = s->head_line;
	}
	if (h->why) {
		error_failed(err, "the header cannot be read: %s", h->why);
		error_place(err, feed_name(s->feed), h->line, 0);
		return -1;
	}
	source_original(s, span_sub(text, 0, at), &s->header);
	skip_head(s, at);
	return 0;
}

/* The names of --header, which stand where the file has none. */
static int given_header(const char *names, struct header *h, struct error *err)
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

void source_original(const struct source *s, struct span raw, struct buf *out)
{
	struct encoding *e = feed_encoding(s->feed);

	if (!e || !encoding_encode(e, raw, out))
		buf_span(out, raw);
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

static enum text_kind kind_of(struct span text, const char *format)
{
	bool json = format ? strcmp(format, "csv") != 0 : sniff_is_json(text);

	if (!json)
		return TEXT_CSV;
	if (format && !strcmp(format, "ndjson"))
		return TEXT_JSON_LINES;
	return is_line_by_line(text) ? TEXT_JSON_LINES : TEXT_JSON_VALUES;
}

static int choose_format(struct source *s, const struct map_settings *set,
			 struct error *err)
{
	int log = source_log_open(s, head_text(s), set, err);

	if (log < 0)
		return -1;
	s->kind = log ? TEXT_LOG : kind_of(head_text(s), set->format);
	s->quotes = !(set->quotes && !strcmp(set->quotes, "none"));
	s->delimiter = ',';
	if (s->kind != TEXT_CSV)
		return 0;
	if (!set->delimiter)
		s->delimiter = sniff_delimiter(head_text(s));
	else if (sniff_delimiter_named(set->delimiter, &s->delimiter, err))
		return -1;
	return 0;
}

/* Once the format is known, the first block may have to be cut in its way. */
static int recut(struct source *s, struct error *err)
{
	if (s->kind == TEXT_JSON_LINES || s->kind == TEXT_LOG ||
	    (s->kind == TEXT_CSV && !s->quotes))
		return 0;
	feed_unread(s->feed, &s->heads[0]);
	s->head_count = 0;
	if (s->kind == TEXT_CSV)
		feed_watch_quotes(s->feed);
	else
		s->elements = elements_new(s->feed);
	return add_head(s, err) < 0 ? -1 : 0;
}

static int read_head(struct source *s, const struct map_settings *set,
		     struct error *err)
{
	int got = add_head(s, err);

	s->head_line = 1;
	s->empty = got == 0;
	if (got <= 0)
		return got;
	if (choose_format(s, set, err) || recut(s, err))
		return -1;
	s->empty = s->head_count == 0;
	return 0;
}

/* Rows that do not have the header's columns are not what they seem. */
static void survey_row(void *context, const struct row *row)
{
	struct sample *sample = context;
	struct survey *s = &sample->source->survey;

	if (s->rows < SOURCE_SAMPLE_ROWS &&
	    (!sample->columns || row->count == sample->columns))
		survey_take(s, row);
}

/* A bad row is told when its turn comes. */
static void survey_bad(void *context, struct span raw, uint64_t line,
		       const struct error *why)
{
	(void)context;
	(void)raw;
	(void)line;
	(void)why;
}

static void survey_block(struct source *s, struct rows *rows,
			 struct objects *objects, const struct feed_block *b)
{
	struct span text = {b->ptr, b->len};
	uint64_t line = 0;

	if (objects) {
		objects_read(objects, text, s->kind == TEXT_JSON_LINES, &line);
	} else {
		struct census census = census_take(text);

		rows_read(rows, text, &census, b->last, SIZE_MAX, &line);
	}
}

/* The names that OBJECTS has met become the header. */
static void take_names(const struct objects *objects, struct header *h)
{
	size_t count = objects_count(objects);

	h->names = mem_zero(count + 1, sizeof *h->names);
	h->count = count;
	for (size_t i = 0; i < count; i++)
		h->names[i] = arena_copy(&h->arena, objects_name(objects, i));
}

/* Looks at the first rows; reads as many blocks as that takes. */
static int take_survey(struct source *s, struct header *h, struct error *err)
{
	struct sample sample = {.source = s};
	struct rows_calls calls = {survey_row, survey_bad, take_blank, &sample};
	struct rows *rows = NULL;
	struct objects *objects = NULL;
	size_t bytes = 0;
	int got = 1;

	if (s->kind == TEXT_CSV) {
		sample.columns = h->count;
		rows = rows_new(s->delimiter, s->quotes, h->count + 1, &calls);
	}
	if (!rows)
		objects = objects_new(NULL, NULL, 0, &calls);
	for (size_t i = 0; got > 0; i++) {
		survey_block(s, rows, objects, &s->heads[i]);
		bytes += s->heads[i].len;
		if (s->survey.rows >= SOURCE_SAMPLE_ROWS || bytes > SOURCE_SAMPLE_BYTES)
			break;
		got = add_head(s, err);
	}
	if (objects)
		take_names(objects, h);
	rows_free(rows);
	objects_free(objects);
	return got < 0 ? -1 : 0;
}

/* Countries cost reading a document: only where a column wants them. */
static void load_countries(struct source *s, struct plan_manner *manner)
{
	for (size_t i = 0; i < s->plan->target_count; i++) {
		if (s->plan->targets[i].field.form != FORM_COUNTRY)
			continue;
		s->countries = country_table_load("/usr/share/iso-codes/json/iso_3166-1.json");
		manner->countries = s->countries;
		return;
	}
}

static void watch_row(void *context, const struct row *row)
{
	struct sample *sample = context;

	if (sample->rows++ < SOURCE_SAMPLE_ROWS &&
	    row->count >= sample->source->plan->column_count)
		repeats_take(sample->repeats, row);
}

/* The rows that were surveyed once more, now that the plan says what they mean. */
static void watch_rows(struct source *s, struct repeats *r)
{
	struct sample sample = {.source = s, .repeats = r};
	struct rows_calls calls = {watch_row, survey_bad, take_blank, &sample};
	struct rows *rows = rows_new(s->delimiter, s->quotes,
				     s->plan->column_count + 1, &calls);

	for (size_t i = 0; i < s->head_count; i++)
		survey_block(s, rows, NULL, &s->heads[i]);
	rows_free(rows);
}

static int check_repeats(struct source *s, struct error *err)
{
	struct repeats *r = s->kind == TEXT_CSV ? repeats_new(s->plan) : NULL;
	const struct target *t;
	struct span order;
	int bad = 0;

	if (!r)
		return 0;
	watch_rows(s, r);
	repeats_end(r);
	t = repeats_find(r, !s->plan->fold, &order);
	if (t && !s->plan->fold) {
		buf_printf(&s->warnings, "%.*s has the same value on each line of an order, like a total: "
			   "every line counts it, unless --fold order_id makes one event of them\n",
			   SPAN_ARG(t->label));
	} else if (t && t->role == ROLE_KEEP) {
		char quoted[ERROR_QUOTE_MAX];

		bad = error_usage(err, "%.*s differs within order %s: say --fold-sum %.*s if it adds up",
				  SPAN_ARG(t->label), error_quote(order, quoted),
				  SPAN_ARG(t->field.key));
		error_place(err, s->plan->file, 0, 0);
	}
	repeats_free(r);
	return bad;
}

/* A number, a date or an address is no name of a column. */
static bool is_value(struct span name)
{
	struct civil civil;
	struct decimal d;

	return decimal_parse(name, &d) || moment_parse_civil(name, DATES_ISO, &civil) ||
	       span_find_byte(name, '@') < name.len;
}

/* What is odd about the header. */
static void check_header(struct source *s, const struct header *h)
{
	char quoted[ERROR_QUOTE_MAX];

	for (size_t i = 0; i < h->count; i++) {
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

static bool is_json(const struct source *s)
{
	return s->kind == TEXT_JSON_LINES || s->kind == TEXT_JSON_VALUES;
}

/* The member `type` of nearly all records so far is a type of record. */
static bool is_typed(const struct source *s, const struct header *h)
{
	for (size_t i = 0; is_json(s) && i < h->count; i++) {
		const struct survey_column *c = survey_column(&s->survey, i);

		if (span_equal(h->names[i], SPAN("type")))
			return c->filled && c->types * 10 >= c->filled * 9;
	}
	return false;
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

static int settle_plan(struct source *s, const struct ingest_options *options,
		       struct plan_manner *manner, struct error *err)
{
	const struct map_settings *set = &options->mapping->set;
	int bad;

	load_countries(s, manner);
	bad = question_dates(s->plan, &s->survey, set->dates, manner, err);
	if (note_question(s, options, bad, err))
		return -1;
	bad = question_decimal(s->plan, &s->survey, set->decimal, manner, err);
	if (note_question(s, options, bad, err) ||
	    note_question(s, options, check_repeats(s, err), err))
		return -1;
	return plan_settle(s->plan, manner, err);
}

static int make_plan(struct source *s, const char *path,
		     const struct ingest_options *options,
		     const struct header *h, struct error *err)
{
	const struct map_settings *set = &options->mapping->set;
	struct plan_manner manner;
	char quoted[ERROR_QUOTE_MAX];
	struct plan_input input = {
		.file = feed_name(s->feed),
		.source = set->source ? span_of(set->source) : ingest_source_of(path),
		.mapping = options->mapping,
		.headers = h->names,
		.header_count = h->count,
		.json = is_json(s),
		.type = EVENT_TYPES,
		.typed = is_typed(s, h),
	};

	if (set->type) {
		input.type = event_type_parse(span_of(set->type));
		if (input.type == EVENT_TYPES)
			return error_usage(err, "--type: %s is not track, identify, page, screen, group or alias",
					   error_quote(span_of(set->type), quoted));
	}
	if (s->log)
		source_log_plan(s, options->mapping, &input);
	if (manner_read(set, options->zone, &manner, &s->zone, err))
		return -1;
	s->plan = plan_new(&input, err);
	return s->plan ? settle_plan(s, options, &manner, err) : -1;
}

/* The directives at its front are the header. */
static void understand_log(struct source *s)
{
	size_t len = source_log_header(s, head_text(s));

	source_original(s, span_sub(head_text(s), 0, len), &s->header);
	skip_head(s, len);
	source_log_survey(s, head_text(s));
}

static int understand(struct source *s, const char *path,
		      const struct ingest_options *options, struct header *h,
		      struct error *err)
{
	const struct map_settings *set = &options->mapping->set;

	if (s->kind == TEXT_CSV) {
		if (set->header ? given_header(set->header, h, err) :
				  read_header(s, h, err))
			return -1;
		if (!h->found) {
			s->empty = true;
			return 0;
		}
	}
	if (s->log)
		understand_log(s);
	else if (take_survey(s, h, err))
		return -1;
	if (make_plan(s, path, options, h, err))
		return -1;
	if (s->kind == TEXT_CSV && h->count <= HEADER_CHECKED)
		check_header(s, h);
	return 0;
}

int source_open(struct source *s, const char *path,
		const struct ingest_options *options, struct error *err)
{
	struct feed_options feed = {
		.encoding = options->mapping->set.encoding,
		.block = options->block,
	};
	struct header h = {0};
	int bad;

	*s = (struct source){0};
	s->feed = feed_open(path, &feed, err);
	if (!s->feed)
		return -1;
	buf_span(&s->header, feed_mark(s->feed));
	bad = read_head(s, &options->mapping->set, err);
	if (!bad && !s->empty)
		bad = understand(s, path, options, &h, err);
	mem_free(h.names);
	arena_release(&h.arena);
	return bad;
}

void source_release(struct source *s)
{
	plan_free(s->plan);
	weblog_free(s->log);
	mapping_release(&s->rules);
	for (size_t i = 0; i < s->head_cap; i++)
		feed_block_release(&s->heads[i]);
	mem_free(s->heads);
	survey_release(&s->survey);
	elements_free(s->elements);
	feed_close(s->feed);
	if (s->zone)
		zone_free(s->zone);
	country_table_free(s->countries);
	buf_release(&s->header);
	buf_release(&s->questions);
	buf_release(&s->warnings);
}

#include "collect/ingest/source.h"

#include <string.h>

#include "base/mem.h"
#include "collect/ingest/recognise.h"
#include "collect/ingest/records_guess.h"
#include "collect/ingest/source_plan.h"
#include "collect/rows/encoding.h"
#include "collect/rows/sniff.h"

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

struct span source_head(const struct source *s)
{
	const struct feed_block *b = &s->heads[0];

	return (struct span){b->ptr ? b->ptr : "", b->len};
}

/* Takes LEN bytes off the head. */
void source_skip(struct source *s, size_t len)
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
int source_add_head(struct source *s, struct error *err)
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

int source_grow_head(struct source *s, size_t most, struct error *err)
{
	struct feed_block *first, *second;
	int got = s->heads[0].last || s->heads[0].len >= most ? 0 : source_add_head(s, err);

	if (got <= 0)
		return got;
	first = &s->heads[0];
	second = &s->heads[--s->head_count];
	if (second->part) {
		feed_unread(s->feed, second);
		return 2;
	}
	if (first->len + second->len > first->cap) {
		first->cap = first->len + second->len;
		first->ptr = mem_grow(first->ptr, first->cap + 64, 1);
	}
	memcpy(first->ptr + first->len, second->ptr, second->len);
	first->len += second->len;
	first->last = second->last;
	return 1;
}

int source_refuse_long(const struct source *s, uint64_t line, struct error *err)
{
	struct buf text = BUF_INIT;

	feed_say_long(s->feed, &text);
	error_failed(err, "%s: is this a text file with line ends?", buf_text(&text));
	error_place(err, feed_name(s->feed), line, 0);
	buf_release(&text);
	return -1;
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

struct span source_start_directives(const struct source *s)
{
	return s->reader->directives ? s->reader->directives->start(s) : SPAN_NONE;
}

void source_original(const struct source *s, struct span raw, struct buf *out)
{
	struct encoding *e = feed_encoding(s->feed);

	if (!e || !encoding_encode(e, raw, out))
		buf_span(out, raw);
}

/* The format of a source, and the mapping that is in force with it. */
static int join_format(struct source *s, const struct format *format,
		       const struct mapping *own, struct error *err)
{
	mapping_release(&s->joined);
	s->format = format;
	if (mapping_join(&s->joined, &format->mapping, own, err))
		return -1;
	s->joined.set.format = format->mapping.set.format;
	s->mapping = &s->joined;
	return 0;
}

static int apply_given_format(struct source *s, const struct ingest_options *options,
		 struct error *err)
{
	const char *name = options->mapping->set.format;
	const struct format *format;

	s->mapping = options->mapping;
	if (!name || format_is_kind(name) || !options->formats)
		return 0;
	format = formats_find(options->formats, name, err);
	return format ? join_format(s, format, options->mapping, err) : -1;
}

static int recognise_format(struct source *s, const struct ingest_options *options,
			    struct error *err)
{
	const struct map_settings *set = &s->mapping->set;
	struct recognise_text text = {
		.head = span_sub(source_head(s), s->layout.above, SIZE_MAX),
		.last = s->heads[0].last,
		.json = s->reader->members,
		.dialect = s->layout.dialect,
		.zone = options->zone,
	};
	const struct format *format;

	if (s->format || !options->recognise || set->format || set->delimiter ||
	    set->header || set->quotes || set->skip || set->records || set->log_format)
		return 0;
	format = recognise(options->formats, &text, &s->warnings);
	if (!format)
		return 0;
	s->recognised = true;
	return join_format(s, format, options->mapping, err);
}

struct span source_records(const struct source *s)
{
	return s->records.len ? buf_view(&s->records) : span_of(s->mapping->set.records);
}

/* Where the records are not as they are read: GUESS says how, and WHERE in which words. */
static int ask_for_records(enum records_guess guess, const char *where, struct error *err)
{
	switch (guess) {
	case GUESS_SEVERAL:
		return error_usage(err, "the document holds several lists of records (%s): a mapping names one, 'set records = NAME'",
				   where);
	case GUESS_WRAPPED:
		return error_usage(err, "the members of each record are inside another member: jq -c '%s' FILE | cdp-ingest reads them",
				   where);
	case GUESS_KEYED:
		return error_usage(err, "the document holds each record under a key of its own: jq -c '%s' FILE | cdp-ingest reads them",
				   where);
	case GUESS_COLUMNS:
		return error_usage(err, "the document holds columns instead of records: write it again as records (pandas: orient='records')");
	case GUESS_ROWS:
		return error_usage(err, "the document holds lists of values instead of records: write it again as records, objects with names (pandas: orient='records')");
	case GUESS_PARAMS:
		return error_usage(err, "a member of each record is a list of keys and values: jq -c '%s' FILE | cdp-ingest reads them as members",
				   where);
	case GUESS_LIST:
		return error_usage(err, "nothing is known of the document's members; '%s' may hold the records: 'set records = %s' in a mapping reads them",
				   where, where);
	default:
		return 0;
	}
}

/* A document that nobody has told about may hold its records in an array. */
static int find_records(struct source *s, struct error *err)
{
	enum records_guess guess;

	if (s->format || s->mapping->count || s->mapping->set.records || !s->reader->members)
		return 0;
	guess = records_guess(source_head(s), &s->records);
	if (guess == GUESS_NONE || guess == GUESS_ONE)
		return 0;
	ask_for_records(guess, buf_text(&s->records), err);
	error_place(err, feed_name(s->feed), 0, 0);
	return -1;
}

static int choose_format(struct source *s, const struct ingest_options *options,
			 struct error *err)
{
	if (reader_choose(s, &s->mapping->set, err))
		return -1;
	if (!s->reader->platforms)
		return 0;
	if (recognise_format(s, options, err) || find_records(s, err))
		return -1;
	return reader_choose(s, &s->mapping->set, err);
}

/* Do rules read the objects around a record? */
static bool reads_outer(const struct mapping *m)
{
	for (size_t i = 0; i < m->count; i++)
		if ((!m->rules[i].part || m->rules[i].part == MAPPING_ALL) &&
		    span_find(m->rules[i].text, SPAN("outer")) < m->rules[i].text.len)
			return true;
	return span_find(m->parts[0].when.text, SPAN("outer")) < m->parts[0].when.text.len;
}

static struct elements *open_elements(struct source *s)
{
	struct elements *e = elements_new(s->feed);

	if (!span_absent(source_records(s)) && !reads_outer(s->mapping))
		elements_nest(e, source_records(s));
	return e;
}

/*
 * The first line is too long: what the file is cannot be told by it, save that a JSON
 * document may well be one line.
 */
static int check_first_line(const struct source *s, struct error *err)
{
	if (!s->heads[0].part || s->reader->document)
		return 0;
	return source_refuse_long(s, 1, err);
}

/* Once the format is known, the first block may have to be cut in its way. */
static int recut_head(struct source *s, bool grown, struct error *err)
{
	enum block_cut cut = s->reader->cut;

	if (cut == CUT_OUTSIDE_QUOTES && !s->layout.dialect.quote)
		cut = CUT_LINES;
	if (cut == CUT_LINES && !grown)
		return 0;
	feed_unread(s->feed, &s->heads[0]);
	s->head_count = 0;
	if (cut == CUT_OUTSIDE_QUOTES)
		feed_watch_quotes(s->feed);
	else if (cut == CUT_LF)
		feed_ignore_cr(s->feed);
	else if (cut == CUT_VALUES)
		s->elements = open_elements(s);
	return source_add_head(s, err) < 0 ? -1 : 0;
}

static int read_head(struct source *s, const struct ingest_options *options,
		     struct error *err)
{
	int got = source_add_head(s, err);
	bool grown = false;

	s->head_line = 1;
	s->empty = got == 0;
	if (got <= 0)
		return got;
	/* As much as tells how a table is laid out, however small the blocks are. */
	while (got == 1 && !s->heads[0].part) {
		got = source_grow_head(s, LAYOUT_BYTES, err);
		grown |= got == 1;
	}
	s->head_whole = s->heads[0].last || (!got && s->heads[0].len < LAYOUT_BYTES);
	if (got < 0)
		return -1;
	if (s->heads[0].len)
		memset(s->heads[0].ptr, ' ', sniff_assignment(source_head(s)));
	if (choose_format(s, options, err) || check_first_line(s, err) ||
	    recut_head(s, grown, err))
		return -1;
	s->empty = s->head_count == 0;
	return 0;
}

static int understand_rows(struct source *s, const char *path,
			   const struct ingest_options *options, struct header *h,
			   struct error *err)
{
	if (s->reader->read_header) {
		if (s->reader->read_header(s, h, err))
			return -1;
		s->empty = !h->found;
		if (s->empty)
			return 0;
	}
	if (s->reader->survey(s, options, h, err))
		return -1;
	if (source_make_plans(s, path, options, h, err))
		return -1;
	if (s->reader->check_header)
		s->reader->check_header(s, h);
	return 0;
}

int source_prepare(struct source *s, const struct ingest_options *options,
		   struct feed_options *opening, struct error *err)
{
	*s = (struct source){.looking = options->looking};
	*opening = (struct feed_options){.block = options->block, .line_max = options->line_max};
	if (apply_given_format(s, options, err))
		return -1;
	opening->encoding = s->mapping->set.encoding;
	return 0;
}

int source_open(struct source *s, const char *path,
		const struct ingest_options *options, struct error *err)
{
	struct feed_options opening;
	struct feed *feed;

	if (source_prepare(s, options, &opening, err))
		return -1;
	feed = feed_open(path, &opening, err);
	return feed ? source_begin(s, feed, path, options, err) : -1;
}

void source_go_on(struct source *s, uint64_t limit)
{
	feed_limit(s->feed, limit);
	if (!s->elements)
		return;
	elements_free(s->elements);
	s->elements = open_elements(s);
}

uint64_t source_offset(const struct source *s)
{
	uint64_t at = feed_offset(s->feed);

	for (size_t i = s->head_next; i < s->head_count; i++)
		at -= s->heads[i].len;
	return at;
}

int source_begin(struct source *s, struct feed *feed, const char *path,
		 const struct ingest_options *options, struct error *err)
{
	struct header h = {0};
	int bad;

	s->feed = feed;
	buf_span(&s->header, feed_mark(s->feed));
	bad = read_head(s, options, err);
	if (!bad && !s->empty)
		bad = understand_rows(s, path, options, &h, err);
	mem_free(h.names);
	arena_release(&h.arena);
	return bad;
}

struct worker_options source_worker_options(const struct source *s,
					    const struct ingest_options *options)
{
	struct encoding *e = feed_encoding(s->feed);

	return (struct worker_options){
		.plan = s->plan,
		.parts = s->parts,
		.part_count = s->part_count,
		.kinds = s->by_row ? s->kinds : NULL,
		.silent = s->silent,
		.records = source_records(s),
		.reader = s->reader,
		.opened = s->opened,
		.dialect = &s->layout.dialect,
		.as_of = options->as_of,
		.visitor_key = options->visitor_key,
		.trusted_proxies = options->trusted_proxies,
		.finish = finish_wanted(options->finish) ? options->finish : NULL,
		.id_key = options->id_key,
		.encoding = e ? encoding_name(e) : NULL,
	};
}

void source_release(struct source *s)
{
	plan_free(s->plan);
	for (size_t i = 0; i < s->part_count; i++)
		plan_free(s->parts[i].plan);
	for (int kind = 0; kind < ROW_KINDS; kind++)
		plan_free(s->kinds[kind]);
	if (s->opened)
		s->reader->release(s);
	mapping_release(&s->joined);
	for (size_t i = 0; i < s->head_cap; i++)
		feed_block_release(&s->heads[i]);
	mem_free(s->heads);
	survey_release(&s->survey);
	elements_free(s->elements);
	feed_close(s->feed);
	if (s->zone)
		zone_free(s->zone);
	country_table_free(s->countries);
	null_words_free(s->nulls);
	buf_release(&s->header);
	buf_release(&s->header_line);
	buf_release(&s->title);
	buf_release(&s->questions);
	buf_release(&s->warnings);
	buf_release(&s->records);
}

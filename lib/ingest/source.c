#include "ingest/source.h"

#include <string.h>

#include "base/mem.h"
#include "ingest/encoding.h"
#include "ingest/rows.h"
#include "ingest/sniff.h"

/* More columns than this are no header. */
#define COLUMNS_MAX 10000

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
	return (struct span){s->head.ptr ? s->head.ptr : "", s->head.len};
}

/* Takes LEN bytes off the head. */
static void skip_head(struct source *s, size_t len)
{
	s->head.len -= len;
	memmove(s->head.ptr, s->head.ptr + len, s->head.len);
}

struct header {
	struct span *names;
	size_t count;
	struct arena arena;
	bool found;
	const char *why;	/* it cannot be read */
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
			    const char *why)
{
	struct header *h = context;

	(void)raw;
	(void)line;
	h->found = true;
	h->why = why;
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
		size_t got = rows_read(rows, rest, &census, s->head.last, 1,
				       &s->head_line);

		if (!got)
			h->why = "a quote that is opened here is never closed";
		h->found = h->found || !got;
		at += got;
	}
	rows_free(rows);
	if (!h->why && h->count > COLUMNS_MAX)
		h->why = "too many columns for a header";
	if (h->why) {
		error_failed(err, "the header cannot be read: %s", h->why);
		error_place(err, feed_name(s->feed), s->head_line, 0);
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

static int choose_format(struct source *s, const struct map_settings *set,
			 struct error *err)
{
	if (set->format ? !strcmp(set->format, "json") :
			  sniff_is_json(head_text(s)))
		s->format = SOURCE_JSON;
	s->quotes = !(set->quotes && !strcmp(set->quotes, "none"));
	s->delimiter = ',';
	if (s->format == SOURCE_JSON)
		return 0;
	if (!set->delimiter)
		s->delimiter = sniff_delimiter(head_text(s));
	else if (sniff_delimiter_named(set->delimiter, &s->delimiter, err))
		return -1;
	return 0;
}

/* A block may have to be cut anew once it is known that quotes count. */
static int read_head(struct source *s, const struct map_settings *set,
		     struct error *err)
{
	int got = feed_next(s->feed, &s->head, err);

	if (got < 0)
		return -1;
	s->empty = !got;
	if (s->empty)
		return 0;
	if (choose_format(s, set, err))
		return -1;
	if (s->format == SOURCE_CSV && s->quotes) {
		feed_watch_quotes(s->feed);
		feed_unread(s->feed, &s->head);
		if (feed_next(s->feed, &s->head, err) < 0)
			return -1;
	}
	s->head_line = 1;
	return 0;
}

static int read_manner(struct source *s, const struct ingest_options *options,
		       struct plan_manner *manner, struct error *err)
{
	const struct map_settings *set = &options->mapping->set;
	char quoted[ERROR_QUOTE_MAX];

	*manner = (struct plan_manner){.point = '.', .dates = DATES_ISO,
				       .zone = options->zone};
	if (set->timezone) {
		s->zone = zone_load(set->timezone, err);
		if (!s->zone)
			return -1;
		manner->zone = s->zone;
	}
	manner->utc = !strcmp(zone_name(manner->zone), "UTC");
	if (set->region) {
		manner->region = phone_region_find(span_of(set->region));
		if (!manner->region)
			return error_usage(err, "--region: %s is not the code of a country, such as DE or US",
					   error_quote(span_of(set->region), quoted));
	}
	if (set->decimal && strcmp(set->decimal, ".") && strcmp(set->decimal, ","))
		return error_usage(err, "--decimal: %s is neither . nor ,",
				   error_quote(span_of(set->decimal), quoted));
	if (set->decimal)
		manner->point = *set->decimal;
	return 0;
}

static int read_dates(const char *text, struct plan_manner *manner,
		      struct error *err)
{
	static const struct {
		const char *name;
		enum date_order order;
	} orders[] = {
		{"iso", DATES_ISO}, {"dmy", DATES_DMY}, {"mdy", DATES_MDY},
		{"ymd", DATES_YMD}, {"excel", DATES_EXCEL},
	};
	char quoted[ERROR_QUOTE_MAX];

	if (!text)
		return 0;
	for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
		if (!strcmp(text, orders[i].name)) {
			manner->dates = orders[i].order;
			return 0;
		}
	}
	if (!strchr(text, '%'))
		return error_usage(err, "--dates: %s is neither dmy, mdy, ymd, excel nor a format such as %%d.%%m.%%Y",
				   error_quote(span_of(text), quoted));
	manner->date_format = span_of(text);
	return moment_check_format(manner->date_format, err);
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
		.json = s->format == SOURCE_JSON,
		.type = EVENT_TYPES,
	};

	if (set->type) {
		input.type = event_type_parse(span_of(set->type));
		if (input.type == EVENT_TYPES)
			return error_usage(err, "--type: %s is not track, identify, page, screen, group or alias",
					   error_quote(span_of(set->type), quoted));
	}
	if (read_manner(s, options, &manner, err) ||
	    read_dates(set->dates, &manner, err))
		return -1;
	s->plan = plan_new(&input, err);
	if (!s->plan)
		return -1;
	load_countries(s, &manner);
	return plan_settle(s->plan, &manner, err);
}

static int prepare(struct source *s, const char *path,
		   const struct ingest_options *options,
		   const struct ingest_calls *calls, struct error *err)
{
	const struct map_settings *set = &options->mapping->set;
	struct header h = {0};
	int bad = 0;

	(void)calls;
	if (read_head(s, set, err))
		return -1;
	if (s->empty)
		return 0;
	if (s->format == SOURCE_CSV)
		bad = set->header ? given_header(set->header, &h, err) :
				    read_header(s, &h, err);
	s->empty = !bad && s->format == SOURCE_CSV && !h.found;
	if (!bad && !s->empty)
		bad = make_plan(s, path, options, &h, err);
	mem_free(h.names);
	arena_release(&h.arena);
	return bad;
}

int source_open(struct source *s, const char *path,
		const struct ingest_options *options,
		const struct ingest_calls *calls, struct error *err)
{
	struct feed_options feed = {
		.encoding = options->mapping->set.encoding,
		.block = options->block,
	};

	*s = (struct source){0};
	s->feed = feed_open(path, &feed, err);
	if (!s->feed)
		return -1;
	buf_span(&s->header, feed_mark(s->feed));
	return prepare(s, path, options, calls, err);
}

void source_release(struct source *s)
{
	plan_free(s->plan);
	feed_block_release(&s->head);
	feed_close(s->feed);
	if (s->zone)
		zone_free(s->zone);
	country_table_free(s->countries);
	buf_release(&s->header);
}

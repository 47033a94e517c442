/* cdp-ingest: the world's formats in, event records out. */
#include <stdlib.h>
#include <string.h>

#include "cmd/ingest_enrich.h"
#include "cmd/ingest_quality.h"
#include "cmd/ingest_resume.h"
#include "cmd/key_file.h"
#include "cmd/tool.h"
#include "collect/ingest/explain.h"
#include "collect/ingest/ingest.h"
#include "collect/weblog/log_address.h"

static struct settings {
	const char *mapping;
	struct opt_list maps;
	struct map_settings set;
	bool no_quotes;
	bool list_formats;
	bool gmail;
	bool suggest;
	bool preview;
	const char *visitor_key;
	const char *trusted_proxies;
	struct quality_given quality;
	struct enrich_given enrich;
	struct resume_given resume;
} given;

/* For the completion of shells: the formats that are built in. */
#define FORMATS_MAX 64
static const char *format_names[FORMATS_MAX + 1];

static const char *const types[] = {"track", "identify", "page", "screen", "group", "alias", NULL};
static const char *const decimals[] = {".", ",", NULL};
static const char *const delimiters[] = {"comma", "semicolon", "tab", "pipe", "blank", NULL};
static const char *const encodings[] = {"utf-8", "latin1", "windows-1252", "utf-16le", "utf-16be", NULL};
static const char *const orders[] = {"dmy", "mdy", "ymd", "excel", NULL};
static const char *const address_bits[] = {"8", "16", "24", NULL};
static const char *const enrichments[] = {"ua", "bots", "referrer", "geo=", "sentiment", NULL};

static const struct opt options[] = {
	{OPT_GROUP, 0, NULL, NULL, "What the file is", NULL, NULL, false},
	{OPT_STRING, 'f', "format", "FORMAT", "format, by its name or the path of a format file; default: by content",
	 &given.set.format, format_names, false},
	{OPT_FLAG, 0, "list-formats", NULL, "print all formats, a line each, and stop", &given.list_formats, NULL, false},
	{OPT_STRING, 0, "log-format", "FORMAT", "web logs: how a line is written, in the notation of nginx ($remote_addr) "
	 "or Apache (%h)", &given.set.log_format, NULL, false},
	{OPT_STRING, 'd', "delimiter", "CHAR", "CSV: a character, or comma, semicolon, tab, pipe, blank (runs of "
	 "blanks); default: by content", &given.set.delimiter, delimiters, false},
	{OPT_STRING, 0, "header", "NAMES", "CSV without a header line: its columns, separated by commas",
	 &given.set.header, NULL, false},
	{OPT_STRING, 0, "skip", "LINES", "CSV: so many lines come before the header; default: by content",
	 &given.set.skip, NULL, false},
	{OPT_FLAG, 0, "no-quotes", NULL, "CSV: quotes are characters like any other", &given.no_quotes, NULL, false},
	{OPT_STRING, 0, "encoding", "NAME", "encoding, such as latin1, windows-1252; default: UTF-8, or by the byte "
	 "order mark", &given.set.encoding, encodings, false},
	{OPT_GROUP, 0, NULL, NULL, "What it means", NULL, NULL, false},
	{OPT_STRING, 's', "source", "NAME", "name of the source; default: the file's, without date", &given.set.source,
	 NULL, false},
	{OPT_CHOICE, 0, "type", "TYPE", "type of the records; default: by content", &given.set.type, types, false},
	{OPT_INPUT, 'm', "mapping", "FILE", "fields and settings of this source", &given.mapping, NULL, false},
	{OPT_LIST, 0, "map", "FIELD=EXPR", "one field: email=Mail, revenue='Quantity * UnitPrice'", &given.maps, NULL, false},
	{OPT_STRING, 0, "dates", "ORDER", "how dates are written: dmy, mdy, ymd, excel or a format such as %d.%m.%Y",
	 &given.set.dates, orders, false},
	{OPT_CHOICE, 0, "decimal", "CHAR", "decimal separator of numbers", &given.set.decimal, decimals, false},
	{OPT_STRING, 0, "region", "CODE", "country that phone numbers without a country code are from, such as DE",
	 &given.set.region, NULL, false},
	{OPT_FLAG, 0, "gmail", NULL, "j.o.e+shop@gmail.com and joe@googlemail.com are joe@gmail.com", &given.gmail, NULL, false},
	{OPT_INPUT, 0, "id-key-file", "FILE", "web logs: make visitors' ids by HMAC with the key in FILE (mode 600)",
	 &given.visitor_key, NULL, false},
	{OPT_STRING, 0, "trusted-proxies", "NETWORKS", "web logs: proxies that are believed about who asked before them, such as "
	 "private,203.0.113.0/24; default: the first public address is the client's", &given.trusted_proxies, NULL, false},
	{OPT_FLAG, 0, "suggest", NULL, "print a mapping to start from, and stop", &given.suggest, NULL, false},
	{OPT_FLAG, 0, "preview", NULL, "print the mapping in force and the first records it makes, and stop",
	 &given.preview, NULL, false},
	{OPT_GROUP, 0, NULL, NULL, "Orders of several rows", NULL, NULL, false},
	{OPT_STRING, 0, "fold", "FIELD", "make one event with products[] of adjacent rows with the same FIELD, "
	 "such as order_id", &given.set.fold, NULL, false},
	{OPT_STRING, 0, "fold-sum", "FIELDS", "properties that add up over its rows", &given.set.fold_sum, NULL, false},
	{OPT_STRING, 0, "fold-keep", "FIELDS", "further properties that repeat on each of its rows",
	 &given.set.fold_keep, NULL, false},
	{OPT_GROUP, 0, NULL, NULL, "What may pass", NULL, NULL, false},
	{OPT_INPUT, 0, "schema", "FILE", "hold records to the tracking plan in FILE", &given.quality.schema, NULL, false},
	{OPT_STRING, 0, "dedupe", "WINDOW", "keep the first of records with equal source and id; with a window such as 24h "
	 "only of those that close in time", &given.quality.dedupe, NULL, true},
	{OPT_STRING, 0, "max-lateness", "DURATION", "a record is late when it is older than this on arrival",
	 &given.quality.max_lateness, NULL, false},
	{OPT_STRING, 0, "max-future", "DURATION", "a record is from the future when it is newer than its arrival by more than this",
	 &given.quality.max_future, NULL, false},
	{OPT_CHOICE, 0, "late", "ACTION", "what becomes of late and future records; default: mark", &given.quality.late,
	 quality_late_choices, false},
	{OPT_GROUP, 0, NULL, NULL, "What is hidden", NULL, NULL, false},
	{OPT_LIST, 0, "drop", "FIELD", "leave FIELD out: email means every field of that name, props.note that one only",
	 &given.quality.drop, NULL, false},
	{OPT_LIST, 0, "mask", "FIELD", "show n***@example.com, ***18 (phone), or ***", &given.quality.mask, NULL, false},
	{OPT_LIST, 0, "pseudonymize", "FIELD", "show KEYID.HMAC-SHA-256 of the field, equal for equal values",
	 &given.quality.pseudonymize, NULL, false},
	{OPT_INPUT, 0, "key-file", "FILE", "the key of --pseudonymize: at least 32 bytes in FILE (mode 600); ids use it, too",
	 &given.quality.key_file, NULL, false},
	{OPT_INPUT, 0, "suppress", "FILE", "leave out records of those in the suppression list FILE (cdp-merge --tombstones)",
	 &given.quality.suppress, NULL, false},
	{OPT_INPUT, 0, "suppress-key", "FILE", "the key of --suppress, in FILE (mode 600)", &given.quality.suppress_key, NULL, false},
	{OPT_CHOICE, 0, "anonymize-ip", "BITS", "clear the last bits of IPv4 addresses, 8 by default; of IPv6 64, 80 or 96", &given.quality.anonymize_ip, address_bits, true},
	{OPT_GROUP, 0, NULL, NULL, "What is added", NULL, NULL, false},
	{OPT_LIST, 0, "enrich", "NAMES", "ua: browser, system and device of the user agent; geo=FILE: place and network of the address, "
	 "by a database such as GeoLite2-City.mmdb; bots, or bots=list,words: "
	 "why a visitor is a program; referrer: source, medium and channel of a visit; sentiment: how a post feels", &given.enrich.names,
	 enrichments, false},
	{OPT_INPUT, 0, "ua-regexes", "FILE", "ua: the regular expressions, in the form of uap-core; default: Debian's",
	 &given.enrich.agents_file, NULL, false},
	{OPT_INPUT, 0, "crawlers", "FILE", "bots: further names of crawlers", &given.enrich.crawlers_file, NULL, false},
	{OPT_LIST, 0, "own-host", "HOST", "referrer: a host of one's own, with all below it", &given.enrich.own_hosts,
	 NULL, false},
	{OPT_INPUT, 0, "channels", "FILE", "referrer: channels of one's own, as NAME = CONDITION", &given.enrich.channels_file,
	 NULL, false},
	{OPT_INPUT, 0, "lexicon", "FILE", "sentiment: ratings of words in place of VADER's", &given.enrich.lexicon_file, NULL, false},
	{OPT_INPUT, 0, "sites", "FILE", "referrer: further search engines, networks, shops", &given.enrich.sites_file,
	 NULL, false},
	{OPT_GROUP, 0, NULL, NULL, "Files that grow", NULL, NULL, false},
	{OPT_UPDATE, 0, "resume", "STATE", "read only what earlier runs with the same STATE have not read; "
	 "-o must name a new file", &given.resume.state, NULL, false},
	{OPT_FLAG, 0, "final", NULL, "with --resume: the files are complete, so read an unfinished last record, too",
	 &given.resume.final, NULL, false},
	{.kind = OPT_END},
};

/* A setting of the command line wins over one of the mapping file. */
static void overlay(struct map_settings *file, struct map_settings *line)
{
	for (const char *const *name = mapping_set_names(); *name; name++) {
		const char **from = mapping_setting(line, span_of(*name));

		if (*from)
			*mapping_setting(file, span_of(*name)) = *from;
	}
}

static void name_formats(void)
{
	size_t count = 0;

	for (size_t i = 0; format_kinds[i].name && count < FORMATS_MAX; i++)
		format_names[count++] = format_kinds[i].name;
	for (const struct builtin_format *b = builtin_formats; b->name && count < FORMATS_MAX; b++)
		format_names[count++] = b->name;
}

/* Formats of the user's own, and those that are installed. */
static struct formats *find_formats(void)
{
	const char *own = getenv("CDP_FORMATS");

	return formats_new(own ? own : CDP_FORMATS_DIR);
}

static void read_mapping(struct tool *t, struct mapping *m)
{
	if (given.mapping && mapping_load(m, given.mapping, &t->err))
		tool_fail(t);
	for (size_t i = 0; i < given.maps.count; i++)
		if (mapping_add(m, given.maps.values[i], &t->err))
			tool_fail(t);
	if (given.no_quotes)
		given.set.quotes = "none";
	if (given.gmail)
		given.set.gmail = "yes";
	overlay(&m->set, &given.set);
	if (m->set.source && !*m->set.source)
		tool_usage(t, "--source: the name is empty");
	if (m->set.header && !*m->set.header)
		tool_usage(t, "--header: no names are given");
}

static void on_write(void *context, struct span records)
{
	tool_write(context, records);
}

static void on_reject(void *context, struct span original, const struct error *why)
{
	tool_reject(context, original, why);
}

static void on_reject_rest(void *context, struct span original)
{
	tool_reject_rest(context, original);
}

static void on_header(void *context, struct span original)
{
	tool_reject_header(context, original);
}

static void on_directives(void *context, struct span original)
{
	tool_reject_directives(context, original);
}

static void on_say(void *context, const char *text)
{
	tool_say(context, "%s", text);
}

static void on_warn(void *context, const char *text)
{
	tool_warn(context, "%s", text);
}

static void on_alert(void *context, const char *text)
{
	tool_alert(context, "%s", text);
}

static void on_progress(void *context, uint64_t bytes, uint64_t total,
			uint64_t rows)
{
	tool_progress(context, bytes, total, rows);
}

static int finish(struct tool *t, const struct ingest *in,
		  const struct quality *q, const struct enrichment *enrichment)
{
	const struct ingest_counts *c = ingest_counts(in);
	struct buf sources = BUF_INIT, suppressed = BUF_INIT;
	int status;

	tool_rows(t, c->rows - c->ignored);
	tool_stat(t, "rows", c->rows);
	tool_stat(t, "mapped", c->mapped);
	tool_stat(t, "folded", c->folded);
	tool_stat(t, "duplicate", c->duplicate);
	tool_stat(t, "rejected", c->rejected);
	tool_stat(t, "ignored", c->ignored);
	tool_stat(t, "records", c->records);
	if (given.quality.suppress)
		tool_stat(t, "suppressed", c->suppressed);
	if (!span_absent(ingest_newest(in)))
		tool_stat_text(t, "newest", ingest_newest(in));
	ingest_put_sources(in, &sources);
	tool_stat_value(t, "sources", buf_view(&sources));
	buf_release(&sources);
	quality_finish(t, q, ingest_finish_counts(in));
	enrich_finish(t, enrichment, in);
	if (given.quality.suppress)
		buf_printf(&suppressed, " + %llu suppressed", (unsigned long long)c->suppressed);
	status = tool_finish(t, "%llu rows = %llu mapped + %llu folded + %llu duplicate + %llu rejected + "
			   "%llu ignored; %llu records written%s",
			   (unsigned long long)c->rows, (unsigned long long)c->mapped,
			   (unsigned long long)c->folded, (unsigned long long)c->duplicate,
			   (unsigned long long)c->rejected, (unsigned long long)c->ignored,
			   (unsigned long long)c->records, buf_text(&suppressed));
	buf_release(&suppressed);
	return status;
}

/* --suggest and --preview: text about each file instead of records. */
static int explain(struct tool *t, const struct ingest_options *settings)
{
	struct buf text = BUF_INIT;
	size_t count = t->operand_count ? t->operand_count : 1;

	for (size_t i = 0; i < count; i++) {
		const char *path = t->operand_count ? t->operands[i] : NULL;

		if (given.suggest ? explain_suggest(settings, path, &text, &t->err) :
				    explain_preview(settings, path, &text, &t->err))
			tool_fail(t);
	}
	tool_write(t, buf_view(&text));
	buf_release(&text);
	return tool_finish(t, NULL);
}

static int ingest(struct tool *t, const struct ingest_options *settings,
		  const struct quality *q)
{
	struct ingest_calls calls = {on_write, on_reject, on_reject_rest, on_header,
				     on_directives, on_say, on_warn, on_alert, on_progress, t};
	struct ingest *in = ingest_new(settings, &calls);
	size_t count = t->operand_count ? t->operand_count : 1;
	size_t lost = 0;
	int status;

	for (size_t i = 0; i < count; i++) {
		int got = ingest_file(in, t->operand_count ? t->operands[i] : NULL, &t->err);

		if (got < 0 || (got > 0 && count == 1))
			tool_fail(t);
		if (got > 0)
			tool_lose_file(t);
		lost += got > 0;
	}
	if (lost == count)
		tool_usage(t, "no file has the columns that the mapping names");
	resume_finish(t, settings->resume);
	status = finish(t, in, q, settings->enrichment);
	ingest_free(in);
	resume_close(settings->resume);
	return status;
}

static void put_format(struct buf *out, const char *name, const char *from,
		       const char *about)
{
	size_t begin = out->len;

	error_clean(span_of(name), out);
	do
		buf_char(out, ' ');
	while (out->len - begin < 24);
	begin = out->len;
	error_clean(span_of(from), out);
	do
		buf_char(out, ' ');
	while (out->len - begin < 12);
	error_clean(span_of(about), out);
	buf_char(out, '\n');
}

static int list_formats(struct tool *t, struct formats *f)
{
	struct format *const *list;
	struct buf text = BUF_INIT;
	size_t count;

	for (size_t i = 0; format_kinds[i].name; i++)
		put_format(&text, format_kinds[i].name, "program", format_kinds[i].about);
	list = formats_list(f, &count);
	for (size_t i = 0; i < count; i++)
		put_format(&text, list[i]->name, list[i]->path ? list[i]->path : "built in",
			   list[i]->about);
	t->output_kind = OUTPUT_PLAIN;
	tool_open_output(t);
	tool_write(t, buf_view(&text));
	buf_release(&text);
	return tool_finish(t, NULL);
}

/* A mapping file says what its source is; then no other format is looked for. */
static void choose_formats(struct tool *t, struct ingest_options *settings,
			   struct formats *f)
{
	const char *name = settings->mapping->set.format;

	settings->formats = f;
	settings->recognise = !given.mapping;
	if (name && !format_is_kind(name) && !formats_find(f, name, &t->err))
		tool_fail(t);
}

/* No records are made: the author of a mapping looks at files. */
static bool is_look(void)
{
	return given.suggest || given.preview;
}

/* What was given must go together. */
static void check_use(struct tool *t)
{
	tool_check_operands(t);
	if (is_look())
		t->output_kind = OUTPUT_PLAIN;
	if (given.resume.state && is_look())
		tool_usage(t, "--resume: --%s makes no records to go on from",
			   given.suggest ? "suggest" : "preview");
}

static void take_common(struct tool *t, struct ingest_options *settings)
{
	static char key[KEY_FILE_MAX + 1];

	settings->jobs = t->jobs;
	settings->memory = t->memory;
	settings->scratch = t->scratch;
	settings->zone = t->zone;
	settings->as_of = t->as_of;
	if (given.trusted_proxies) {
		settings->trusted_proxies = log_proxies_new(given.trusted_proxies, &t->err);
		if (!settings->trusted_proxies)
			tool_fail(t);
	}
	if (given.visitor_key)
		settings->visitor_key = key_file_read(t, "id-key-file", given.visitor_key, key);
}

int main(int argc, char **argv)
{
	struct tool t = {
		.name = "cdp-ingest",
		.synopsis = "[OPTION]... [FILE]...",
		.summary = "Maps CSV, JSON and web logs to event records, one a line.",
		.opts = options,
		.examples = {
			{"A mapping to start from", "cdp-ingest --suggest orders.csv"},
			{"Orders of a shop, by their mapping", "cdp-ingest -m shop.map --max-rejects 5 orders.csv"},
		},
		.output_kind = OUTPUT_RECORDS,
		.expects = "CSV, JSON or a web log",
		.defer_output = true,
		.no_stdin = true,
	};
	struct mapping mapping = MAPPING_INIT;
	struct ingest_options settings = {.mapping = &mapping};
	static struct quality quality;
	struct enrichment enrichment = {0};
	struct formats *f;
	int status;

	name_formats();
	tool_start(&t, argc, argv);
	f = find_formats();
	if (given.list_formats) {
		status = list_formats(&t, f);
		formats_free(f);
		return status;
	}
	check_use(&t);
	read_mapping(&t, &mapping);
	choose_formats(&t, &settings, f);
	take_common(&t, &settings);
	quality_start(&t, &given.quality, &quality, &settings);
	enrich_start(&t, &given.enrich, &enrichment, &settings);
	resume_start(&t, &given.resume, &settings);
	tool_open_output(&t);
	status = is_look() ? explain(&t, &settings) : ingest(&t, &settings, &quality);
	quality_release(&given.quality, &quality);
	enrichment_release(&enrichment);
	opt_list_release(&given.enrich.names);
	opt_list_release(&given.enrich.own_hosts);
	mapping_release(&mapping);
	formats_free(f);
	opt_list_release(&given.maps);
	log_proxies_free(settings.trusted_proxies);
	return status;
}

/* cdp-report - show customers: figures, one person, tables.  Manual: cdp-report(1). */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/mem.h"
#include "cmd/as_of.h"
#include "cmd/repeated.h"
#include "cmd/report_operands.h"
#include "cmd/report_options.h"
#include "cmd/report_parts.h"
#include "cmd/reports.h"
#include "cmd/segment_changes.h"
#include "cmd/showing.h"
#include "cmd/tool.h"
#include "understand/report/count.h"
#include "understand/report/customer.h"
#include "understand/report/customer_brief.h"
#include "understand/report/listing.h"
#include "understand/report/show.h"
#include "understand/report/unidentified.h"


static const char *shape_text, *where, *rates, *partial_path;
static bool combine;
static const char *k_text;
static uint64_t k;			/* of it; 0: not given */

/* What of the options of all reports says what is counted. */
static const struct part_option part_options[] = {{"where", &where, false}, {"rates", &rates, true}, {0}};

/* Of all reports; those of single ones are added. */
static const struct opt shared_opts[] = {
	{OPT_CHOICE, 't', "to", "SHAPE", "the shape of the output; default: by the ending of --output, else text",
	 &shape_text, shape_names, false},
	{OPT_STRING, 0, "where", "EXPR", "only customers for whom EXPR is true (cdp-expr(7))", &where, NULL, false},
	{OPT_INPUT, 0, "rates", "FILE", "what currencies are worth: USD = 0.92 EUR; revenue_in() converts", &rates, NULL, false},
	{OPT_STRING, 0, "k", "N", "table and cohorts: hide figures of fewer than N people, and what would tell them", &k_text, NULL, false},
	{OPT_OUTPUT, 0, "partial", "FILE", "write a summary to FILE in place of the report: what is read is some of the customers",
	 &partial_path, NULL, false},
	{OPT_FLAG, 0, "combine", NULL, "the files are summaries of --partial: the report of all their customers", &combine, NULL, false},
	TOOL_OPTION_ALLOW_EMPTY,
	{.kind = OPT_END},
};

static struct tool tool = {
	.name = "cdp-report",
	.synopsis = "[REPORT]... [OPTION]... [FILE]...",
	.summary = "Show customer profiles: overview, rfm, cohorts, customer KEY, list, events, ids, fields, sessions, web, table, funnel, paths, attribution, retention, social, products, subscriptions, segments, value or compare.",
	.examples = {
		{"The month at a glance, and as one HTML file", "cdp-report overview customers.ndjson && cdp-report -o report.html customers.ndjson"},
		{"The ten best customers for a mailing", "cdp-report list --columns 'Email=email,Revenue=revenue' --sort -revenue --limit 10 -t csv customers.ndjson"},
	},
	.expects = "profiles of cdp-merge",
	.no_stdin = true,	/* what is an operand shows when the report is known */
	.output_kind = OUTPUT_PLAIN,
	.writes_books = true,
};

/* Whom a key names. */
struct found {
	uint64_t count;
	struct buf first;	/* the first line found */
	struct sheet matches;	/* all of them: id and label */
};

struct run {
	const struct report *report;
	struct show how;
	struct as_of_check as_of;
	struct again *again;	/* by worker */
	struct report_parts *parts;	/* --combine */
	uint64_t *customers;	/* --partial: by worker, a sum over ids */
	struct sheet sheet;
	struct buf out;

	/* COUNTED */
	void *states[COUNTED_MAX];
	struct unidentified *unidentified;
	bool converts;		/* money, at --rates */

	/* CUSTOMER */
	char **keys;
	struct found *found;	/* by key */
	size_t key_count;

	/* All but CUSTOMER: the filter; LIST, EVENTS, IDS: the rows */
	struct listing *listing;
	struct rows rows;
};

static const struct report *named_report(size_t operand)
{
	return operand < tool.operand_count ? report_find(tool.operands[operand]) : NULL;
}

/* A word behind the first: a report, unless a file has its name. */
static bool is_report_too(size_t operand, const struct report *first)
{
	const struct report *report = named_report(operand);

	if (!report || first->kind != REPORT_COUNTED)
		return false;
	if (!access(tool.operands[operand], F_OK))
		tool_usage(&tool, "'%s' is a report and a file here: write ./%s for the file", report->name, report->name);
	if (report->kind != REPORT_COUNTED)
		tool_usage(&tool, "%s cannot stand beside %s: it shows rows, not figures", report->name, first->name);
	return true;
}

/* The reports that the first operands name, taken off the operands: one pass counts them all. */
static const struct report *take_reports(void)
{
	const struct report *list[COUNTED_MAX];
	size_t count = 0;

	list[0] = named_report(0);
	if (!list[0])
		return &reports[0];
	for (count = 1; count < COUNTED_MAX && is_report_too(count, list[0]); count++)
		list[count] = named_report(count);
	tool.operands += count;
	tool.operand_count -= count;
	return report_combine(list, count);
}

/* Of a report that is named first: its --help shows its own options alone. */
static const struct report *find_report_for_help(int argc, char **argv)
{
	const struct report *report = argc > 1 ? report_find(argv[1]) : NULL;

	for (int i = 2; report && i < argc && strcmp(argv[i], "--"); i++)
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
			return report;
	return NULL;
}

static void start(int argc, char **argv)
{
	const struct report *asked = find_report_for_help(argc, argv);
	struct buf synopsis = BUF_INIT;

	tool_begin(&tool);
	tool.words = report_names();
	tool.opts = report_options_table(shared_opts, asked);
	if (asked) {
		buf_printf(&synopsis, "%s%s [OPTION]... [FILE]...", asked->name, asked->kind == REPORT_CUSTOMER ? " KEY..." : "");
		tool.synopsis = buf_text(&synopsis);
		tool.summary = asked->about;
	}
	tool_start(&tool, argc, argv);
}

/* Before the first file is opened. */
static void check_operands(const struct report *report)
{
	report_operands_check(&tool, report_names(), report->kind != REPORT_COUNTED, where);
}

static void read_limit(struct rows *rows)
{
	const char *text = report_option("limit");

	if (!text)
		return;
	rows->limited = true;
	if (!span_number(span_of(text), &rows->limit))
		tool_usage(&tool, "--limit: '%s' is not a number of rows", text);
}

#define K_MAX 1000000

static void check_k(const struct run *run)
{
	const struct report *r = run->report;

	if (!span_number(span_of(k_text), &k) || k < 2 || k > K_MAX)
		tool_usage(&tool, "--k %s: a number of people from 2 to %d: figures of fewer are hidden", k_text, K_MAX);
	if (partial_path)
		tool_usage(&tool, "--k goes with --combine: a summary has all that was counted");
	if (r->no_k || (r->counted[0] && r->counted[1]))
		tool_usage(&tool, "--k: %s%s%s; table and cohorts can", r->no_k && *r->name ? r->name : "", r->no_k && *r->name ? ": " : "",
			   r->no_k ? r->no_k : "figures of one report may tell what another hides: name one report");
}

/* What was left out, or converted, stands on every page. */
static void note_asked(struct run *run)
{
	static const char *const options[] = {"from", "until"};

	if (where)
		sheet_note_asked(&run->sheet, "where", where);
	if (rates)
		sheet_note_asked(&run->sheet, "rates", rates);
	if (k)
		sheet_note_asked(&run->sheet, "k", sheet_text(&run->sheet, "%llu", (unsigned long long)k));
	for (size_t i = 0; i < sizeof options / sizeof *options; i++)
		if (report_option(options[i]))
			sheet_note_asked(&run->sheet, options[i], report_option(options[i]));
}

/* The earlier run is whole: beside a part of this one everybody else would seem gone. */
static void check_previous(void)
{
	const char *previous = report_option("previous");

	if (!previous)
		return;
	compare_check_file(&tool, previous);
	if (where)
		tool_usage(&tool, "--previous compares all customers: say it without --where, or filter both files before");
}

/* Of --partial: nothing is shown, and what is of all customers is for --combine. */
static void check_partial(const struct run *run)
{
	struct option_given o;

	if (combine)
		tool_usage(&tool, "--partial makes a summary of profiles, and --combine a report of summaries: say one of them");
	if (shape_text || tool.output_path)
		tool_usage(&tool, "--partial FILE writes a summary in place of the report: %s goes with --combine", shape_text ? "--to" : "--output");
	for (size_t i = 0; report_options_at(i, &o); i++)
		if (o.of_whole && *o.text)
			tool_usage(&tool, strcmp(o.name, "unidentified") ? "--%s compares all customers: it goes without --partial" :
				   "--%s is of no part of the customers: it goes with --combine", o.name);
	report_parts_check(&tool, run->report);
}

/* What the summaries were asked stands in place of options that are not given. */
static void open_parts(struct run *run)
{
	report_parts_check(&tool, run->report);
	if (report_option("previous"))
		tool_usage(&tool, "--previous compares profiles: it goes without --combine");
	tool_check_operands(&tool);
	run->parts = report_parts_open(&tool);
	run->report = report_parts_reports(run->parts, &tool, run->report == &reports[0] ? NULL : run->report);
	report_parts_take_asked(run->parts, &tool, part_options);
}

/* The first of two files is the earlier run; --previous names it where there are more, or one is standard input. */
static void take_earlier(const struct report *report)
{
	bool compares = false;

	for (size_t i = 0; report->counted[i]; i++)
		compares = compares || report->counted[i] == &count_compare;
	if (!compares || report_option("previous"))
		return;
	if (tool.operand_count != 2)
		tool_usage(&tool, "compare: name two files: the profiles of the earlier run, then those of this one");
	/* While both are operands: no output may be one of them. */
	tool_check_operands(&tool);
	report_option_set("previous", tool.operands[0]);
	tool.operands++;
	tool.operand_count--;
}

static void prepare(struct run *run)
{
	struct listing_setup setup = {report_option("columns"), where, report_option("sort"), tool.jobs, tool.zone, rates};

	showing_choose(&tool, shape_text, &run->how);
	report_options_check(&tool, run->report);
	if (run->report->kind == REPORT_CUSTOMER) {
		run->keys = tool.operands;
		run->key_count = report_operands_keys(&tool);
		run->found = mem_zero(run->key_count, sizeof *run->found);
		if (run->key_count > 1 && (run->how.shape == SHAPE_CSV || run->how.shape == SHAPE_EXCEL))
			tool_usage(&tool, "customer: a table shows one customer: name one, or say -t json");
	}
	if (k_text)
		check_k(run);
	check_operands(run->report);
	take_earlier(run->report);
	check_previous();
	run->sheet.title = run->report->title;
	run->sheet.as_of = MOMENT_NONE;
	run->sheet.zone = run->rows.zone = tool.zone;
	run->rows.about = &run->sheet;
	note_asked(run);
	run->rows.how = run->how;
	run->rows.title = run->report->title;
	read_limit(&run->rows);
	run->listing = listing_new(&setup, &run->rows, &tool.err);
	if (!run->listing)
		tool_fail(&tool);
	run->rows.key = run->report->kind == REPORT_LIST ? "customers" : run->report->name;
	if (run->report->kind == REPORT_EVENTS) {
		run->rows.columns = event_columns;
		run->rows.column_count = event_column_count;
	} else if (run->report->kind == REPORT_IDS) {
		run->rows.columns = id_columns;
		run->rows.column_count = id_column_count;
	}
}

/* The lines found travel to absorb_customers, each behind the number of its key. */
static void customer_line(struct run *run, const struct profile *p,
			  struct buf *out)
{
	struct buf scratch = BUF_INIT;

	for (size_t i = 0; i < run->key_count; i++)
		if (customer_matches(p, span_of(run->keys[i]), &scratch)) {
			buf_u64(out, i);
			buf_char(out, '\t');
			buf_span(out, p->line);
			buf_char(out, '\n');
		}
	buf_release(&scratch);
}

/* A sum over ids says which customers a part has, whatever their order. */
static void note_customer(struct run *run, unsigned worker, const struct profile *p)
{
	if (run->customers)
		run->customers[worker] += hash_128(p->id.raw).high;
}

static int line(void *context, unsigned worker, struct span text,
		struct buf *out, struct error *err)
{
	struct run *run = context;
	struct profile p;

	if (profile_parse(&p, text, err) || as_of_put(out, p.as_of, err))
		return -1;
	again_note(&run->again[worker], &p);
	note_customer(run, worker, &p);
	switch (run->report->kind) {
	case REPORT_LIST:
		return listing_customer(run->listing, &run->rows, worker, &p, out, err);
	case REPORT_EVENTS:
		return listing_events(run->listing, &run->rows, worker, &p, out, err);
	case REPORT_IDS:
		return listing_ids(run->listing, &run->rows, worker, &p, out, err);
	case REPORT_CUSTOMER:
		customer_line(run, &p, out);
		return 0;
	default:
		break;
	}
	switch (listing_wants(run->listing, worker, &p, err)) {
	case 1:
		return count_profile(run->report->counted, run->states, worker, &p, err);
	case 0:
		return 0;
	default:
		return -1;
	}
}

static void add_match(struct found *found, const struct profile *p)
{
	static const struct column match_columns[] = {
		{"id", "Id", NULL, -1}, {"customer", "Customer", NULL, -1},
	};
	struct sheet *sheet = &found->matches;
	struct buf text = BUF_INIT;
	struct cell *row;

	if (!sheet->count)
		sheet_add(sheet, "customers", "Several customers have it: name one by its id", match_columns, 2);
	row = section_row(&sheet->sections[0]);
	row[0] = cell_text(arena_copy(&sheet->texts, value_text(p->id, &text)));
	buf_clear(&text);
	row[1] = cell_text(arena_copy(&sheet->texts, customer_label(p, &text)));
	buf_release(&text);
}

static void absorb_customers(struct run *run, struct span bytes)
{
	while (bytes.len) {
		struct span line = span_cut(&bytes, '\n');
		struct span number = span_cut(&line, '\t');
		struct found *found;
		struct profile p;
		uint64_t key;

		if (!span_number(number, &key))
			continue;
		found = &run->found[key];
		if (!found->count++)
			buf_span(&found->first, line);
		if (!profile_parse(&p, line, NULL))
			add_match(found, &p);
		if (span_absent(bytes))
			return;
	}
}

static int absorb(void *context, struct span bytes, struct error *err)
{
	struct run *run = context;

	if (as_of_take(&run->as_of, &bytes, err))
		return -1;
	if (run->report->kind == REPORT_CUSTOMER) {
		absorb_customers(run, bytes);
		return 0;
	}
	buf_clear(&run->out);
	rows_absorb(&run->rows, bytes, &run->out);
	tool_write(&tool, buf_view(&run->out));
	return 0;
}

static int unidentified_pass_line(void *context, unsigned worker,
				  struct span text, struct buf *out,
				  struct error *err)
{
	(void)out;
	return unidentified_line(context, worker, text, err);
}

static void read_unidentified(struct run *run)
{
	struct tool_pass pass = {unidentified_pass_line, NULL, NULL};
	const char *given = report_option("unidentified");
	char *path = mem_text(given, strlen(given));
	char **operands = tool.operands;
	size_t count = tool.operand_count;

	run->unidentified = unidentified_new(tool.jobs, run->sheet.as_of);
	pass.context = run->unidentified;
	tool.operands = &path;
	tool.operand_count = 1;
	tool_pass(&tool, &pass);
	tool.operands = operands;
	tool.operand_count = count;
	mem_free(path);
}

static void start_counting(struct run *run)
{
	for (size_t i = 0; run->report->counted[i]; i++) {
		const struct counting *c = run->report->counted[i];
		struct count_value *values = report_option_values(c);
		struct count_setup setup = {tool.jobs, tool.zone, values, tool.memory / 4, tool.scratch, tool_allow_empty,
					    k, listing_rates(run->listing)};

		run->states[i] = c->start(&setup, &tool.err);
		mem_free(values);
		if (!run->states[i])
			tool_fail(&tool);
		run->converts = run->converts || (c == &count_table && table_converts(run->states[i]));
	}
	if (rates && run->report->kind != REPORT_LIST && !where && !run->converts)
		tool_usage(&tool, "--rates goes with list, --where, and revenue_in(\"EUR\") in --show or --by of table");
}

static uint64_t read_profiles(struct run *run)
{
	struct tool_pass pass = {line, absorb, run};

	start_counting(run);
	if (run->report->kind != REPORT_COUNTED && run->report->kind != REPORT_CUSTOMER)
		rows_begin(&run->rows, &run->out);
	tool_write(&tool, buf_view(&run->out));
	return tool_pass(&tool, &pass);
}

/* The summary of what was counted. */
static void write_summary(struct run *run, uint64_t profiles)
{
	struct part_head head = {run->sheet.as_of, run->as_of.any, profiles, 0};
	struct output *out = tool_output(&tool, partial_path, OUTPUT_PLAIN, OUTPUT_STATE);
	struct partial *p = partial_writer(&run->out);
	struct buf text = BUF_INIT;

	for (unsigned i = 0; i < tool.jobs; i++)
		head.customers += run->customers[i];
	report_parts_put_head(&tool, run->report, part_options, &head, &text);
	partial_put_head(p, buf_view(&text));
	repeated_carry(&tool, run->again, p);
	for (size_t i = 0; run->report->counted[i]; i++) {
		partial_section(p, run->report->counted[i]->name);
		run->report->counted[i]->carry(run->states[i], p);
		run->report->counted[i]->free(run->states[i]);
	}
	if (partial_end(p, &tool.err) || output_write(out, buf_view(&run->out), &tool.err))
		tool_fail(&tool);
	partial_free(p);
	buf_release(&text);
	buf_clear(&run->out);
}

/* All summaries, in place of profiles: how many profiles they are of. */
static uint64_t read_summaries(struct run *run)
{
	struct partial *p = report_parts_partial(run->parts);
	struct part_head head;
	uint64_t profiles = 0;

	start_counting(run);
	while (report_parts_next(run->parts, &tool, run->report, &head)) {
		if (head.any && as_of_agree(&run->as_of, head.as_of, &tool.err))
			tool_fail(&tool);
		profiles += head.profiles;
		repeated_carry(&tool, run->again, p);
		for (size_t i = 0; run->report->counted[i]; i++) {
			partial_section(p, run->report->counted[i]->name);
			run->report->counted[i]->carry(run->states[i], p);
		}
		if (partial_end(p, &tool.err))
			tool_fail(&tool);
	}
	return profiles;
}

static void show_counted(struct run *run)
{
	const struct counting *const *counted = run->report->counted;

	for (size_t i = 0; counted[i]; i++) {
		/* A page of several reports has a heading for each. */
		if (run->report != &reports[0] && counted[1]) {
			run->sheet.part = report_title(counted[i]);
			run->sheet.part_key = counted[i]->name;
		}
		if (counted[i]->fill(run->states[i], &run->sheet, &tool.err))
			tool_fail(&tool);
		if (counted[i] == &count_overview && run->unidentified &&
		    unidentified_fill(run->unidentified, &run->sheet, &tool.err))
			tool_fail(&tool);
		counted[i]->free(run->states[i]);
	}
	show_sheet(&run->how, &run->sheet, &run->out);
	tool_warn_lines(&tool, buf_view(&run->sheet.warnings));
}

/* Shows all that there is. */
static bool is_machine(enum shape shape)
{
	return shape == SHAPE_CSV || shape == SHAPE_JSON || shape == SHAPE_EXCEL || shape == SHAPE_XLSX;
}

/* Shows several customers in one. */
static bool is_page(enum shape shape)
{
	return shape == SHAPE_HTML || shape == SHAPE_XLSX;
}

/* The sections of the one customer that FOUND names, behind those of others. */
static void fill_customer(struct run *run, struct found *found, struct sheet *sheet)
{
	bool all = report_flag("all") || is_machine(run->how.shape);
	struct buf label = BUF_INIT;
	struct profile p;

	if (profile_parse(&p, buf_view(&found->first), &tool.err) || profile_validate(&p, &tool.err))
		tool_fail(&tool);
	sheet->as_of = p.as_of;
	sheet->zone = tool.zone;
	customer_label(&p, &label);
	sheet->part = run->key_count > 1 && is_page(run->how.shape) ? sheet_text(sheet, "%s", buf_text(&label)) : NULL;
	if (!sheet->title)
		sheet->title = sheet_text(sheet, "%s", buf_text(&label));
	buf_release(&label);
	if (customer_brief_fill(&p, sheet, &tool.err) || (all && customer_fill(&p, sheet, &tool.err)))
		tool_fail(&tool);
}

/* A page shows all of them. */
static void show_page(struct run *run)
{
	struct sheet sheet = {.title = "Customers"};

	for (size_t i = 0; i < run->key_count; i++) {
		if (run->found[i].count == 1)
			fill_customer(run, &run->found[i], &sheet);
		else if (run->found[i].count)
			tool_say(&tool, "several customers have '%s': name one by its id", run->keys[i]);
	}
	show_sheet(&run->how, &sheet, &run->out);
	sheet_release(&sheet);
}

/* One sheet a key; in JSON several are an array. */
static void show_found(struct run *run, struct found *found, bool *shown)
{
	bool array = run->how.shape == SHAPE_JSON && run->key_count > 1;
	struct sheet sheet = SHEET_INIT;

	if (array)
		buf_text_put(&run->out, *shown ? "," : "[");
	else if (*shown)
		buf_char(&run->out, '\n');
	*shown = true;
	if (found->count > 1) {
		found->matches.title = run->sheet.title;
		found->matches.as_of = run->sheet.as_of;
		found->matches.zone = tool.zone;
		show_sheet(&run->how, &found->matches, &run->out);
	} else {
		fill_customer(run, found, &sheet);
		show_sheet(&run->how, &sheet, &run->out);
	}
	sheet_release(&sheet);
}

/* Of a key that nobody has nothing is shown, and the run ends with 1. */
static void show_customers(struct run *run)
{
	bool page = is_page(run->how.shape) && run->key_count > 1, shown = false, any = false;

	for (size_t i = 0; i < run->key_count; i++) {
		if (run->found[i].count) {
			if (!page)
				show_found(run, &run->found[i], &shown);
			any = true;
			continue;
		}
		tool_say(&tool, "nobody has '%s': cdp-report ids lists every identifier", run->keys[i]);
		tool.answers_1 = true;
	}
	if (run->how.shape == SHAPE_JSON && run->key_count > 1)
		buf_text_put(&run->out, shown ? "]\n" : "[]\n");
	if (page && any)
		show_page(run);
}

static void show_rows(struct run *run)
{
	while (rows_end(&run->rows, &run->out)) {
		tool_write(&tool, buf_view(&run->out));
		buf_clear(&run->out);
	}
}

/* What of the filter, columns and order the profiles could not answer. */
static void report_asked(const struct run *run)
{
	struct buf text = BUF_INIT;

	listing_put_filtered(run->listing, &text);
	if (text.len)
		tool_say(&tool, "%s", buf_text(&text));
	buf_clear(&text);
	listing_put_uses(run->listing, run->converts, &text);
	tool_say_lines(&tool, buf_view(&text));
	buf_clear(&text);
	listing_put_warnings(run->listing, &text);
	tool_warn_lines(&tool, buf_view(&text));
	buf_release(&text);
}

static void release(struct run *run)
{
	listing_free(run->listing);
	unidentified_free(run->unidentified);
	sheet_release(&run->sheet);
	buf_release(&run->out);
	for (size_t i = 0; i < run->key_count; i++) {
		buf_release(&run->found[i].first);
		sheet_release(&run->found[i].matches);
	}
	mem_free(run->found);
	mem_free(run->customers);
	report_parts_free(run->parts);
}

int main(int argc, char **argv)
{
	static struct run run;
	uint64_t count;

	report_options_take_days(argc, argv);
	start(argc, argv);
	run.report = take_reports();
	if (partial_path)
		check_partial(&run);
	if (combine)
		open_parts(&run);
	prepare(&run);
	tool_check_operands(&tool);
	run.customers = partial_path ? mem_zero(tool.jobs, sizeof *run.customers) : NULL;
	if (tool.as_of != MOMENT_NONE &&
	    as_of_agree(&run.as_of, tool.as_of, &tool.err))
		tool_fail(&tool);
	run.again = repeated_new(&tool);
	count = combine ? read_summaries(&run) : read_profiles(&run);
	buf_clear(&run.out);
	run.sheet.as_of = run.as_of.any ? run.as_of.as_of : MOMENT_NONE;
	if (report_option("unidentified"))
		read_unidentified(&run);
	if (partial_path)
		write_summary(&run, count - tool.rejected);
	else if (run.report->kind == REPORT_COUNTED)
		show_counted(&run);
	else if (run.report->kind == REPORT_CUSTOMER)
		show_customers(&run);
	else
		show_rows(&run);
	tool_write(&tool, buf_view(&run.out));
	showing_finish(&tool, &run.how);
	report_asked(&run);
	repeated_report(&tool, run.again);
	release(&run);
	tool_stat(&tool, "profiles", count);
	tool_stat(&tool, "rejected", tool.rejected);
	return tool_finish(&tool, NULL);
}

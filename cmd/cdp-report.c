/* cdp-report - show customers: figures, one person, tables.  Manual: cdp-report(1). */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cmd/as_of.h"
#include "cmd/repeated.h"
#include "cmd/report_operands.h"
#include "cmd/showing.h"
#include "cmd/tool.h"
#include "understand/report/count.h"
#include "understand/report/customer.h"
#include "understand/report/listing.h"
#include "understand/report/show.h"
#include "understand/report/unidentified.h"

#define COUNTED_MAX 4	/* NULL included */

static const char *shape_text, *columns, *where, *sort, *unidentified_path;
static const char *limit_text;

static const struct opt opts[] = {
	{OPT_GROUP, 0, NULL, NULL, "Reports (the first operand; default: overview, rfm and cohorts)", NULL, NULL, false},
	{OPT_CHOICE, 't', "to", "SHAPE", "the shape of the output; default: by the ending of --output, else text",
	 &shape_text, shape_names, false},
	{OPT_STRING, 0, "where", "EXPR", "only customers for whom EXPR is true (cdp-expr(7))", &where, NULL, false},
	{OPT_STRING, 0, "columns", "LIST", "list: the columns, as 'Label=expression,...'", &columns, NULL, false},
	{OPT_STRING, 0, "sort", "LIST", "list: the order, as '-revenue,email' (- is descending)", &sort, NULL, false},
	{OPT_STRING, 0, "limit", "N", "list, events, ids: at most N rows", &limit_text, NULL, false},
	{OPT_INPUT, 0, "unidentified", "FILE", "overview: add the events that cdp-merge kept in FILE", &unidentified_path, NULL, false},
	TOOL_OPTION_ALLOW_EMPTY,
	{.kind = OPT_END},
};

static struct tool tool = {
	.name = "cdp-report",
	.synopsis = "[REPORT] [OPTION]... [FILE]...",
	.summary = "Show customer profiles: overview, rfm, cohorts, customer KEY, list, events, ids, fields or sessions.",
	.opts = opts,
	.examples = {
		{"The month at a glance, and as one HTML file", "cdp-report overview customers.ndjson && cdp-report -o report.html customers.ndjson"},
		{"The ten best customers for a mailing", "cdp-report list --columns 'Email=email,Revenue=revenue' --sort -revenue --limit 10 -t csv customers.ndjson"},
	},
	.expects = "profiles of cdp-merge",
	.no_stdin = true,	/* what is an operand shows when the report is known */
	.output_kind = OUTPUT_PLAIN,
};

enum kind { COUNTED, CUSTOMER, LIST, EVENTS, IDS };

static const struct report {
	const char *name;
	const char *title;
	enum kind kind;
	const struct counting *counted[COUNTED_MAX];
} reports[] = {
	{"", "Customers", COUNTED, {&count_overview, &count_rfm, &count_cohorts}},
	{"overview", "Overview of customers", COUNTED, {&count_overview}},
	{"rfm", "Recency, frequency, monetary", COUNTED, {&count_rfm}},
	{"cohorts", "Cohorts", COUNTED, {&count_cohorts}},
	{"fields", "Fields", COUNTED, {&count_fields}},
	{"sessions", "Sessions", COUNTED, {&count_sessions}},
	{"customer", "Customer", CUSTOMER, {NULL}},
	{"list", "Customers", LIST, {NULL}},
	{"events", "Events", EVENTS, {NULL}},
	{"ids", "Identifiers", IDS, {NULL}},
};

/* All of them but the first, which has no name. */
static const char *report_names[sizeof reports / sizeof *reports];

static void name_reports(void)
{
	for (size_t i = 1; i < sizeof reports / sizeof *reports; i++)
		report_names[i - 1] = reports[i].name;
	tool.words = report_names;
}

struct run {
	const struct report *report;
	struct show how;
	struct as_of_check as_of;
	struct again *again;	/* by worker */
	struct sheet sheet;
	struct buf out;

	/* COUNTED */
	void *states[COUNTED_MAX];
	struct unidentified *unidentified;

	/* CUSTOMER */
	struct span key;
	uint64_t found;
	struct buf first;		/* the first line found */
	struct section *matches;	/* all of them: id and label */

	/* All but CUSTOMER: the filter; LIST, EVENTS, IDS: the rows */
	struct listing *listing;
	struct rows rows;
};

/* The report that the first operand names, taken off the operands. */
static const struct report *take_report(void)
{
	size_t count = sizeof reports / sizeof *reports;

	for (size_t i = 1; tool.operand_count && i < count; i++) {
		if (strcmp(tool.operands[0], reports[i].name) != 0)
			continue;
		tool.operands++;
		tool.operand_count--;
		return &reports[i];
	}
	return &reports[0];
}

/* Before the first file is opened. */
static void check_operands(const struct report *report)
{
	report_operands_check(&tool, report_names, report != &reports[0], where);
}

static void refuse_options(const struct run *run)
{
	enum kind kind = run->report->kind;

	if (kind != LIST && (columns || sort))
		tool_usage(&tool, "--%s goes with list", columns ? "columns" : "sort");
	if (limit_text && (kind == COUNTED || kind == CUSTOMER))
		tool_usage(&tool, "--limit goes with list, events or ids");
	if (unidentified_path && run->report->counted[0] != &count_overview)
		tool_usage(&tool, "--unidentified goes with overview");
}

static void read_limit(struct rows *rows)
{
	if (!limit_text)
		return;
	rows->limited = true;
	if (!span_number(span_of(limit_text), &rows->limit))
		tool_usage(&tool, "--limit: '%s' is not a number of rows", limit_text);
}

static void prepare(struct run *run)
{
	struct listing_setup setup = {columns, where, sort, tool.jobs, tool.zone};

	showing_choose(&tool, shape_text, &run->how);
	refuse_options(run);
	if (run->report->kind == CUSTOMER)
		run->key = report_operands_key(&tool);
	check_operands(run->report);
	run->sheet.title = run->report->title;
	run->sheet.as_of = MOMENT_NONE;
	run->sheet.zone = run->rows.zone = tool.zone;
	run->rows.how = run->how;
	run->rows.title = run->report->title;
	read_limit(&run->rows);
	run->listing = listing_new(&setup, &run->rows, &tool.err);
	if (!run->listing)
		tool_fail(&tool);
	if (run->report->kind == EVENTS) {
		run->rows.columns = event_columns;
		run->rows.column_count = event_column_count;
	} else if (run->report->kind == IDS) {
		run->rows.columns = id_columns;
		run->rows.column_count = id_column_count;
	}
}

/* The lines found travel to absorb_customers. */
static void customer_line(struct run *run, const struct profile *p,
			  struct buf *out)
{
	struct buf scratch = BUF_INIT;

	if (customer_matches(p, run->key, &scratch)) {
		buf_span(out, p->line);
		buf_char(out, '\n');
	}
	buf_release(&scratch);
}

static int line(void *context, unsigned worker, struct span text,
		struct buf *out, struct error *err)
{
	struct run *run = context;
	struct profile p;

	if (profile_parse(&p, text, err) || as_of_put(out, p.as_of, err))
		return -1;
	again_note(&run->again[worker], &p);
	switch (run->report->kind) {
	case LIST:
		return listing_customer(run->listing, &run->rows, worker, &p, out, err);
	case EVENTS:
		return listing_events(run->listing, &run->rows, worker, &p, out, err);
	case IDS:
		return listing_ids(run->listing, &run->rows, worker, &p, out, err);
	case CUSTOMER:
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

static void add_match(struct run *run, const struct profile *p)
{
	static const struct column match_columns[] = {
		{"id", "Id", NULL, -1}, {"customer", "Customer", NULL, -1},
	};
	struct buf text = BUF_INIT;
	struct cell *row;

	if (!run->matches)
		run->matches = sheet_add(&run->sheet, "customers", "Several customers have it: name one by its id",
					 match_columns, 2);
	row = section_row(run->matches);
	row[0] = cell_text(arena_copy(&run->sheet.texts, value_text(p->id, &text)));
	buf_clear(&text);
	row[1] = cell_text(arena_copy(&run->sheet.texts, customer_label(p, &text)));
	buf_release(&text);
}

static void absorb_customers(struct run *run, struct span bytes)
{
	while (bytes.len) {
		struct span found = span_cut(&bytes, '\n');
		struct profile p;

		if (!found.len)
			continue;
		if (!run->found++)
			buf_span(&run->first, found);
		if (!profile_parse(&p, found, NULL))
			add_match(run, &p);
		if (span_absent(bytes))
			return;
	}
}

static int absorb(void *context, struct span bytes, struct error *err)
{
	struct run *run = context;

	if (as_of_take(&run->as_of, &bytes, err))
		return -1;
	if (run->report->kind == CUSTOMER) {
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
	char *path = mem_text(unidentified_path, strlen(unidentified_path));
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

static uint64_t read_profiles(struct run *run)
{
	struct count_setup setup = {tool.jobs, tool.zone};
	struct tool_pass pass = {line, absorb, run};

	for (size_t i = 0; run->report->counted[i]; i++)
		run->states[i] = run->report->counted[i]->start(&setup);
	if (run->report->kind != COUNTED && run->report->kind != CUSTOMER)
		rows_begin(&run->rows, &run->out);
	tool_write(&tool, buf_view(&run->out));
	return tool_pass(&tool, &pass);
}

static void show_counted(struct run *run)
{
	const struct counting *const *counted = run->report->counted;

	for (size_t i = 0; counted[i]; i++) {
		if (counted[i]->fill(run->states[i], &run->sheet, &tool.err))
			tool_fail(&tool);
		if (!i && run->unidentified &&
		    unidentified_fill(run->unidentified, &run->sheet, &tool.err))
			tool_fail(&tool);
		counted[i]->free(run->states[i]);
	}
	show_sheet(&run->how, &run->sheet, &run->out);
}

/* 0, or EXIT_REJECTS when nobody was found: nothing is shown then. */
static int show_customer(struct run *run)
{
	struct buf label = BUF_INIT;
	struct profile p;

	if (!run->found) {
		tool_say(&tool, "nobody has '%.*s': cdp-report ids lists every identifier", SPAN_ARG(run->key));
		return EXIT_REJECTS;
	}
	if (run->found > 1) {
		show_sheet(&run->how, &run->sheet, &run->out);
		return 0;
	}
	if (profile_parse(&p, buf_view(&run->first), &tool.err) ||
	    profile_validate(&p, &tool.err))
		tool_fail(&tool);
	sheet_release(&run->sheet);
	run->sheet.as_of = p.as_of;
	run->sheet.zone = tool.zone;
	customer_label(&p, &label);
	run->sheet.title = sheet_text(&run->sheet, "%s", buf_text(&label));
	if (customer_fill(&p, &run->sheet, &tool.err))
		tool_fail(&tool);
	show_sheet(&run->how, &run->sheet, &run->out);
	buf_release(&label);
	return 0;
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
	listing_put_doubts(run->listing, &text);
	tool_warn_lines(&tool, buf_view(&text));
	buf_release(&text);
}

static void release(struct run *run)
{
	listing_free(run->listing);
	unidentified_free(run->unidentified);
	sheet_release(&run->sheet);
	buf_release(&run->out);
	buf_release(&run->first);
}

int main(int argc, char **argv)
{
	static struct run run;
	int status = 0, ended;
	uint64_t count;

	name_reports();
	tool_start(&tool, argc, argv);
	run.report = take_report();
	prepare(&run);
	tool_check_operands(&tool);
	if (tool.as_of != MOMENT_NONE &&
	    as_of_agree(&run.as_of, tool.as_of, &tool.err))
		tool_fail(&tool);
	run.again = repeated_new(&tool);
	count = read_profiles(&run);
	buf_clear(&run.out);
	run.sheet.as_of = run.as_of.any ? run.as_of.as_of : MOMENT_NONE;
	if (unidentified_path)
		read_unidentified(&run);
	if (run.report->kind == COUNTED)
		show_counted(&run);
	else if (run.report->kind == CUSTOMER)
		status = show_customer(&run);
	else
		show_rows(&run);
	tool_write(&tool, buf_view(&run.out));
	report_asked(&run);
	repeated_report(&tool, run.again);
	release(&run);
	tool_stat(&tool, "profiles", count);
	tool_stat(&tool, "rejected", tool.rejected);
	ended = tool_finish(&tool, NULL);
	return ended > status ? ended : status;
}

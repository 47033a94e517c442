/* cdp-churn survival - how long customers last, and what it depends on.  Manual: cdp-churn(1), cdp-models(7). */
#include "cmd/churn_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cmd/showing.h"
#include "cmd/table_reading.h"
#include "time/moment.h"
#include "understand/survival/cases.h"
#include "understand/survival/curve_sheet.h"

#define PEOPLE_ROWS 40		/* of a curve, in shapes for people */

static struct cases_asked asked;
static struct table_reading reading;
static const char *times_text, *restrict_text, *interval, *shape;

static const struct opt opts[] = {
	{OPT_GROUP, 0, NULL, NULL, "The table", NULL, NULL, false},
	{OPT_STRING, 0, "time", "COLUMN", "how long each was watched: a number in any unit", &asked.time, NULL, false},
	{OPT_STRING, 0, "event", "COLUMN", "whether it ended then (1, yes) or was still there (0, no); COLUMN=VALUE for other words",
	 &asked.event, NULL, false},
	{OPT_STRING, 0, "entry", "COLUMN", "since when each was watched, where not from the beginning", &asked.entry, NULL, false},
	{OPT_STRING, 0, "by", "COLUMNS", "compare the groups that have the same values here", &asked.by, NULL, false},
	TABLE_READING_OPTIONS(reading),
	{OPT_GROUP, 0, NULL, NULL, "What is shown", NULL, NULL, false},
	{OPT_STRING, 0, "times", "LIST", "the curve at these times, as in 30,90,365 (default: at each event)", &times_text, NULL, false},
	{OPT_STRING, 0, "restrict", "TIME", "cut means at TIME (default: where the shortest group ends)", &restrict_text, NULL, false},
	{OPT_CHOICE, 0, "interval", "KIND", "limits of the curve and the median (default: log-log, and log of the median)", &interval,
	 curve_interval_names, false},
	{OPT_CHOICE, 't', "to", "SHAPE", "the shape of the tables; default: by the ending of --output, else text", &shape,
	 shape_names, false},
	{.kind = OPT_END},
};

struct run {
	struct tool *tool;
	struct cases cases;
	struct sheet sheet;
	struct show how;
	double *times;
	size_t time_count;
	double tau;
};

static int compare_times(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void read_times(struct run *run)
{
	struct span rest = span_of(times_text);
	size_t cap = 0;

	while (times_text && !span_absent(rest)) {
		double time;

		if (!frame_number(span_trim(span_cut(&rest, ',')), '.', &time))
			tool_usage(run->tool, "--times: '%s' is no list of numbers: write 30,90,365", times_text);
		run->times = mem_room(run->times, run->time_count, &cap, sizeof *run->times);
		run->times[run->time_count++] = time;
	}
	if (run->time_count > 1)
		qsort(run->times, run->time_count, sizeof *run->times, compare_times);
	run->tau = NAN;
	if (restrict_text && (!frame_number(span_of(restrict_text), '.', &run->tau) || run->tau <= 0))
		tool_usage(run->tool, "--restrict: '%s' is no time above 0", restrict_text);
}

static void check_asked(struct run *run)
{
	if (!asked.time)
		tool_usage(run->tool, "--time is missing: which column says how long each was watched?");
	read_times(run);
}

static void lose_case(void *context, struct span row, const struct error *why)
{
	tool_reject(context, row, why);
}

/* Which rows are left out, by column. */
static void report_missing(struct run *run)
{
	const struct cases *c = &run->cases;
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < reading.frame.column_count; i++)
		if (c->missing[i])
			buf_printf(&text, "%s%zu without '%.*s'", text.len ? ", " : "", c->missing[i],
				   SPAN_ARG(reading.frame.columns[i].name));
	if (c->left_out)
		tool_say(run->tool, "%zu of %zu rows left out: %s", c->left_out, reading.frame.row_count, buf_text(&text));
	buf_release(&text);
}

static void make_cases(struct run *run)
{
	struct tool *t = run->tool;
	struct cases *c = &run->cases;

	table_reading_read(t, &reading);
	c->fault = lose_case;
	c->context = t;
	if (cases_make(c, &reading.frame, &asked, &t->err))
		tool_fail(t);
	for (size_t i = 0; i < reading.frame.column_count; i++)
		if (c->used[i])
			table_reading_say(t, &reading, i);
	report_missing(run);
	tool_stat(t, "left_out", c->left_out);
	tool_stat(t, "cases", c->l.count);
	if (!c->l.count)
		tool_usage(t, "no row is left: nothing can be said");
}

static enum curve_interval read_interval(enum curve_interval usual)
{
	int i = 0;

	while (interval && strcmp(interval, curve_interval_names[i]))
		i++;
	return interval ? (enum curve_interval)i : usual;
}

static void add_curves(struct run *run)
{
	bool people = run->how.shape != SHAPE_CSV && run->how.shape != SHAPE_JSON && run->how.shape != SHAPE_EXCEL;
	struct curves curves;

	curves_make(&curves, &run->cases, run->tau);
	curves.interval = read_interval(CURVE_LOG_LOG);
	curves.median_interval = read_interval(CURVE_LOG);
	curves_add_groups(&curves, &run->sheet);
	curves_add_points(&curves, run->times, run->time_count, people ? PEOPLE_ROWS : 0, &run->sheet);
	curves_release(&curves);
}

static void show(struct run *run)
{
	struct buf out = BUF_INIT;

	show_sheet(&run->how, &run->sheet, &out);
	tool_write(run->tool, buf_view(&out));
	tool_warn_lines(run->tool, buf_view(&run->sheet.warnings));
	buf_release(&out);
}

static int finish(struct run *run)
{
	struct tool *t = run->tool;
	size_t rows = reading.frame.row_count + reading.frame.rejected, left_out = run->cases.left_out;
	size_t cases = run->cases.l.count, events = 0;

	for (size_t i = 0; i < cases; i++)
		events += run->cases.l.event[i];
	tool_stat(t, "events", events);
	sheet_release(&run->sheet);
	cases_release(&run->cases);
	table_reading_release(&reading);
	mem_free(run->times);
	return tool_finish(t, "%zu rows = %zu cases + %zu left out + %llu rejected; %zu events", rows, cases, left_out,
			   (unsigned long long)t->rejected, events);
}

int churn_survival(int argc, char **argv)
{
	struct tool tool = {
		.name = "cdp-churn",
		.part = "survival",
		.synopsis = "--time COLUMN --event COLUMN [OPTION]... [TABLE]...",
		.summary = "How long customers last, by group, and what it depends on.",
		.opts = opts,
		.examples = {
			{"How long contracts of each kind last, and whether they differ",
			 "cdp-churn survival --time months --event left --by plan contracts.csv"},
			{"The share that is still there after a quarter, half a year and a year, as CSV",
			 "cdp-churn survival --time months --event left --times 3,6,12 -t csv contracts.csv"},
			{NULL, NULL},
		},
		.defer_output = true,
		.expects = "a table in CSV",
	};
	struct run run = {.tool = &tool, .sheet = {.title = "Survival", .as_of = MOMENT_NONE}};

	tool_start(&tool, argc, argv);
	check_asked(&run);
	tool_open_output(&tool);
	showing_choose(&tool, shape, &run.how);
	make_cases(&run);
	add_curves(&run);
	show(&run);
	return finish(&run);
}

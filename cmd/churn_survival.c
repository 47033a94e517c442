/* cdp-churn survival - how long customers last, and what it depends on.  Manual: cdp-churn(1), cdp-models(7). */
#include "cmd/churn_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cmd/showing.h"
#include "cmd/survival_profiles.h"
#include "cmd/table_reading.h"
#include "time/moment.h"
#include "understand/survival/cases.h"
#include "understand/survival/curve_plot.h"
#include "understand/survival/curve_sheet.h"
#include "understand/survival/model_sheet.h"

#define PEOPLE_ROWS 40		/* of a curve, in shapes for people */

static struct cases_asked asked;
static struct table_reading reading;
static const char *times_text, *restrict_text, *interval, *shape, *distribution, *transform;
static bool robust;

#define FORMS 3

static const char *const distribution_choices[] = {"weibull", "log-normal", "log-logistic", "all", NULL};

static const struct opt opts[] = {
	{OPT_GROUP, 0, NULL, NULL, "The table", NULL, NULL, false},
	{OPT_STRING, 0, "time", "COLUMN", "how long each was watched: a number in any unit", &asked.time, NULL, false},
	{OPT_STRING, 0, "event", "COLUMN", "whether it ended then (1, yes) or was still there (0, no); COLUMN=VALUE for other words",
	 &asked.event, NULL, false},
	{OPT_STRING, 0, "entry", "COLUMN", "since when each was watched, where not from the beginning", &asked.entry, NULL, false},
	{OPT_STRING, 0, "by", "COLUMNS", "compare the groups that have the same values here", &asked.by, NULL, false},
	{OPT_STRING, 0, "covariates", "COLUMNS", "what it may depend on: numbers, and categories against their first value",
	 &asked.covariates, NULL, false},
	{OPT_STRING, 0, "categories", "COLUMNS", "categories, though their values be numbers: codes of plans, of places", &asked.categories,
	 NULL, false},
	{OPT_STRING, 0, "strata", "COLUMNS", "groups with a baseline of their own, in Cox's model and the test of --by", &asked.strata, NULL, false},
	{OPT_STRING, 0, "cluster", "COLUMN", "rows that belong to one, as one customer's contracts: robust standard errors", &asked.cluster, NULL, false},
	TABLE_READING_OPTIONS(reading),
	{OPT_GROUP, 0, NULL, NULL, "Models", NULL, NULL, false},
	{OPT_CHOICE, 0, "distribution", "NAME", "fit lifetimes of this form, not Cox's model", &distribution,
	 distribution_choices, false},
	{OPT_CHOICE, 0, "check-hazards", "TIME", "test whether hazards stay proportional, against a transform of time",
	 &transform, cox_transform_names, false},
	{OPT_FLAG, 0, "robust", NULL, "Cox: robust standard errors", &robust, NULL, false},
	{OPT_GROUP, 0, NULL, NULL, "What is shown", NULL, NULL, false},
	{OPT_STRING, 0, "times", "LIST", "the curve at these times, as in 30,90,365 (default: at each event)", &times_text, NULL, false},
	{OPT_STRING, 0, "restrict", "TIME", "cut means at TIME (default: where the shortest group ends)", &restrict_text, NULL, false},
	{OPT_CHOICE, 0, "interval", "KIND", "limits of the curve and the median (default: log-log, and log of the median)", &interval,
	 curve_interval_names, false},
	{OPT_CHOICE, 't', "to", "SHAPE", "the shape of the tables; default: by the ending of --output, else text", &shape,
	 shape_names, false},
	TOOL_OPTION_ALLOW_EMPTY,
	{.kind = OPT_END},
};

struct run {
	struct tool *tool;
	struct cases cases;
	struct sheet sheet;
	struct show how;
	struct buf plot;	/* the curves, drawn */
	double *times;
	size_t time_count;
	double tau;
	uint64_t events;
	bool profiles;		/* are read, not a table */
	size_t dropped;		/* cases with a lifetime of 0, behind the curve */
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
	run->profiles = !asked.time;
	if (run->profiles && (asked.event || asked.entry))
		tool_usage(run->tool, "--time is missing: which column of the table says how long each was watched?");
	if (run->profiles && (reading.separator || reading.decimal))
		tool_usage(run->tool, "--%s is of tables, and without --time profiles are read", reading.separator ? "separator" : "decimal");
	if (run->profiles) {
		run->sheet.title = "Survival of subscriptions, in days";
		asked.time = "days";
		asked.event = "ended";
	}
	read_times(run);
	if (distribution && (asked.strata || asked.cluster || robust || transform))
		tool_usage(run->tool, "--%s goes with Cox's model, not with --distribution: leave one of them out",
			   asked.strata ? "strata" : asked.cluster ? "cluster" : robust ? "robust" : "check-hazards");
	if (!asked.covariates && (asked.cluster || robust || transform))
		tool_usage(run->tool, "--%s goes with --covariates", asked.cluster ? "cluster" : robust ? "robust" : "check-hazards");
	if (!asked.covariates && !asked.by && asked.strata)
		tool_usage(run->tool, "--strata goes with --covariates or --by");
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

	if (run->profiles) {
		table_reading_prepare(t, &reading);
		reading.frame.separator = ',';
		survival_profiles_read(t, &run->sheet, &reading.frame);
	} else {
		table_reading_read(t, &reading);
	}
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
	for (size_t i = 0; i < c->l.count; i++)
		run->events += c->l.event[i];
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

static bool for_people(const struct run *run)
{
	return run->how.shape != SHAPE_CSV && run->how.shape != SHAPE_JSON && run->how.shape != SHAPE_EXCEL && run->how.shape != SHAPE_XLSX;
}

static void add_curves(struct run *run)
{
	struct curves curves;

	curves_make(&curves, &run->cases, run->tau);
	curves.interval = read_interval(CURVE_LOG_LOG);
	curves.median_interval = read_interval(CURVE_LOG);
	curves_add_groups(&curves, &run->sheet);
	if (run->how.shape == SHAPE_TEXT)
		curves_put_plot(&curves, run->how.unicode, &run->plot);
	if ((!asked.covariates && !distribution) || asked.by || run->time_count)
		curves_add_points(&curves, run->times, run->time_count, for_people(run) ? PEOPLE_ROWS : 0, &run->sheet);
	curves_release(&curves);
}

static void add_comparison(struct run *run)
{
	struct logrank r;

	if (run->cases.by.count < 2) {
		sheet_warn(&run->sheet, "all cases are of one group: nothing to compare");
		return;
	}
	logrank_make(&r, &run->cases);
	sheet_add_logrank(&run->sheet, &r, &run->cases);
	if (isnan(r.chi_square))
		sheet_warn(&run->sheet, "no event came while cases of two groups were at risk: nothing to compare");
	logrank_release(&r);
}

static enum cox_transform read_transform(void)
{
	int i = 0;

	while (strcmp(transform, cox_transform_names[i]))
		i++;
	return (enum cox_transform)i;
}

static void check_hazards(struct run *run, const struct cox *m)
{
	const struct design_layout *layout = &run->cases.layout;
	struct cox_check *checks = mem_zero(layout->term_count + 1, sizeof *checks);

	if (cox_check_hazards(m, &run->cases.l, read_transform(), layout->term_of, layout->term_count, checks, &run->tool->err))
		tool_fail(run->tool);
	sheet_add_checks(&run->sheet, checks, &run->cases, transform);
	mem_free(checks);
}

/* Fewer than ten events for each coefficient: the fit hangs on single rows. */
static void doubt_size(struct run *run, uint64_t events, size_t width)
{
	if (events < 10 * width)
		sheet_warn(&run->sheet, "%llu events for %zu coefficients: fewer than ten for each, so take them as hints",
			   (unsigned long long)events, width);
}

static void add_cox(struct run *run)
{
	const struct cases *c = &run->cases;
	const struct cox_data data = {
		.l = &c->l, .x = c->x, .width = c->layout.width, .names = c->layout.names, .strata = c->strata.codes,
		.stratum_count = c->strata.count, .clusters = c->cluster.codes, .cluster_count = c->cluster.count,
		.robust = robust,
	};
	struct cox m;

	if (cox_fit(&m, &data, &run->tool->err))
		tool_fail(run->tool);
	sheet_add_cox(&run->sheet, &m, c);
	doubt_size(run, m.events, m.width);
	if (transform)
		check_hazards(run, &m);
	if (run->time_count || !for_people(run))
		sheet_add_baseline(&run->sheet, &m, c, run->times, run->time_count);
	cox_release(&m);
}

/* Lifetimes of 0 have no logarithm: the cases without them, in place. */
static void drop_zeros(struct run *run)
{
	struct cases *c = &run->cases;
	size_t width = c->layout.width, kept = 0;

	for (size_t i = 0; i < c->l.count; i++) {
		if (!(c->l.exit[i] > 0))
			continue;
		c->l.exit[kept] = c->l.exit[i];
		c->l.event[kept] = c->l.event[i];
		if (c->l.entry)
			c->l.entry[kept] = c->l.entry[i];
		if (width)
			memmove(c->x + kept * width, c->x + i * width, width * sizeof *c->x);
		kept++;
	}
	if (kept < c->l.count)
		sheet_warn(&run->sheet, "left out of the fit of the distribution, which has no lifetimes of 0: %zu case%s",
			   c->l.count - kept, c->l.count - kept == 1 ? "" : "s");
	run->dropped = c->l.count - kept;
	c->l.count = kept;
}

static void add_distribution(struct run *run)
{
	const struct cases *c = &run->cases;
	struct aft fits[FORMS];
	size_t count = 0, best = 0;
	bool all = !strcmp(distribution, "all");

	drop_zeros(run);
	for (size_t i = 0; i < FORMS; i++)
		if (all || !strcmp(distribution, aft_form_names[i])) {
			if (aft_fit(&fits[count++], (enum aft_form)i, &c->l, c->x, c->layout.width, c->layout.names, &run->tool->err))
				tool_fail(run->tool);
		}
	if (all)
		best = sheet_add_distributions(&run->sheet, fits, count);
	sheet_add_aft(&run->sheet, &fits[best], c, run->times, run->time_count);
	doubt_size(run, fits[best].events, c->layout.width);
	for (size_t i = 0; i < count; i++)
		aft_release(&fits[i]);
}

static void show(struct run *run)
{
	struct buf out = BUF_INIT;

	show_sheet(&run->how, &run->sheet, &out);
	buf_span(&out, buf_view(&run->plot));
	buf_release(&run->plot);
	tool_write(run->tool, buf_view(&out));
	showing_finish(run->tool, &run->how);
	tool_warn_lines(run->tool, buf_view(&run->sheet.warnings));
	buf_release(&out);
}

static int finish(struct run *run)
{
	struct tool *t = run->tool;
	size_t rows = reading.frame.row_count + reading.frame.rejected, left_out = run->cases.left_out;
	size_t cases = run->cases.l.count + run->dropped;
	uint64_t events = run->events;

	tool_stat(t, "events", events);
	sheet_release(&run->sheet);
	cases_release(&run->cases);
	table_reading_release(&reading);
	mem_free(run->times);
	if (run->profiles)
		return tool_finish(t, "%zu spells of subscriptions = %zu cases + %zu left out; %llu ended", rows, cases, left_out,
				   (unsigned long long)run->events);
	return tool_finish(t, "%zu rows = %zu cases + %zu left out + %llu rejected; %llu events", rows, cases, left_out,
			   (unsigned long long)t->rejected, (unsigned long long)events);
}

int churn_survival(int argc, char **argv)
{
	struct tool tool = {
		.name = "cdp-churn",
		.part = "survival",
		.synopsis = "[--time COLUMN --event COLUMN] [OPTION]... [FILE]...",
		.summary = "How long customers last, by group, and what it depends on: of a table, or of the subscriptions of profiles.",
		.opts = opts,
		.examples = {
			{"How long contracts of each kind last, and whether they differ",
			 "cdp-churn survival --time months --event left --by plan contracts.csv"},
			{"The share that is still there after a quarter, half a year and a year, as CSV",
			 "cdp-churn survival --time months --event left --times 3,6,12 -t csv contracts.csv"},
			{NULL, NULL},
		},
		.defer_output = true,
		.writes_books = true,
		.expects = "profiles of cdp-merge, or a table in CSV with --time and --event",
	};
	struct run run = {.tool = &tool, .sheet = {.title = "Survival", .as_of = MOMENT_NONE}};

	tool_start(&tool, argc, argv);
	check_asked(&run);
	tool_open_output(&tool);
	showing_choose(&tool, shape, &run.how);
	make_cases(&run);
	add_curves(&run);
	if (asked.by)
		add_comparison(&run);
	if (distribution)
		add_distribution(&run);
	else if (asked.covariates)
		add_cox(&run);
	show(&run);
	return finish(&run);
}

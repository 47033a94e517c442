#include "cmd/report_options.h"

#include <string.h>

#include "base/mem.h"
#include "time/date_text.h"

/* An option, whichever reports take it. */
struct known {
	const struct count_option *option;
	const char *text;
	struct opt_list list;
	bool flag;
};

/* What they bring is no customer's of one part. */
static const char *const of_whole[] = {"unidentified", "previous", "since", NULL};

static struct known *known;
static size_t known_count;

static const struct count_option *pick_option(const struct count_option *list, size_t *left)
{
	for (; list && list->name; list++)
		if (!(*left)--)
			return list;
	return NULL;
}

/* The next option of REPORT, those of its counting before its own; NULL: no more. */
static const struct count_option *next_option(const struct report *report, size_t *at)
{
	const struct count_option *found = NULL;
	size_t left = (*at)++;

	for (size_t i = 0; report->counted[i] && !found; i++)
		found = pick_option(report->counted[i]->options, &left);
	return found ? found : pick_option(report->options, &left);
}

static struct known *find_known(const char *name)
{
	for (size_t i = 0; i < known_count; i++)
		if (!strcmp(known[i].option->name, name))
			return &known[i];
	return NULL;
}

/* Before the table points into it: it does not grow after that. */
static void gather_known(const struct report *only)
{
	const struct count_option *o;
	size_t cap = 0;

	for (const struct report *r = reports; r->name; r++)
		for (size_t i = 0; (!only || r == only) && (o = next_option(r, &i)) != NULL;)
			if (!find_known(o->name)) {
				known = mem_room(known, known_count, &cap, sizeof *known);
				known[known_count++] = (struct known){.option = o};
			}
}

/* What REPORT says of the option NAME; NULL: it does not take it. */
static const struct count_option *option_of(const struct report *report, const char *name)
{
	const struct count_option *o;

	for (size_t i = 0; (o = next_option(report, &i)) != NULL;)
		if (!strcmp(o->name, name))
			return o;
	return NULL;
}

/* "list, events or ids"; the report without a name is not named, nor those with another HELP, where that is given. */
static void put_reports(struct buf *out, const char *option, const char *help, const char *last)
{
	const char *names[64];
	size_t count = 0;

	for (const struct report *r = reports; r->name; r++) {
		const struct count_option *o = option_of(r, option);

		if (*r->name && o && (!help || !strcmp(o->help, help)) && count < sizeof names / sizeof *names)
			names[count++] = r->name;
	}
	for (size_t i = 0; i < count; i++)
		buf_printf(out, "%s%s", !i ? "" : i + 1 < count ? ", " : last, names[i]);
}

static void put_help(struct buf *out, const struct count_option *o)
{
	buf_text_put(out, o->help);
	if (o->fallback)
		buf_printf(out, "; default: %s", o->fallback);
}

/* Does a report before R say the same of NAME? */
static bool was_said(const struct report *r, const char *name, const char *help)
{
	for (const struct report *before = reports; before < r; before++) {
		const struct count_option *o = option_of(before, name);

		if (o && !strcmp(o->help, help))
			return true;
	}
	return false;
}

/*
 * "list, events, ids: at most N rows", with what other reports mean by it behind that; owned
 * by nobody: a few texts a run.
 */
static const char *help_of(const struct count_option *option, bool alone)
{
	struct buf text = BUF_INIT;

	if (alone)
		put_help(&text, option);
	for (const struct report *r = reports; r->name && !alone; r++) {
		const struct count_option *o = option_of(r, option->name);

		if (!o || was_said(r, o->name, o->help))
			continue;
		if (text.len)
			buf_lit(&text, "; ");
		put_reports(&text, o->name, o->help, ", ");
		buf_lit(&text, ": ");
		put_help(&text, o);
	}
	return buf_text(&text);
}

/* Do all reports that take O allow the same values? */
static bool choices_agree(const struct count_option *option)
{
	const struct count_option *o;

	for (const struct report *r = reports; r->name; r++)
		for (size_t i = 0; (o = next_option(r, &i)) != NULL;)
			if (!strcmp(o->name, option->name) && o->choices != option->choices)
				return false;
	return true;
}

static struct opt opt_of(struct known *k, bool alone)
{
	const struct count_option *o = k->option;
	struct opt opt = {OPT_STRING, 0, o->name, o->arg, help_of(o, alone), &k->text, o->choices, false};

	if (!o->arg) {
		opt.kind = OPT_FLAG;
		opt.value = &k->flag;
	} else if (o->many) {
		opt.kind = OPT_LIST;
		opt.value = &k->list;
	} else if (o->choices && (alone || choices_agree(o))) {
		opt.kind = OPT_CHOICE;
	} else if (!strcmp(o->arg, "FILE")) {
		opt.kind = OPT_INPUT;
	}
	return opt;
}

struct table {
	struct opt *rows;
	size_t count, cap;
};

static void add_row(struct table *t, struct opt row)
{
	t->rows = mem_room(t->rows, t->count, &t->cap, sizeof *t->rows);
	t->rows[t->count++] = row;
}

static void add_known(struct table *t, const char *heading, bool alone)
{
	if (known_count)
		add_row(t, (struct opt){.kind = OPT_GROUP, .help = heading});
	for (size_t i = 0; i < known_count; i++)
		add_row(t, opt_of(&known[i], alone));
}

const struct opt *report_options_table(const struct opt *shared, const struct report *only)
{
	struct table t = {0};

	gather_known(only);
	if (only)
		add_known(&t, "Options of this report", true);
	add_row(&t, (struct opt){.kind = OPT_GROUP, .help = only ? "Options of all reports" :
				 "Reports (the first operand; default: overview, rfm and cohorts)"});
	for (; shared->kind != OPT_END; shared++)
		add_row(&t, *shared);
	if (!only)
		add_known(&t, "Options of single reports (cdp-report NAME --help shows those of one)", false);
	add_row(&t, (struct opt){.kind = OPT_END});
	return t.rows;
}

static bool is_given(const struct known *k)
{
	return k->flag || k->text || k->list.count;
}

/* "; funnel takes --step, --window and --by", or nothing where it takes none. */
static void put_taken(struct buf *out, const struct report *report)
{
	const struct count_option *o, *after;

	for (size_t i = 0; (o = next_option(report, &i)) != NULL;) {
		size_t next = i;

		after = next_option(report, &next);
		if (i == 1)
			buf_printf(out, "; %s takes --%s", report->name, o->name);
		else
			buf_printf(out, "%s--%s", after ? ", " : " and ", o->name);
	}
}

/* One whose values differ by report was taken as it is. */
static void check_choice(struct tool *t, const struct count_option *o, const struct known *k)
{
	struct opt opt = {.kind = OPT_CHOICE, .name = o->name, .choices = o->choices};
	struct buf text = BUF_INIT;
	char quoted[ERROR_QUOTE_MAX];

	for (const char *const *choice = o->choices; choice && k->text; choice++) {
		if (!*choice) {
			error_quote(span_of(k->text), quoted);
			opt_choices(&opt, &text);
			tool_usage(t, "option '--%s' cannot be %s; it can be %s", o->name, quoted, buf_text(&text));
		}
		if (!strcmp(*choice, k->text))
			return;
	}
}

/* By each of several reports that take it; false: none does. */
static bool check_choices(struct tool *t, const struct report *report, const struct known *k)
{
	const struct count_option *o;
	bool taken = false;

	for (size_t i = 0; (o = next_option(report, &i)) != NULL;) {
		if (strcmp(o->name, k->option->name) != 0)
			continue;
		check_choice(t, o, k);
		taken = true;
	}
	return taken;
}

void report_options_check(struct tool *t, const struct report *report)
{
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < known_count; i++) {
		if (!is_given(&known[i]))
			continue;
		if (check_choices(t, report, &known[i]))
			continue;
		put_reports(&text, known[i].option->name, NULL, " or ");
		if (*report->name)
			put_taken(&text, report);
		tool_usage(t, "--%s goes with %s", known[i].option->name, buf_text(&text));
	}
}

const char *report_option(const char *name)
{
	const struct known *k = find_known(name);

	return k ? k->text : NULL;
}

void report_option_set(const char *name, const char *text)
{
	struct known *k = find_known(name);

	if (k)
		k->text = text;
}

bool report_flag(const char *name)
{
	const struct known *k = find_known(name);

	return k && k->flag;
}

bool report_options_at(size_t i, struct option_given *out)
{
	struct known *k = &known[i];

	if (i >= known_count)
		return false;
	*out = (struct option_given){k->option->name, &k->text, &k->list, &k->flag, false, false};
	out->file = k->option->arg && !strcmp(k->option->arg, "FILE");
	for (size_t at = 0; of_whole[at]; at++)
		out->of_whole = out->of_whole || !strcmp(out->name, of_whole[at]);
	return true;
}

static struct count_value value_of(const struct count_option *o)
{
	static const char *const empty = "";
	struct known *k = find_known(o->name);

	if (k->list.count)
		return (struct count_value){k->list.values, k->list.count};
	if (k->text)
		return (struct count_value){&k->text, 1};
	if (k->flag)
		return (struct count_value){&empty, 1};
	return o->fallback ? (struct count_value){&o->fallback, 1} : (struct count_value){NULL, 0};
}

struct count_value *report_option_values(const struct counting *counted)
{
	struct count_value *values;
	size_t count = 0;

	while (counted->options && counted->options[count].name)
		count++;
	if (!count)
		return NULL;
	values = mem_zero(count, sizeof *values);
	for (size_t i = 0; i < count; i++)
		values[i] = value_of(&counted->options[i]);
	return values;
}

static bool is_day(const char *text)
{
	struct civil c;

	return date_parse(span_of(text), DATES_ISO, &c) && !c.has_time;
}

/* Owned by nobody: one a run. */
static char *join_text(const char *a, const char *b)
{
	struct buf text = BUF_INIT;

	buf_text_put(&text, a);
	buf_text_put(&text, b);
	buf_char(&text, '\0');
	return text.ptr;
}

void report_options_take_days(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--"); i++) {
		if (!strcmp(argv[i], "--to") && i + 1 < argc && is_day(argv[i + 1]))
			argv[i] = mem_text("--until", 7);
		else if (!strncmp(argv[i], "--to=", 5) && is_day(argv[i] + 5))
			argv[i] = join_text("--until=", argv[i] + 5);
	}
}

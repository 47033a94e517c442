/*
 * The options of single reports: made of the rows that reports declare, held to the report that
 * is shown, and handed to it.
 */
#ifndef CMD_REPORT_OPTIONS_H
#define CMD_REPORT_OPTIONS_H

#include "cmd/reports.h"
#include "cmd/tool.h"

/*
 * The option table of the tool: SHARED, which ends with OPT_END, and those of all reports behind
 * it, each with the reports that take it; or, of ONLY (NULL: all), its own.  Once a run.
 */
const struct opt *report_options_table(const struct opt *shared, const struct report *only);

/* Ends with a usage error where an option was given that REPORT does not take. */
void report_options_check(struct tool *t, const struct report *report);

/* What was given for NAME, or NULL. */
const char *report_option(const char *name);

/* Was NAME, which takes no argument, given? */
bool report_flag(const char *name);

/* For counting COUNTED: in the order of its options; NULL where it has none.  Owned: mem_free. */
struct count_value *report_option_values(const struct counting *counted);

/* One of the options of single reports, and where what was given for it is. */
struct option_given {
	const char *name;
	const char **text;
	struct opt_list *list;
	bool *flag;
	bool file;		/* the text is a path that is read */
	bool of_whole;		/* it is about all customers: not with --partial */
};

/* The Ith of all; false: there are no more. */
bool report_options_at(size_t i, struct option_given *out);

/* A day is no shape: `--to 2026-03-08` behind `--from` is what --until says.  Before the options are parsed. */
void report_options_take_days(int argc, char **argv);

/* As if the option NAME, which a report takes, had been given with TEXT, which lives as long. */
void report_option_set(const char *name, const char *text);

#endif

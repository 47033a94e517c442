/*
 * What all tools do alike: the common options, messages, rejected rows, the
 * pass over record streams, the output, the balance and the exit status.
 * A tool's main is: tool_start, its work, tool_finish.
 *
 * Nothing here returns after a failure: tool_fail reports, gives up the output
 * (which leaves a record stream cut on purpose) and exits.
 */
#ifndef CMD_TOOL_H
#define CMD_TOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/opt.h"
#include "io/output_set.h"
#include "base/span.h"
#include "time/zone.h"
#include "record/stream.h"

enum exit_status {
	EXIT_GOOD = 0,
	EXIT_REJECTS = 1,	/* complete, but some rows were rejected */
	EXIT_USAGE = 2,
	EXIT_FAILED = 3,
};

struct example {
	const char *what;	/* "Orders of a shop, mapped by a file" */
	const char *command;
};

struct tool_state;

/* An option that is something else now. */
struct gone_option {
	const char *name;	/* without dashes */
	const char *now;	/* "--rule 'limit email = 3'" */
};

/* Of --allow-empty, for tools that read records; its row of their tables. */
extern bool tool_allow_empty;
#define TOOL_OPTION_ALLOW_EMPTY {OPT_FLAG, 0, "allow-empty", NULL, \
	"take zero bytes for no records: a filter such as grep let nothing pass", &tool_allow_empty, NULL, false}

struct tool {
	/* Given by main. */
	const char *name;		/* "cdp-merge" */
	const char *part;		/* "survival": its word on the command line; NULL: the tool itself */
	const char *synopsis;		/* "[OPTION]... [FILE]..." */
	const char *summary;		/* one sentence */
	const struct opt *opts;		/* its own; the common ones are added */
	const char *const *without;	/* long names of common options that would do nothing
					   here: it has none of them; ends with NULL; may be NULL */
	const struct gone_option *gone;	/* ends with a NULL name; NULL: none */
	struct example examples[3];	/* at least two; ends with NULLs */
	enum output_kind output_kind;
	const char *expects;		/* what stdin should bring, for a terminal:
					   "records of cdp-ingest" */
	const char *hint;		/* follows the error of a run that fails as its input,
					   not empty, is no records; may be NULL */
	const char *const *words;	/* that an operand may be, for completion; ends
					   with NULL; may be NULL */
	bool no_stdin;			/* no operand is fine: never read stdin unasked,
					   or the tool calls tool_check_operands */
	bool writes_books;		/* its output may be an Excel workbook (.xlsx) */
	bool in_place;			/* what is written has all that is read, so -o
					   may take an operand's place; before
					   tool_check_operands */

	/* Set by tool_start from the common options. */
	char **operands;		/* of argv; count 0 is stdin */
	size_t operand_count;
	unsigned jobs;			/* >= 1; default: processors, at most 8 */
	uint64_t memory;		/* bytes; default 1 GiB */
	const char *output_path;	/* NULL: stdout */
	const char *scratch;		/* $TMPDIR or /tmp, for spills */
	struct zone *zone;		/* --tz, default UTC */
	int64_t as_of;			/* MOMENT_NONE when not given */
	bool quiet;
	bool strict;
	bool colour;			/* stdout is a terminal and NO_COLOR is not set */
	bool blocks;			/* text for people may have block characters: not on
					   a terminal whose locale is not of UTF-8 */

	/*
	 * For a tool that keeps a ledger or delivers: PREPARED when all output is
	 * written and synced but not yet in its place, PLACED when it is.  -1 with
	 * T->err ends the run; after PREPARED has failed there is no output.  Either
	 * may be NULL.
	 */
	int (*prepared)(struct tool *t);
	int (*placed)(struct tool *t);

	struct output *out;		/* open after tool_start unless defer_output */
	bool defer_output;		/* main opens it by tool_open_output */
	struct error err;		/* for calls whose failure ends in tool_fail */
	uint64_t rejected;
	bool answers_1;			/* before tool_finish: status 1, also when no row is rejected */
	struct tool_state *state;	/* cmd/tool*.c only */
};

/* For a main that allocates before its options are read: no memory is then status 3. */
void tool_begin(struct tool *t);

/* Options, --help and --version, signals, output.  Exits on usage mistakes. */
void tool_start(struct tool *t, int argc, char **argv);
void tool_open_output(struct tool *t);

/*
 * A further output of the run, at PATH: it takes its name with all others in
 * tool_finish (io/output_set.h), and a run that fails leaves it as it was.  NULL for PATH
 * NULL; ends with 3 where it cannot be opened.  Borrowed.
 */
struct output *tool_output(struct tool *t, const char *path, enum output_kind kind,
			   enum output_role role);

/* OUT is not to be after all: a file that has its name stays as it was. */
void tool_output_drop(struct tool *t, struct output *out);

/*
 * "nothing to read" when there is no operand and stdin is a terminal; a usage
 * error where an output would take an operand's place.  tool_start does it; a
 * tool whose first operands are no files, after them.
 */
void tool_check_operands(struct tool *t);

/* Prints T->err and ends: ERROR_USAGE with 2, everything else with 3. */
noreturn void tool_fail(struct tool *t);
/* The same with a message of its own. */
noreturn void tool_usage(struct tool *t, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* "cdp-x: TEXT" to stderr unless --quiet; warnings say "warning: ". */
void tool_say(struct tool *t, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void tool_warn(struct tool *t, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* A message, a warning for each line of LINES. */
void tool_say_lines(struct tool *t, struct span lines);
void tool_warn_lines(struct tool *t, struct span lines);
/* tool_warn of something that is lost: --quiet does not hide it. */
void tool_alert(struct tool *t, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* tool_say of something that is written: when it has its name. */
void tool_say_placed(struct tool *t, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * A row is lost with *WHY (its file and line set): told on stderr (the first
 * ten), its ORIGINAL bytes (newline included) to --rejects, the reason to
 * FILE.why, counted.  Ends the run under --strict.
 */
void tool_reject(struct tool *t, struct span original, const struct error *why);

/*
 * A file is left out with T->err: told, and the run, which goes on with the others, ends with 1 at
 * best.  Ends it under --strict.
 */
void tool_lose_file(struct tool *t);

/* The row that was lost last goes on with these bytes. */
void tool_reject_rest(struct tool *t, struct span original);

/* The header that --rejects keeps above the rejected rows of a file, so that they can be
 * read like any file; where the header of the file before was the same it stands once.
 * Call when a file begins. */
void tool_reject_header(struct tool *t, struct span header);

/* In a log, directives that count for the rows from here on. */
void tool_reject_directives(struct tool *t, struct span text);

/* The file of --rejects, or NULL. */
const char *tool_rejects_path(const struct tool *t);

/* The rows seen so far: the base of --max-rejects P% and of the 10 % rule.
 * tool_pass tells them itself. */
void tool_rows(struct tool *t, uint64_t rows);

/* Members of --stats, in the order of their first mention. */
void tool_stat(struct tool *t, const char *key, uint64_t number);
void tool_stat_text(struct tool *t, const char *key, struct span text);
void tool_stat_value(struct tool *t, const char *key, struct span raw_json);

/* Is --stats given?  For what costs time to count. */
bool tool_has_stats(const struct tool *t);

/* Bytes done, for --progress; called now and then with the totals so far. */
void tool_progress(struct tool *t, uint64_t bytes, uint64_t total,
		   uint64_t rows);

/* Writes to the output, or ends with 3. */
void tool_write(struct tool *t, struct span bytes);

/*
 * Ends well: gives all outputs their names, prints "BALANCE" (may be NULL) and
 * returns the exit status.  Where too many rows were rejected the outputs are given up,
 * but --stats is written (law 10), and the rejects are where no file is in their place.
 */
int tool_finish(struct tool *t, const char *balance, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * The pass over the records of all operands, by T->jobs workers.
 *
 * LINE handles one record: appends to OUT what it makes of it.  It runs on any
 * thread; WORKER (below T->jobs) tells which scratch memory is its own.  -1
 * with a data error rejects the line.  What the lines of a block appended goes,
 * in input order and on the calling thread, to ABSORB, or, where that is NULL,
 * to the output.
 */
struct tool_pass {
	int (*line)(void *context, unsigned worker, struct span line,
		    struct buf *out, struct error *err);
	int (*absorb)(void *context, struct span bytes, struct error *err);
	void *context;
};

/*
 * Reads everything; returns the number of records (rejected ones included), or
 * ends with 3 (a cut stream).
 */
uint64_t tool_pass(struct tool *t, const struct tool_pass *pass);

/*
 * For two passes: call before the first.  Plain files are read again; pipes
 * are kept in memory up to --memory and then in a spill.
 */
void tool_keep_input(struct tool *t);

#endif

/*
 * Options as a table.  One table drives getopt_long, --help, shell completion
 * and the test that holds the manual page to it.  Unknown options and values
 * are answered with the nearest known one.
 */
#ifndef BASE_OPT_H
#define BASE_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

enum opt_kind {
	OPT_END,
	OPT_GROUP,	/* a heading in --help: its text is `help` */
	OPT_FLAG,	/* bool *: set to true */
	OPT_STRING,	/* const char **: borrowed from argv */
	OPT_LIST,	/* struct opt_list *: may be given many times; with the arg
			   FILE these are read */
	OPT_NUMBER,	/* uint64_t *: decimal, below UINT64_MAX, which can stand for "not given" */
	OPT_SIZE,	/* uint64_t *: bytes; suffixes K M G (of 1024) */
	OPT_CHOICE,	/* const char **: one of `choices` */
	/* As OPT_STRING, paths; so that it can be told where two are one file: */
	OPT_INPUT,	/* a file that is read */
	OPT_OUTPUT,	/* a file that is written */
	OPT_REPLACE,	/* a file that is written, and may have been an input */
	OPT_UPDATE,	/* a file that is read and written, or either */
};

struct opt_list {
	const char **values;	/* borrowed from argv, in order */
	size_t count;
	size_t cap;
};

struct opt {
	enum opt_kind kind;
	char letter;			/* 0: none */
	const char *name;		/* without dashes */
	const char *arg;		/* "FILE"; NULL: takes none */
	const char *help;
	void *value;
	/* Ends with NULL.  OPT_CHOICE: all values, held to and in --help; of any
	   other kind the usual ones, for completion: others are taken, too. */
	const char *const *choices;
	bool optional;			/* --name alone is allowed: the value is then "" */
};

/*
 * Reads ARGV by the tables A and then B (either may be NULL).  Operands are
 * moved to the end; *FIRST gets the index of the first.  Returns 0, or -1
 * with a usage error: "unknown option '--ouput'; did you mean '--output'?".
 * "--" ends the options.  No abbreviations of long names are accepted.  An
 * option given twice: the last counts, save for OPT_LIST.  Not for threads.
 */
int opt_parse(const struct opt *a, const struct opt *b, int argc, char **argv,
	      int *first, struct error *err);

/* Frees the list that OPT_LIST made; its texts belong to argv. */
void opt_list_release(struct opt_list *list);

/*
 * The options part of --help: groups, aligned columns, at most 80 wide.  The
 * choices of an OPT_CHOICE are added to its help: ". Values: text or csv".
 */
void opt_help(const struct opt *table, struct buf *out);

/* The choices of an OPT_CHOICE as a person lists them: "text, csv or json". */
void opt_choices(const struct opt *opt, struct buf *out);

/*
 * One line an option: "--name TAB -l TAB ARG TAB choices TAB help".  ARG is
 * "[ARG]" when --name alone is allowed; "text|csv" are all choices, and
 * "dmy|mdy|..." some of them.
 */
void opt_list_all(const struct opt *table, struct buf *out);

/* "1073741824", "64M", "1.5G": bytes.  0 or -1 with a usage error. */
int opt_size(const char *text, uint64_t *out, struct error *err);

#endif

/*
 * The formats that the lines of web logs are written in.
 *
 * A format is a text in the notation of nginx ($remote_addr) or Apache (%h): literal
 * bytes with variables between them.  The formats that need no --log-format are such
 * texts, too.  Every log has the fixed columns below, whatever its format; what
 * else a format names becomes further columns behind them.
 */
#ifndef WEBLOG_LOG_FORMAT_H
#define WEBLOG_LOG_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/span.h"
#include "collect/weblog/log_column.h"

struct log_item {
	int column;
	enum log_form form;
	struct span pattern;	/* LOG_WHEN_PATTERN */
	struct span behind;	/* the literal that ends it; empty: the line does */
	bool quoted;		/* a quote stands before it */
	bool list;		/* it may be several addresses, "a, b" */
};

struct log_format {
	const char *name;	/* for messages */
	struct span before;	/* the literal that begins the line */
	struct log_item *items;
	size_t count;
	size_t cap;
	struct span *columns;	/* the fixed ones, then the format's own */
	size_t column_count;
	size_t column_cap;
	bool open;		/* more fields may follow: they are LOG_EXTRA */
	struct arena arena;
};

void log_format_init(struct log_format *f, const char *name);
void log_format_release(struct log_format *f);

/* Reads TEXT, a format in either notation.  -1 with a usage error. */
int log_format_parse(struct log_format *f, const char *text, struct error *err);

/* How many quotes its literals hold: a line with as many has none in its fields. */
size_t log_format_quotes(const struct log_format *f);

/* The number of the column NAME, made when there is none. */
int log_format_column(struct log_format *f, struct span name);

#endif

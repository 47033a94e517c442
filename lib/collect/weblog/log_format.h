/*
 * The columns of a web log and the formats that its lines are written in.
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

enum log_column {
	/* As they are logged. */
	LOG_TIME,
	LOG_HOST,
	LOG_IDENT,
	LOG_USER,
	LOG_REQUEST,
	LOG_METHOD,
	LOG_URL,
	LOG_PATH,
	LOG_QUERY,
	LOG_PROTOCOL,
	LOG_STATUS,
	LOG_BYTES,
	LOG_REFERRER,
	LOG_USER_AGENT,
	LOG_VHOST,
	LOG_PORT,
	LOG_SCHEME,
	LOG_DURATION,
	LOG_FORWARDED,
	/* Derived. */
	LOG_VISITOR,
	LOG_IP,
	LOG_REMOTE_HOST,
	LOG_UTM_SOURCE,
	LOG_UTM_MEDIUM,
	LOG_UTM_CAMPAIGN,
	LOG_UTM_TERM,
	LOG_UTM_CONTENT,
	LOG_GCLID,
	LOG_GBRAID,
	LOG_WBRAID,
	LOG_DCLID,
	LOG_MSCLKID,
	LOG_FBCLID,
	LOG_TTCLID,
	LOG_TWCLID,
	LOG_LI_FAT_ID,
	LOG_YCLID,
	LOG_ASSET,
	LOG_ERROR,
	LOG_BAD_REQUEST,
	LOG_EXTRA,
	LOG_COLUMNS,
};

/* A fixed column: its name, and the field it goes to unless the mapping gives that
 * another value; NULL: to none.  "%" stands for the source. */
struct log_column_info {
	struct span name;
	const char *field;
};

extern const struct log_column_info log_column_table[LOG_COLUMNS];

/* How a value is written. */
enum log_form {
	LOG_PLAIN,
	LOG_WHEN,		/* any time that moment_parse_civil knows */
	LOG_WHEN_MICROS,	/* microseconds since 1970 */
	LOG_WHEN_PATTERN,	/* by a strptime pattern */
	LOG_DATE,		/* of W3C: the day, and... */
	LOG_CLOCK,		/* ...the time of it, in UTC */
	LOG_SECONDS,		/* a duration */
	LOG_MILLIS,
	LOG_MICROS,
	LOG_PART,		/* seconds; all such parts together are the duration */
	LOG_AGENT,		/* of W3C: blanks written as + or %20 */
};

struct log_item {
	int column;
	enum log_form form;
	struct span pattern;	/* LOG_WHEN_PATTERN */
	struct span behind;	/* the literal that ends it; empty: the line does */
	bool quoted;		/* a quote stands before it */
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

/* What a variable means: the table of names.  log_meaning.c */
struct log_meaning {
	enum log_column column;	/* LOG_COLUMNS: one of its own */
	enum log_form form;
};

bool log_meaning_of_nginx(struct span name, struct log_meaning *out);
bool log_meaning_of_apache(char directive, struct span argument,
			   struct log_meaning *out);
bool log_meaning_of_w3c(struct span name, struct log_meaning *out);

#endif

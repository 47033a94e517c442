/*
 * The columns of a web log, and what the variables of log formats mean as such: the tables of
 * names.
 *
 * Every log has the fixed columns below, whatever its format; what else a format names becomes
 * further columns behind them.
 */
#ifndef WEBLOG_LOG_COLUMN_H
#define WEBLOG_LOG_COLUMN_H

#include <stdbool.h>

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
	LOG_WHEN,		/* any time that date_parse knows */
	LOG_WHEN_MICROS,	/* microseconds since 1970 */
	LOG_WHEN_PATTERN,	/* by a strptime pattern */
	LOG_DATE,		/* of W3C: the day, and... */
	LOG_CLOCK,		/* ...the time of it, in UTC */
	LOG_SECONDS,		/* a duration */
	LOG_MILLIS,
	LOG_MICROS,
	LOG_NANOS,
	LOG_UNIT,		/* with its unit: 0.012s, 12ms */
	LOG_TIMERS,		/* of HAProxy: milliseconds between slashes, all of them last */
	LOG_HEADERS,		/* of HAProxy: 0/0 {captured|headers}, among which may be forwarded addresses */
	LOG_HOST_PORT,		/* an address, and always a port behind a colon */
	LOG_PART,		/* seconds; all such parts together are the duration */
	LOG_AGENT,		/* of W3C: blanks written as + or %20 */
};

/* What a variable of a format means. */
struct log_meaning {
	enum log_column column;	/* LOG_COLUMNS: one of its own */
	enum log_form form;
};

bool log_meaning_of_nginx(struct span name, struct log_meaning *out);
bool log_meaning_of_apache(char directive, struct span argument,
			   struct log_meaning *out);
bool log_meaning_of_w3c(struct span name, struct log_meaning *out);

#endif

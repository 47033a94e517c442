/*
 * What the members of a request in JSON are called: by nginx's variables and Caddy, Traefik,
 * Cloudflare, Fastly, Google and Amazon, by the names that people give them.
 *
 * A name is compared without regard to case, '_', '-', '.' and '@': request_method, RequestMethod
 * and {"request": {"method": ...}} are one.  Of several members for one column the one
 * that is named first in the table counts.
 */
#ifndef WEBLOG_LOG_NAMES_H
#define WEBLOG_LOG_NAMES_H

#include "collect/weblog/log_column.h"

/* What is no column, but says what a line is. */
enum log_mark {
	LOG_MARK_LEVEL = LOG_COLUMNS,	/* info, error */
	LOG_MARK_TEXT,			/* what a program has to say; or a line that is carried in it */
	LOG_MARK_LOGGER,		/* who says it */
	LOG_MARKS,
};

struct log_name {
	const char *name;		/* in small letters and digits */
	int column;			/* enum log_column, or enum log_mark */
	enum log_form form;
};

/* The row of the member with this PATH, a dotted one; NULL: it means nothing known.  Rows stand in the order of preference. */
const struct log_name *log_name_find(struct span path);

#endif

/*
 * Access logs that are a JSON object a line: those of nginx whose log_format names
 * members like its variables, and Caddy's.  What is not known of a line is kept in
 * LOG_EXTRA as name=value.
 */
#ifndef WEBLOG_LOG_JSON_H
#define WEBLOG_LOG_JSON_H

#include "collect/weblog/log_line.h"

/* Is LINE a request in such a log? */
bool log_json_is_line(struct span line);

/* Cuts LINE into the cells of L, which has been started.  -1 with a data error. */
int log_json_cut(struct log_line *l, struct span line, struct error *err);

#endif

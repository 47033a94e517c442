/* What a request asked for: method, URL, path, campaign. */
#ifndef WEBLOG_LOG_REQUEST_H
#define WEBLOG_LOG_REQUEST_H

#include "collect/weblog/log_line.h"

/* Makes of the request, or of its parts, whatever else they give: method, URL, host, path, query, what the query names. */
void log_request_derive(struct log_line *l);

/* Can S be the method of a request: a word of letters, with - and _? */
bool log_is_method(struct span s);

#endif

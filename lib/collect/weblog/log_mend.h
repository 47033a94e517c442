/*
 * Requests in JSON that the server did not write as JSON: nginx's log_format without escape=json
 * has \x22 for a quote, with escape=none the quote itself.
 */
#ifndef WEBLOG_LOG_MEND_H
#define WEBLOG_LOG_MEND_H

#include "base/arena.h"
#include "base/span.h"

/*
 * LINE with its texts escaped as JSON has it, in A.  A quote ends a text where what follows can only
 * follow a text; any other is one of the text.  The result need not be JSON.
 */
struct span log_json_mend(struct span line, struct arena *a);

#endif

/*
 * Access logs that are a JSON object a line, whatever their members are called: see log_names.h.
 * What is not known of a line is kept in LOG_EXTRA as name=value.
 *
 * Not every line is a request.  Servers write their own messages among them, with a level and a
 * text; and what runs the server may carry its lines in objects: {"log": "...", "stream": "stdout"}.
 */
#ifndef WEBLOG_LOG_JSON_H
#define WEBLOG_LOG_JSON_H

#include "base/map.h"
#include "collect/weblog/log_line.h"
#include "collect/weblog/log_names.h"
#include "record/scan.h"

struct json_field {
	const struct log_name *name;	/* NULL: it means nothing known */
	struct span path;
	struct value value;
};

/* What reading remembers from line to line: for each worker one. */
struct log_json {
	struct map paths;		/* of members: their struct log_name */
	struct json_field *fields;	/* of the line at hand */
	size_t count;
	size_t cap;
	bool shaped;			/* it has the members of a request, even if not their values */
	struct buf path;
	struct buf key;
};

#define LOG_JSON_INIT ((struct log_json){.path = BUF_INIT})

void log_json_release(struct log_json *j);

enum log_json_kind {
	LOG_JSON_BAD = -1,	/* *ERR says why */
	LOG_JSON_REQUEST,
	LOG_JSON_MESSAGE,	/* of the server */
	LOG_JSON_CARRIED,	/* *INSIDE may be a line of a log; else this is a message */
};

/*
 * Cuts LINE into the cells of L, which has been started.  TIME stands before it, or is absent.
 * *INSIDE lives as long as L's line.
 */
enum log_json_kind log_json_cut(struct log_json *j, struct log_line *l, struct span line, struct span time,
				struct span *inside, struct error *err);

/*
 * Caddy's console: time, level, logger and text with tabs between them, then the object.  True: LINE is so written; *TIME and
 * *OBJECT (absent: it has none) are of it, *ACCESS says that it is a request.
 */
bool log_json_console(struct span line, struct span *time, struct span *object, bool *access);

#endif

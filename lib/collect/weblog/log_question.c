#include "collect/weblog/log_question.h"

#include <string.h>

#include "collect/rows/drawn.h"
#include "collect/rows/objects.h"
#include "collect/weblog/log_envelope.h"
#include "collect/weblog/log_json.h"
#include "collect/weblog/log_message.h"

#define TRIES 10
#define HEAD_MAX ((size_t)256 << 10)
#define TAKE_MANUAL "see WEB LOGS in cdp-weblog(5)"

/* What a line shows of being one of a log. */
enum sight {
	SIGHT_NOTHING,
	SIGHT_REQUEST,	/* of text: GET /a HTTP/1.1 */
	SIGHT_MESSAGE,	/* of a server or another program */
	SIGHT_MEMBERS,	/* of JSON: some of what a request has */
	SIGHT_DOCUMENT,	/* a request in JSON, but not on a line of its own */
	SIGHTS,
};

/* What stands behind a method, as text or in the cell behind. */
static bool begins_target(struct span s)
{
	static const char *const begin[] = {" /", "\t/", " http://", " https:/", ",/", ", /", "\",\"/", "|/", ";/"};

	for (size_t i = 0; i < sizeof begin / sizeof *begin; i++)
		if (span_starts(s, span_of(begin[i])))
			return true;
	return false;
}

/* Is there a method before what can be asked for? */
static bool has_request(struct span line)
{
	static const char *const methods[] = {"GET", "POST", "HEAD", "PUT", "OPTIONS"};

	if (span_find(line, SPAN(" HTTP/1.")) < line.len || span_find(line, SPAN(" HTTP/2")) < line.len)
		return true;
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
		struct span method = span_of(methods[i]);
		size_t at = span_find(line, method);
		struct span behind = span_sub(line, at + method.len, 8);

		if (at < line.len && (!at || !strchr("/?&=_-", line.ptr[at - 1])) && begins_target(behind))
			return true;
	}
	return false;
}

/* Is V one of LIST, which NULL ends, in any case? */
static bool is_one_of(struct value v, const char *const *list)
{
	struct span text = v.kind == VALUE_TEXT ? span_sub(v.raw, 1, v.raw.len - 2) : SPAN("");

	for (; *list; list++)
		if (span_equal_nocase(text, span_of(*list)))
			return true;
	return false;
}

static bool is_level(struct value v)
{
	static const char *const levels[] = {"trace", "debug", "info", "notice", "warn", "warning", "error", "critical",
					     "fatal", NULL};

	return is_one_of(v, levels);
}

static bool is_http_method(struct value v)
{
	static const char *const methods[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", NULL};

	return is_one_of(v, methods);
}

/* What OBJECT, which is no request that can be read, has of one. */
static enum sight look_at_object(struct span text)
{
	bool time = false, client = false, what = false, level = false, says = false;
	struct value object;
	struct member m;
	struct scan s;

	if (scan_whole(text, &object, NULL) || object.kind != VALUE_OBJECT)
		return SIGHT_NOTHING;
	scan_start(&s, text);
	if (scan_enter(&s, '{', NULL))
		return SIGHT_NOTHING;
	while (scan_member(&s, &m, NULL) > 0) {
		const struct log_name *name = m.key_escaped ? NULL : log_name_find(m.key);
		int column = name ? name->column : -1;

		time = time || column == LOG_TIME;
		client = client || column == LOG_HOST || column == LOG_FORWARDED || column == LOG_USER_AGENT;
		what = what || (column == LOG_REQUEST && has_request(m.value.raw)) ||
			(column == LOG_METHOD && is_http_method(m.value));
		level = level || (column == LOG_MARK_LEVEL && is_level(m.value));
		says = says || column == LOG_MARK_TEXT;
	}
	if (level && says && time)
		return SIGHT_MESSAGE;
	return what && (client || time) ? SIGHT_MEMBERS : SIGHT_NOTHING;
}

static enum sight look_at_line(struct span line)
{
	struct span inside = log_envelope_inside(line);

	if (*line.ptr == '{')
		return look_at_object(line);
	if (has_request(line))
		return SIGHT_REQUEST;
	return !span_absent(inside) || log_is_message(line) ? SIGHT_MESSAGE : SIGHT_NOTHING;
}

/* Is the first value of a document, or of the array that it is, a request over several lines? */
static bool is_document(struct span head)
{
	struct log_json json = LOG_JSON_INIT;
	struct log_line line;
	const char *p = head.ptr, *end = p + head.len, *stop;
	struct span inside;
	struct error err;
	bool found;

	while (p < end && (*p == '[' || *p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
		p++;
	if (p == end || *p != '{')
		return false;
	stop = objects_value_end(p, end);
	err.column = 0;
	log_line_init(&line, LOG_COLUMNS, SPAN(""));
	found = log_json_cut(&json, &line, span_between(p, stop), SPAN_NONE, &inside, &err) == LOG_JSON_REQUEST;
	log_line_release(&line);
	log_json_release(&json);
	return found;
}

static enum sight look(struct span head, struct span *sample)
{
	struct span rest = head;
	int lines = 0, seen[SIGHTS] = {0};
	enum sight first = SIGHT_NOTHING;

	while (!span_absent(rest) && lines < TRIES) {
		struct span line = span_trim(span_cut(&rest, '\n'));
		enum sight sight;

		/* The last may be cut off. */
		if (!line.len || (lines && span_absent(rest)))
			continue;
		sight = look_at_line(line);
		/* A table that was drawn for people is none. */
		if (lines == 1 && drawn_is_ruler(line))
			return SIGHT_NOTHING;
		if (!lines++) {
			first = sight;
			*sample = line;
		}
		seen[sight]++;
	}
	return 2 * seen[first] > lines ? first : SIGHT_NOTHING;
}

int weblog_ask(struct span head, struct error *err)
{
	struct span sample = SPAN("");
	char quoted[ERROR_QUOTE_MAX];
	enum sight sight;

	head = span_sub(head, 0, HEAD_MAX);
	sight = is_document(head) ? SIGHT_DOCUMENT : look(head, &sample);
	sample = sight == SIGHT_DOCUMENT ? span_trim(head) : sample;
	error_quote(sample, quoted);
	switch (sight) {
	case SIGHT_REQUEST:
		return error_usage(err, "looks like a web log, but in no known format: %s. --log-format says how a line is written, as in the "
				   "server's configuration; -f csv reads a table (" TAKE_MANUAL ")", quoted);
	case SIGHT_MESSAGE:
		return error_usage(err, "looks like messages of a server or another program, none of them a request: %s. Is there an access log? "
				   "--log-format says how lines are written; -f csv or -f ndjson reads them as they are (" TAKE_MANUAL ")", quoted);
	case SIGHT_MEMBERS:
		return error_usage(err, "looks like a web log in JSON, but its members are not all known: %s. A request has a time, the client's address, "
				   "request or method and path, status: name them like nginx's variables, or map them: --suggest shows how "
				   "(" TAKE_MANUAL ")", quoted);
	case SIGHT_DOCUMENT:
		return error_usage(err, "looks like a web log as one JSON document: a request a line is read: jq -c %s FILE | cdp-ingest (" TAKE_MANUAL ")",
				   *sample.ptr == '[' ? "'.[]'" : ".");
	case SIGHT_NOTHING:
	case SIGHTS:
		break;
	}
	return 0;
}

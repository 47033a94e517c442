#include "collect/weblog/log_json.h"

#include <string.h>

#include "base/mem.h"
#include "collect/weblog/log_mend.h"
#include "collect/weblog/log_request.h"
#include "time/date_text.h"

/* More different names than these are somebody's ids. */
#define PATHS_MAX 4096

void log_json_release(struct log_json *j)
{
	map_release(&j->paths);
	mem_free(j->fields);
	buf_release(&j->path);
	buf_release(&j->key);
}

/* Walking a line. */

static void add_field(struct log_json *j, struct log_line *l, struct value v)
{
	struct span path = buf_view(&j->path);
	struct json_field field = {.value = v};
	bool added = false;
	size_t at = map_find(&j->paths, path);

	if (at == MAP_NONE && j->paths.count < PATHS_MAX) {
		at = map_put(&j->paths, path, &added);
		j->paths.entries[at].ptr = (void *)(uintptr_t)log_name_find(path);
	}
	if (at == MAP_NONE) {
		field.name = log_name_find(path);
		field.path = arena_copy(&l->texts, path);
	} else {
		field.name = j->paths.entries[at].ptr;
		field.path = j->paths.entries[at].key;
	}
	j->fields = mem_room(j->fields, j->count, &j->cap, sizeof *j->fields);
	j->fields[j->count++] = field;
}

static void walk_members(struct log_json *j, struct log_line *l, struct value object)
{
	size_t len = j->path.len;
	struct member m;
	struct scan s;

	scan_start(&s, object.raw);
	if (scan_enter(&s, '{', NULL))
		return;
	while (scan_member(&s, &m, NULL) > 0) {
		j->path.len = len;
		if (len)
			buf_char(&j->path, '.');
		buf_span(&j->path, member_key(&m, &j->key));
		buf_clear(&j->key);
		if (m.value.kind == VALUE_OBJECT)
			walk_members(j, l, m.value);
		else if (m.value.kind != VALUE_NULL)
			add_field(j, l, m.value);
	}
	j->path.len = len;
}

/* The text of V; of an array the first; empty where it has none. */
static struct span text_of(struct log_line *l, struct value v)
{
	struct buf decoded = BUF_INIT;
	struct span text;
	struct scan s;

	if (v.kind == VALUE_ARRAY) {
		scan_start(&s, v.raw);
		if (scan_enter(&s, '[', NULL) || scan_element(&s, &v, NULL) <= 0)
			return SPAN("");
	}
	text = value_text(v, &decoded);
	if (v.kind == VALUE_TEXT && v.escaped)
		text = arena_copy(&l->texts, text);
	buf_release(&decoded);
	return span_absent(text) ? SPAN("") : text;
}

/* All addresses of an array, as one list. */
static struct span list_of(struct log_line *l, struct value v)
{
	struct buf list = BUF_INIT;
	struct span text;
	struct scan s;

	if (v.kind != VALUE_ARRAY)
		return text_of(l, v);
	scan_start(&s, v.raw);
	if (!scan_enter(&s, '[', NULL))
		while (scan_element(&s, &v, NULL) > 0) {
			if (list.len)
				buf_lit(&list, ", ");
			buf_span(&list, text_of(l, v));
		}
	text = arena_copy(&l->texts, buf_view(&list));
	buf_release(&list);
	return text;
}

/* What the fields of a line mean: of each column and mark the one that counts. */
struct meaning {
	const struct json_field *of[LOG_MARKS];
	struct span text[LOG_MARKS];	/* empty: there is none */
	bool named[LOG_MARKS];		/* there is one, which may be empty */
};

static bool is_nothing(struct span text)
{
	return !text.len || span_equal(text, SPAN("-"));
}

static void find_meaning(const struct log_json *j, struct log_line *l, struct meaning *m)
{
	*m = (struct meaning){.of = {NULL}};
	for (int c = 0; c < LOG_MARKS; c++)
		m->text[c] = SPAN("");
	for (size_t i = 0; i < j->count; i++) {
		const struct json_field *f = &j->fields[i];
		struct span text;

		if (!f->name)
			continue;
		m->named[f->name->column] = true;
		if ((m->of[f->name->column] && m->of[f->name->column]->name <= f->name))
			continue;
		text = f->name->column == LOG_FORWARDED ? list_of(l, f->value) : text_of(l, f->value);
		if (is_nothing(text))
			continue;
		m->of[f->name->column] = f;
		m->text[f->name->column] = text;
	}
}

static void move_meaning(struct meaning *m, int from, int to)
{
	m->of[to] = m->of[from];
	m->text[to] = m->text[from];
	m->of[from] = NULL;
	m->text[from] = SPAN("");
}

static bool has_blank(struct span text)
{
	return memchr(text.ptr, ' ', text.len) != NULL;
}

/* Names that mean one thing or another by what stands behind them. */
static void settle_meaning(struct meaning *m)
{
	struct span request = m->text[LOG_REQUEST];

	if (request.len && !m->of[LOG_URL] && !has_blank(request) &&
	    (*request.ptr == '/' || span_find(request, SPAN("://")) < request.len))
		move_meaning(m, LOG_REQUEST, LOG_URL);
	if (m->of[LOG_PATH] && !m->of[LOG_URL] &&
	    span_find_byte(m->text[LOG_PATH], '?') < m->text[LOG_PATH].len)
		move_meaning(m, LOG_PATH, LOG_URL);
	if (m->of[LOG_VHOST] && !m->of[LOG_HOST] && !m->of[LOG_FORWARDED] &&
	    log_host_kind(log_host_bare(m->text[LOG_VHOST])) == HOST_ADDRESS)
		move_meaning(m, LOG_VHOST, LOG_HOST);
}

/* Is METHOD one of HTTP, and no way of paying? */
static bool is_http_method(struct span method)
{
	static const char *const methods[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH",
					      "CONNECT", "TRACE", "PROPFIND"};

	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
		if (span_equal(method, span_of(methods[i])))
			return true;
	return false;
}

static bool is_number(struct span s)
{
	uint64_t number;

	return span_number(s, &number) || span_equal(s, SPAN("-1"));
}

/* Has it what a request has?  A status alone may be that of an order, an address that of a subscriber. */
static bool has_shape(const struct meaning *m)
{
	return m->of[LOG_TIME] && (m->of[LOG_HOST] || m->of[LOG_FORWARDED]) &&
	       (m->named[LOG_REQUEST] || m->named[LOG_URL] || m->named[LOG_PATH] || m->of[LOG_METHOD]) &&
	       (m->named[LOG_STATUS] || m->of[LOG_METHOD]);
}

static bool is_request(const struct meaning *m)
{
	bool answered = m->of[LOG_STATUS] && is_number(m->text[LOG_STATUS]);

	return has_shape(m) &&
	       (answered || is_http_method(m->text[LOG_METHOD]) || has_blank(m->text[LOG_REQUEST]));
}

/* Caddy's loggers: of those that write requests only that of the access log writes each once. */
static bool is_other_logger(struct span logger)
{
	return span_starts(logger, SPAN("http.")) && !span_starts(logger, SPAN("http.log.access"));
}

static enum log_json_kind kind_of(const struct meaning *m)
{
	if (is_other_logger(m->text[LOG_MARK_LOGGER]))
		return LOG_JSON_MESSAGE;
	if (is_request(m))
		return LOG_JSON_REQUEST;
	if (span_starts(m->text[LOG_MARK_LOGGER], SPAN("http.log.access")))
		return LOG_JSON_BAD;
	if (m->of[LOG_MARK_TEXT])
		return LOG_JSON_CARRIED;
	return m->of[LOG_MARK_LEVEL] && !m->of[LOG_HOST] ? LOG_JSON_MESSAGE : LOG_JSON_BAD;
}

/* A request as cells. */

static bool is_clock(struct span s)
{
	return s.len >= 8 && s.len <= 15 && s.ptr[2] == ':' && s.ptr[5] == ':';
}

/* Of a day and a time of it in two members, as CloudFront has them. */
static const struct json_field *find_date(const struct log_json *j, const struct meaning *m)
{
	if (!is_clock(m->text[LOG_TIME]))
		return NULL;
	for (size_t i = 0; i < j->count; i++)
		if (j->fields[i].name && j->fields[i].name->form == LOG_DATE)
			return &j->fields[i];
	return NULL;
}

static int put_time(const struct log_json *j, struct log_line *l, const struct meaning *m, struct error *err)
{
	const struct json_field *date = find_date(j, m);
	struct log_item item = {.column = LOG_TIME, .form = date ? LOG_CLOCK : LOG_WHEN};

	if (date)
		l->date = text_of(l, date->value);
	return log_line_put(l, &item, m->text[LOG_TIME], err);
}

/* Who is logged in, by Caddy; elsewhere a number of an application's. */
static bool is_login(const struct meaning *m)
{
	return !span_equal(m->of[LOG_USER]->path, SPAN("user_id")) ||
	       (m->of[LOG_HOST] && span_starts(m->of[LOG_HOST]->path, SPAN("request.")));
}

static bool is_member(const struct json_field *f, const char *path)
{
	return f && span_equal(f->path, span_of(path));
}

/* Caddy has looked behind proxies itself where its two addresses differ. */
static bool is_resolved(const struct log_json *j, struct log_line *l, const struct meaning *m)
{
	if (!is_member(m->of[LOG_HOST], "request.client_ip"))
		return false;
	for (size_t i = 0; i < j->count; i++)
		if (is_member(&j->fields[i], "request.remote_ip"))
			return !span_equal(text_of(l, j->fields[i].value), m->text[LOG_HOST]);
	return false;
}

static int put_columns(const struct log_json *j, struct log_line *l, struct meaning *m, struct error *err)
{
	if (m->of[LOG_USER] && !is_login(m))
		m->of[LOG_USER] = NULL;
	if (m->of[LOG_TIME] && put_time(j, l, m, err))
		return -1;
	l->resolved = is_resolved(j, l, m);
	for (int c = 0; c < LOG_COLUMNS; c++) {
		struct log_item item = {.column = c};

		if (!m->of[c] || c == LOG_TIME)
			continue;
		item.form = m->of[c]->name->form;
		if (log_line_put(l, &item, m->text[c], err))
			return -1;
	}
	return 0;
}

static bool is_used(const struct json_field *f, const struct meaning *m, const struct json_field *date)
{
	if (f == date)
		return true;
	for (int c = 0; c < LOG_COLUMNS; c++)
		if (m->of[c] == f)
			return true;
	return false;
}

static void put_extra(const struct log_json *j, struct log_line *l, const struct meaning *m)
{
	const struct json_field *date = find_date(j, m);

	for (size_t i = 0; i < j->count; i++) {
		const struct json_field *f = &j->fields[i];
		struct span text;

		if (f->name && f->name->column < LOG_COLUMNS && is_used(f, m, date))
			continue;
		text = f->value.kind == VALUE_ARRAY ? f->value.raw : text_of(l, f->value);
		if (f->name && (is_nothing(text) || (f->name->column < LOG_COLUMNS &&
						     span_equal(text, m->text[f->name->column]))))
			continue;
		if (!text.len)
			continue;
		if (l->extra.len)
			buf_char(&l->extra, ' ');
		buf_span(&l->extra, f->path);
		buf_char(&l->extra, '=');
		buf_span(&l->extra, text);
	}
	log_line_set(l, LOG_EXTRA, buf_view(&l->extra));
}

/* A line that is not what servers call JSON, mended where that is possible. */
static int scan_line(struct log_line *l, struct span line, struct value *v, struct error *err)
{
	struct error first;

	first.column = 0;
	if (!scan_whole(line, v, &first))
		return 0;
	*err = first;
	if (!line.len || *line.ptr != '{' || line.ptr[line.len - 1] != '}')
		return -1;
	if (!scan_whole(log_json_mend(line, &l->texts), v, NULL))
		return 0;
	return error_data(err, "%s (nginx writes JSON by log_format NAME escape=json ...)", first.message);
}

/* Of two members of one name with other values nobody knows which the server wrote, and which a client. */
static int refuse_twice(const struct log_json *j, struct error *err)
{
	for (size_t i = 0; i < j->count; i++) {
		const struct json_field *a = &j->fields[i];

		for (size_t k = i + 1; k < j->count && a->name; k++)
			if (span_equal(a->path, j->fields[k].path) &&
			    !span_equal(a->value.raw, j->fields[k].value.raw))
				return error_data(err, "the member %.*s stands there twice: nginx writes JSON by log_format NAME escape=json ...",
						  SPAN_ARG(a->path));
	}
	return 0;
}

static enum log_json_kind refuse_line(const struct meaning *m, struct error *err)
{
	const char *what = !m->of[LOG_TIME] ? "time" :
			   !m->of[LOG_HOST] && !m->of[LOG_FORWARDED] ? "client's address" :
			   !m->of[LOG_STATUS] ? "status" : "request";

	if (m->of[LOG_STATUS] && !is_number(m->text[LOG_STATUS])) {
		char quoted[ERROR_QUOTE_MAX];

		error_data(err, "bad status %s", error_quote(m->text[LOG_STATUS], quoted));
		return LOG_JSON_BAD;
	}
	error_data(err, "not a request: no member is known to be its %s", what);
	return LOG_JSON_BAD;
}

/* The time that stands before the object counts where it has none itself. */
static void take_time(struct meaning *m, struct span time)
{
	static const struct json_field before = {.name = NULL};

	if (m->of[LOG_TIME] || span_absent(time))
		return;
	m->of[LOG_TIME] = &before;
	m->text[LOG_TIME] = time;
}

enum log_json_kind log_json_cut(struct log_json *j, struct log_line *l, struct span line, struct span time,
				struct span *inside, struct error *err)
{
	enum log_json_kind kind;
	struct meaning m;
	struct value v;

	/* Texts are decoded: what they hold need not be plain. */
	l->plain = SPAN_NONE;
	j->count = 0;
	j->shaped = false;
	buf_clear(&j->path);
	if (scan_line(l, line, &v, err))
		return LOG_JSON_BAD;
	if (v.kind != VALUE_OBJECT) {
		error_data(err, "not an object: each request is a JSON object");
		return LOG_JSON_BAD;
	}
	walk_members(j, l, v);
	if (refuse_twice(j, err))
		return LOG_JSON_BAD;
	find_meaning(j, l, &m);
	settle_meaning(&m);
	take_time(&m, time);
	kind = kind_of(&m);
	*inside = span_trim(m.text[LOG_MARK_TEXT]);
	j->shaped = has_shape(&m);
	if (kind == LOG_JSON_BAD)
		return refuse_line(&m, err);
	if (kind != LOG_JSON_REQUEST)
		return kind;
	if (put_columns(j, l, &m, err))
		return LOG_JSON_BAD;
	put_extra(j, l, &m);
	return LOG_JSON_REQUEST;
}

/* Words for how much a message matters, in any case, with the colours of a terminal around them. */
static bool is_level(struct span word)
{
	static const char *const levels[] = {"debug", "info", "warn", "error", "dpanic", "panic", "fatal"};

	if (word.len && *word.ptr == '\x1b') {
		size_t m = span_find_byte(word, 'm');
		size_t stop;

		word = span_sub(word, m + 1, word.len);
		stop = span_find_byte(word, '\x1b');
		word = span_sub(word, 0, stop);
	}
	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
		if (span_equal_nocase(word, span_of(levels[i])))
			return true;
	return false;
}

bool log_json_console(struct span line, struct span *time, struct span *object, bool *access)
{
	struct span rest = line;
	struct civil civil;
	size_t brace;

	*time = span_cut(&rest, '\t');
	if (span_absent(rest) || !is_level(span_cut(&rest, '\t')) || !date_parse(*time, DATES_ISO, &civil))
		return false;
	*access = span_starts(rest, SPAN("http.log.access"));
	*object = SPAN_NONE;
	if (span_absent(rest))
		return true;
	brace = span_find(rest, SPAN("\t{"));
	if (brace < rest.len)
		*object = span_sub(rest, brace + 1, rest.len);
	return true;
}

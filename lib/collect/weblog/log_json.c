#include "collect/weblog/log_json.h"

#include "collect/weblog/log_format.h"
#include "record/scan.h"

static const struct {
	struct span path;
	struct log_meaning means;
} caddy[] = {
	{SPAN("ts"), {LOG_TIME, LOG_WHEN}},
	/* Of the two this is the visitor's, where a proxy is trusted. */
	{SPAN("request.client_ip"), {LOG_HOST, LOG_PLAIN}},
	{SPAN("request.remote_ip"), {LOG_HOST, LOG_PLAIN}},
	{SPAN("request.method"), {LOG_METHOD, LOG_PLAIN}},
	{SPAN("request.host"), {LOG_VHOST, LOG_PLAIN}},
	{SPAN("request.uri"), {LOG_URL, LOG_PLAIN}},
	{SPAN("request.proto"), {LOG_PROTOCOL, LOG_PLAIN}},
	{SPAN("request.headers.User-Agent"), {LOG_USER_AGENT, LOG_PLAIN}},
	{SPAN("request.headers.Referer"), {LOG_REFERRER, LOG_PLAIN}},
	{SPAN("request.headers.X-Forwarded-For"), {LOG_FORWARDED, LOG_PLAIN}},
	{SPAN("user_id"), {LOG_USER, LOG_PLAIN}},
	{SPAN("status"), {LOG_STATUS, LOG_PLAIN}},
	{SPAN("size"), {LOG_BYTES, LOG_PLAIN}},
	{SPAN("duration"), {LOG_DURATION, LOG_SECONDS}},
};

static bool find_meaning(struct span path, bool nginx, struct log_meaning *means)
{
	if (nginx)
		return log_meaning_of_nginx(path, means);
	for (size_t i = 0; i < sizeof caddy / sizeof *caddy; i++) {
		if (!span_equal(caddy[i].path, path))
			continue;
		*means = caddy[i].means;
		return true;
	}
	return false;
}

static bool has_member(struct value object, struct span path)
{
	return value_path(object, path).kind != VALUE_NONE;
}

static bool is_caddy(struct value line)
{
	return has_member(line, SPAN("request.uri")) && has_member(line, SPAN("ts")) &&
	       has_member(line, SPAN("status"));
}

static bool is_nginx(struct value line)
{
	return has_member(line, SPAN("remote_addr")) && has_member(line, SPAN("status")) &&
	       (has_member(line, SPAN("request")) || has_member(line, SPAN("request_uri"))) &&
	       (has_member(line, SPAN("time_iso8601")) || has_member(line, SPAN("time_local")) ||
		has_member(line, SPAN("msec")));
}

bool log_json_is_line(struct span line)
{
	struct value v;

	return line.len && *line.ptr == '{' && !scan_whole(line, &v, NULL) &&
	       (is_caddy(v) || is_nginx(v));
}

/* The text of V; of an array the first; SPAN_NONE where it has none. */
static struct span text_of(struct log_line *l, struct value v)
{
	struct buf decoded = BUF_INIT;
	struct span text;
	struct scan s;

	if (v.kind == VALUE_ARRAY) {
		scan_start(&s, v.raw);
		if (scan_enter(&s, '[', NULL) || scan_element(&s, &v, NULL) <= 0)
			return SPAN_NONE;
	}
	text = value_text(v, &decoded);
	if (v.kind == VALUE_TEXT && v.escaped)
		text = arena_copy(&l->texts, text);
	buf_release(&decoded);
	return text;
}

static int put_member(struct log_line *l, struct span path, struct value v, bool nginx,
		      struct error *err)
{
	struct log_meaning means;
	struct log_item item = {0};
	struct span text;

	if (v.kind == VALUE_NULL)
		return 0;
	/* What has no column here, as a part of a time, is told apart. */
	if (find_meaning(path, nginx, &means) && means.column != LOG_COLUMNS &&
	    (!log_line_has(l, (int)means.column) ||
	     span_equal(path, SPAN("request.client_ip")))) {
		item.column = (int)means.column;
		item.form = means.form;
		text = text_of(l, v);
		return span_absent(text) ? 0 : log_line_put(l, &item, text, err);
	}
	text = v.kind == VALUE_ARRAY ? v.raw : text_of(l, v);
	if (!text.len)
		return 0;
	if (l->extra.len)
		buf_char(&l->extra, ' ');
	buf_span(&l->extra, path);
	buf_char(&l->extra, '=');
	buf_span(&l->extra, text);
	return 0;
}

static int walk_members(struct log_line *l, struct value object, struct buf *path, bool nginx,
			struct error *err)
{
	struct buf key = BUF_INIT;
	size_t len = path->len;
	struct member m;
	struct scan s;
	int bad = 0;

	scan_start(&s, object.raw);
	if (scan_enter(&s, '{', NULL))
		return 0;
	while (!bad && scan_member(&s, &m, NULL) > 0) {
		path->len = len;
		if (len)
			buf_char(path, '.');
		buf_span(path, member_key(&m, &key));
		buf_clear(&key);
		bad = m.value.kind == VALUE_OBJECT ? walk_members(l, m.value, path, nginx, err) :
						     put_member(l, buf_view(path), m.value, nginx, err);
	}
	path->len = len;
	buf_release(&key);
	return bad;
}

int log_json_cut(struct log_line *l, struct span line, struct error *err)
{
	struct buf path = BUF_INIT;
	struct value v;
	int bad;

	/* Texts are decoded: what they hold need not be plain. */
	l->plain = SPAN_NONE;
	if (scan_whole(line, &v, err))
		return -1;
	if (v.kind != VALUE_OBJECT)
		return error_data(err, "not an object: each request is a JSON object");
	bad = walk_members(l, v, &path, !is_caddy(v), err);
	buf_release(&path);
	if (!bad)
		log_line_set(l, LOG_EXTRA, buf_view(&l->extra));
	return bad;
}

#include "collect/weblog/log_request.h"

#include <string.h>

#include "text/url.h"

bool log_is_method(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = span_lower(s.ptr[i]);

		if (!(c >= 'a' && c <= 'z') && c != '-' && c != '_')
			return false;
	}
	return s.len > 0 && s.len <= 32 && s.ptr[0] != '-';
}

/* Behind "http://" of an absolute URL, or NULL. */
static const char *authority_of(struct span url)
{
	size_t colon;

	/* Nearly all are paths. */
	if (url.len && url.ptr[0] == '/')
		return NULL;
	colon = span_find(url, SPAN("://"));
	if (colon == url.len || !log_is_method(span_sub(url, 0, colon)))
		return NULL;
	return url.ptr + colon + 3;
}

/* GET /path HTTP/1.1; of HTTP/0.9 without the protocol. */
static bool split_request(struct log_line *l, struct span request)
{
	const char *end = request.ptr + request.len;
	const char *blank = memchr(request.ptr, ' ', request.len);
	struct span method, target, protocol = SPAN("");
	const char *last;

	if (!blank)
		return false;
	method = span_between(request.ptr, blank);
	target = span_trim(span_between(blank, end));
	last = memrchr(target.ptr, ' ', target.len);
	if (last && span_starts(span_between(last + 1, target.ptr + target.len),
				SPAN("HTTP/"))) {
		protocol = span_between(last + 1, target.ptr + target.len);
		target = span_trim(span_between(target.ptr, last));
	} else if (target.len && target.ptr[0] != '/' && target.ptr[0] != '*' &&
		   !authority_of(target)) {
		return false;
	}
	if (!log_is_method(method) || !target.len)
		return false;
	log_line_set(l, LOG_METHOD, method);
	log_line_set(l, LOG_URL, target);
	log_line_set(l, LOG_PROTOCOL, protocol);
	return true;
}

/* Path and query that were logged apart. */
static void join_url(struct log_line *l)
{
	struct span query = l->cells[LOG_QUERY].text;
	struct span parts[3] = {l->cells[LOG_PATH].text, SPAN("?"), query};

	if (query.len && query.ptr[0] == '?')
		parts[1] = SPAN("");
	log_line_set(l, LOG_QUERY, span_sub(query, !parts[1].len, query.len));
	log_line_set(l, LOG_URL, query.len ? log_line_join(l, parts, 3) : parts[0]);
}

/* "user@www.example.com:8080" as host and port. */
static void set_host(struct log_line *l, struct span text)
{
	const char *at = memrchr(text.ptr, '@', text.len);
	size_t len;

	if (at)
		text = span_between(at + 1, text.ptr + text.len);
	len = text.len;
	while (len && (unsigned char)(text.ptr[len - 1] - '0') < 10)
		len--;
	if (len > 1 && len < text.len && text.ptr[len - 1] == ':') {
		if (!log_line_has(l, LOG_PORT))
			log_line_set(l, LOG_PORT, span_sub(text, len, text.len));
		text.len = len - 1;
	}
	log_line_set(l, LOG_VHOST, text);
}

static size_t find_any(struct span s, const char *bytes)
{
	size_t i = 0;

	while (i < s.len && !strchr(bytes, s.ptr[i]))
		i++;
	return i;
}

/* Path and query of the target, and of an absolute URL the host. */
static void split_url(struct log_line *l, struct span url)
{
	const char *end = url.ptr + url.len;
	const char *from = authority_of(url);
	struct span rest = url;
	size_t stop;

	if (from) {
		rest = span_between(from, end);
		stop = find_any(rest, "/?#");
		if (!log_line_has(l, LOG_VHOST))
			set_host(l, span_sub(rest, 0, stop));
		rest = span_sub(rest, stop, rest.len);
	}
	rest = span_sub(rest, 0, span_find_byte(rest, '#'));
	stop = span_find_byte(rest, '?');
	log_line_set(l, LOG_PATH, from && !stop ? SPAN("/") : span_sub(rest, 0, stop));
	log_line_set(l, LOG_QUERY, span_sub(rest, stop + 1, rest.len));
}

static int param_column(struct span name)
{
	switch (name.ptr[0]) {
	case 'u':
	case 'g':
	case 'w':
	case 'd':
	case 'm':
	case 'f':
	case 't':
	case 'l':
	case 'y':
		break;
	default:
		return -1;
	}
	for (int c = LOG_UTM_SOURCE; c <= LOG_YCLID; c++)
		if (span_equal(log_column_table[c].name, name))
			return c;
	return -1;
}

static void take_params(struct log_line *l, struct span query)
{
	while (!span_absent(query)) {
		struct span pair = span_cut(&query, '&');
		size_t equal = span_find_byte(pair, '=');
		int column = equal > 4 && equal < pair.len ?
			param_column(span_sub(pair, 0, equal)) : -1;

		if (column < 0 || log_line_has(l, column))
			continue;
		log_line_set(l, column, span_trim(url_decode(
			span_sub(pair, equal + 1, pair.len), &l->texts)));
	}
}

/* Files that a page brings along, by the ends of their names. */
static bool is_asset(struct span path)
{
	static const char names[][6] = {
		"css", "js", "mjs", "map", "ico", "png", "jpg", "jpeg", "gif",
		"svg", "webp", "avif", "bmp", "tif", "tiff", "woff", "woff2",
		"ttf", "otf", "eot", "mp3", "mp4", "m4a", "m4v", "webm", "ogg",
		"ogv", "wav", "mov", "avi", "flv", "swf", "wasm",
	};
	const char *dot = memrchr(path.ptr, '.', path.len);
	char word[6] = "";
	size_t len = dot ? (size_t)(path.ptr + path.len - dot) - 1 : 0;

	if (!len || len > 5)
		return false;
	for (size_t i = 0; i < len; i++)
		word[i] = span_lower(dot[1 + i]);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (word[0] == names[i][0] && !memcmp(word, names[i], sizeof word))
			return true;
	return false;
}

/* The whole URL where scheme and host were logged: others are not guessed. */
static void complete_url(struct log_line *l)
{
	struct span url = l->cells[LOG_URL].text;
	struct span parts[4] = {l->cells[LOG_SCHEME].text, SPAN("://"),
				l->cells[LOG_VHOST].text, url};

	if (parts[0].len && parts[2].len && url.len && url.ptr[0] == '/')
		log_line_set(l, LOG_URL, log_line_join(l, parts, 4));
}

/* "- - - ": the client hung up before it asked for anything. */
static bool is_nothing(struct span request)
{
	for (size_t i = 0; i < request.len; i++)
		if (request.ptr[i] != '-' && request.ptr[i] != ' ')
			return false;
	return true;
}

void log_request_derive(struct log_line *l)
{
	struct span request = l->cells[LOG_REQUEST].text;

	if (log_line_has(l, LOG_VHOST))
		set_host(l, l->cells[LOG_VHOST].text);
	if (log_line_has(l, LOG_REQUEST) && !is_nothing(request) && !split_request(l, request))
		log_line_set(l, LOG_BAD_REQUEST, request);
	if (!log_line_has(l, LOG_URL)) {
		if (!log_line_has(l, LOG_PATH))
			return;
		join_url(l);
	} else if (!span_equal(l->cells[LOG_METHOD].text, SPAN("CONNECT"))) {
		split_url(l, l->cells[LOG_URL].text);
	}
	if (log_line_has(l, LOG_QUERY))
		take_params(l, l->cells[LOG_QUERY].text);
	if (log_line_has(l, LOG_PATH) && is_asset(l->cells[LOG_PATH].text))
		l->cells[LOG_ASSET] = (struct cell){SPAN("true"), CELL_WORD};
	complete_url(l);
}

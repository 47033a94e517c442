#include "collect/weblog/log_line.h"

#include <string.h>

#include "base/mem.h"
#include "collect/rows/plain.h"
#include "collect/weblog/log_text.h"
#include "record/scan.h"
#include "text/url.h"

void log_line_init(struct log_line *l, size_t count, struct span key)
{
	*l = (struct log_line){.count = count};
	l->cells = mem_zero(count, sizeof *l->cells);
	l->blank = mem_zero(count, sizeof *l->blank);
	l->plains = mem_zero(count, sizeof *l->plains);
	for (size_t i = 0; i < count; i++)
		l->blank[i].text = SPAN("");
	l->visitors = visitors_new(key);
}

void log_line_release(struct log_line *l)
{
	mem_free(l->cells);
	mem_free(l->blank);
	mem_free(l->plains);
	arena_release(&l->texts);
	buf_release(&l->extra);
	visitors_free(l->visitors);
}

struct span log_line_start(struct log_line *l, struct span text)
{
	memcpy(l->cells, l->blank, l->count * sizeof *l->cells);
	memset(l->plains, false, l->count * sizeof *l->plains);
	arena_clear(&l->texts);
	buf_clear(&l->extra);
	l->date = SPAN_NONE;
	l->parts = DECIMAL_ZERO;
	l->has_parts = l->part_missing = false;
	l->plain = SPAN_NONE;
	if (l->unclean && (memchr(text.ptr, '\0', text.len) || !span_is_utf8(text)))
		return log_escape(text, &l->texts);
	if (plain_but_quotes(text, l->quotes))
		l->plain = text;
	return text;
}

/* Behind LITERAL at P, where a blank stands for a run of them; NULL: it is not there. */
static const char *match_literal(const char *p, const char *end, struct span literal)
{
	for (size_t i = 0; i < literal.len; i++) {
		if (p == end || *p != literal.ptr[i])
			return NULL;
		p++;
		while (literal.ptr[i] == ' ' && p < end && *p == ' ')
			p++;
	}
	return p;
}

/* An odd number of backslashes stands before P. */
static bool is_escaped(const char *begin, const char *p)
{
	size_t count = 0;

	while (p > begin && p[-1] == '\\') {
		p--;
		count++;
	}
	return count % 2;
}

/* The last item of an open format ends at a blank, of others with the line. */
static const char *last_field_end(const struct log_format *f,
				  const struct log_item *item, const char *p,
				  const char *end, const char **behind)
{
	const char *blank = f->open && !item->quoted ?
		memchr(p, ' ', (size_t)(end - p)) : NULL;

	*behind = blank ? blank : end;
	return *behind;
}

/*
 * Where ITEM, which begins at P, ends: before the first literal that is not escaped.
 * Of a quote that the server did not escape more than the quote must
 * agree: what follows it, too.
 */
static const char *field_end(const struct log_format *f, const struct log_item *item,
			     const char *p, const char *end, const char **behind)
{
	bool last = item == &f->items[f->count - 1];

	if (!item->behind.len)
		return last_field_end(f, item, p, end, behind);
	for (const char *q = p; q < end; q++) {
		q = memchr(q, item->behind.ptr[0], (size_t)(end - q));
		if (!q)
			break;
		if (*q == '"' && item->quoted && is_escaped(p, q))
			continue;
		*behind = match_literal(q, end, item->behind);
		if (*behind && (!last || *behind == end ||
				(f->open && **behind == ' ')))
			return q;
	}
	return NULL;
}

static int refuse_end(const struct log_format *f, const struct log_item *item,
		      struct span rest, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];
	char want[ERROR_QUOTE_MAX];
	struct span name = f->columns[item->column];

	if (item->quoted && !memchr(rest.ptr, '"', rest.len))
		return error_data(err, "not a line of format %s: the quote before %.*s %s is not closed: is the line cut short?",
				  f->name, SPAN_ARG(name), error_quote(rest, quoted));
	return error_data(err, "not a line of format %s: no %s behind %.*s in %s",
			  f->name, error_quote(item->behind, want),
			  SPAN_ARG(name), error_quote(rest, quoted));
}

int log_line_cut(struct log_line *l, const struct log_format *f,
		 struct span text, struct error *err)
{
	const char *end = text.ptr + text.len;
	const char *p = match_literal(text.ptr, end, f->before);
	char quoted[ERROR_QUOTE_MAX];

	if (!p)
		return error_data(err, "not a line of format %s: it does not begin with %s",
				  f->name, error_quote(f->before, quoted));
	for (size_t i = 0; i < f->count; i++) {
		const struct log_item *item = &f->items[i];
		const char *behind;
		const char *stop = field_end(f, item, p, end, &behind);
		struct span value;

		if (!stop)
			return refuse_end(f, item, span_between(p, end), err);
		value = span_between(p, stop);
		if (l->has_escapes && memchr(p, '\\', value.len))
			value = log_unescape(value, &l->texts);
		if (log_line_put(l, item, value, err))
			return -1;
		p = behind;
	}
	log_line_set(l, LOG_EXTRA, span_trim(span_between(p, end)));
	return 0;
}

static bool all_digits(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)(s.ptr[i] - '0') > 9)
			return false;
	return s.len > 0;
}

static int refuse_field(const struct log_item *item, struct span text, struct error *err)
{
	const char *what = item->column == LOG_STATUS ? "status" :
			   item->column == LOG_TIME ? "time" : "number of bytes";
	char quoted[ERROR_QUOTE_MAX];

	return error_data(err, "bad %s %s", what, error_quote(text, quoted));
}

/* A JSON number has no zero in front; such ones stay texts. */
static int put_digits(struct log_line *l, const struct log_item *item,
		      struct span text, struct error *err)
{
	if (!all_digits(text) || (item->column == LOG_STATUS && text.len != 3))
		return refuse_field(item, text, err);
	log_line_set(l, item->column, text);
	if (text.ptr[0] != '0' || text.len == 1)
		l->cells[item->column].kind = CELL_NUMBER;
	return 0;
}

static struct span decimal_text(struct log_line *l, struct decimal d)
{
	struct buf text = BUF_INIT;
	struct span kept;

	decimal_put(&text, d);
	kept = arena_copy(&l->texts, buf_view(&text));
	buf_release(&text);
	return kept;
}

/* A duration in seconds, whatever it was in; what is no number stays as it is. */
static void put_duration(struct log_line *l, const struct log_item *item,
			 struct span text)
{
	int scale = item->form == LOG_MICROS ? 6 : item->form == LOG_MILLIS ? 3 : 0;
	struct decimal d;

	if (!decimal_parse(text, &d) ||
	    !decimal_mul(d, (struct decimal){1, scale}, &d)) {
		log_line_set(l, item->column, text);
		return;
	}
	if (scale || !text_is_number(text))
		text = decimal_text(l, d);
	l->cells[item->column] = (struct cell){text, CELL_NUMBER};
}

/* A load balancer writes -1 where there was no such part. */
static void put_part(struct log_line *l, const struct log_item *item,
		     struct span text)
{
	struct decimal d;

	log_line_set(l, item->column, text);
	if (!decimal_parse(text, &d) || d.digits < 0 ||
	    !decimal_add(l->parts, d, &l->parts))
		l->part_missing = true;
	l->has_parts = true;
}

static int put_time(struct log_line *l, const struct log_item *item,
		    struct span text, struct error *err)
{
	struct span time;

	if (item->form == LOG_DATE) {
		l->date = text;
		return 0;
	}
	if (item->form == LOG_CLOCK) {
		/* Joined with the date when both are here. */
		log_line_set(l, LOG_TIME, text);
		return 0;
	}
	time = log_clock_read(&l->clock, text, item, l->time);
	if (span_absent(time))
		return refuse_field(item, text, err);
	log_line_set(l, LOG_TIME, time);
	l->plains[LOG_TIME] = true;
	return 0;
}

/* IIS writes + for a blank, CloudFront %20 (and once %2520). */
static struct span agent_text(struct log_line *l, struct span text)
{
	struct span again;

	if (memchr(text.ptr, ' ', text.len))
		return text;
	text = url_decode(text, &l->texts);
	if (span_find(text, SPAN("%20")) == text.len)
		return text;
	again = url_decode(text, &l->texts);
	return again;
}

int log_line_put(struct log_line *l, const struct log_item *item,
		 struct span text, struct error *err)
{
	if (!text.len || (text.len == 1 && *text.ptr == '-'))
		return 0;
	switch (item->form) {
	case LOG_WHEN:
	case LOG_WHEN_MICROS:
	case LOG_WHEN_PATTERN:
	case LOG_DATE:
	case LOG_CLOCK:
		return put_time(l, item, text, err);
	case LOG_SECONDS:
	case LOG_MILLIS:
	case LOG_MICROS:
		put_duration(l, item, text);
		return 0;
	case LOG_PART:
		put_part(l, item, text);
		return 0;
	case LOG_AGENT:
		text = agent_text(l, text);
		break;
	case LOG_PLAIN:
		break;
	}
	if (item->column == LOG_STATUS || item->column == LOG_BYTES)
		return put_digits(l, item, text, err);
	log_line_set(l, item->column, text);
	return 0;
}

/* What a request asked for: method, URL, path, campaign. */

static bool is_token(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = span_lower(s.ptr[i]);

		if (!(c >= 'a' && c <= 'z') && c != '-' && c != '_')
			return false;
	}
	return s.len > 0 && s.len <= 32;
}

/* Behind "http://" of an absolute URL, or NULL. */
static const char *authority_of(struct span url)
{
	size_t colon;

	/* Nearly all are paths. */
	if (url.len && url.ptr[0] == '/')
		return NULL;
	colon = span_find(url, SPAN("://"));
	if (colon == url.len || !is_token(span_sub(url, 0, colon)))
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
	if (!is_token(method) || !target.len)
		return false;
	log_line_set(l, LOG_METHOD, method);
	log_line_set(l, LOG_URL, target);
	log_line_set(l, LOG_PROTOCOL, protocol);
	return true;
}

static struct span join_parts(struct log_line *l, const struct span *parts, size_t count)
{
	struct span whole = {NULL, 0};
	char *to;

	for (size_t i = 0; i < count; i++)
		whole.len += parts[i].len;
	to = arena_bytes(&l->texts, whole.len);
	whole.ptr = to;
	for (size_t i = 0; i < count; i++) {
		memcpy(to, parts[i].ptr, parts[i].len);
		to += parts[i].len;
	}
	return whole;
}

/* Path and query that were logged apart. */
static void join_url(struct log_line *l)
{
	struct span query = l->cells[LOG_QUERY].text;
	struct span parts[3] = {l->cells[LOG_PATH].text, SPAN("?"), query};

	if (query.len && query.ptr[0] == '?')
		parts[1] = SPAN("");
	log_line_set(l, LOG_QUERY, span_sub(query, !parts[1].len, query.len));
	log_line_set(l, LOG_URL, query.len ? join_parts(l, parts, 3) : parts[0]);
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
		log_line_set(l, LOG_URL, join_parts(l, parts, 4));
}

static void derive_url(struct log_line *l)
{
	struct span request = l->cells[LOG_REQUEST].text;

	if (log_line_has(l, LOG_VHOST))
		set_host(l, l->cells[LOG_VHOST].text);
	if (log_line_has(l, LOG_REQUEST) && !split_request(l, request))
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

/* "203.0.113.7:4711" and "[2001:db8::7]:4711" without their ports. */
static struct span without_port(struct span host)
{
	const char *colon = memchr(host.ptr, ':', host.len);
	const char *close = host.ptr[0] == '[' ? memchr(host.ptr, ']', host.len) : NULL;

	if (close)
		return span_between(host.ptr + 1, close);
	if (colon && !memchr(colon + 1, ':', (size_t)(host.ptr + host.len - colon - 1)) &&
	    all_digits(span_between(colon + 1, host.ptr + host.len)))
		return span_between(host.ptr, colon);
	return host;
}

static bool is_address(struct span s)
{
	size_t colons = 0, dots = 0, others = 0;

	for (size_t i = 0; i < s.len; i++) {
		char c = span_lower(s.ptr[i]);

		colons += c == ':';
		dots += c == '.';
		others += !(c >= '0' && c <= '9') && c != ':' && c != '.' &&
			  !(c >= 'a' && c <= 'f');
		if (c == '%' && colons)
			return true;	/* fe80::1%eth0 */
	}
	if (others)
		return false;
	return colons > 1 || (dots == 3 && !colons && s.ptr[0] <= '9');
}

/* Who asked: behind a proxy that logs nothing else, the first of those it names. */
static void derive_host(struct log_line *l)
{
	struct span host = l->cells[LOG_HOST].text;

	if (!log_line_has(l, LOG_HOST)) {
		struct span list = l->cells[LOG_FORWARDED].text;

		host = span_trim(span_sub(list, 0, span_find_byte(list, ',')));
	}
	if (!host.len)
		return;
	host = without_port(host);
	log_line_set(l, LOG_HOST, host);
	log_line_set(l, is_address(host) ? LOG_IP : LOG_REMOTE_HOST, host);
	log_line_set(l, LOG_VISITOR, visitors_get(l->visitors, host,
						  l->cells[LOG_USER_AGENT].text));
	l->plains[LOG_VISITOR] = true;
}

/* A date and a time of W3C, both in UTC. */
static void join_time(struct log_line *l)
{
	struct span clock = l->cells[LOG_TIME].text;
	char *text = arena_bytes(&l->texts, l->date.len + clock.len + 2);
	size_t at = l->date.len;

	memcpy(text, l->date.ptr, at);
	text[at++] = 'T';
	memcpy(text + at, clock.ptr, clock.len);
	at += clock.len;
	text[at++] = 'Z';
	log_line_set(l, LOG_TIME, (struct span){text, at});
}

int log_line_derive(struct log_line *l, struct error *err)
{
	static const struct span yes = SPAN("true");
	struct span status = l->cells[LOG_STATUS].text;

	if (!log_line_has(l, LOG_TIME))
		return error_data(err, "the request has no time");
	if (!span_absent(l->date))
		join_time(l);
	if (l->has_parts && !l->part_missing)
		l->cells[LOG_DURATION] = (struct cell){decimal_text(l, l->parts),
						       CELL_NUMBER};
	derive_url(l);
	derive_host(l);
	if (status.len && (status.ptr[0] == '4' || status.ptr[0] == '5'))
		l->cells[LOG_ERROR] = (struct cell){yes, CELL_WORD};
	return 0;
}

#include "collect/weblog/log_line.h"

#include <string.h>

#include "base/mem.h"
#include "collect/rows/plain.h"
#include "collect/weblog/log_request.h"
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
	l->has_parts = l->part_missing = l->doubtful = l->resolved = false;
	l->has_agents = l->has_vhost = false;
	l->host = SPAN_NONE;
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

/* The blank at Q is one behind a comma, or before one, of a list that began at P. */
static bool is_inside_list(const char *p, const char *q, const char *end)
{
	if (*q != ' ' || q == p)
		return false;
	if (q[-1] == ',')
		return true;
	while (q < end && *q == ' ')
		q++;
	return q < end && *q == ',';
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
		if (*behind && item->list && is_inside_list(p, q, end))
			continue;
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
	return log_line_cut_from(l, f, 0, span_between(p, end), err);
}

int log_line_cut_from(struct log_line *l, const struct log_format *f, size_t first,
		      struct span text, struct error *err)
{
	const char *p = text.ptr, *end = p + text.len;

	for (size_t i = first; i < f->count; i++) {
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

/* 000 to 599; where nothing was answered nginx writes 000, Caddy 0, HAProxy -1. */
static bool is_status(struct span text)
{
	return all_digits(text) && (text.len == 3 ? text.ptr[0] <= '5' :
				    text.len == 1 && text.ptr[0] == '0');
}

/* A JSON number has no zero in front. */
static int put_digits(struct log_line *l, const struct log_item *item,
		      struct span text, struct error *err)
{
	if (text.ptr[0] == '-' && span_equal(text, SPAN("-1")))
		return 0;
	/* HAProxy writes +17 before the answer has ended. */
	if (item->column == LOG_BYTES && text.ptr[0] == '+')
		text = span_sub(text, 1, text.len);
	if (item->column == LOG_STATUS ? !is_status(text) : !all_digits(text))
		return refuse_field(item, text, err);
	while (text.len > 1 && text.ptr[0] == '0')
		text = span_sub(text, 1, text.len);
	log_line_set(l, item->column, text);
	l->cells[item->column].kind = CELL_NUMBER;
	return 0;
}

/* A method is a token; what is none was no request. */
static int put_method(struct log_line *l, struct span text, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];

	if (!log_is_method(text))
		return error_data(err, "bad method %s", error_quote(text, quoted));
	log_line_set(l, LOG_METHOD, text);
	return 0;
}

/* A login may have blanks; with a dash or an address among them several fields are in it. */
static int put_user(struct log_line *l, struct span text, struct error *err)
{
	struct span rest = text;
	char quoted[ERROR_QUOTE_MAX];

	if (text.len > 1 && text.ptr[0] == '"' && text.ptr[text.len - 1] == '"')
		text = span_trim(span_sub(text, 1, text.len - 2));
	if (!text.len || span_equal(text, SPAN("-")))
		return 0;
	while (memchr(text.ptr, ' ', text.len) && !span_absent(rest)) {
		struct span word = span_cut(&rest, ' ');

		if (span_equal(word, SPAN("-")) || log_host_kind(word) == HOST_ADDRESS)
			return error_data(err, "bad user %s: does the format name all fields?",
					  error_quote(text, quoted));
	}
	log_line_set(l, LOG_USER, text);
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

/* Digits behind the point of a second that UNIT stands for; -1: it is none. */
static int scale_of_unit(struct span unit)
{
	static const struct {
		struct span unit;
		int scale;
	} units[] = {
		{SPAN("s"), 0}, {SPAN("ms"), 3}, {SPAN("us"), 6}, {SPAN("\xc2\xb5s"), 6}, {SPAN("ns"), 9},
	};

	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (span_equal(unit, units[i].unit))
			return units[i].scale;
	return -1;
}

/* "12ms": the unit is cut off *TEXT; -1: there is none. */
static int take_unit(struct span *text)
{
	size_t len = text->len;
	int scale;

	while (len && (unsigned char)(text->ptr[len - 1] - '0') > 9)
		len--;
	scale = scale_of_unit(span_sub(*text, len, text->len));
	if (scale >= 0)
		text->len = len;
	return scale;
}

/* The scale that FORM alone says. */
static int scale_of_form(enum log_form form)
{
	switch (form) {
	case LOG_MILLIS:
		return 3;
	case LOG_MICROS:
		return 6;
	case LOG_NANOS:
		return 9;
	case LOG_UNIT:
		return -1;
	default:
		return 0;
	}
}

/* A duration in seconds, whatever it was in; what is no number stays as it is. */
static void put_duration(struct log_line *l, const struct log_item *item,
			 struct span text)
{
	struct span digits = text;
	int unit = take_unit(&digits);
	int scale = unit >= 0 ? unit : scale_of_form(item->form);
	struct decimal d;

	if (scale < 0 || !decimal_parse(digits, &d) ||
	    !decimal_mul(d, (struct decimal){1, scale}, &d)) {
		log_line_set(l, item->column, text);
		return;
	}
	if (scale || !text_is_number(digits))
		digits = decimal_text(l, d);
	l->cells[item->column] = (struct cell){digits, CELL_NUMBER};
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

/* Tq/Tw/Tc/Tr/Ta: the last is how long it took in all, with + where the answer had not ended. */
static void put_timers(struct log_line *l, const struct log_item *item, struct span text)
{
	static const struct log_item duration = {.column = LOG_DURATION, .form = LOG_MILLIS};
	const char *slash = memrchr(text.ptr, '/', text.len);
	struct span all = slash ? span_between(slash + 1, text.ptr + text.len) : text;

	log_line_set(l, item->column, text);
	if (all.len && *all.ptr == '+')
		all = span_sub(all, 1, all.len);
	if (all_digits(all))
		put_duration(l, &duration, all);
}

/* Of the captured headers {a|b} the first that is a list of addresses. */
static void put_headers(struct log_line *l, const struct log_item *item, struct span text)
{
	size_t open = span_find_byte(text, '{');
	size_t close = span_find_byte(text, '}');
	struct span rest = SPAN_NONE;

	log_line_set(l, item->column, text);
	if (open < close && close < text.len)
		rest = span_sub(text, open + 1, close - open - 1);
	while (!span_absent(rest)) {
		struct span header = span_cut(&rest, '|');

		if (!log_is_address_list(header))
			continue;
		log_line_set(l, LOG_FORWARDED, header);
		return;
	}
}

static struct span without_port(struct span text)
{
	const char *colon = memrchr(text.ptr, ':', text.len);

	/* unix:1 is a socket of the machine. */
	return colon && !span_starts(text, SPAN("unix:")) ? span_between(text.ptr, colon) : text;
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
	case LOG_NANOS:
	case LOG_UNIT:
		put_duration(l, item, text);
		return 0;
	case LOG_PART:
		put_part(l, item, text);
		return 0;
	case LOG_TIMERS:
		put_timers(l, item, text);
		return 0;
	case LOG_HEADERS:
		put_headers(l, item, text);
		return 0;
	case LOG_HOST_PORT:
		text = without_port(text);
		break;
	case LOG_AGENT:
		text = agent_text(l, text);
		break;
	case LOG_PLAIN:
		break;
	}
	switch (item->column) {
	case LOG_STATUS:
	case LOG_BYTES:
		return put_digits(l, item, text, err);
	case LOG_METHOD:
		return put_method(l, text, err);
	case LOG_USER:
		return put_user(l, text, err);
	default:
		break;
	}
	log_line_set(l, item->column, text);
	return 0;
}

struct span log_line_join(struct log_line *l, const struct span *parts, size_t count)
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

/* What HOST is.  The same comes again and again. */
static enum host_kind host_kind_of(struct log_line *l, struct span host)
{
	if (host.ptr == l->host.ptr && host.len == l->host.len)
		return l->host_kind;
	l->host = host;
	if (l->seen_len == host.len && !memcmp(l->seen_host, host.ptr, host.len))
		return l->host_kind;
	l->seen_len = 0;
	if (host.len <= sizeof l->seen_host) {
		l->seen_len = host.len;
		memcpy(l->seen_host, host.ptr, host.len);
	}
	return l->host_kind = log_host_kind(host);
}

bool log_line_is_host(struct log_line *l, struct span host)
{
	return host.len && host_kind_of(l, host) != HOST_NONE;
}

static int refuse_host(struct span host, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];

	return error_data(err, "%s is no address and no name of a host", error_quote(host, quoted));
}

/* Behind proxies the client is one of those that they name. */
static struct span client_of(struct log_line *l, struct span host)
{
	struct span client;
	bool doubtful;

	if (!log_line_has(l, LOG_FORWARDED) || l->resolved)
		return host;
	client = log_client(l->trusted, l->cells[LOG_FORWARDED].text, host, &doubtful);
	l->doubtful = doubtful;
	if (host.len && !span_equal(client, host))
		log_line_set(l, LOG_REMOTE_HOST, host);
	return client;
}

/* Who asked. */
static int derive_host(struct log_line *l, struct error *err)
{
	struct span host = l->cells[LOG_HOST].text;

	if (host.len) {
		/* A request that came by a socket of the machine. */
		host = host.ptr[0] == 'u' && span_starts(host, SPAN("unix:")) ? SPAN("") : log_host_bare(host);
		if (host.len && !log_line_is_host(l, host))
			return refuse_host(host, err);
		l->cells[LOG_HOST] = l->blank[LOG_HOST];
	}
	host = client_of(l, host);
	if (!host.len)
		return 0;
	log_line_set(l, LOG_HOST, host);
	log_line_set(l, host_kind_of(l, host) == HOST_ADDRESS ? LOG_IP : LOG_REMOTE_HOST, host);
	log_line_set(l, LOG_VISITOR, visitors_get(l->visitors, host,
						  l->cells[LOG_USER_AGENT].text));
	l->plains[LOG_VISITOR] = true;
	return 0;
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
	log_request_derive(l);
	if (derive_host(l, err))
		return -1;
	if (status.len && (status.ptr[0] == '4' || status.ptr[0] == '5'))
		l->cells[LOG_ERROR] = (struct cell){yes, CELL_WORD};
	return 0;
}

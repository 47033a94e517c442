#include "collect/weblog/weblog.h"

#include <string.h>

#include "base/mem.h"
#include "collect/weblog/log_clf.h"
#include "collect/weblog/log_envelope.h"
#include "collect/weblog/log_json.h"
#include "collect/weblog/log_message.h"
#include "collect/weblog/w3c.h"

enum kind {
	KIND_NOTATION,
	KIND_CLF,	/* the same, with what log_clf.h knows beyond it */
	KIND_JSON,
	KIND_W3C,
};

struct builtin {
	const char *name;
	enum kind kind;
	const char *notation;
};

#define ALB "$type $time_iso8601 $elb $remote_addr $target $request_processing_time " \
	"$target_processing_time $response_processing_time $status $target_status " \
	"$bytes_received $bytes_sent \"$request\" \"$http_user_agent\" $ssl_cipher " \
	"$ssl_protocol $target_group_arn \"$trace_id\""

/* The Classic Load Balancer. */
#define ELB "$time_iso8601 $elb $remote_addr $target $request_processing_time $target_processing_time " \
	"$response_processing_time $status $target_status $bytes_received $bytes_sent \"$request\""

#define COMMON "%h %l %u %t \"%r\" %>s %b"
#define AGENTS " \"%{Referer}i\" \"%{User-Agent}i\""

/* In the order of trying. */
static const struct builtin builtins[] = {
	{"combined", KIND_CLF, COMMON AGENTS},
	{"common", KIND_CLF, COMMON},
	{"vcombined", KIND_CLF, "%v " COMMON AGENTS},
	{"vcommon", KIND_CLF, "%v " COMMON},
	{"alb", KIND_NOTATION, ALB " \"$domain_name\" \"$certificate\" $rule $created \"$actions\" "
		"\"$redirect_url\" \"$error_reason\" \"$targets\" \"$target_statuses\" "
		"\"$classification\" \"$classification_reason\""},
	{"alb", KIND_NOTATION, ALB},	/* of the first years */
	{"elb", KIND_NOTATION, ELB " \"$http_user_agent\" $ssl_cipher $ssl_protocol"},
	{"elb", KIND_NOTATION, ELB},	/* of the first years */
	{"s3", KIND_NOTATION, "$bucket_owner $bucket [$time_local] $remote_addr $requester $request_id $operation $key "
		"\"$request\" $status $error_code $bytes_sent $object_size $total_ms $turn_around_ms \"$http_referer\" "
		"\"$http_user_agent\" $version_id"},
	{"haproxy", KIND_NOTATION, "$client_and_port [$time_local] $frontend $backend $timers $status $bytes_read "
		"$request_cookie $response_cookie $termination_state $connections $queues_and_headers \"$request\""},
	{"squid", KIND_NOTATION, "$msec $elapsed_ms $remote_addr $cache_result/$status $bytes_sent $request_method "
		"$request_uri $remote_user $hierarchy $content_type"},
	{"jsonlog", KIND_JSON, NULL},
	{"w3c", KIND_W3C, NULL},
	{"cloudfront", KIND_W3C, NULL},
};
#define BUILTINS (sizeof builtins / sizeof *builtins)

const char *const weblog_names[] = {
	"combined", "common", "vcombined", "vcommon", "w3c", "cloudfront", "alb", "elb", "s3", "haproxy", "squid",
	"jsonlog", NULL,
};

struct weblog {
	enum kind kind;
	struct log_format format;
	struct log_clf clf;	/* KIND_CLF, KIND_JSON */
	struct arena states;
	struct span start;	/* directives in force before the first text */
	struct span state;	/* ... behind the last one */
};

struct weblog_reader {
	const struct weblog *log;
	const struct rows_calls *calls;
	struct log_line line;
	struct w3c w3c;
	struct span state;	/* what w3c was made of */
	bool state_is_old;	/* directives have come since */
	struct span in_force;	/* directives, before `passed` */
	const char *passed;
	bool has_passed;	/* some have come behind it */
	const char *row;	/* the one at hand */
	struct log_json json;
	bool is_json;		/* the line at hand */
	struct buf carried;	/* in it: the one inside */
	struct row_note notes[WEBLOG_NOTES];
	uint64_t number;	/* of the line at hand */
};

bool weblog_is_name(const char *name)
{
	for (size_t i = 0; i < BUILTINS; i++)
		if (!strcmp(builtins[i].name, name))
			return true;
	return false;
}

/* The line at P without its end; *NEXT is behind that. */
static struct span line_at(const char *p, const char *end, const char **next)
{
	const char *lf = memchr(p, '\n', (size_t)(end - p));
	const char *stop = lf ? lf : end;

	*next = lf ? lf + 1 : end;
	while (stop > p && (stop[-1] == '\r' || stop[-1] == ' '))
		stop--;
	return span_between(p, stop);
}

size_t weblog_head_len(const struct weblog *w, struct span head)
{
	const char *p = head.ptr, *end = p + head.len;

	while (w->kind == KIND_W3C && p < end && *p == '#')
		line_at(p, end, &p);
	return (size_t)(p - head.ptr);
}

/* The fields that the head names become columns. */
static void read_directives(struct weblog *w, struct span head)
{
	const char *p = head.ptr, *end = p + weblog_head_len(w, head);
	struct w3c first = W3C_INIT;
	struct buf state = BUF_INIT;

	w3c_pass(SPAN(""), span_between(p, end), &state);
	w->start = w->state = arena_copy(&w->states, buf_view(&state));
	buf_release(&state);
	while (p < end) {
		struct span line = line_at(p, end, &p);

		w3c_take(&first, &w->format, &w->format, line);
	}
	w3c_release(&first);
}

/* Recognising a format. */

#define TRIES 10
/* So much of the text is looked at: many messages may come first. */
#define SNIFF_MAX ((size_t)256 << 10)

/* Does what L holds look like a request, not only happen to be cut by a format? */
static bool is_request(struct log_line *l)
{
	struct error err;

	err.column = 0;
	return !log_line_derive(l, &err) && log_line_has(l, LOG_HOST) &&
	       (log_line_has(l, LOG_STATUS) || log_line_has(l, LOG_METHOD));
}

static struct span start_line(struct log_line *l, struct span line)
{
	l->has_escapes = l->unclean = true;
	return log_line_start(l, line);
}

static bool line_agrees(struct log_line *l, const struct log_format *f, struct span line)
{
	struct error err;

	err.column = 0;
	if (!log_line_cut(l, f, start_line(l, line), &err) && is_request(l))
		return true;
	line = log_envelope_inside(line);
	return !span_absent(line) && !log_line_cut(l, f, start_line(l, line), &err) && is_request(l);
}

static bool is_message(struct span line)
{
	struct span inside = log_envelope_inside(line);

	return log_is_message(span_absent(inside) ? line : inside);
}

static bool most_agree(const struct builtin *b, struct span head)
{
	const char *p = head.ptr, *end = p + head.len;
	struct log_format f;
	struct log_line line;
	int lines = 0, good = 0;

	log_format_init(&f, b->name);
	if (!log_format_parse(&f, b->notation, NULL)) {
		f.open = true;
		log_line_init(&line, f.column_count, SPAN(""));
		while (p < end && lines < TRIES) {
			struct span s = line_at(p, end, &p);

			if (!s.len || is_message(s))
				continue;
			lines++;
			good += line_agrees(&line, &f, s);
		}
		log_line_release(&line);
	}
	log_format_release(&f);
	return 2 * good > lines;
}

/* Of several with this name the one that HEAD is in. */
static const struct builtin *find_builtin(const char *name, struct span head)
{
	const struct builtin *first = NULL;

	for (size_t i = 0; i < BUILTINS; i++) {
		const struct builtin *b = &builtins[i];

		if (strcmp(b->name, name))
			continue;
		if (!first)
			first = b;
		else if (!most_agree(first, head) && most_agree(b, head))
			return b;
	}
	return first;
}

/* The columns of all formats that a line of W may be in. */
static int open_format(struct weblog *w, const char *notation, struct span head, struct error *err)
{
	switch (w->kind) {
	case KIND_W3C:
		read_directives(w, head);
		return 0;
	case KIND_JSON:
		log_clf_init(&w->clf, "combined");
		return 0;
	case KIND_CLF:
		log_clf_init(&w->clf, w->format.name);
		break;
	case KIND_NOTATION:
		break;
	}
	return log_format_parse(&w->format, notation, err);
}

struct weblog *weblog_new(const char *name, const char *notation,
			  struct span head, struct error *err)
{
	const struct builtin *b = notation ? NULL : find_builtin(name, head);
	struct weblog *w = mem_zero(1, sizeof *w);

	w->kind = b ? b->kind : KIND_NOTATION;
	log_format_init(&w->format, b ? b->name : "--log-format");
	w->start = w->state = SPAN("");
	if (open_format(w, b ? b->notation : notation, head, err)) {
		weblog_free(w);
		return NULL;
	}
	w->format.open = b && b->notation;
	return w;
}

void weblog_free(struct weblog *w)
{
	if (!w)
		return;
	log_format_release(&w->format);
	if (w->kind == KIND_CLF || w->kind == KIND_JSON)
		log_clf_release(&w->clf);
	arena_release(&w->states);
	mem_free(w);
}

const char *weblog_name(const struct weblog *w)
{
	return w->format.name;
}

const struct span *weblog_columns(const struct weblog *w, size_t *count)
{
	*count = w->format.column_count;
	return w->format.columns;
}

struct span weblog_start(const struct weblog *w)
{
	return w->start;
}

struct span weblog_before(struct weblog *w, struct span text)
{
	struct span before = w->state;
	struct buf state = BUF_INIT;

	if (w->kind != KIND_W3C || (!memmem(text.ptr, text.len, "\n#", 2) &&
			!span_starts(text, SPAN("#"))))
		return before;
	w3c_pass(before, text, &state);
	if (!span_equal(before, buf_view(&state)))
		w->state = arena_copy(&w->states, buf_view(&state));
	buf_release(&state);
	return before;
}

struct span weblog_state(const struct weblog *w)
{
	return w->state;
}

struct weblog_reader *weblog_reader_new(const struct weblog *w, struct span key,
					const struct rows_calls *calls)
{
	struct weblog_reader *r = mem_zero(1, sizeof *r);

	r->log = w;
	r->calls = calls;
	r->state_is_old = true;
	log_line_init(&r->line, w->format.column_count, key);
	r->line.quotes = log_format_quotes(&w->format);
	return r;
}

void weblog_reader_blur(struct weblog_reader *r, unsigned bits)
{
	visitors_blur(r->line.visitors, bits);
}

void weblog_reader_trust(struct weblog_reader *r, const struct log_proxies *trusted)
{
	r->line.trusted = trusted;
}

struct row_note *weblog_reader_notes(struct weblog_reader *r)
{
	return r->notes;
}

void weblog_reader_free(struct weblog_reader *r)
{
	if (!r)
		return;
	log_line_release(&r->line);
	log_json_release(&r->json);
	buf_release(&r->carried);
	w3c_release(&r->w3c);
	mem_free(r);
}

struct span weblog_reader_directives(struct weblog_reader *r, struct arena *a)
{
	struct buf state = BUF_INIT;

	if (!r->has_passed)
		return r->in_force;
	w3c_pass(r->in_force, span_between(r->passed, r->row), &state);
	r->in_force = arena_copy(a, buf_view(&state));
	r->passed = r->row;
	r->has_passed = false;
	buf_release(&state);
	return r->in_force;
}

static void enter_state(struct weblog_reader *r, struct span before)
{
	const char *p = before.ptr, *end = p + before.len;

	if (r->log->kind != KIND_W3C || (!r->state_is_old && before.ptr == r->state.ptr))
		return;
	w3c_release(&r->w3c);
	while (p < end) {
		struct span line = line_at(p, end, &p);

		w3c_take(&r->w3c, &r->log->format, NULL, line);
	}
	r->state = before;
	r->state_is_old = false;
}

static void note_line(struct weblog_reader *r, enum weblog_note note)
{
	row_note_add(&r->notes[note], r->number);
}

/* What became of a line. */
enum outcome {
	LINE_BAD = -1,
	LINE_ROW,
	LINE_MESSAGE,	/* of the server: no request */
	LINE_UNKNOWN,	/* in none of the formats that were tried: nothing is said of it */
};

static enum outcome cut_clf(struct weblog_reader *r, struct span line, struct error *err)
{
	struct log_line *l = &r->line;
	int bad = log_clf_cut(l, &r->log->clf, log_line_start(l, line), err);

	if (bad)
		return bad > 0 ? LINE_UNKNOWN : LINE_BAD;
	log_clf_take_extra(l);
	return LINE_ROW;
}

static enum outcome cut_json(struct weblog_reader *r, struct span line, struct span time, struct error *err);

/* A line that a container runtime or a journal carries in an object; anything else there is a message. */
static enum outcome cut_carried(struct weblog_reader *r, struct span inside, struct error *err)
{
	enum outcome out = LINE_UNKNOWN;

	if (r->carried.len || !inside.len)
		return LINE_MESSAGE;
	buf_span(&r->carried, inside);
	inside = buf_view(&r->carried);
	r->is_json = false;
	if (*inside.ptr == '{')
		out = cut_json(r, inside, SPAN_NONE, err);
	else if (!log_is_message(inside))
		out = cut_clf(r, inside, err);
	return out == LINE_UNKNOWN ? LINE_MESSAGE : out;
}

static enum outcome cut_json(struct weblog_reader *r, struct span line, struct span time, struct error *err)
{
	struct log_line *l = &r->line;
	struct span inside;

	r->is_json = true;
	switch (log_json_cut(&r->json, l, log_line_start(l, line), time, &inside, err)) {
	case LOG_JSON_REQUEST:
		return LINE_ROW;
	case LOG_JSON_MESSAGE:
		return LINE_MESSAGE;
	case LOG_JSON_CARRIED:
		return cut_carried(r, inside, err);
	case LOG_JSON_BAD:
		break;
	}
	return LINE_BAD;
}

/* Any line of text or JSON, whatever it is in. */
static enum outcome cut_any(struct weblog_reader *r, struct span line, struct error *err)
{
	struct span inside, time;
	bool access;

	buf_clear(&r->carried);
	r->is_json = false;
	if (log_json_console(line, &time, &inside, &access))
		return access && !span_absent(inside) ? cut_json(r, inside, time, err) : LINE_MESSAGE;
	inside = log_envelope_inside(line);
	if (span_absent(inside))
		inside = line;
	if (inside.len && *inside.ptr == '{')
		return cut_json(r, inside, SPAN_NONE, err);
	return log_is_message(inside) ? LINE_MESSAGE : cut_clf(r, line, err);
}

static void note_format(struct weblog_reader *r)
{
	bool json = r->log->kind == KIND_JSON;

	/* What carries a line does not make another format of it. */
	if (r->is_json != json)
		note_line(r, WEBLOG_OTHER);
	else if (!json && r->log->clf.agents != r->line.has_agents)
		note_line(r, r->log->clf.agents ? WEBLOG_PLAIN : WEBLOG_AGENTS);
}

/* A line of Apache or nginx is nearly always as the notation says. */
static enum outcome cut_usual(struct weblog_reader *r, struct span line, struct error *err)
{
	struct log_line *l = &r->line;
	struct error why;
	enum outcome out;

	if (!log_line_cut(l, &r->log->format, log_line_start(l, line), err) && log_clf_is_usual(l)) {
		log_clf_take_extra(l);
		l->has_agents = r->log->clf.agents;
		r->is_json = false;
		return LINE_ROW;
	}
	why.column = 0;
	out = cut_any(r, line, &why);
	if (out == LINE_BAD)
		*err = why;
	return out == LINE_UNKNOWN ? LINE_BAD : out;
}

static enum outcome cut_other_text(struct weblog_reader *r, struct span line, struct error *err)
{
	enum outcome out = cut_any(r, line, err);

	if (out == LINE_UNKNOWN) {
		error_data(err, "not a request in JSON, nor in another known format");
		return LINE_BAD;
	}
	return out;
}

static enum outcome cut_text(struct weblog_reader *r, struct span line, struct error *err)
{
	const struct weblog *w = r->log;

	switch (w->kind) {
	case KIND_CLF:
		return cut_usual(r, line, err);
	case KIND_JSON:
		return cut_other_text(r, line, err);
	case KIND_W3C:
		return w3c_cut(&r->w3c, &r->line, log_line_start(&r->line, line), err) ? LINE_BAD : LINE_ROW;
	case KIND_NOTATION:
		break;
	}
	return log_line_cut(&r->line, &w->format, log_line_start(&r->line, line), err) ? LINE_BAD : LINE_ROW;
}

static enum outcome read_line(struct weblog_reader *r, struct span line, struct error *err)
{
	enum outcome out = cut_text(r, line, err);

	if (out == LINE_ROW && log_line_derive(&r->line, err))
		return LINE_BAD;
	if (out == LINE_ROW && (r->log->kind == KIND_CLF || r->log->kind == KIND_JSON))
		note_format(r);
	return out;
}

/* The same, of a line in an envelope that its format does not know. */
static enum outcome cut_line(struct weblog_reader *r, struct span line, struct error *err)
{
	enum outcome out = read_line(r, line, err);
	struct span inside = SPAN_NONE;
	struct error why;

	if (out != LINE_BAD)
		return out;
	if (r->log->kind == KIND_NOTATION && !log_envelope_is_piece(line))
		inside = log_envelope_inside(line);
	why.column = 0;
	if (!span_absent(inside) && read_line(r, inside, &why) == LINE_ROW)
		return LINE_ROW;
	return r->log->kind == KIND_NOTATION && log_is_message(span_absent(inside) ? line : inside) ?
		LINE_MESSAGE : LINE_BAD;
}

static void take_line(struct weblog_reader *r, struct span line, struct span raw)
{
	struct error err;
	struct row row = {
		.cells = r->line.cells,
		.plains = r->line.plains,
		.count = r->line.count,
		.raw = raw,
		.line = r->number,
		.whole = line,
	};

	err.column = 0;
	switch (cut_line(r, line, &err)) {
	case LINE_ROW:
		if (r->line.doubtful)
			note_line(r, WEBLOG_DOUBT);
		r->calls->row(r->calls->context, &row);
		return;
	case LINE_MESSAGE:
		note_line(r, WEBLOG_MESSAGE);
		r->calls->blank(r->calls->context, raw);
		return;
	default:
		r->calls->bad(r->calls->context, raw, r->number, &err);
	}
}

/*
 * A log that was copied and then truncated, while the server went on writing where it stood, begins
 * with as many NUL bytes.
 */
static struct span skip_hole(struct weblog_reader *r, struct span line)
{
	size_t len = 0;

	while (len < line.len && !line.ptr[len])
		len++;
	note_line(r, WEBLOG_HOLE);
	return span_sub(line, len, line.len);
}

void weblog_read(struct weblog_reader *r, struct span before, struct span text,
		 const struct census *census, uint64_t *line)
{
	const char *p = text.ptr, *end = p + text.len;

	r->line.has_escapes = census->backslash || census->high;
	r->line.unclean = census->nul || (census->high && !span_is_utf8(text));
	enter_state(r, before);
	r->in_force = before;
	r->passed = text.ptr;
	r->has_passed = false;
	while (p < end) {
		const char *next;
		struct span s = line_at(p, end, &next);
		struct span raw = span_between(p, next);

		r->number = *line;
		if (s.len && !*s.ptr)
			s = skip_hole(r, s);

		if (!s.len) {
			r->calls->blank(r->calls->context, raw);
		} else if (r->log->kind == KIND_W3C && *s.ptr == '#') {
			w3c_take(&r->w3c, &r->log->format, NULL, s);
			r->state_is_old = r->has_passed = true;
			r->calls->blank(r->calls->context, raw);
		} else {
			r->row = p;
			take_line(r, s, raw);
		}
		++*line;
		p = next;
	}
}

/* "w3c" where #Fields is among the comments at the front. */
static const char *sniff_w3c(struct span head)
{
	const char *p = head.ptr, *end = p + head.len;

	while (p < end && *p == '#') {
		struct span line = line_at(p, end, &p);

		if (span_starts(line, SPAN("#Fields:")))
			return span_find(line, SPAN("x-edge-")) < line.len ?
				"cloudfront" : "w3c";
	}
	return NULL;
}

/* What the first lines are, that are no messages of a server. */
struct counts {
	int lines;
	int json;
	int shaped;	/* of JSON, with the members of requests, but not good */
	int text;	/* of Apache or nginx... */
	int agents;	/* ...and these have a user agent... */
	int vhosts;	/* ...or a virtual host */
};

static void count_line(struct weblog_reader *r, struct span line, struct counts *c)
{
	struct log_line *l = &r->line;
	struct error err;
	enum outcome out;

	err.column = 0;
	out = cut_line(r, line, &err);
	if (out == LINE_MESSAGE)
		return;
	c->lines++;
	c->shaped += out == LINE_BAD && r->is_json && r->json.shaped;
	if (out != LINE_ROW || !log_line_has(l, LOG_HOST) ||
	    !(log_line_has(l, LOG_STATUS) || log_line_has(l, LOG_METHOD)))
		return;
	if (r->is_json) {
		c->json++;
		return;
	}
	c->text++;
	c->agents += l->has_agents;
	c->vhosts += l->has_vhost;
}

/* A line of JSON that is not whole may be a document of another kind. */
static bool is_cut_json(const char *p, const char *end)
{
	return *p == '{' && !memchr(p, '\n', (size_t)(end - p));
}

/* Of text and JSON alike. */
static const char *sniff_any(struct span head)
{
	struct weblog *w = weblog_new("common", NULL, SPAN(""), NULL);
	struct weblog_reader *r = weblog_reader_new(w, SPAN(""), NULL);
	const char *p = head.ptr, *end = p + head.len;
	struct counts c = {0};

	r->line.has_escapes = r->line.unclean = true;
	while (p < end && c.lines < TRIES && !is_cut_json(p, end)) {
		struct span line = line_at(p, end, &p);

		if (line.len)
			count_line(r, line, &c);
	}
	weblog_reader_free(r);
	weblog_free(w);
	if (!c.json)
		c.shaped = 0;
	if (2 * (c.json + c.shaped + c.text) <= c.lines)
		return NULL;
	if (c.json + c.shaped > c.text)
		return "jsonlog";
	if (2 * c.vhosts > c.text)
		return 2 * c.agents > c.text ? "vcombined" : "vcommon";
	return 2 * c.agents > c.text ? "combined" : "common";
}

const char *weblog_sniff(struct span head)
{
	const char *name;

	while (head.len && !*head.ptr)
		head = span_sub(head, 1, head.len);
	if (head.len && *head.ptr == '#')
		return sniff_w3c(head);
	name = sniff_any(span_sub(head, 0, SNIFF_MAX));
	for (size_t i = 0; i < BUILTINS && !name; i++)
		if (builtins[i].kind == KIND_NOTATION && most_agree(&builtins[i], head))
			name = builtins[i].name;
	return name;
}

void weblog_put_note(const struct weblog *w, enum weblog_note note, const struct row_note *n, struct buf *out)
{
	static const struct {
		const char *one, *more, *remedy;
	} texts[WEBLOG_NOTES] = {
		[WEBLOG_PLAIN] = {"line has", "lines have", "no referrer and no user agent"},
		[WEBLOG_AGENTS] = {"line has", "lines have", "a referrer and a user agent, which are read"},
		[WEBLOG_OTHER] = {"line is", "lines are", "in another format, and read by that"},
		[WEBLOG_MESSAGE] = {"line is no request: a message of the server, ignored", "lines are no requests: messages of the server, ignored", ""},
		[WEBLOG_DOUBT] = {"request names", "requests name", "several public addresses: the first is taken for the client's; "
			"--trusted-proxies says which proxies can be believed"},
		[WEBLOG_HOLE] = {"line begins", "lines begin", "with NUL bytes, as a log has that was copied and truncated: they are left out"},
	};

	buf_printf(out, "%llu %s", (unsigned long long)n->rows, n->rows == 1 ? texts[note].one : texts[note].more);
	if (*texts[note].remedy)
		buf_printf(out, " %s", texts[note].remedy);
	buf_printf(out, " (%s%s; the first is line %llu)", "format ", weblog_name(w), (unsigned long long)n->line);
}

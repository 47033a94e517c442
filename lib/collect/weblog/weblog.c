#include "collect/weblog/weblog.h"

#include <string.h>

#include "base/mem.h"
#include "collect/weblog/log_json.h"
#include "collect/weblog/w3c.h"

struct builtin {
	const char *name;
	const char *notation;	/* NULL: W3C */
};

#define ALB "$type $time_iso8601 $elb $remote_addr $target $request_processing_time " \
	"$target_processing_time $response_processing_time $status $target_status " \
	"$bytes_received $bytes_sent \"$request\" \"$http_user_agent\" $ssl_cipher " \
	"$ssl_protocol $target_group_arn \"$trace_id\""

/* In the order of trying: a line of an earlier one may look like a later one. */
static const struct builtin builtins[] = {
	{"vcombined", "%v %h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\""},
	{"combined", "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\""},
	{"vcommon", "%v %h %l %u %t \"%r\" %>s %b"},
	{"common", "%h %l %u %t \"%r\" %>s %b"},
	{"alb", ALB " \"$domain_name\" \"$certificate\" $rule $created \"$actions\" "
		"\"$redirect_url\" \"$error_reason\" \"$targets\" \"$target_statuses\" "
		"\"$classification\" \"$classification_reason\""},
	{"alb", ALB},	/* of the first years */
	{"jsonlog", NULL},
	{"w3c", NULL},
	{"cloudfront", NULL},
};
#define BUILTINS (sizeof builtins / sizeof *builtins)

const char *const weblog_names[] = {
	"combined", "common", "vcombined", "vcommon", "w3c", "cloudfront", "alb", "jsonlog", NULL,
};

struct weblog {
	struct log_format format;
	bool w3c;
	bool json;
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

	while (w->w3c && p < end && *p == '#')
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

/* Does LINE look as if it were in this format, not only happen to be cut by it? */
static bool line_agrees(struct log_line *l, const struct log_format *f, struct span line)
{
	struct error err;

	l->has_escapes = l->unclean = true;
	line = log_line_start(l, line);
	err.column = 0;
	if (log_line_cut(l, f, line, &err) || log_line_derive(l, &err))
		return false;
	/* Without this "host - John Smith [" would be "vhost host ident user [". */
	return log_line_has(l, LOG_HOST) && log_line_has(l, LOG_STATUS);
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

			lines += s.len > 0;
			good += s.len && line_agrees(&line, &f, s);
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

struct weblog *weblog_new(const char *name, const char *notation,
			  struct span head, struct error *err)
{
	const struct builtin *b = notation ? NULL : find_builtin(name, head);
	struct weblog *w = mem_zero(1, sizeof *w);

	log_format_init(&w->format, b ? b->name : "--log-format");
	w->json = b && !strcmp(b->name, "jsonlog");
	w->w3c = b && !b->notation && !w->json;
	w->start = w->state = SPAN("");
	if (w->w3c) {
		read_directives(w, head);
	} else if (!w->json && log_format_parse(&w->format, b ? b->notation : notation, err)) {
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

	if (!w->w3c || (!memmem(text.ptr, text.len, "\n#", 2) &&
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

void weblog_go_on(struct weblog *w, struct span state)
{
	w->state = arena_copy(&w->states, state);
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

void weblog_reader_free(struct weblog_reader *r)
{
	if (!r)
		return;
	log_line_release(&r->line);
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

	if (!r->log->w3c || (!r->state_is_old && before.ptr == r->state.ptr))
		return;
	w3c_release(&r->w3c);
	while (p < end) {
		struct span line = line_at(p, end, &p);

		w3c_take(&r->w3c, &r->log->format, NULL, line);
	}
	r->state = before;
	r->state_is_old = false;
}

static int cut_line(struct weblog_reader *r, struct span line, struct error *err)
{
	line = log_line_start(&r->line, line);
	if (r->log->json ? log_json_cut(&r->line, line, err) :
	    r->log->w3c ? w3c_cut(&r->w3c, &r->line, line, err) :
			  log_line_cut(&r->line, &r->log->format, line, err))
		return -1;
	return log_line_derive(&r->line, err);
}

static void take_line(struct weblog_reader *r, struct span line, struct span raw,
		      uint64_t number)
{
	struct error err;
	struct row row = {
		.cells = r->line.cells,
		.plains = r->line.plains,
		.count = r->line.count,
		.raw = raw,
		.line = number,
		.whole = line,
	};

	err.column = 0;
	if (cut_line(r, line, &err))
		r->calls->bad(r->calls->context, raw, number, &err);
	else
		r->calls->row(r->calls->context, &row);
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

		if (!s.len) {
			r->calls->blank(r->calls->context, raw);
		} else if (r->log->w3c && *s.ptr == '#') {
			w3c_take(&r->w3c, &r->log->format, NULL, s);
			r->state_is_old = r->has_passed = true;
			r->calls->blank(r->calls->context, raw);
		} else {
			r->row = p;
			take_line(r, s, raw, *line);
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

/* Are the first whole lines requests in JSON? */
static bool sniff_json(struct span head)
{
	const char *p = head.ptr, *end = p + head.len;
	int lines = 0, good = 0;

	while (p < end && lines < TRIES && memchr(p, '\n', (size_t)(end - p))) {
		struct span line = line_at(p, end, &p);

		lines += line.len > 0;
		good += log_json_is_line(line);
	}
	return 2 * good > lines;
}

const char *weblog_sniff(struct span head)
{
	if (head.len && *head.ptr == '{')
		return sniff_json(head) ? "jsonlog" : NULL;
	if (head.len && *head.ptr == '#')
		return sniff_w3c(head);
	for (size_t i = 0; i < BUILTINS; i++)
		if (builtins[i].notation && most_agree(&builtins[i], head))
			return builtins[i].name;
	return NULL;
}

#include "collect/weblog/weblog.h"

#include <string.h>

#include "base/mem.h"
#include "collect/weblog/log_clf.h"
#include "collect/weblog/log_envelope.h"
#include "collect/weblog/log_json.h"
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
	{"jsonlog", KIND_JSON, NULL},
	{"w3c", KIND_W3C, NULL},
	{"cloudfront", KIND_W3C, NULL},
};
#define BUILTINS (sizeof builtins / sizeof *builtins)

const char *const weblog_names[] = {
	"combined", "common", "vcombined", "vcommon", "w3c", "cloudfront", "alb", "jsonlog", NULL,
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
	return !log_line_cut(l, f, start_line(l, line), &err) && is_request(l);
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

/* How many of the first lines are in the formats of Apache and nginx, and how many have what only some of them have. */
struct clf_counts {
	int lines;
	int good;
	int agents;
	int vhosts;
};

static void try_clf(struct log_line *l, const struct log_clf *f, struct span line, struct clf_counts *c)
{
	struct error err;

	err.column = 0;
	c->lines++;
	if (log_clf_cut(l, f, start_line(l, line), &err) || !is_request(l))
		return;
	c->good++;
	c->agents += l->has_agents;
	c->vhosts += l->has_vhost;
}

static const char *sniff_clf(struct span head)
{
	const char *p = head.ptr, *end = p + head.len;
	struct clf_counts c = {0};
	struct log_clf f;
	struct log_line line;

	log_clf_init(&f, "common");
	log_line_init(&line, LOG_COLUMNS, SPAN(""));
	while (p < end && c.lines < TRIES) {
		struct span s = line_at(p, end, &p);

		if (s.len)
			try_clf(&line, &f, s, &c);
	}
	log_line_release(&line);
	log_clf_release(&f);
	if (2 * c.good <= c.lines)
		return NULL;
	if (2 * c.vhosts > c.good)
		return 2 * c.agents > c.good ? "vcombined" : "vcommon";
	return 2 * c.agents > c.good ? "combined" : "common";
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

/* A line of Apache or nginx that the notation alone does not read. */
static int cut_clf(struct weblog_reader *r, struct span line, struct error *err)
{
	struct log_line *l = &r->line;
	const struct log_clf *f = &r->log->clf;
	struct error usual;
	int bad;

	usual.column = 0;
	if (!log_line_cut(l, &r->log->format, line, &usual) && log_clf_is_usual(l))
		return 0;
	line = log_line_start(l, line);
	bad = log_clf_cut(l, f, line, err);
	if (bad > 0) {
		*err = usual;
		return -1;
	}
	if (!bad && f->agents != l->has_agents)
		note_line(r, f->agents ? WEBLOG_PLAIN : WEBLOG_AGENTS);
	return bad;
}

static int cut_text(struct weblog_reader *r, struct span line, struct error *err)
{
	const struct weblog *w = r->log;

	line = log_line_start(&r->line, line);
	if (w->kind == KIND_W3C)
		return w3c_cut(&r->w3c, &r->line, line, err);
	if (w->kind == KIND_JSON)
		return log_json_cut(&r->line, line, err);
	if (w->kind == KIND_NOTATION)
		return log_line_cut(&r->line, &w->format, line, err);
	if (cut_clf(r, line, err))
		return -1;
	log_clf_take_extra(&r->line);
	return 0;
}

static int read_line(struct weblog_reader *r, struct span line, struct error *err)
{
	return cut_text(r, line, err) ? -1 : log_line_derive(&r->line, err);
}

/* The same, of a line in an envelope that its format does not know. */
static int cut_line(struct weblog_reader *r, struct span line, struct error *err)
{
	struct span inside;
	struct error why;

	if (!read_line(r, line, err))
		return 0;
	inside = log_envelope_is_piece(line) ? SPAN_NONE : log_envelope_inside(line);
	why.column = 0;
	if (span_absent(inside) || read_line(r, inside, &why))
		return -1;
	return 0;
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

	r->number = number;
	err.column = 0;
	if (cut_line(r, line, &err)) {
		r->calls->bad(r->calls->context, raw, number, &err);
		return;
	}
	if (r->line.doubtful)
		note_line(r, WEBLOG_DOUBT);
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
		} else if (r->log->kind == KIND_W3C && *s.ptr == '#') {
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
	const char *name;

	if (head.len && *head.ptr == '{')
		return sniff_json(head) ? "jsonlog" : NULL;
	if (head.len && *head.ptr == '#')
		return sniff_w3c(head);
	name = sniff_clf(head);
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

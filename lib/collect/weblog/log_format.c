#include "collect/weblog/log_format.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "collect/rows/census.h"
#include "time/date_format.h"

void log_format_init(struct log_format *f, const char *name)
{
	*f = (struct log_format){.name = name};
	for (size_t i = 0; i < LOG_COLUMNS; i++) {
		f->columns = mem_room(f->columns, f->column_count,
				      &f->column_cap, sizeof *f->columns);
		f->columns[f->column_count++] = log_column_table[i].name;
	}
}

void log_format_release(struct log_format *f)
{
	mem_free(f->items);
	mem_free(f->columns);
	arena_release(&f->arena);
	*f = (struct log_format){0};
}

int log_format_column(struct log_format *f, struct span name)
{
	for (size_t i = 0; i < f->column_count; i++)
		if (span_equal(f->columns[i], name))
			return (int)i;
	f->columns = mem_room(f->columns, f->column_count, &f->column_cap,
			      sizeof *f->columns);
	f->columns[f->column_count++] = arena_copy(&f->arena, name);
	return (int)f->column_count - 1;
}

/* A text on its way to a format: P is where reading it has come to. */
struct notation {
	struct log_format *format;
	const char *text;
	const char *p;
	struct buf literal;	/* since the variable before */
	struct error *err;
};

static int refuse_notation(const struct notation *n, const char *at, const char *why)
{
	error_usage(n->err, "%s", why);
	error_place(n->err, "--log-format", 0, (uint64_t)(at - n->text) + 1);
	return -1;
}

/* The literal so far ends the item before, or begins the line. */
static int end_item(struct notation *n, const char *at)
{
	struct log_format *f = n->format;
	struct span literal = arena_copy(&f->arena, buf_view(&n->literal));

	if (!f->count) {
		f->before = literal;
	} else {
		if (!literal.len)
			return refuse_notation(n, at, "two variables need something between them");
		f->items[f->count - 1].behind = literal;
	}
	buf_clear(&n->literal);
	return 0;
}

static bool has_item(const struct log_format *f, int column)
{
	for (size_t i = 0; i < f->count; i++)
		if (f->items[i].column == column)
			return true;
	return false;
}

/* NAME is for a variable that means no fixed column, or one that is taken. */
static int add_item(struct notation *n, const char *at, struct log_meaning means,
		    bool known, struct span name, struct span pattern)
{
	struct log_format *f = n->format;
	bool quoted = n->literal.len && n->literal.ptr[n->literal.len - 1] == '"';
	struct log_item item = {.quoted = quoted, .pattern = pattern};

	if (end_item(n, at))
		return -1;
	item.form = known && means.column == LOG_COLUMNS ? means.form : LOG_PLAIN;
	known = known && means.column != LOG_COLUMNS && !has_item(f, (int)means.column);
	item.form = known ? means.form : item.form;
	item.column = known ? (int)means.column : log_format_column(f, name);
	item.list = !quoted && (item.column == LOG_HOST || item.column == LOG_FORWARDED);
	if (has_item(f, item.column))
		return refuse_notation(n, at, "this variable was here before");
	f->items = mem_room(f->items, f->count, &f->cap, sizeof *f->items);
	f->items[f->count++] = item;
	return 0;
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

/* $name or ${name} */
static int take_nginx(struct notation *n)
{
	const char *at = n->p++;
	struct log_meaning means = {LOG_EXTRA, LOG_PLAIN};
	struct span name;
	bool braces = *n->p == '{';
	const char *begin = braces ? ++n->p : n->p;
	bool known;

	while (is_word(*n->p))
		n->p++;
	name = span_between(begin, n->p);
	if (!name.len || (braces && *n->p++ != '}'))
		return refuse_notation(n, at, "a variable is $name or ${name}");
	known = log_meaning_of_nginx(name, &means);
	return add_item(n, at, means, known, name, SPAN_NONE);
}

/* "%{User-Agent}i" that nothing fixed means: in a column "user-agent". */
static struct span apache_name(struct notation *n, char directive,
			       struct span argument)
{
	static const struct {
		char directive;
		const char *name;
	} names[] = {
		{'A', "server_addr"}, {'f', "filename"}, {'I', "bytes_received"},
		{'k', "keepalive_requests"}, {'L', "log_id"},
		{'P', "pid"}, {'R', "handler"}, {'S', "bytes_total"},
		{'X', "connection_status"}, {'a', "remote_addr"},
		{'h', "remote_host_name"}, {'O', "bytes_out"}, {'b', "bytes_body"},
		{'B', "bytes_body"}, {'v', "server_name"}, {'V', "server_name"},
		{'s', "status_first"}, {'T', "seconds"}, {'D', "microseconds"},
		{'o', "response"}, {'C', "cookie"}, {'e', "env"}, {'n', "note"},
		{'t', "time"}, {'r', "request_line"}, {'u', "remote_user"},
	};
	struct buf text = BUF_INIT;
	struct span kept;

	if (directive != 'i')
		for (size_t i = 0; i < sizeof names / sizeof *names; i++)
			if (names[i].directive == directive)
				buf_text_put(&text, names[i].name);
	if (!text.len && directive != 'i')
		buf_printf(&text, "directive_%c", directive);
	if (!span_absent(argument)) {
		if (text.len)
			buf_char(&text, '_');
		buf_span(&text, argument);
	}
	kept = arena_copy(&n->format->arena, buf_view(&text));
	buf_release(&text);
	return kept;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* %{%d/%b/%Y:%T}t: the time by a pattern of strptime. */
static int take_pattern(struct notation *n, const char *at, struct span pattern)
{
	struct log_meaning means = {LOG_TIME, LOG_WHEN_PATTERN};

	if (date_check_format(pattern, n->err)) {
		error_place(n->err, "--log-format", 0,
			    (uint64_t)(at - n->text) + 1);
		return -1;
	}
	return add_item(n, at, means, true, SPAN("time_2"),
			arena_copy(&n->format->arena, pattern));
}

/* %>s, %{Referer}i, %!200,304{Referer}i */
static int take_apache(struct notation *n)
{
	const char *at = n->p++;
	struct log_meaning means = {LOG_EXTRA, LOG_PLAIN};
	struct span argument = SPAN_NONE;
	bool known;
	char directive;

	while (*n->p && strchr("<>!,0123456789", *n->p))
		n->p++;
	if (*n->p == '{') {
		const char *close = strchr(n->p, '}');

		if (!close)
			return refuse_notation(n, at, "the { of this directive is never closed");
		argument = span_between(n->p + 1, close);
		n->p = close + 1;
	}
	directive = *n->p;
	if (!is_letter(directive))
		return refuse_notation(n, at, "a directive is % and a letter, such as %h, %>s or %{Referer}i");
	n->p++;
	if (span_starts(argument, SPAN("begin:")) || span_starts(argument, SPAN("end:")))
		argument = span_sub(argument, span_find_byte(argument, ':') + 1,
				    argument.len);
	if (directive == 't' && !span_absent(argument) &&
	    span_find_byte(argument, '%') < argument.len)
		return take_pattern(n, at, argument);
	known = log_meaning_of_apache(directive, argument, &means);
	/* Of Apache's time the brackets are part. */
	if (directive == 't' && span_absent(argument))
		buf_char(&n->literal, '[');
	if (add_item(n, at, means, known, apache_name(n, directive, argument),
		     SPAN_NONE))
		return -1;
	if (directive == 't' && span_absent(argument))
		buf_char(&n->literal, ']');
	return 0;
}

/* As it stands in a configuration: \" is a quote, \t a tab. */
static void take_literal(struct notation *n)
{
	char c = *n->p++;

	if (c == '\\' && *n->p) {
		c = *n->p++;
		c = c == 't' ? '\t' : c;
	}
	buf_char(&n->literal, c);
}

/* Has TEXT a variable in the notation of nginx? */
static bool is_nginx(const char *text)
{
	for (const char *p = strchr(text, '$'); p; p = strchr(p + 1, '$'))
		if (p[1] == '{' || (p[1] >= 'a' && p[1] <= 'z'))
			return true;
	return false;
}

static int read_notation(struct notation *n)
{
	bool nginx = is_nginx(n->text);

	while (*n->p) {
		int bad = 0;

		if (nginx && *n->p == '$')
			bad = take_nginx(n);
		else if (!nginx && *n->p == '%' && n->p[1] != '%')
			bad = take_apache(n);
		else if (!nginx && *n->p == '%')
			n->p++, take_literal(n);
		else
			take_literal(n);
		if (bad)
			return -1;
	}
	if (!n->format->count)
		return error_usage(n->err, "--log-format: no variable: write it as in the server's configuration, "
				   "such as '%%h %%l %%u %%t \"%%r\" %%>s %%b' or '$remote_addr [$time_local] ...'");
	n->format->items[n->format->count - 1].behind =
		arena_copy(&n->format->arena, buf_view(&n->literal));
	return 0;
}

int log_format_parse(struct log_format *f, const char *text, struct error *err)
{
	struct notation n = {.format = f, .text = text, .p = text, .err = err};
	int bad = read_notation(&n);

	buf_release(&n.literal);
	if (!bad && !has_item(f, LOG_TIME))
		return error_usage(err, "--log-format: nothing in it is the time of the request");
	return bad;
}

size_t log_format_quotes(const struct log_format *f)
{
	size_t count = census_quotes(f->before);

	for (size_t i = 0; i < f->count; i++)
		count += census_quotes(f->items[i].behind);
	return count;
}

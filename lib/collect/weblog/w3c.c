#include "collect/weblog/w3c.h"

#include <string.h>

#include "base/mem.h"
#include "collect/weblog/log_text.h"

#define FIELDS_MAX 1000

void w3c_release(struct w3c *w)
{
	mem_free(w->items);
	mem_free(w->names);
	arena_release(&w->arena);
	*w = W3C_INIT;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The next word of *REST, without the blanks around it; empty at the end. */
static struct span next_word(struct span *rest)
{
	const char *p = rest->ptr, *end = p + rest->len;
	const char *begin;

	while (p < end && is_blank(*p))
		p++;
	begin = p;
	while (p < end && !is_blank(*p))
		p++;
	*rest = span_between(p, end);
	return span_between(begin, p);
}

static bool has_column(const struct w3c *w, int column)
{
	for (size_t i = 0; i < w->count; i++)
		if (w->items[i].column == column && w->items[i].form != LOG_DATE &&
		    w->items[i].form != LOG_CLOCK)
			return true;
	return false;
}

/* Fields that IIS alone has; its time-taken is in milliseconds. */
static bool is_iis(struct span fields)
{
	return span_find(fields, SPAN("sc-win32-status")) < fields.len ||
	       span_find(fields, SPAN("s-computername")) < fields.len ||
	       span_find(fields, SPAN("s-sitename")) < fields.len ||
	       span_find(fields, SPAN("sc-substatus")) < fields.len;
}

static int own_column(const struct log_format *f, struct log_format *growing,
		      struct span name)
{
	for (size_t i = 0; i < f->column_count; i++)
		if (span_equal(f->columns[i], name))
			return (int)i;
	return growing ? log_format_column(growing, name) : -1;
}

static void add_field(struct w3c *w, const struct log_format *f,
		      struct log_format *growing, struct span name,
		      struct span fields)
{
	struct log_item *item = &w->items[w->count];
	struct log_meaning means = {LOG_EXTRA, LOG_PLAIN};
	bool known = log_meaning_of_w3c(name, &means);

	/* Of the two, this is the name that the visitor typed. */
	if (span_equal(name, SPAN("cs(Host)")) &&
	    span_find(fields, SPAN("x-host-header")) < fields.len)
		known = false;
	known = known && !has_column(w, (int)means.column);
	if (known && means.column == LOG_DURATION && is_iis(fields))
		means.form = LOG_MILLIS;
	*item = (struct log_item){.form = known ? means.form : LOG_PLAIN};
	/* It may be shown: always a text. */
	w->names[w->count] = name = log_escape(name, &w->arena);
	item->column = known ? (int)means.column : own_column(f, growing, name);
	w->dated = w->dated || item->form == LOG_DATE;
	w->count++;
}

void w3c_take(struct w3c *w, const struct log_format *f,
	      struct log_format *growing, struct span line)
{
	static const struct span fields = SPAN("#Fields:"), date = SPAN("#Date:");
	struct span rest, all, name;

	if (span_starts(line, date)) {
		rest = span_sub(line, date.len, line.len);
		name = next_word(&rest);
		w->date = name.len ? log_escape(name, &w->arena) : SPAN_NONE;
		return;
	}
	if (!span_starts(line, fields))
		return;
	all = rest = span_sub(line, fields.len, line.len);
	w->items = mem_grow(w->items, FIELDS_MAX, sizeof *w->items);
	w->names = mem_grow(w->names, FIELDS_MAX, sizeof *w->names);
	w->count = 0;
	w->dated = false;
	for (name = next_word(&rest); name.len && w->count < FIELDS_MAX;
	     name = next_word(&rest))
		add_field(w, f, growing, name, all);
}

/* "a ""b"" c" with the quotes that are meant. */
static struct span undouble_quotes(struct span text, struct arena *a)
{
	char *out = arena_bytes(a, text.len);
	struct span done = {out, 0};

	for (size_t i = 0; i < text.len; i++) {
		*out++ = text.ptr[i];
		if (text.ptr[i] == '"' && i + 1 < text.len && text.ptr[i + 1] == '"')
			i++;
	}
	done.len = (size_t)(out - done.ptr);
	return done;
}

/* The field that *P begins with; *P is left behind what separates it from the next. */
static struct span next_field(struct log_line *l, const char **p, const char *end,
			      bool tabs)
{
	const char *begin = *p, *stop = begin;
	struct span text;

	if (!tabs && begin < end && *begin == '"') {
		for (stop++; stop < end; stop++)
			if (*stop == '"' && !(stop + 1 < end && stop[1] == '"' && stop++))
				break;
		text = undouble_quotes(span_between(begin + 1, stop), &l->texts);
		stop = stop < end ? stop + 1 : end;
	} else {
		while (stop < end && *stop != '\t' && (tabs || *stop != ' '))
			stop++;
		text = span_between(begin, stop);
	}
	if (stop < end)
		stop++;
	while (!tabs && stop < end && is_blank(*stop))
		stop++;
	*p = stop;
	return text;
}

/* A field that no #Fields line had when the columns were made. */
static void put_extra(struct log_line *l, struct span name, struct span text)
{
	if (!text.len || (text.len == 1 && *text.ptr == '-'))
		return;
	if (l->extra.len)
		buf_char(&l->extra, ' ');
	buf_span(&l->extra, name);
	buf_char(&l->extra, '=');
	buf_span(&l->extra, text);
}

int w3c_cut(const struct w3c *w, struct log_line *l, struct span text,
	    struct error *err)
{
	const char *p = text.ptr, *end = p + text.len;
	bool tabs = memchr(p, '\t', text.len) != NULL;
	size_t count = 0;

	if (!w->count)
		return error_data(err, "no #Fields line before this one names its fields");
	for (; p < end; count++) {
		struct span field = next_field(l, &p, end, tabs);

		if (count >= w->count)
			continue;
		if (w->items[count].column < 0)
			put_extra(l, w->names[count], field);
		else if (log_line_put(l, &w->items[count], field, err))
			return -1;
	}
	/* An empty last field has nothing that it could be told by. */
	if (count != w->count && !(tabs && count + 1 == w->count && end[-1] == '\t'))
		return error_data(err, "the line has %zu field%s, the #Fields line has %zu",
				  count, count == 1 ? "" : "s", w->count);
	if (!w->dated && !span_absent(w->date))
		l->date = w->date;
	if (span_absent(l->date) && log_line_has(l, LOG_TIME))
		return error_data(err, "the time has no date: neither #Fields nor #Date gives one");
	log_line_set(l, LOG_EXTRA, buf_view(&l->extra));
	return 0;
}

/* The last line of TEXT that begins with NAME, or what there is in BEFORE. */
static struct span last_of(struct span before, struct span text, struct span name)
{
	struct span found = SPAN_NONE;

	for (int i = 0; i < 2; i++) {
		struct span s = i ? text : before;
		const char *p = s.ptr, *end = p + s.len;

		while (p < end) {
			const char *at = memmem(p, (size_t)(end - p), name.ptr, name.len);
			const char *lf;

			if (!at)
				break;
			lf = memchr(at, '\n', (size_t)(end - at));
			lf = lf ? lf + 1 : end;
			if (at == s.ptr || at[-1] == '\n')
				found = span_between(at, lf);
			p = lf;
		}
	}
	return found;
}

void w3c_pass(struct span before, struct span text, struct buf *out)
{
	struct span lines[2] = {last_of(before, text, SPAN("#Date:")),
				last_of(before, text, SPAN("#Fields:"))};

	for (int i = 0; i < 2; i++) {
		buf_span(out, lines[i]);
		if (lines[i].len && lines[i].ptr[lines[i].len - 1] != '\n')
			buf_char(out, '\n');
	}
}

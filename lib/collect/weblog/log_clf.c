#include "collect/weblog/log_clf.h"

#include <string.h>

#include "collect/weblog/log_address.h"
#include "collect/weblog/log_envelope.h"
#include "collect/weblog/log_front.h"

#define COMMON "%h %l %u %t \"%r\" %>s %b"
/* Of both, the time is the item behind these. */
#define FRONT_ITEMS 3

void log_clf_init(struct log_clf *f, const char *name)
{
	log_format_init(&f->combined, name);
	log_format_init(&f->common, name);
	log_format_parse(&f->combined, COMMON " \"%{Referer}i\" \"%{User-Agent}i\"", NULL);
	log_format_parse(&f->common, COMMON, NULL);
	f->combined.open = f->common.open = true;
	f->vhost = *name == 'v';
	f->agents = span_ends(span_of(name), SPAN("combined"));
}

void log_clf_release(struct log_clf *f)
{
	log_format_release(&f->combined);
	log_format_release(&f->common);
}

static bool has_odd_byte(struct span s, const char *odd)
{
	for (size_t i = 0; i < s.len; i++)
		if (strchr(odd, s.ptr[i]))
			return true;
	return false;
}

bool log_clf_is_usual(struct log_line *l)
{
	return log_line_is_host(l, l->cells[LOG_HOST].text) &&
	       !has_odd_byte(l->cells[LOG_IDENT].text, "\"., :[(") &&
	       !has_odd_byte(l->cells[LOG_USER].text, "\" ") &&
	       !has_odd_byte(l->cells[LOG_VHOST].text, "\"([,") &&
	       !(l->cells[LOG_EXTRA].text.len && *l->cells[LOG_EXTRA].text.ptr == '"' &&
		 !log_line_has(l, LOG_USER_AGENT));
}

/* The '[' of the first time in brackets, or NULL. */
static const char *find_time(struct span text)
{
	static const struct log_item item = {.column = LOG_TIME, .form = LOG_WHEN};
	const char *end = text.ptr + text.len;
	struct log_clock clock = {.text = ""};
	char out[MOMENT_TEXT];

	for (const char *p = text.ptr; p < end; p++) {
		const char *close;

		p = memchr(p, '[', (size_t)(end - p));
		if (!p)
			return NULL;
		close = memchr(p, ']', (size_t)(end - p));
		if (close && memchr(p, ':', (size_t)(close - p)) &&
		    !span_absent(log_clock_read(&clock, span_between(p + 1, close), &item, out)))
			return p;
	}
	return NULL;
}

static int take_front(struct log_line *l, const struct log_clf *f, struct span text, struct error *err)
{
	struct span inside = log_envelope_inside(text);
	struct log_front front;

	if (log_envelope_is_piece(text))
		return error_data(err, "a piece of a line, cut by the container runtime: its pieces must be joined first");
	if (log_front_read(span_absent(inside) ? text : inside, f->vhost, &front, err))
		return -1;
	l->has_vhost = front.vhost.len > 0;
	log_line_set(l, LOG_VHOST, front.vhost);
	log_line_set(l, LOG_HOST, front.host);
	log_line_set(l, LOG_FORWARDED, front.forwarded);
	log_line_set(l, LOG_IDENT, front.ident);
	log_line_set(l, LOG_USER, front.user);
	return 0;
}

static void forget(struct log_line *l, int column)
{
	l->cells[column] = l->blank[column];
}

/* From the time on.  What stands in quotes behind the size are referrer and agent, where both are there. */
static int take_rest(struct log_line *l, const struct log_clf *f, struct span rest, struct error *err)
{
	struct span extra;

	l->has_agents = false;
	if (log_line_cut_from(l, &f->common, FRONT_ITEMS, rest, err))
		return -1;
	extra = l->cells[LOG_EXTRA].text;
	if (!extra.len || *extra.ptr != '"')
		return 0;
	forget(l, LOG_EXTRA);
	l->has_agents = !log_line_cut_from(l, &f->combined, FRONT_ITEMS, rest, err);
	if (l->has_agents)
		return 0;
	if (f->agents)
		return -1;
	forget(l, LOG_REFERRER);
	forget(l, LOG_USER_AGENT);
	log_line_set(l, LOG_EXTRA, extra);
	return 0;
}

int log_clf_cut(struct log_line *l, const struct log_clf *f, struct span text, struct error *err)
{
	const char *time = find_time(text);
	const char *end = text.ptr + text.len;

	if (!time)
		return 1;
	l->plain = SPAN_NONE;
	if (take_front(l, f, span_between(text.ptr, time), err) ||
	    take_rest(l, f, span_between(time + 1, end), err))
		return -1;
	return 0;
}

/* A field of the extra off *REST: a word, or what is in quotes. */
static struct span take_field(struct span *rest)
{
	const char *p = rest->ptr, *end = p + rest->len;
	const char *stop = p < end && *p == '"' ? memchr(p + 1, '"', rest->len - 1) : NULL;
	struct span field;

	stop = stop ? stop + 1 : memchr(p, ' ', rest->len);
	field = span_between(p, stop ? stop : end);
	*rest = span_trim(span_between(field.ptr + field.len, end));
	return field;
}

/* 17 "router@docker" "http://10.0.0.2:80" 12ms */
static bool is_traefik(struct span extra, struct span *millis)
{
	struct span number = take_field(&extra), router = take_field(&extra),
		    server = take_field(&extra), took = take_field(&extra);
	uint64_t count;

	if (extra.len || !span_number(number, &count) || !router.len || *router.ptr != '"' ||
	    !server.len || *server.ptr != '"' || !span_ends(took, SPAN("ms")))
		return false;
	*millis = span_sub(took, 0, took.len - 2);
	return true;
}

static bool is_forwarded(struct span field)
{
	struct span list = span_sub(field, 1, field.len - 2);

	if (field.len < 3 || *field.ptr != '"' || field.ptr[field.len - 1] != '"' ||
	    !log_is_address_list(list))
		return false;
	/* Addresses with ports are those of servers behind. */
	while (!span_absent(list)) {
		struct span item = span_trim(span_cut(&list, ','));

		if (log_host_bare(item).len < item.len)
			return false;
	}
	return true;
}

static void take_forwarded(struct log_line *l, struct span extra)
{
	struct span rest = extra, before;

	while (rest.len) {
		struct span field;

		before = span_trim(span_between(extra.ptr, rest.ptr));
		field = take_field(&rest);
		if (!is_forwarded(field))
			continue;
		log_line_set(l, LOG_FORWARDED, span_sub(field, 1, field.len - 2));
		forget(l, LOG_EXTRA);
		log_line_set(l, LOG_EXTRA, before.len && rest.len ?
			     log_line_join(l, (struct span[]){before, SPAN(" "), rest}, 3) :
			     before.len ? before : rest);
		return;
	}
}

void log_clf_take_extra(struct log_line *l)
{
	static const struct log_item duration = {.column = LOG_DURATION, .form = LOG_MILLIS};
	struct span extra = l->cells[LOG_EXTRA].text;
	struct span millis;

	if (!extra.len)
		return;
	if (span_equal(extra, SPAN("\"-\"")))
		forget(l, LOG_EXTRA);
	else if (is_traefik(extra, &millis))
		log_line_put(l, &duration, millis, NULL);
	else if (!log_line_has(l, LOG_FORWARDED) && memchr(extra.ptr, '"', extra.len))
		take_forwarded(l, extra);
}

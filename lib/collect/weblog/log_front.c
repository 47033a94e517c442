#include "collect/weblog/log_front.h"

#include <string.h>

#include "collect/weblog/log_address.h"

enum word_kind {
	WORD_DASH,
	WORD_ADDRESS,
	WORD_LIST,	/* several addresses, or some in quotes, parentheses or brackets */
	WORD_NAME,	/* such as hosts have */
	WORD_OTHER,
};

struct word {
	enum word_kind kind;
	struct span text;	/* without what is around it */
	struct span whole;
};

#define WORDS_MAX 64

struct words {
	struct word list[WORDS_MAX];
	size_t count;
	size_t at;
};

static char closing_of(char open)
{
	return open == '"' ? '"' : open == '(' ? ')' : open == '[' ? ']' : '\0';
}

static bool is_missing(struct span s)
{
	return !s.len || span_equal(s, SPAN("-")) || span_equal(s, SPAN("unix:"));
}

static enum word_kind kind_of(struct span text, bool enclosed)
{
	enum host_kind host;

	if (is_missing(text))
		return enclosed ? WORD_LIST : WORD_DASH;
	if (enclosed)
		return log_is_address_list(text) ? WORD_LIST : WORD_OTHER;
	if (span_find_byte(text, ',') < text.len)
		return log_is_address_list(text) ? WORD_LIST : WORD_OTHER;
	host = log_host_kind(log_host_bare(text));
	return host == HOST_ADDRESS ? WORD_ADDRESS : host == HOST_NAME ? WORD_NAME : WORD_OTHER;
}

/* The end of the word at P; what is enclosed is one, with a port behind it. */
static const char *word_end(const char *p, const char *end)
{
	char close = closing_of(*p);
	const char *stop = close ? memchr(p + 1, close, (size_t)(end - p - 1)) : NULL;

	for (p = stop ? stop + 1 : p; p < end && *p != ' '; p++)
		;
	return p;
}

/* A list goes on behind ", ", and before " ,". */
static const char *list_end(const char *p, const char *end)
{
	const char *stop = word_end(p, end);

	for (;;) {
		const char *next = stop;

		while (next < end && *next == ' ')
			next++;
		if (next == end || (stop[-1] != ',' && *next != ','))
			return stop;
		stop = word_end(next, end);
	}
}

static struct word word_at(const char *p, const char *stop)
{
	struct word w = {.whole = span_between(p, stop)};
	bool enclosed = stop - p > 1 && closing_of(*p) && stop[-1] == closing_of(*p);

	w.text = enclosed ? span_trim(span_between(p + 1, stop - 1)) : w.whole;
	/* An address of IPv6 has brackets of its own. */
	if (enclosed && *p == '[' && span_find_byte(w.text, ':') < w.text.len)
		enclosed = false;
	w.kind = kind_of(w.text, enclosed);
	return w;
}

static int split_words(struct span text, struct words *out, struct error *err)
{
	const char *p = text.ptr, *end = p + text.len;

	out->count = out->at = 0;
	while (p < end) {
		const char *stop = list_end(p, end);

		if (out->count == WORDS_MAX)
			return error_data(err, "too many words before the time");
		out->list[out->count++] = word_at(p, stop);
		for (p = stop; p < end && *p == ' '; p++)
			;
	}
	return 0;
}

/* The word I further on; none is a dash. */
static struct word look(const struct words *w, size_t i)
{
	return w->at + i < w->count ? w->list[w->at + i] : (struct word){WORD_DASH, SPAN(""), SPAN("")};
}

static bool is_client(struct word w)
{
	return w.kind == WORD_ADDRESS || w.kind == WORD_LIST;
}

/* "203.0.113.5:443" before another address is where the request went. */
static bool has_port(struct word w)
{
	return w.kind == WORD_ADDRESS && log_host_bare(w.text).len < w.text.len;
}

static bool begins_with_vhost(const struct words *w, bool vhost)
{
	struct word first = look(w, 0), second = look(w, 1);
	bool client = is_client(second) && (!is_missing(second.text) || is_client(look(w, 2)));

	if (vhost)
		return client || second.kind == WORD_NAME;
	if (first.kind == WORD_NAME || has_port(first))
		return client || (second.kind == WORD_NAME && look(w, 2).kind == WORD_DASH &&
				  w->count > 3 && span_find_byte(second.text, '.') < second.text.len);
	return first.kind == WORD_DASH && client;
}

static int refuse_addresses(struct span a, struct span b, struct error *err)
{
	char first[ERROR_QUOTE_MAX], second[ERROR_QUOTE_MAX];

	return error_data(err, "two addresses before the time, %s and %s: say by --log-format which is the client's",
			  error_quote(a, first), error_quote(b, second));
}

/* Two addresses without a sign of which is the proxy's: of a public and a private one the latter. */
static int settle_two(struct span a, struct span b, struct log_front *out, struct error *err)
{
	bool inner = log_address_is_private(log_host_bare(a));

	if (out->forwarded.len || inner == log_address_is_private(log_host_bare(b)))
		return refuse_addresses(a, b, err);
	out->host = inner ? a : b;
	out->forwarded = inner ? b : a;
	return 0;
}

/* "-" in quotes is an empty list before identd's answer and the login, else one of these. */
static bool is_login(const struct words *w, struct word next)
{
	return *next.whole.ptr == '"' && is_missing(next.text) && w->count - w->at < 3;
}

static int take_clients(struct words *w, struct log_front *out, struct error *err)
{
	struct span hosts[2];
	size_t count = 0;

	for (;; w->at++) {
		struct word next = look(w, 0);

		/* nginx for Kubernetes: 192.0.2.1 - [192.0.2.1] - - */
		if (w->at && next.kind == WORD_DASH && look(w, 1).kind == WORD_LIST &&
		    *look(w, 1).whole.ptr == '[')
			continue;
		if (next.kind == WORD_LIST && !is_missing(next.text)) {
			if (out->forwarded.len && !span_equal(out->forwarded, next.text))
				return refuse_addresses(out->forwarded, next.text, err);
			out->forwarded = next.text;
		} else if (next.kind == WORD_ADDRESS && count < 2) {
			hosts[count++] = next.text;
		} else if (next.kind != WORD_LIST || is_login(w, next)) {
			break;
		}
	}
	if (count == 2 && !span_equal(hosts[0], hosts[1]))
		return settle_two(hosts[0], hosts[1], out, err);
	if (count)
		out->host = hosts[0];
	return 0;
}

/* A client without an address: by its name, or not known. */
static int take_name(struct words *w, struct error *err)
{
	struct word next = look(w, 0);
	char quoted[ERROR_QUOTE_MAX];

	if (next.kind == WORD_OTHER || next.kind == WORD_LIST)
		return error_data(err, "%s is no address and no name of a host",
				  error_quote(next.whole, quoted));
	w->at += w->at < w->count;
	return 0;
}

static struct span unless_missing(struct span s)
{
	return is_missing(s) ? SPAN("") : s;
}

/* What is left: identd's answer and the login, which may have blanks. */
static int take_user(struct words *w, struct span text, struct log_front *out, struct error *err)
{
	size_t left = w->count - w->at;
	char quoted[ERROR_QUOTE_MAX];
	struct span user;

	if (left > 1)
		out->ident = unless_missing(w->list[w->at++].text);
	if (!left)
		return 0;
	user = left > 2 ? span_between(look(w, 0).whole.ptr, text.ptr + text.len) : look(w, 0).text;
	for (size_t i = w->at; left > 2 && i < w->count; i++)
		if (w->list[i].kind == WORD_DASH || w->list[i].kind == WORD_ADDRESS)
			return error_data(err, "bad user %s: which fields stand before the time? --log-format says it",
					  error_quote(user, quoted));
	out->user = unless_missing(user);
	return 0;
}

int log_front_read(struct span text, bool vhost, struct log_front *out, struct error *err)
{
	struct words w;

	text = span_trim(text);
	*out = (struct log_front){SPAN(""), SPAN(""), SPAN(""), SPAN(""), SPAN("")};
	if (split_words(text, &w, err))
		return -1;
	if (begins_with_vhost(&w, vhost))
		out->vhost = unless_missing(w.list[w.at++].text);
	if (take_clients(&w, out, err))
		return -1;
	if (!out->host.len && !out->forwarded.len) {
		size_t at = w.at;

		if (take_name(&w, err))
			return -1;
		if (w.at > at)
			out->host = unless_missing(w.list[at].text);
	}
	return take_user(&w, text, out, err);
}

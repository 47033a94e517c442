#include "cmd/forget_request.h"

#include <inttypes.h>
#include <sys/stat.h>

#include "activate/erase/widen.h"
#include "base/hash.h"
#include "cmd/forget_ledger.h"
#include "io/input.h"

#define LIST_MAX ((size_t)256 << 20)

static bool is_customer_id(struct span text)
{
	struct hash128 id;

	return text.len == 32 && hash_128_parse(text, &id);
}

/* "type=value", or a customer id alone; false: neither. */
static bool add_request(struct subject *s, struct span text)
{
	size_t equals;

	text = span_trim(text);
	equals = span_find_byte(text, '=');
	if (is_customer_id(text)) {
		subject_add(s, SPAN(SUBJECT_CUSTOMER_ID), text, SUBJECT_ASKED);
		return true;
	}
	if (equals == text.len || !span_trim(span_sub(text, 0, equals)).len ||
	    !span_trim(span_sub(text, equals + 1, text.len)).len)
		return false;
	subject_add(s, span_trim(span_sub(text, 0, equals)), span_sub(text, equals + 1, text.len), SUBJECT_ASKED);
	return true;
}

static void read_list(struct tool *t, const char *path, struct subject *s)
{
	struct buf text = BUF_INIT;
	struct span rest;
	uint64_t number = 0;

	if (input_whole(path, LIST_MAX, &text, &t->err))
		tool_fail(t);
	rest = buf_view(&text);
	if (span_starts(rest, SPAN("\xef\xbb\xbf")))
		rest = span_sub(rest, 3, rest.len);
	while (!span_absent(rest)) {
		struct span line = span_trim(span_cut(&rest, '\n'));
		char quoted[ERROR_QUOTE_MAX];

		number++;
		if (!line.len || line.ptr[0] == '#' || add_request(s, line))
			continue;
		error_usage(&t->err, "%s is no request: write TYPE=VALUE, as email=jane@example.com, or a customer id",
			    error_quote(line, quoted));
		error_place(&t->err, path, number, 0);
		tool_fail(t);
	}
	buf_release(&text);
}

/* What stays out of the search, with the reason; and what is too weak to be found by itself. */
static void report_identifiers(struct tool *t, const struct subject *s)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct subject_identifier *id = &s->list[i];
		char quoted[ERROR_QUOTE_MAX];

		if (id->use == SUBJECT_SHARED)
			tool_say(t, "%.*s %s is not searched for: %" PRIu64 " other profile%s it, too (--with-shared)",
				 SPAN_ARG(id->type), error_quote(id->value, quoted), id->others,
				 id->others == 1 ? " has" : "s have");
	}
}

static void widen_by_profiles(struct tool *t, const struct forget_request *q, struct subject *s)
{
	struct widened found;
	size_t asked = s->count;

	if (widen(s, q->through, q->shared, &found, &t->err))
		tool_fail(t);
	if (found.missing)
		tool_warn(t, "%s has no profile with %" PRIu64 " of what is asked for: only the value itself is searched for",
			  q->through, found.missing);
	tool_say(t, "%zu identifier%s asked for, %zu more by %" PRIu64 " profile%s", asked, asked == 1 ? "" : "s",
		 s->count - asked, found.profiles, found.profiles == 1 ? "" : "s");
}

static void widen_request(struct tool *t, const struct forget_request *q, struct subject *s)
{
	struct stat st;

	if (!stat(q->through, &st) && !S_ISREG(st.st_mode))
		tool_usage(t, "--through: %s is no regular file, which can be read twice: name one", q->through);
	if (forget_ledger_is(t, q->through))
		forget_ledger_widen(t, q, s);
	else
		widen_by_profiles(t, q, s);
}

void forget_request_read(struct tool *t, const struct forget_request *q, struct subject *s)
{
	for (size_t i = 0; i < q->given.count; i++) {
		char quoted[ERROR_QUOTE_MAX];

		if (!add_request(s, span_of(q->given.values[i])))
			tool_usage(t, "--request: %s is none: write TYPE=VALUE, as email=jane@example.com, or a customer id",
				   error_quote(span_of(q->given.values[i]), quoted));
	}
	if (q->list)
		read_list(t, q->list, s);
	if (!s->count)
		tool_usage(t, "who is to be forgotten? Say it by --request or --requests");
	if (q->through)
		widen_request(t, q, s);
	subject_build(s);
	report_identifiers(t, s);
}

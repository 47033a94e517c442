#include "cmd/report_parts.h"

#include <inttypes.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "cmd/report_options.h"
#include "io/input.h"
#include "record/text.h"
#include "time/moment.h"

/* What of an earlier summary is compared with later ones. */
struct part_seen {
	const char *file;
	uint64_t customers, profiles;
};

struct report_parts {
	struct partial *partial;
	struct value head;	/* of the first summary, until it is read */
	const char *file;
	bool waiting;		/* the first line was read, and not yet given */
	struct buf asked;	/* here: an object */
	struct part_seen *seen;
	size_t seen_count, seen_cap;
	struct arena texts;
};

/* ---- what is asked ---- */

/* Of the bytes that it brings: what it is called does not count. */
static void put_digest(struct tool *t, const char *path, struct buf *out)
{
	struct hash_stream *hash = hash_stream_new();
	struct input *in = input_open(path, &t->err);
	struct hash128 digest;
	char bytes[1 << 14];
	ptrdiff_t got;

	while (in && (got = input_read(in, bytes, sizeof bytes, &t->err)) > 0)
		hash_stream_add(hash, (struct span){bytes, (size_t)got});
	if (!in || got < 0)
		tool_fail(t);
	input_close(in);
	digest = hash_stream_digest(hash);
	hash_stream_free(hash);
	buf_printf(out, "{\"file\":");
	text_encode(out, span_of(path));
	buf_printf(out, ",\"digest\":\"%016" PRIx64 "%016" PRIx64 "\"}", digest.high, digest.low);
}

static void begin_member(struct buf *out, size_t from, const char *name)
{
	if (out->len > from)
		buf_char(out, ',');
	text_encode(out, span_of(name));
	buf_char(out, ':');
}

static void put_list(const struct opt_list *list, struct buf *out)
{
	for (size_t i = 0; i < list->count; i++) {
		buf_char(out, i ? ',' : '[');
		text_encode(out, span_of(list->values[i]));
	}
	buf_char(out, ']');
}

static void put_text(struct tool *t, const char *text, bool file, struct buf *out)
{
	if (file)
		put_digest(t, text, out);
	else
		text_encode(out, span_of(text));
}

/* The members of an object: every option that was given. */
static void put_asked(struct tool *t, const struct part_option *shared, struct buf *out)
{
	size_t from = out->len;
	struct option_given o;

	begin_member(out, from, "tz");
	text_encode(out, span_of(zone_name(t->zone)));
	for (; shared->name; shared++)
		if (*shared->text) {
			begin_member(out, from, shared->name);
			put_text(t, *shared->text, shared->file, out);
		}
	for (size_t i = 0; report_options_at(i, &o); i++) {
		if (o.of_whole || (!*o.flag && !*o.text && !o.list->count))
			continue;
		begin_member(out, from, o.name);
		if (*o.text)
			put_text(t, *o.text, o.file, out);
		else if (o.list->count)
			put_list(o.list, out);
		else
			buf_lit(out, "true");
	}
}

/* Its row's reason; a report whose row has none, and that cannot all the same, has no row of its own. */
static bool can_carry(const struct report *r)
{
	for (size_t i = 0; r->counted[i]; i++)
		if (!r->counted[i]->carry)
			return false;
	return r->kind == REPORT_COUNTED;
}

void report_parts_check(struct tool *t, const struct report *report)
{
	for (const struct report *r = reports; r->name; r++) {
		bool is_it = r == report;

		for (size_t i = 0; report->counted[i] && !is_it; i++)
			is_it = r->counted[0] == report->counted[i] && !r->counted[1];
		if (is_it && (r->whole_only || !can_carry(r)))
			tool_usage(t, "%s is not made by parts: %s", r->name, r->whole_only ? r->whole_only : "it needs all customers at once");
	}
}

void report_parts_put_head(struct tool *t, const struct report *report, const struct part_option *shared,
			   const struct part_head *head, struct buf *out)
{
	buf_lit(out, "\"reports\":");
	for (size_t i = 0; report->counted[i]; i++) {
		buf_char(out, i ? ',' : '[');
		text_encode(out, span_of(report->counted[i]->name));
	}
	buf_lit(out, "],\"asked\":{");
	put_asked(t, shared, out);
	buf_lit(out, "},\"as_of\":");
	if (head->as_of == MOMENT_NONE) {
		buf_lit(out, "null");
	} else {
		buf_char(out, '"');
		moment_put(out, head->as_of);
		buf_char(out, '"');
	}
	buf_printf(out, ",\"profiles\":%" PRIu64 ",\"customers\":\"%016" PRIx64 "\"", head->profiles, head->customers);
}

/* ---- summaries ---- */

struct report_parts *report_parts_open(struct tool *t)
{
	struct report_parts *r = mem_zero(1, sizeof *r);

	r->partial = partial_reader(t->operands, t->operand_count, &t->err);
	if (!r->partial)
		tool_fail(t);
	switch (partial_next_head(r->partial, &r->head, &r->file, &t->err)) {
	case 1:
		r->waiting = true;
		break;
	case 0:
		tool_usage(t, "--combine: there is no summary here: cdp-report --partial FILE makes one");
	default:
		tool_fail(t);
	}
	return r;
}

void report_parts_free(struct report_parts *r)
{
	if (!r)
		return;
	partial_free(r->partial);
	buf_release(&r->asked);
	mem_free(r->seen);
	arena_release(&r->texts);
	mem_free(r);
}

struct partial *report_parts_partial(struct report_parts *r)
{
	return r->partial;
}

static const char *keep_text(struct report_parts *r, struct value v)
{
	struct buf text = BUF_INIT;
	struct span kept = arena_copy(&r->texts, value_text(v, &text));

	buf_release(&text);
	return kept.ptr;
}

/* "overview, rfm" */
static struct span names_of(struct value list, struct buf *out)
{
	struct value element;
	struct scan s;

	scan_start(&s, list.raw);
	if (list.kind == VALUE_ARRAY && !scan_enter(&s, '[', NULL))
		while (scan_element(&s, &element, NULL) > 0) {
			if (out->len)
				buf_lit(out, ", ");
			value_decode(element, out);
		}
	return buf_view(out);
}

static void put_names(const struct report *report, struct buf *out)
{
	for (size_t i = 0; report->counted[i]; i++)
		buf_printf(out, "%s%s", i ? ", " : "", report->counted[i]->name);
}

static void check_reports(struct report_parts *r, struct tool *t, const struct report *report, struct value head)
{
	struct buf here = BUF_INIT, there = BUF_INIT;

	put_names(report, &here);
	names_of(value_member(head, SPAN("reports")), &there);
	if (!span_equal(buf_view(&here), buf_view(&there)))
		tool_usage(t, "%s is a summary of %s, not of %s", r->file, buf_text(&there), buf_text(&here));
	buf_release(&here);
	buf_release(&there);
}

const struct report *report_parts_reports(struct report_parts *r, struct tool *t, const struct report *named)
{
	const struct report *list[COUNTED_MAX];
	struct value names = value_member(r->head, SPAN("reports")), element;
	struct buf text = BUF_INIT, there = BUF_INIT;
	struct scan s;
	size_t count = 0;

	if (named) {
		check_reports(r, t, named, r->head);
		return named;
	}
	put_names(&reports[0], &text);
	names_of(names, &there);
	if (span_equal(buf_view(&text), buf_view(&there))) {
		buf_release(&text);
		buf_release(&there);
		return &reports[0];
	}
	buf_release(&there);
	scan_start(&s, names.raw);
	if (names.kind == VALUE_ARRAY && !scan_enter(&s, '[', NULL))
		while (count < COUNTED_MAX && scan_element(&s, &element, NULL) > 0) {
			buf_clear(&text);
			value_decode(element, &text);
			list[count] = report_find(buf_text(&text));
			if (!list[count])
				tool_usage(t, "%s is a summary of '%s', a report that is not known here", r->file, buf_text(&text));
			count++;
		}
	buf_release(&text);
	if (!count)
		tool_usage(t, "%s does not say which report it is of", r->file);
	return report_combine(list, count);
}

/* A path of an option that names a file, or the text of another. */
static const char *take_text(struct report_parts *r, struct value v, bool file)
{
	struct value text = file ? value_member(v, SPAN("file")) : v;

	return text.kind == VALUE_TEXT ? keep_text(r, text) : NULL;
}

static void take_list(struct report_parts *r, struct value v, struct opt_list *list)
{
	struct value element;
	struct scan s;

	scan_start(&s, v.raw);
	if (v.kind != VALUE_ARRAY || scan_enter(&s, '[', NULL))
		return;
	while (scan_element(&s, &element, NULL) > 0) {
		list->values = mem_room(list->values, list->count, &list->cap, sizeof *list->values);
		list->values[list->count++] = keep_text(r, element);
	}
}

void report_parts_take_asked(struct report_parts *r, struct tool *t, const struct part_option *shared)
{
	struct value asked = value_member(r->head, SPAN("asked"));
	const struct part_option *first = shared;
	struct option_given o;

	for (; shared->name; shared++)
		if (!*shared->text)
			*shared->text = take_text(r, value_member(asked, span_of(shared->name)), shared->file);
	for (size_t i = 0; report_options_at(i, &o); i++) {
		struct value v = value_member(asked, span_of(o.name));

		if (v.kind == VALUE_NONE || *o.flag || *o.text || o.list->count)
			continue;
		if (v.kind == VALUE_TRUE)
			*o.flag = true;
		else if (v.kind == VALUE_ARRAY)
			take_list(r, v, o.list);
		else
			*o.text = take_text(r, v, o.file);
	}
	buf_char(&r->asked, '{');
	put_asked(t, first, &r->asked);
	buf_char(&r->asked, '}');
}

/* Files by what they have. */
static bool is_same(struct value a, struct value b)
{
	struct value x = value_member(a, SPAN("digest")), y = value_member(b, SPAN("digest"));

	if (a.kind == VALUE_OBJECT && b.kind == VALUE_OBJECT)
		return span_equal(x.raw, y.raw);
	return a.kind == b.kind && span_equal(a.raw, b.raw);
}

static void put_value(struct value v, struct buf *out)
{
	if (v.kind == VALUE_NONE)
		buf_lit(out, "nothing");
	else if (v.kind == VALUE_OBJECT)
		buf_span(out, value_member(v, SPAN("file")).raw);
	else
		buf_span(out, v.raw);
}

/* Every member of A is in B as well. */
static void compare_asked(struct report_parts *r, struct tool *t, struct value a, struct value b, bool here_first)
{
	struct buf one = BUF_INIT, other = BUF_INIT, name = BUF_INIT;
	struct member m;
	struct scan s;

	scan_start(&s, a.raw);
	if (a.kind != VALUE_OBJECT || scan_enter(&s, '{', NULL))
		tool_usage(t, "%s does not say what was asked", r->file);
	while (scan_member(&s, &m, NULL) > 0) {
		struct value v = value_member(b, m.key);

		if (is_same(m.value, v))
			continue;
		put_value(here_first ? m.value : v, &one);
		put_value(here_first ? v : m.value, &other);
		buf_span(&name, m.key);
		if (m.value.kind == VALUE_OBJECT && v.kind == VALUE_OBJECT)
			tool_usage(t, "%s was asked something else: the file of --%s (%s) has another content than the one here (%s)", r->file,
				   buf_text(&name), buf_text(&other), buf_text(&one));
		tool_usage(t, "%s was asked something else: there --%s is %s, here %s; make the summaries of one report by the same options",
			   r->file, buf_text(&name), buf_text(&other), buf_text(&one));
	}
}

static void check_asked(struct report_parts *r, struct tool *t, struct value head)
{
	struct value asked = value_member(head, SPAN("asked")), here;

	if (scan_whole(buf_view(&r->asked), &here, &t->err))
		tool_fail(t);
	compare_asked(r, t, here, asked, true);
	compare_asked(r, t, asked, here, false);
}

/* The same customers, whoever cut and counted them.  A part without any may come often. */
static void check_again(struct report_parts *r, struct tool *t, const struct part_head *head)
{
	for (size_t i = 0; i < r->seen_count && head->profiles; i++)
		if (r->seen[i].customers == head->customers && r->seen[i].profiles == head->profiles)
			tool_usage(t, "%s and %s are of the same %" PRIu64 " customers: give each part once", r->seen[i].file, r->file,
				   head->profiles);
	r->seen = mem_room(r->seen, r->seen_count, &r->seen_cap, sizeof *r->seen);
	r->seen[r->seen_count++] = (struct part_seen){r->file, head->customers, head->profiles};
}

static bool read_hex(struct value v, uint64_t *out)
{
	struct buf text = BUF_INIT;
	struct span digits = value_text(v, &text);

	*out = 0;
	for (size_t i = 0; i < digits.len && i < 16; i++) {
		char c = digits.ptr[i];

		*out = *out << 4 | (uint64_t)(c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= '0' && c <= '9' ? c - '0' : 0);
	}
	buf_release(&text);
	return v.kind == VALUE_TEXT && digits.len == 16;
}

static void read_head(struct report_parts *r, struct tool *t, struct value v, struct part_head *head)
{
	struct value as_of = value_member(v, SPAN("as_of"));
	struct buf text = BUF_INIT;

	*head = (struct part_head){.as_of = MOMENT_NONE};
	if (!span_number(value_text(value_member(v, SPAN("profiles")), &text), &head->profiles) ||
	    !read_hex(value_member(v, SPAN("customers")), &head->customers) ||
	    (as_of.kind != VALUE_NULL && !value_moment(as_of, &head->as_of))) {
		error_failed(&t->err, "%s: its first line does not say as_of, profiles and customers", r->file);
		tool_fail(t);
	}
	head->any = head->profiles > 0;
	buf_release(&text);
}

int report_parts_next(struct report_parts *r, struct tool *t, const struct report *report, struct part_head *head)
{
	struct value v = r->head;
	int got = 1;

	if (!r->waiting)
		got = partial_next_head(r->partial, &v, &r->file, &t->err);
	r->waiting = false;
	if (got < 0)
		tool_fail(t);
	if (!got)
		return 0;
	check_reports(r, t, report, v);
	check_asked(r, t, v);
	read_head(r, t, v, head);
	check_again(r, t, head);
	return 1;
}

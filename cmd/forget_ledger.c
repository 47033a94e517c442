#include "cmd/forget_ledger.h"

#include <inttypes.h>

#include "base/mem.h"
#include "io/input.h"
#include "unify/identity/ledger.h"

#define HEAD 4096
#define ID_DIGITS 32

bool forget_ledger_is(struct tool *t, const char *path)
{
	struct input *in = input_open(path, &t->err);
	struct span head = SPAN_NONE;
	bool is;

	if (!in || input_peek(in, HEAD, &head, &t->err))
		tool_fail(t);
	if (span_starts(head, SPAN("\xef\xbb\xbf")))
		head = span_sub(head, 3, head.len);
	head = span_trim(head);
	is = head.len && head.ptr[0] != '{';
	input_close(in);
	return is;
}

struct widening {
	struct tool *tool;
	struct subject *s;
	struct ledger ledger;
	struct map owned;	/* ids that a customer has now, as text */
	bool *reported;		/* by end of a must-link: that it stays out was said */
	bool shared, grown;
	struct subject nobody;	/* the values that the ledger excludes */
};

static bool is_excluded(const struct widening *w, struct span type, struct span value)
{
	return !w->shared && subject_find(&w->nobody, type, value) != SUBJECT_NONE;
}

/* Whoever holds a value that means nobody would be forgotten with it. */
static void refuse_excluded(struct widening *w)
{
	for (size_t i = 0; i < w->s->count; i++) {
		const struct subject_identifier *id = &w->s->list[i];
		char quoted[ERROR_QUOTE_MAX];

		if (is_excluded(w, id->type, id->value))
			tool_usage(w->tool, "%.*s %s means nobody, as the ledger says: ask by an identifier that the "
				   "person has alone, or say --with-shared", SPAN_ARG(id->type), error_quote(id->value, quoted));
	}
}

static bool has(const struct widening *w, struct span type, struct span value)
{
	return subject_find(w->s, type, value) != SUBJECT_NONE;
}

static void add(struct widening *w, struct span type, struct span value)
{
	if (has(w, type, value))
		return;
	subject_add(w->s, type, value, SUBJECT_WIDENED);
	w->grown = true;
}

static struct span id_text(struct hash128 id, char digits[ID_DIGITS])
{
	hash_128_hex(id, digits);
	return (struct span){digits, ID_DIGITS};
}

/* The identifier and the customer id of a pin are one's. */
static void follow_pin(struct widening *w, const struct pin *p)
{
	char digits[ID_DIGITS];
	struct span id = id_text(p->id, digits);

	if (is_excluded(w, p->type, p->value))
		return;
	if (has(w, p->type, p->value))
		add(w, SPAN(SUBJECT_CUSTOMER_ID), id);
	else if (has(w, SPAN(SUBJECT_CUSTOMER_ID), id))
		add(w, p->type, p->value);
}

/* An id that a line before gave, and that nobody has now: audiences and states of old may have it. */
static void follow_former(struct widening *w, const struct pin_line *line)
{
	const struct pin *p = &w->ledger.pins[line->pin];
	char digits[ID_DIGITS];
	struct span id = id_text(line->id, digits);

	if (map_find(&w->owned, id) != MAP_NONE || is_excluded(w, p->type, p->value))
		return;
	if (has(w, p->type, p->value))
		add(w, SPAN(SUBJECT_CUSTOMER_ID), id);
	else if (has(w, SPAN(SUBJECT_CUSTOMER_ID), id))
		add(w, p->type, p->value);
}

static bool has_end(const struct widening *w, const struct ledger_end *e)
{
	return span_absent(e->type) ? subject_has_record(w->s, e->source, e->id) : has(w, e->type, e->value);
}

static void report_excluded(struct widening *w, uint32_t end)
{
	const struct ledger_end *e = &w->ledger.ends[end];
	char quoted[ERROR_QUOTE_MAX];

	if (!w->reported[end])
		tool_say(w->tool, "%.*s %s is not searched for: it means nobody, as the ledger says (--with-shared)",
			 SPAN_ARG(e->type), error_quote(e->value, quoted));
	w->reported[end] = true;
}

static void follow_link(struct widening *w, uint32_t from, uint32_t to)
{
	const struct ledger_end *a = &w->ledger.ends[from], *b = &w->ledger.ends[to];

	if (!has_end(w, a) || has_end(w, b))
		return;
	if (span_absent(b->type)) {
		subject_add_record(w->s, b->source, b->id);
		w->grown = true;
	} else if (is_excluded(w, b->type, b->value)) {
		report_excluded(w, to);
	} else {
		add(w, b->type, b->value);
	}
}

static void follow_all(struct widening *w)
{
	const struct ledger *l = &w->ledger;

	for (size_t i = 0; i < l->pin_names.count; i++)
		follow_pin(w, &l->pins[i]);
	for (size_t i = 0; i < l->pin_line_count; i++)
		follow_former(w, &l->pin_lines[i]);
	for (size_t i = 0; i < l->must_count; i++) {
		follow_link(w, l->must[i].a, l->must[i].b);
		follow_link(w, l->must[i].b, l->must[i].a);
	}
}

static void load(struct widening *w, const char *path, struct buf *text)
{
	struct error why = ERROR_INIT;
	struct span all;

	if (input_whole(path, w->tool->memory, text, &w->tool->err))
		tool_fail(w->tool);
	all = buf_view(text);
	if (span_starts(all, SPAN("\xef\xbb\xbf")))
		all = span_sub(all, 3, all.len);
	if (ledger_parse(&w->ledger, all, path, &why))
		tool_usage(w->tool, "--through: %s is neither profiles nor a ledger of cdp-merge: line %" PRIu64 ": %s", path,
			   (uint64_t)why.line, why.message);
	for (size_t i = 0; i < w->ledger.pin_names.count; i++) {
		char digits[ID_DIGITS];

		map_put(&w->owned, id_text(w->ledger.pins[i].id, digits), NULL);
	}
	for (size_t i = 0; i < w->ledger.excludes.count; i++) {
		struct span key = w->ledger.excludes.entries[i].key;
		size_t at = span_find_byte(key, '\0');

		subject_add(&w->nobody, span_sub(key, 0, at), span_sub(key, at + 1, key.len), SUBJECT_ASKED);
	}
	w->reported = mem_zero(w->ledger.names.count + 1, sizeof *w->reported);
}

/* Those of the first COUNT identifiers that no line of the ledger has. */
static uint64_t count_missing(const struct widening *w, size_t count)
{
	const struct ledger *l = &w->ledger;
	struct subject known = SUBJECT_INIT;
	uint64_t missing = 0;
	char digits[ID_DIGITS];

	for (size_t i = 0; i < l->pin_names.count; i++)
		subject_add(&known, l->pins[i].type, l->pins[i].value, SUBJECT_WIDENED);
	for (size_t i = 0; i < l->pin_line_count; i++)
		subject_add(&known, SPAN(SUBJECT_CUSTOMER_ID), id_text(l->pin_lines[i].id, digits), SUBJECT_WIDENED);
	for (size_t i = 0; i < l->names.count; i++)
		if (!span_absent(l->ends[i].type))
			subject_add(&known, l->ends[i].type, l->ends[i].value, SUBJECT_WIDENED);
	for (size_t i = 0; i < count; i++)
		missing += subject_find(&known, w->s->list[i].type, w->s->list[i].value) == SUBJECT_NONE;
	subject_release(&known);
	return missing;
}

void forget_ledger_widen(struct tool *t, const struct forget_request *q, struct subject *s)
{
	struct widening w = {.tool = t, .s = s, .ledger = LEDGER_INIT, .shared = q->shared};
	struct buf text = BUF_INIT;
	size_t asked = s->count;
	uint64_t missing;

	load(&w, q->through, &text);
	refuse_excluded(&w);
	missing = count_missing(&w, asked);
	do {
		w.grown = false;
		follow_all(&w);
	} while (w.grown);
	if (missing)
		tool_warn(t, "%s has no line with %" PRIu64 " of what is asked for: only the value itself is searched for",
			  q->through, missing);
	tool_say(t, "%zu identifier%s asked for, %zu more by %s, which has pins and decisions only: the profiles may have more",
		 asked, asked == 1 ? "" : "s", s->count - asked, q->through);
	ledger_close(&w.ledger);
	map_release(&w.owned);
	mem_free(w.reported);
	subject_release(&w.nobody);
	buf_release(&text);
}

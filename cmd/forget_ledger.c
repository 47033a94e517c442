#include "cmd/forget_ledger.h"

#include <inttypes.h>

#include "base/disjoint.h"
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

/*
 * Nodes are what the ledger names: first its identifiers and customer ids, by their number in KNOWN, then the
 * ends of its links, of which only the records are used.
 */
struct widening {
	struct tool *tool;
	struct subject *s;
	struct ledger ledger;
	bool shared;
	struct subject nobody;	/* the values that the ledger excludes */
	struct subject known;
	uint32_t *sets;		/* of nodes: what is one's */
	bool *sought;		/* by root */
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

static uint32_t id_node(struct widening *w, struct hash128 id)
{
	char digits[ID_DIGITS];

	hash_128_hex(id, digits);
	return subject_add(&w->known, SPAN(SUBJECT_CUSTOMER_ID), (struct span){digits, ID_DIGITS}, SUBJECT_WIDENED);
}

static uint32_t pin_node(struct widening *w, const struct pin *p)
{
	return subject_add(&w->known, p->type, p->value, SUBJECT_WIDENED);
}

static uint32_t end_node(const struct widening *w, uint32_t end)
{
	const struct ledger_end *e = &w->ledger.ends[end];

	return span_absent(e->type) ? (uint32_t)w->known.count + end : subject_find(&w->known, e->type, e->value);
}

static bool is_end_excluded(const struct widening *w, uint32_t end)
{
	const struct ledger_end *e = &w->ledger.ends[end];

	return !span_absent(e->type) && is_excluded(w, e->type, e->value);
}

static void number_nodes(struct widening *w)
{
	const struct ledger *l = &w->ledger;

	for (size_t i = 0; i < l->pin_names.count; i++)
		pin_node(w, &l->pins[i]);
	for (size_t i = 0; i < l->pin_line_count; i++)
		id_node(w, l->pin_lines[i].id);
	for (size_t i = 0; i < l->names.count; i++)
		if (!span_absent(l->ends[i].type))
			subject_add(&w->known, l->ends[i].type, l->ends[i].value, SUBJECT_WIDENED);
	w->sets = mem_alloc((w->known.count + l->names.count + 1) * sizeof *w->sets);
	w->sought = mem_zero(w->known.count + l->names.count + 1, sizeof *w->sought);
	disjoint_init(w->sets, w->known.count + l->names.count);
}

/*
 * An identifier and the ids that its lines give: the one of today, and former ones that nobody has now, which
 * audiences and states of old may have.
 */
static void unite_pins(struct widening *w)
{
	const struct ledger *l = &w->ledger;
	bool *owned = mem_zero(w->known.count + 1, sizeof *owned);

	for (size_t i = 0; i < l->pin_names.count; i++)
		owned[id_node(w, l->pins[i].id)] = true;
	for (size_t i = 0; i < l->pin_line_count; i++) {
		const struct pin *p = &l->pins[l->pin_lines[i].pin];
		uint32_t id = id_node(w, l->pin_lines[i].id);

		if (!is_excluded(w, p->type, p->value) && (!owned[id] || id == id_node(w, p->id)))
			disjoint_unite(w->sets, pin_node(w, p), id);
	}
	mem_free(owned);
}

static void unite_links(struct widening *w)
{
	const struct ledger *l = &w->ledger;

	for (size_t i = 0; i < l->must_count; i++)
		if (!is_end_excluded(w, l->must[i].a) && !is_end_excluded(w, l->must[i].b))
			disjoint_unite(w->sets, end_node(w, l->must[i].a), end_node(w, l->must[i].b));
}

static bool is_sought(struct widening *w, uint32_t node)
{
	return w->sought[disjoint_find(w->sets, node)];
}

/* Those asked for that no line of the ledger has. */
static uint64_t seek_asked(struct widening *w)
{
	uint64_t missing = 0;

	for (size_t i = 0; i < w->s->count; i++) {
		uint32_t node = subject_find(&w->known, w->s->list[i].type, w->s->list[i].value);

		if (node == SUBJECT_NONE)
			missing++;
		else
			w->sought[disjoint_find(w->sets, node)] = true;
	}
	return missing;
}

static void add_sought(struct widening *w)
{
	const struct ledger *l = &w->ledger;

	for (uint32_t i = 0; i < w->known.count; i++)
		if (is_sought(w, i))
			subject_add(w->s, w->known.list[i].type, w->known.list[i].value, SUBJECT_WIDENED);
	for (uint32_t i = 0; i < l->names.count; i++)
		if (span_absent(l->ends[i].type) && is_sought(w, end_node(w, i)))
			subject_add_record(w->s, l->ends[i].source, l->ends[i].id);
}

/* Each end of a must-link with theirs that stays out, once. */
static void report_excluded(struct widening *w)
{
	const struct ledger *l = &w->ledger;
	bool *reported = mem_zero(l->names.count + 1, sizeof *reported);
	char quoted[ERROR_QUOTE_MAX];

	for (size_t i = 0; i < l->must_count; i++) {
		bool first = is_end_excluded(w, l->must[i].a);
		uint32_t out = first ? l->must[i].a : l->must[i].b, other = first ? l->must[i].b : l->must[i].a;

		if (reported[out] || !is_end_excluded(w, out) || !is_sought(w, end_node(w, other)))
			continue;
		reported[out] = true;
		tool_say(w->tool, "%.*s %s is not searched for: it means nobody, as the ledger says (--with-shared)",
			 SPAN_ARG(l->ends[out].type), error_quote(l->ends[out].value, quoted));
	}
	mem_free(reported);
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
	for (size_t i = 0; i < w->ledger.excludes.count; i++) {
		struct span key = w->ledger.excludes.entries[i].key;
		size_t at = span_find_byte(key, '\0');

		subject_add(&w->nobody, span_sub(key, 0, at), span_sub(key, at + 1, key.len), SUBJECT_ASKED);
	}
}

void forget_ledger_widen(struct tool *t, const struct forget_request *q, struct subject *s)
{
	struct widening w = {.tool = t, .s = s, .ledger = LEDGER_INIT, .shared = q->shared};
	struct buf text = BUF_INIT;
	size_t asked = s->count;
	uint64_t missing;

	load(&w, q->through, &text);
	refuse_excluded(&w);
	number_nodes(&w);
	unite_pins(&w);
	unite_links(&w);
	missing = seek_asked(&w);
	add_sought(&w);
	report_excluded(&w);
	if (missing)
		tool_warn(t, "%s has no line with %" PRIu64 " of what is asked for: only the value itself is searched for",
			  q->through, missing);
	tool_say(t, "%zu identifier%s asked for, %zu more by %s, which has pins and decisions only: the profiles may have more",
		 asked, asked == 1 ? "" : "s", s->count - asked, q->through);
	ledger_close(&w.ledger);
	subject_release(&w.nobody);
	subject_release(&w.known);
	mem_free(w.sets);
	mem_free(w.sought);
	buf_release(&text);
}

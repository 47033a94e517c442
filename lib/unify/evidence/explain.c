#include "unify/evidence/explain.h"

#include <stdlib.h>

#include "base/mem.h"
#include "unify/evidence/explain_brief.h"
#include "unify/evidence/explain_tie.h"
#include "unify/evidence/explain_why.h"
#include "unify/merge/state.h"

/* Ties that are shown as text; JSON has all. */
#define SHOWN_MAX 200

static void put_id(const struct explainer *x, uint32_t customer)
{
	char id[32];

	hash_128_hex(x->merge->customers.ids[customer], id);
	buf_put(x->out, id, sizeof id);
}

static void put_quoted(const struct explainer *x, struct span text)
{
	char quoted[ERROR_QUOTE_MAX];

	buf_text_put(x->out, error_quote(text, quoted));
}

static void put_keys(const struct explainer *x, struct span key, struct span other)
{
	buf_lit(x->out, "{\"keys\":[");
	text_encode(x->out, key);
	if (!span_absent(other)) {
		buf_char(x->out, ',');
		text_encode(x->out, other);
	}
	buf_char(x->out, ']');
}

/* Nobody has KEY. */
static int say_missing(const struct explainer *x, struct span key)
{
	bool blocked = explain_is_blocked(x, key);

	if (x->style.json) {
		put_keys(x, key, SPAN_NONE);
		buf_lit(x->out, ",\"found\":false,\"blocked\":");
		buf_text_put(x->out, blocked ? "true}\n" : "false}\n");
		return 1;
	}
	put_quoted(x, key);
	if (blocked)
		buf_lit(x->out, " is a blocked value: it identifies nobody and joins nothing (--rule 'allow TYPE = VALUE' lifts it)\n");
	else
		buf_lit(x->out, " is no customer id, identifier (TYPE=VALUE or VALUE) or record (SOURCE/ID) of these events\n");
	return 1;
}

/* KEY is of an event without any identifier. */
static int say_unidentified(const struct explainer *x, struct span key)
{
	if (x->style.json) {
		put_keys(x, key, SPAN_NONE);
		buf_lit(x->out, ",\"found\":true,\"unidentified\":true}\n");
		return 0;
	}
	put_quoted(x, key);
	buf_lit(x->out, " is unidentified: the event has no identifier that counts\n");
	return 0;
}

/* The same of KEY and OTHER, of which WHO is it. */
static int say_one_unidentified(const struct explainer *x, struct span key, struct span other,
				struct span who)
{
	struct buf text = BUF_INIT;
	char quoted[ERROR_QUOTE_MAX];

	if (!x->style.json)
		return say_unidentified(x, who);
	buf_printf(&text, "%s is unidentified: the event has no identifier that counts", error_quote(who, quoted));
	put_keys(x, key, other);
	buf_lit(x->out, ",\"joined\":false,\"reasons\":[{\"reason\":\"unidentified\",\"text\":");
	text_encode(x->out, buf_view(&text));
	buf_lit(x->out, "}]}\n");
	buf_release(&text);
	return 0;
}

static int by_identifier(const void *a, const void *b, void *context)
{
	return identifier_compare(context, *(const uint32_t *)a, *(const uint32_t *)b);
}

/* The customer's identifiers by priority; owned. */
static uint32_t *list_identifiers(const struct explainer *x, uint32_t customer, size_t *count)
{
	const struct parts *p = &x->merge->customers.identifiers;
	uint32_t *list = mem_alloc((parts_size(p, customer) + 1) * sizeof *list);

	*count = 0;
	for (uint32_t i = p->starts[customer]; i < p->starts[customer + 1]; i++) {
		if (!identifier_type_of(&x->merge->identifiers, p->items[i])->inner)
			list[(*count)++] = p->items[i];
	}
	if (*count > 1)
		qsort_r(list, *count, sizeof *list, by_identifier,
			(void *)(uintptr_t)&x->merge->identifiers);
	return list;
}

static void put_seen(const struct explainer *x, const struct seen *seen)
{
	bool json = x->style.json;

	if (seen->first == MOMENT_NONE)
		return;
	buf_text_put(x->out, json ? ",\"first\":\"" : "  ");
	moment_put(x->out, seen->first);
	if (!json && seen->first == seen->last)
		return;
	buf_text_put(x->out, json ? "\",\"last\":\"" : " to ");
	moment_put(x->out, seen->last);
	buf_text_put(x->out, json ? "\"" : "");
}

static int put_identifiers(struct explainer *x, uint32_t customer)
{
	size_t count;
	uint32_t *list = list_identifiers(x, customer, &count);
	int bad = 0;

	for (size_t i = 0; i < count && !bad; i++) {
		const struct seen *seen = &x->merge->customers.seen[list[i]];

		if (x->style.json) {
			buf_text_put(x->out, i ? ",{\"type\":" : "{\"type\":");
			text_encode(x->out, identifier_type_of(&x->merge->identifiers, list[i])->name);
			buf_lit(x->out, ",\"value\":");
			text_encode(x->out, identifier_value(&x->merge->identifiers, list[i]));
			put_seen(x, seen);
			buf_char(x->out, '}');
			continue;
		}
		buf_lit(x->out, "  ");
		bad = explain_node(x, list[i]);
		put_seen(x, seen);
		buf_char(x->out, '\n');
	}
	mem_free(list);
	return bad;
}

/* The ties of the forest between what shows. */
static int put_forest(struct explainer *x)
{
	size_t shown = 0, left = 0;

	for (size_t i = 0; i < x->forest.count; i++) {
		const struct tie *t = &x->forest.ties[i];

		if (!evidence_shows(&x->evidence, t))
			continue;
		if (!x->style.json && shown == SHOWN_MAX)
			left++;
		else if (explain_tie(x, t, shown++))
			return -1;
	}
	if (left)
		buf_printf(x->out, "  and %zu more\n", left);
	return 0;
}

/* Links that were refused to this customer, as sentences. */
static void put_refused(struct explainer *x, uint32_t customer)
{
	const struct parts *p = &x->evidence.refusal_parts;
	size_t shown = 0;

	for (uint32_t i = p->starts[customer]; i < p->starts[customer + 1]; i++) {
		struct buf text = BUF_INIT;

		merge_tell_refusal(x->merge, p->items[i], &text);
		if (x->style.json) {
			buf_text_put(x->out, shown ? "," : "");
			text_encode(x->out, buf_view(&text));
		} else {
			buf_printf(x->out, "%s  ", shown ? "" : "\nRefused:\n");
			buf_span(x->out, buf_view(&text));
			buf_char(x->out, '\n');
		}
		shown++;
		buf_release(&text);
	}
}

static int explain_customer(struct explainer *x, uint32_t customer)
{
	const struct merge *m = x->merge;
	size_t events = parts_size(&m->customers.events, customer);
	size_t records = parts_size(&x->evidence.record_parts, customer);

	if (forest_grow(&x->forest, &x->evidence, customer, x->err))
		return -1;
	buf_text_put(x->out, x->style.json ? "{\"customer\":\"" : "Customer ");
	put_id(x, customer);
	if (x->style.json) {
		buf_printf(x->out, "\",\"events\":%zu,\"records\":%zu,\"identifiers\":[", events, records);
		if (put_identifiers(x, customer))
			return -1;
		buf_lit(x->out, "],\"links\":[");
		if (put_forest(x))
			return -1;
		buf_lit(x->out, "],\"refused\":[");
		put_refused(x, customer);
		buf_lit(x->out, "]}");
		return 0;
	}
	buf_printf(x->out, ": %zu event%s", events, events == 1 ? "" : "s");
	if (records)
		buf_printf(x->out, ", %zu record%s that can be compared", records, records == 1 ? "" : "s");
	buf_char(x->out, '\n');
	if (put_identifiers(x, customer))
		return -1;
	if (x->forest.count)
		buf_lit(x->out, "\nTied together, the strongest first:\n");
	if (put_forest(x))
		return -1;
	put_refused(x, customer);
	return 0;
}

/* Each customer of FOUND once. */
static int explain_customers(struct explainer *x, const struct places *found)
{
	bool *shown = mem_zero(x->merge->customers.count + 1, sizeof *shown);
	int bad = 0;

	for (size_t i = 0; i < found->count && !bad; i++) {
		uint32_t customer = found->list[i].customer;

		if (customer == CUSTOMER_NONE || shown[customer])
			continue;
		if (i)
			buf_char(x->out, x->style.json ? ',' : '\n');
		shown[customer] = true;
		bad = explain_customer(x, customer);
	}
	mem_free(shown);
	return bad;
}

static int explain_one(struct explainer *x, struct span key, const struct places *found)
{
	int bad;

	if (found->list[0].customer == CUSTOMER_NONE)
		return say_unidentified(x, key);
	if (x->style.json) {
		put_keys(x, key, SPAN_NONE);
		buf_lit(x->out, ",\"found\":true,\"customers\":[");
	}
	bad = explain_customers(x, found);
	if (!bad && x->style.json)
		buf_lit(x->out, "]}\n");
	return bad;
}

uint32_t explain_node_of(const struct explainer *x, const struct place *p)
{
	size_t count;
	uint32_t *list, node;

	if (p->node != UINT32_MAX)
		return p->node;
	list = list_identifiers(x, p->customer, &count);
	node = count ? list[0] : x->forest.node_count ? x->forest.nodes[0] : UINT32_MAX;
	mem_free(list);
	return node;
}

/* The event of a key has the identifier that the path begins with. */
static int put_end(struct explainer *x, struct span key, const struct place *p, uint32_t node)
{
	if (x->style.json || p->event == EVENTS_MAX || node >= x->evidence.identifier_count)
		return 0;
	buf_lit(x->out, "     ");
	error_clean(key, x->out);
	buf_lit(x->out, " has ");
	if (explain_node(x, node))
		return -1;
	buf_char(x->out, '\n');
	return 0;
}

/* What to write into the ledger when the answer is wrong. */
static int put_remedy(struct explainer *x, const char *what, const char *word,
		      const struct place *a, const struct place *b)
{
	struct buf one = BUF_INIT, other = BUF_INIT;
	int bad;

	if (x->decided) {
		buf_lit(x->out, "\nTo undo what the ledger says, delete its line.\n");
		return 0;
	}
	bad = evidence_ledger_name(&x->evidence, a->event, explain_node_of(x, a), &one, x->err) ||
		  evidence_ledger_name(&x->evidence, b->event, explain_node_of(x, b), &other, x->err);

	if (!bad && one.len && other.len) {
		buf_printf(x->out, "\n%s, a line of the ledger (--ledger FILE) says so:\n  %s ", what, word);
		error_clean(buf_view(&one), x->out);
		buf_char(x->out, ' ');
		error_clean(buf_view(&other), x->out);
		buf_char(x->out, '\n');
	}
	buf_release(&one);
	buf_release(&other);
	return bad ? -1 : 0;
}

static int put_path(struct explainer *x, uint32_t from, uint32_t to)
{
	const struct tie **path = mem_alloc((x->forest.count + 1) * sizeof *path);
	size_t count = forest_path(&x->forest, from, to, path);
	int bad = 0;

	for (size_t i = 0, shown = 0; i < count && !bad; i++) {
		if (evidence_shows(&x->evidence, path[i]))
			bad = explain_tie(x, path[i], shown++);
	}
	mem_free(path);
	return bad;
}

static int explain_joined(struct explainer *x, struct span key, struct span other,
			  const struct place *a, const struct place *b)
{
	uint32_t from, to;

	if (forest_grow(&x->forest, &x->evidence, a->customer, x->err))
		return -1;
	from = explain_node_of(x, a);
	to = explain_node_of(x, b);
	if (x->style.json) {
		put_keys(x, key, other);
		buf_lit(x->out, ",\"joined\":true,\"customer\":\"");
		put_id(x, a->customer);
		buf_lit(x->out, "\",\"links\":[");
	} else {
		put_quoted(x, key);
		buf_lit(x->out, " and ");
		put_quoted(x, other);
		buf_lit(x->out, " are one customer, ");
		put_id(x, a->customer);
		buf_text_put(x->out, from != to ? ":\n\n" : a->event == b->event ? ": they are the same\n"
			     : from >= x->evidence.identifier_count ? ": both have exactly the same values\n"
								    : ":\n\n");
	}
	if (put_end(x, key, a, from) || put_path(x, from, to) || put_end(x, other, b, to))
		return -1;
	if (!x->style.json)
		return from == to && a->event == b->event
		       ? 0 : put_remedy(x, "If they are two people", "cannot-link", a, b);
	buf_lit(x->out, "]}\n");
	return 0;
}

static int explain_apart(struct explainer *x, struct span key, struct span other,
			 const struct place *a, const struct place *b)
{
	int bad;

	if (a->customer == CUSTOMER_NONE || b->customer == CUSTOMER_NONE)
		return say_one_unidentified(x, key, other, a->customer == CUSTOMER_NONE ? key : other);
	if (x->style.json) {
		put_keys(x, key, other);
		buf_lit(x->out, ",\"joined\":false,\"customers\":[\"");
		put_id(x, a->customer);
		buf_lit(x->out, "\",\"");
		put_id(x, b->customer);
		buf_lit(x->out, "\"],\"reasons\":[");
	} else {
		put_quoted(x, key);
		buf_lit(x->out, " and ");
		put_quoted(x, other);
		buf_lit(x->out, " are two customers, ");
		put_id(x, a->customer);
		buf_lit(x->out, " and ");
		put_id(x, b->customer);
		buf_lit(x->out, ":\n\n");
	}
	bad = explain_why_not(x, a, b);
	if (x->style.json)
		buf_lit(x->out, "]}\n");
	else if (!bad)
		bad = put_remedy(x, "If they belong together", "must-link", a, b);
	return bad;
}

int explain_pair(struct explainer *x, struct span key, struct span other,
		 const struct place *a, const struct place *b)
{
	bool joined = a->customer == b->customer && a->customer != CUSTOMER_NONE;

	if (x->style.brief)
		return joined ? explain_brief_way(x, a, b) : explain_brief_why_not(x, a, b);
	return joined ? explain_joined(x, key, other, a, b) : explain_apart(x, key, other, a, b);
}

/* One customer has both where that can be. */
static int explain_two(struct explainer *x, struct span key, struct span other,
		       const struct places *a, const struct places *b)
{
	const struct place **firsts = mem_zero(x->merge->customers.count + 1, sizeof *firsts);
	const struct place *one = &a->list[0], *two = &b->list[0];
	bool joined = false;

	for (size_t j = b->count; j > 0; j--) {
		if (b->list[j - 1].customer != CUSTOMER_NONE)
			firsts[b->list[j - 1].customer] = &b->list[j - 1];
	}
	for (size_t i = 0; i < a->count && !joined; i++) {
		uint32_t customer = a->list[i].customer;

		joined = customer != CUSTOMER_NONE && firsts[customer];
		if (!joined)
			continue;
		one = &a->list[i];
		two = firsts[customer];
	}
	mem_free(firsts);
	return explain_pair(x, key, other, one, two);
}

int merge_explain(const struct merge *m, struct span key, struct span other,
		  const struct explain_style *style, struct buf *out, struct error *err)
{
	struct explainer x;
	struct places a, b = {0};
	int status;

	explainer_init(&x, m, style, out, err);
	explain_find(&x, key, &a);
	if (!span_absent(other))
		explain_find(&x, other, &b);
	if (!a.count)
		status = say_missing(&x, key);
	else if (span_absent(other))
		status = explain_one(&x, key, &a);
	else if (!b.count)
		status = say_missing(&x, other);
	else
		status = explain_two(&x, key, other, &a, &b);
	places_release(&a);
	places_release(&b);
	explainer_release(&x);
	return status;
}

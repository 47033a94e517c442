/* Links that were refused, for people and for --stats. */
#include "base/mem.h"
#include "unify/merge/state.h"

static void tell_identifier(const struct merge *m, uint32_t number,
			    struct buf *out)
{
	const struct decisions *d = &m->decisions;
	char quoted[ERROR_QUOTE_MAX];
	struct span name = identifier_type_of(&m->identifiers, number)->name;

	for (size_t i = 0; i < d->record_count; i++) {
		if (d->records[i].identifier != number)
			continue;
		buf_lit(out, "record ");
		error_clean(d->records[i].name, out);
		return;
	}
	error_clean(name, out);
	buf_printf(out, " %s",
		   error_quote(identifier_value(&m->identifiers, number), quoted));
}

/* Kept apart by shared_values.h rather than by the ledger? */
static bool is_household(const struct merge *m, struct holding_check v)
{
	return v.reason == REFUSED_BY_LEDGER && !m->decisions.apart[v.which].line;
}

/* "the ledger says so in line 2 (father and son; Kim; 2025-02-01)" */
static void tell_decision(const struct merge *m, uint32_t line, struct buf *out)
{
	buf_printf(out, "the ledger says so in line %u", line);
	for (size_t i = 0; i < m->ledger.cannot_count; i++) {
		const struct ledger_link *l = &m->ledger.cannot[i];

		if (l->line != line || !l->reason.len)
			continue;
		buf_lit(out, " (");
		error_clean(l->reason, out);
		buf_char(out, ')');
		return;
	}
}

static void tell_reason(const struct merge *m, struct holding_check v, struct buf *out)
{
	const struct identifier_type *type;

	switch (v.reason) {
	case REFUSED_BY_LEDGER:
		if (is_household(m, v)) {
			buf_lit(out, "they are two of a household");
			return;
		}
		tell_decision(m, m->decisions.apart[v.which].line, out);
		return;
	default:
		type = &m->identifiers.type_list[v.which];
		buf_printf(out, "together they would have more than %u ", type->limit);
		error_clean(type->name, out);
		if (type->window)
			buf_lit(out, " within the time of its limit");
	}
}

/* The customer that IDENTIFIER is of, or CUSTOMER_NONE. */
static uint32_t customer_of(const struct merge *m, uint32_t identifier)
{
	return m->customers.numbers[m->graph.roots[identifier]];
}

static void tell_customer(const struct merge *m, uint32_t number, struct buf *out)
{
	char id[32];

	hash_128_hex(m->customers.ids[number], id);
	buf_put(out, id, sizeof id);
}

/* Both, or the one that has events. */
static void tell_customers(const struct merge *m, uint32_t a, uint32_t b, struct buf *out)
{
	bool both = a != b && a != CUSTOMER_NONE && b != CUSTOMER_NONE;

	if (a == CUSTOMER_NONE)
		a = b;
	if (a == CUSTOMER_NONE)
		return;
	buf_text_put(out, both ? " (customers " : " (customer ");
	tell_customer(m, a, out);
	if (both)
		buf_lit(out, " and ");
	if (both)
		tell_customer(m, b, out);
	buf_char(out, ')');
}

void merge_tell_refusal(const struct merge *m, size_t number, struct buf *out)
{
	const struct refusal *r = &m->graph.refusals[number];
	const struct link *l = &m->links.list[r->link];
	uint32_t a = customer_of(m, l->a), b = customer_of(m, l->b);
	/* Matching judges a household by all that its people say. */
	bool alike = a == b && a != CUSTOMER_NONE;

	tell_identifier(m, l->a, out);
	buf_lit(out, " and ");
	tell_identifier(m, l->b, out);
	buf_text_put(out, alike ? " are not joined by identifiers: " : " stay apart: ");
	tell_reason(m, r->holding_check, out);
	if (alike)
		buf_lit(out, ", but are joined by likeness");
	tell_customers(m, a, b, out);
}

/* The end of P that no customer is left with, or IDENTIFIER_NONE. */
static uint32_t idle_end(const struct merge *m, const struct pair *p)
{
	if (customer_of(m, p->a) == CUSTOMER_NONE)
		return p->a;
	return customer_of(m, p->b) == CUSTOMER_NONE ? p->b : IDENTIFIER_NONE;
}

bool merge_tell_idle(const struct merge *m, size_t *number, struct buf *out)
{
	const struct decisions *d = &m->decisions;

	for (; *number < d->apart_count; ++*number) {
		const struct pair *p = &d->apart[*number];
		uint32_t end = p->line ? idle_end(m, p) : IDENTIFIER_NONE;

		if (end == IDENTIFIER_NONE)
			continue;
		error_clean(span_of(m->ledger.path), out);
		buf_printf(out, ":%u: this cannot-link parts no events: those with ", p->line);
		tell_identifier(m, end, out);
		buf_lit(out, " go by stronger identifiers, and it is on no profile; name records (SOURCE/ID) instead");
		++*number;
		return true;
	}
	return false;
}

void merge_put_refusals(const struct merge *m, struct buf *out)
{
	size_t types = m->identifiers.type_names.count;
	uint64_t *by_order = mem_zero(types + 1, sizeof *by_order);
	uint32_t *type_at = mem_zero(types + 1, sizeof *type_at);
	bool any = false;

	for (size_t i = 0; i < types; i++)
		type_at[m->identifiers.type_list[i].order] = (uint32_t)i;
	for (size_t i = 0; i < m->graph.refusal_count; i++) {
		struct holding_check v = m->graph.refusals[i].holding_check;

		if (v.reason == REFUSED_BY_LIMIT)
			by_order[m->identifiers.type_list[v.which].order]++;
	}
	buf_char(out, '{');
	for (size_t i = 0; i < types; i++) {
		if (!by_order[i])
			continue;
		if (any)
			buf_char(out, ',');
		any = true;
		text_encode(out, m->identifiers.type_list[type_at[i]].name);
		buf_char(out, ':');
		buf_u64(out, by_order[i]);
	}
	buf_char(out, '}');
	mem_free(by_order);
	mem_free(type_at);
}

void merge_put_reasons(const struct merge *m, struct buf *out)
{
	static const char *const names[REFUSAL_REASONS + 1] = {
		"limit", "ledger", "household",
	};
	uint64_t counts[REFUSAL_REASONS + 1] = {0};
	bool any = false;

	for (size_t i = 0; i < m->graph.refusal_count; i++) {
		struct holding_check v = m->graph.refusals[i].holding_check;

		counts[is_household(m, v) ? REFUSAL_REASONS : v.reason]++;
	}
	buf_char(out, '{');
	for (int i = 0; i <= REFUSAL_REASONS; i++) {
		if (!counts[i])
			continue;
		buf_printf(out, "%s\"%s\":", any ? "," : "", names[i]);
		buf_u64(out, counts[i]);
		any = true;
	}
	buf_char(out, '}');
}

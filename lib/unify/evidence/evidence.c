#include "unify/evidence/evidence.h"

#include "base/mem.h"
#include "record/document.h"
#include "record/scan.h"
#include "unify/evidence/pair_evidence.h"

const char *const tie_kinds[] = {"ledger", "rule", "record", "score"};

uint32_t evidence_customer(const struct evidence *e, uint32_t node)
{
	uint32_t identifier = node;

	if (node >= e->identifier_count)
		identifier = e->fragments->list[e->joining->records.fragments[node - e->identifier_count]].home;
	return e->customers->numbers[e->graph->roots[identifier]];
}

/* Groups COUNT things by OF(i); those of CUSTOMER_NONE are left out. */
static struct parts group_by_customer(const struct evidence *e, size_t count,
			  uint32_t (*of)(const struct evidence *e, uint32_t i))
{
	size_t parts = e->customers->count;
	struct parts p = {
		mem_alloc((count + 1) * sizeof *p.items),
		mem_zero(parts + 2, sizeof *p.starts),
	};

	for (size_t i = 0; i < count; i++) {
		uint32_t customer = of(e, (uint32_t)i);

		if (customer != CUSTOMER_NONE)
			p.starts[customer + 2]++;
	}
	for (size_t i = 2; i < parts + 2; i++)
		p.starts[i] += p.starts[i - 1];
	for (size_t i = 0; i < count; i++) {
		uint32_t customer = of(e, (uint32_t)i);

		if (customer != CUSTOMER_NONE)
			p.items[p.starts[customer + 1]++] = (uint32_t)i;
	}
	return p;
}

/* Of links that hold: both ends are one customer, and it was not refused. */
static uint32_t customer_of_link(const struct evidence *e, uint32_t i)
{
	const struct link *l = &e->links->list[i];

	if (e->refused[i] || e->graph->roots[l->a] != e->graph->roots[l->b])
		return CUSTOMER_NONE;
	return evidence_customer(e, l->a);
}

static uint32_t customer_of_record(const struct evidence *e, uint32_t i)
{
	return evidence_customer(e, e->identifier_count + i);
}

/* Both ends of a must-link are one customer. */
static uint32_t customer_of_must(const struct evidence *e, uint32_t i)
{
	return evidence_customer(e, e->decisions->together[i].a);
}

/* Thing i / 2 has the ends A and B: the customer of end i % 2, where the first end is not
 * of the same customer. */
static uint32_t customer_of_end(const struct evidence *e, uint32_t i, uint32_t a, uint32_t b)
{
	uint32_t first = evidence_customer(e, a), second = evidence_customer(e, b);

	if (i % 2)
		return second == first ? CUSTOMER_NONE : second;
	return first;
}

static uint32_t customer_of_apart(const struct evidence *e, uint32_t i)
{
	const struct pair *p = &e->decisions->apart[i / 2];

	return customer_of_end(e, i, p->a, p->b);
}

static uint32_t customer_of_refusal(const struct evidence *e, uint32_t i)
{
	const struct link *l = &e->links->list[e->graph->refusals[i / 2].link];

	return customer_of_end(e, i, l->a, l->b);
}

/* Groups COUNT things by both of their ends. */
static struct parts group_both(const struct evidence *e, size_t count,
			       uint32_t (*of)(const struct evidence *e, uint32_t i))
{
	struct parts p = group_by_customer(e, 2 * count, of);

	for (uint32_t i = 0; i < p.starts[e->customers->count]; i++)
		p.items[i] /= 2;
	return p;
}

static void release_parts(struct parts *p)
{
	mem_free(p->items);
	mem_free(p->starts);
}

void evidence_init(struct evidence *e)
{
	e->identifier_count = (uint32_t)identifiers_count(e->identifiers);
	e->refused = mem_zero(e->links->count + 1, sizeof *e->refused);
	for (size_t i = 0; i < e->graph->refusal_count; i++)
		e->refused[e->graph->refusals[i].link] = true;
	e->link_parts = group_by_customer(e, e->links->count, customer_of_link);
	e->record_parts = group_by_customer(e, e->joining ? e->joining->records.count : 0, customer_of_record);
	e->must_parts = group_by_customer(e, e->decisions->together_count, customer_of_must);
	e->apart_parts = group_both(e, e->decisions->apart_count, customer_of_apart);
	e->refusal_parts = group_both(e, e->graph->refusal_count, customer_of_refusal);
}

void evidence_release(struct evidence *e)
{
	mem_free(e->refused);
	release_parts(&e->link_parts);
	release_parts(&e->record_parts);
	release_parts(&e->must_parts);
	release_parts(&e->apart_parts);
	release_parts(&e->refusal_parts);
	*e = (struct evidence){0};
}

uint32_t evidence_node_of_event(const struct evidence *e, uint32_t event)
{
	uint32_t fragment = e->events->list[event].fragment;
	uint32_t record, given = moved_home(e->moved, event);

	if (given != IDENTIFIER_NONE)
		return given;
	if (fragment >= FRAGMENT_INLINE)
		return UINT32_MAX;
	if (e->joining) {
		record = e->joining->records.of_fragment[fragment];
		if (record != RECORD_NONE)
			return e->identifier_count + record;
	}
	return e->fragments->list[fragment].home == HOME_NONE ? UINT32_MAX : e->fragments->list[fragment].home;
}

/* The identifier of a record without any stands for the record. */
static uint32_t find_record_node(const struct evidence *e, uint32_t node)
{
	const struct parts *p = &e->record_parts;
	uint32_t customer;

	if (!e->joining || node >= e->identifier_count ||
	    !span_equal(identifier_type_of(e->identifiers, node)->name, SPAN(RECORD_TYPE)))
		return node;
	customer = evidence_customer(e, node);
	for (uint32_t i = p->starts[customer]; i < p->starts[customer + 1]; i++) {
		if (e->fragments->list[e->joining->records.fragments[p->items[i]]].home == node)
			return e->identifier_count + p->items[i];
	}
	return node;
}

bool evidence_shows(const struct evidence *e, const struct tie *t)
{
	return find_record_node(e, t->a) != find_record_node(e, t->b);
}

static const struct stored *stored_of(const struct evidence *e, uint32_t event,
				      struct buf *scratch, struct error *err)
{
	const struct entry *entry = &e->events->list[event];

	return e->partitions ? partitions_at(e->partitions, entry)
			  : store_get(e->store, entry->place, entry->size, scratch, err);
}

int evidence_fragment(const struct evidence *e, uint32_t event, struct buf *scratch,
		    struct span *out, struct error *err)
{
	uint32_t fragment = e->events->list[event].fragment;
	const struct stored *s = NULL;

	*out = SPAN_NONE;
	if (fragment == FRAGMENT_NONE)
		return 0;
	if (fragment == FRAGMENT_INLINE) {
		s = stored_of(e, event, scratch, err);
		if (!s)
			return -1;
	}
	*out = fragments_of(e->fragments, fragment, s);
	return 0;
}

/* The decoded id of an event into OUT; nothing when it has none. */
static int put_event_id(const struct evidence *e, uint32_t event, struct buf *out, struct error *err)
{
	struct buf scratch = BUF_INIT;
	const struct stored *s = stored_of(e, event, &scratch, err);
	struct span id = s ? stored_id(s) : SPAN_NONE;

	if (!span_absent(id))
		value_decode((struct value){id, VALUE_TEXT, true}, out);
	buf_release(&scratch);
	return s ? 0 : -1;
}

int evidence_event_name(const struct evidence *e, uint32_t event, struct buf *out,
			struct error *err)
{
	struct buf id = BUF_INIT;
	int bad = put_event_id(e, event, &id, err);

	if (id.len) {
		buf_span(out, source_name(e->sources, e->events->list[event].source));
		buf_char(out, '/');
		buf_span(out, buf_view(&id));
	}
	buf_release(&id);
	return bad;
}

int evidence_ledger_name(const struct evidence *e, uint32_t event, uint32_t node, struct buf *out,
			 struct error *err)
{
	struct ledger_end end = {0};
	struct buf id = BUF_INIT;

	if (event == EVENTS_MAX && node != UINT32_MAX && node >= e->identifier_count)
		event = e->joining->first[e->joining->records.fragments[node - e->identifier_count]];
	if (event != EVENTS_MAX && put_event_id(e, event, &id, err))
		return -1;
	if (node != UINT32_MAX && node >= e->identifier_count)
		node = e->fragments->list[e->joining->records.fragments[node - e->identifier_count]].home;
	if (id.len) {
		end.source = source_name(e->sources, e->events->list[event].source);
		end.id = buf_view(&id);
	} else if (node != UINT32_MAX && !identifier_type_of(e->identifiers, node)->inner) {
		end.type = identifier_type_of(e->identifiers, node)->name;
		end.value = identifier_value(e->identifiers, node);
	}
	if (id.len || end.type.len)
		ledger_put_end(&end, out);
	buf_release(&id);
	return 0;
}

/* A record without an id of its own goes by what it has. */
static int record_name(const struct evidence *e, uint32_t record, struct buf *out, struct error *err)
{
	uint32_t fragment = e->joining->records.fragments[record];
	uint32_t event = e->joining->first[fragment], home = e->fragments->list[fragment].home;
	size_t from = out->len;

	if (evidence_event_name(e, event, out, err))
		return -1;
	if (out->len > from)
		return 0;
	buf_span(out, source_name(e->sources, e->events->list[event].source));
	buf_lit(out, "/?");
	if (identifier_type_of(e->identifiers, home)->inner)
		return 0;
	buf_char(out, ' ');
	return evidence_name(e, home, out, err);
}

int evidence_name(const struct evidence *e, uint32_t node, struct buf *out, struct error *err)
{
	node = find_record_node(e, node);
	if (node >= e->identifier_count)
		return record_name(e, node - e->identifier_count, out, err);
	buf_span(out, identifier_type_of(e->identifiers, node)->name);
	buf_char(out, '=');
	buf_span(out, identifier_value(e->identifiers, node));
	return 0;
}

static void put_time(struct buf *out, const char *key, int64_t time)
{
	if (time == MOMENT_NONE)
		return;
	buf_printf(out, ",\"%s\":\"", key);
	moment_put(out, time);
	buf_char(out, '"');
}

static int put_text(const struct evidence *e, const char *key, uint32_t node, struct buf *out,
		    struct error *err)
{
	struct buf name = BUF_INIT;
	int bad = evidence_name(e, node, &name, err);

	buf_printf(out, ",\"%s\":", key);
	text_encode(out, buf_view(&name));
	buf_release(&name);
	return bad;
}

static int put_event(const struct evidence *e, uint32_t event, struct buf *out, struct error *err)
{
	struct buf name = BUF_INIT;
	int bad = evidence_event_name(e, event, &name, err);

	if (name.len) {
		buf_lit(out, ",\"record\":");
		text_encode(out, buf_view(&name));
	}
	buf_release(&name);
	return bad;
}

int tie_put(const struct tie *t, const struct evidence *e, struct buf *out, struct error *err)
{
	buf_printf(out, "{\"kind\":\"%s\"", tie_kinds[t->kind]);
	if (put_text(e, "a", t->a, out, err) || put_text(e, "b", t->b, out, err))
		return -1;
	switch (t->kind) {
	case TIE_LEDGER:
		buf_printf(out, ",\"line\":%u", t->number);
		break;
	case TIE_RULE:
		put_time(out, "first", e->links->list[t->number].seen.first);
		put_time(out, "last", e->links->list[t->number].seen.last);
		if (t->event != EVENTS_MAX && put_event(e, t->event, out, err))
			return -1;
		break;
	case TIE_SCORE:
		buf_lit(out, ",\"weight\":");
		document_put_number(out, t->weight, 6);
		buf_char(out, ',');
		pair_evidence_put(&e->joining->matching, t->a - e->identifier_count,
				  t->b - e->identifier_count, out);
		break;
	default:
		put_time(out, "time", e->events->list[t->event].time);
	}
	buf_char(out, '}');
	return 0;
}

#include "unify/evidence/explain_find.h"

#include "base/mem.h"
#include "unify/merge/state.h"

void places_release(struct places *p)
{
	mem_free(p->list);
	map_release(&p->known);
	*p = (struct places){0};
}

static void add_place(struct places *out, uint32_t customer, uint32_t node, uint32_t event)
{
	const uint32_t both[2] = {customer, node};
	bool added;

	map_put(&out->known, (struct span){(const char *)both, sizeof both}, &added);
	if (!added)
		return;
	out->list = mem_room(out->list, out->count, &out->cap, sizeof *out->list);
	out->list[out->count++] = (struct place){customer, node, event};
}

static void find_customer(const struct explainer *x, struct span key, struct places *out)
{
	const struct customers *c = &x->merge->customers;
	char id[32];

	if (key.len != sizeof id)
		return;
	for (size_t i = 0; i < c->count; i++) {
		hash_128_hex(c->ids[i], id);
		if (span_equal_nocase(key, (struct span){id, sizeof id}))
			add_place(out, (uint32_t)i, UINT32_MAX, EVENTS_MAX);
	}
}

/* Is KEY "type=value", with or without a source, or the value alone? */
static bool is_meant(const struct identifiers *t, uint32_t number, struct span key)
{
	const struct identifier_type *type = identifier_type_of(t, number);
	struct span value = identifier_value(t, number), name;
	size_t at = span_find_byte(key, '=');

	if (span_equal(value, key))
		return true;
	name = span_sub(key, 0, at);
	return at < key.len && span_equal(value, span_sub(key, at + 1, key.len)) &&
	       (span_equal(type->name, name) || span_equal(type->base, name));
}

static void find_identifiers(const struct explainer *x, struct span key, struct places *out)
{
	const struct identifiers *t = &x->merge->identifiers;

	for (uint32_t i = 0; i < identifiers_count(t); i++) {
		uint32_t resolved = identifiers_resolved(t, i);
		uint32_t customer = evidence_customer(&x->evidence, resolved);

		if (is_meant(t, i, key) && !identifier_type_of(t, resolved)->inner &&
		    customer != CUSTOMER_NONE)
			add_place(out, customer, resolved, EVENTS_MAX);
	}
}

/* Events are known by the hash of both texts as JSON. */
static void find_event(const struct explainer *x, struct span source, struct span id,
		       struct places *out)
{
	const struct events *v = &x->merge->events;
	struct buf text = BUF_INIT;
	struct hash128 key;

	if (source.len)
		text_encode(&text, source);
	text_encode(&text, id);
	key = hash_128(buf_view(&text));
	buf_release(&text);
	for (uint32_t i = 0; i < v->count; i++) {
		const struct entry *e = &v->list[i];

		if (e->key.high != key.high || e->key.low != key.low || e->home == HOME_DUPLICATE)
			continue;
		add_place(out, e->home == HOME_NONE ? CUSTOMER_NONE : e->home,
		    evidence_node_of_event(&x->evidence, i), i);
	}
}

void explain_find(const struct explainer *x, struct span key, struct places *out)
{
	*out = (struct places){0};
	find_customer(x, key, out);
	find_identifiers(x, key, out);
	for (size_t i = 0; i < key.len; i++) {
		if (key.ptr[i] == '/')
			find_event(x, span_sub(key, 0, i), span_sub(key, i + 1, key.len), out);
	}
}

bool explain_is_blocked(const struct explainer *x, struct span key)
{
	size_t at = span_find_byte(key, '=');

	if (at < key.len) {
		struct span value = span_sub(key, at + 1, key.len), type = span_sub(key, 0, at);
		size_t source = span_find_byte(type, '.') + 1;

		return blocked_is(&x->merge->rules.blocked, type, value) ||
		       (source < type.len && blocked_is(&x->merge->rules.blocked,
							span_sub(type, source, type.len), value));
	}
	return blocked_is(&x->merge->rules.blocked, SPAN("email"), key);
}

#include "unify/evidence/explain_blocked.h"

#include "record/scan.h"
#include "unify/merge/state.h"

/* Events of a customer that are looked at. */
#define LOOKED_AT_MAX 200

/* The ids of the Ith event of CUSTOMER, which SCRATCH may hold; absent: there are none. */
static struct value ids_of(const struct why *w, uint32_t customer, uint32_t i, struct buf *scratch)
{
	const struct parts *p = &w->x->merge->customers.events;
	struct span fragment, ids = SPAN_NONE;
	struct error err;

	/* What cannot be read now has no say; whoever needs it will fail. */
	buf_clear(scratch);
	if (!evidence_fragment(&w->x->evidence, p->items[p->starts[customer] + i], scratch, &fragment, &err) &&
	    !span_absent(fragment))
		ids = fragment_ids(fragment);
	return span_absent(ids) ? VALUE_ABSENT : (struct value){ids, VALUE_OBJECT, false};
}

/* Has some event of CUSTOMER the value TEXT of TYPE? */
static bool has(const struct why *w, uint32_t customer, struct span type, struct span text)
{
	const struct parts *p = &w->x->merge->customers.events;
	struct buf scratch = BUF_INIT, plain = BUF_INIT;
	bool found = false;

	for (uint32_t i = 0; i < parts_size(p, customer) && i < LOOKED_AT_MAX && !found; i++) {
		struct value ids = ids_of(w, customer, i, &scratch), v;

		if (ids.kind != VALUE_OBJECT)
			continue;
		v = value_member(ids, type);
		buf_clear(&plain);
		found = v.kind != VALUE_NONE && span_equal(value_text(v, &plain), text);
	}
	buf_release(&plain);
	buf_release(&scratch);
	return found;
}

static bool give_of(struct why *w, struct span type, struct value value, struct buf *text)
{
	struct buf scratch = BUF_INIT;
	struct span plain = value_text(value, &scratch);
	char quoted[ERROR_QUOTE_MAX];
	bool given = !span_absent(plain) && blocked_is(&w->x->merge->rules.blocked, type, plain) &&
		     has(w, w->b, type, plain);

	if (given) {
		buf_lit(text, "both have ");
		error_clean(type, text);
		buf_printf(text, " %s, but that value is blocked and means nobody (a rule 'allow' lifts it, unless "
			   "the ledger excludes it)", error_quote(plain, quoted));
		explain_give(w, "blocked", text);
	}
	buf_release(&scratch);
	return given;
}

/* Of one event's ids. */
static bool give_first(struct why *w, struct value ids, struct buf *text)
{
	struct buf key = BUF_INIT;
	struct scan scan;
	struct member m;
	bool given = false;

	scan_start(&scan, ids.raw);
	if (scan_enter(&scan, '{', NULL))
		return false;
	while (!given && scan_member(&scan, &m, NULL) > 0) {
		buf_clear(&key);
		given = give_of(w, member_key(&m, &key), m.value, text);
	}
	buf_release(&key);
	return given;
}

void explain_blocked(struct why *w, struct buf *text)
{
	const struct parts *p = &w->x->merge->customers.events;
	struct buf scratch = BUF_INIT;
	bool given = false;

	for (uint32_t i = 0; i < parts_size(p, w->a) && i < LOOKED_AT_MAX && !given; i++) {
		struct value ids = ids_of(w, w->a, i, &scratch);

		given = ids.kind == VALUE_OBJECT && give_first(w, ids, text);
	}
	buf_release(&scratch);
}

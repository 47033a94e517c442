/* Pins of new customers, into the ledger; who leaves gets none. */
#include "unify/merge/state.h"

/* The pin of IDENTIFIER with the id of CUSTOMER, whose it is. */
static void put_pin(struct merge *m, uint32_t identifier, uint32_t customer, struct buf *lines)
{
	ledger_put_pin(identifier_type_of(&m->identifiers, identifier)->name,
		       identifier_value(&m->identifiers, identifier), m->customers.ids[customer],
		       m->report.as_of, lines);
	m->report.pins_added++;
}

/* The one customer of those who have what PIN names; or CUSTOMER_NONE: several, or nobody. */
static uint32_t holder_of(const struct merge *m, const struct pin *pin, uint32_t *identifier)
{
	uint32_t holder = CUSTOMER_NONE, number;
	size_t at = 0;

	while (identifiers_meant(&m->identifiers, pin->type, pin->value, &at, &number)) {
		uint32_t customer = m->customers.numbers[m->graph.roots[number]];

		if (customer == CUSTOMER_NONE)
			continue;
		if (holder != CUSTOMER_NONE)
			return CUSTOMER_NONE;
		holder = customer;
		*identifier = number;
	}
	return holder;
}

/* Pins that gave way are written again, with the id that stands. */
static void renew_pins(struct merge *m, struct buf *lines)
{
	const struct customers *c = &m->customers;

	for (size_t i = 0; i < m->ledger.pin_names.count; i++) {
		const struct pin *pin = &m->ledger.pins[i];
		uint32_t identifier, customer = holder_of(m, pin, &identifier);

		if (customer == CUSTOMER_NONE || exclude_has(&m->exclude, customer) ||
		    !hash_128_compare(c->ids[customer], pin->id) ||
		    (!c->pinned[customer] && c->anchors[customer] == identifier))
			continue;
		put_pin(m, identifier, customer, lines);
	}
}

void merge_pin(struct merge *m)
{
	const struct customers *c = &m->customers;
	struct buf lines = BUF_INIT;

	if (!m->ledger.path)
		return;
	for (size_t i = 0; i < c->count; i++) {
		m->report.pins += c->pinned[i];
		if (c->pinned[i] || exclude_has(&m->exclude, i))
			continue;
		put_pin(m, c->anchors[i], (uint32_t)i, &lines);
	}
	renew_pins(m, &lines);
	ledger_add(&m->ledger, buf_view(&lines));
	buf_release(&lines);
}

int merge_ledger_prepare(struct merge *m, struct error *err)
{
	return ledger_prepare(&m->ledger, err);
}

int merge_ledger_commit(struct merge *m, struct error *err)
{
	return ledger_commit(&m->ledger, err);
}

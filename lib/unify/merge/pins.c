/* Pins of new customers, into the ledger; who leaves gets none. */
#include "unify/merge/state.h"

void merge_pin(struct merge *m)
{
	const struct customers *c = &m->customers;
	struct buf lines = BUF_INIT;

	if (!m->ledger.path)
		return;
	for (size_t i = 0; i < c->count; i++) {
		const struct identifier_type *type;

		m->report.pins += c->pinned[i];
		m->report.excluded_pins += c->pinned[i] && exclude_has(&m->exclude, i);
		if (c->pinned[i] || exclude_has(&m->exclude, i))
			continue;
		type = identifier_type_of(&m->identifiers, c->anchors[i]);
		ledger_put_pin(type->name, identifier_value(&m->identifiers, c->anchors[i]),
			       c->ids[i], m->report.as_of, &lines);
		m->report.pins_added++;
	}
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

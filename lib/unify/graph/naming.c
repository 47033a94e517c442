/*
 * Pins: see ledger.h.  Where two customers would have one id (somebody has
 * edited pins, or a pinned id is what another one's anchor makes), the pinned one
 * keeps it, among pinned ones first the one whose pin has always had it, then the one with
 * the older identifier; the other gets the next id that its anchor makes.  So two who
 * were one for some days, and are parted, have the ids they had before.
 */
#include "unify/graph/naming.h"

#include <stdlib.h>

#include "base/mem.h"

static void take_pin(struct naming *n, uint32_t identifier, const struct pin *pin)
{
	uint32_t number = n->numbers[n->graph->roots[identifier]];
	struct named *c;

	if (number == CUSTOMER_NONE)
		return;
	c = &n->named[number];
	if (c->pin != IDENTIFIER_NONE && !naming_is_older(n, identifier, c->pin))
		return;
	c->pin = identifier;
	c->id = pin->id;
	c->again = pin->again;
}

static int by_id(const void *a, const void *b, void *context)
{
	const struct naming *n = context;

	return naming_by_id(&n->named[*(const uint32_t *)a], &n->named[*(const uint32_t *)b]);
}

/* Does customer X keep an id rather than Y? */
static bool goes_before(const struct naming *n, uint32_t x, uint32_t y)
{
	const struct named *a = &n->named[x], *b = &n->named[y];
	bool pinned = a->pin != IDENTIFIER_NONE;

	if (pinned != (b->pin != IDENTIFIER_NONE))
		return pinned;
	if (pinned && a->again != b->again)
		return b->again;
	return pinned ? naming_is_older(n, a->pin, b->pin)
		      : naming_is_older(n, a->anchor, b->anchor);
}

/* All but one of ORDER[FROM .. TO) get other ids. */
static void rename_others(struct naming *n, const uint32_t *order, size_t from, size_t to,
			  unsigned salt)
{
	struct buf text = BUF_INIT;
	uint32_t keeper = order[from];

	for (size_t i = from + 1; i < to; i++) {
		if (goes_before(n, order[i], keeper))
			keeper = order[i];
	}
	for (size_t i = from; i < to; i++) {
		struct named *c = &n->named[order[i]];

		if (order[i] == keeper)
			continue;
		c->pin = IDENTIFIER_NONE;
		c->id = naming_digest(n, c->anchor, salt, &text);
	}
	buf_release(&text);
}

/* Returns whether any two had one id. */
static bool part_equal(struct naming *n, uint32_t *order, unsigned salt)
{
	bool any = false;

	if (n->count > 1)
		qsort_r(order, n->count, sizeof *order, by_id, n);
	for (size_t from = 0, to; from < n->count; from = to) {
		for (to = from + 1; to < n->count && !by_id(&order[from], &order[to], n); to++)
			;
		if (to - from < 2)
			continue;
		rename_others(n, order, from, to, salt);
		any = true;
	}
	return any;
}

void naming_pin(struct naming *n, const struct ledger *ledger)
{
	uint32_t *order = mem_alloc((n->count + 1) * sizeof *order);
	unsigned salt = 0;

	for (size_t i = 0; i < ledger->pin_names.count; i++) {
		const struct pin *pin = &ledger->pins[i];
		uint32_t number;
		size_t at = 0;

		while (identifiers_meant(n->identifiers, pin->type, pin->value, &at, &number))
			take_pin(n, number, pin);
	}
	for (uint32_t i = 0; i < n->count; i++)
		order[i] = i;
	while (part_equal(n, order, salt))
		salt++;
	mem_free(order);
}

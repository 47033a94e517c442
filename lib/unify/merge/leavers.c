/* Lines of the ledger about customers who leave, or have left before. */
#include <stdlib.h>

#include "base/mem.h"
#include "unify/merge/state.h"

struct seeking {
	const struct merge *m;
	struct suppressor *suppressor;	/* NULL: no list */
	uint32_t *lines;
	size_t count, cap;
};

static bool is_listed(const struct seeking *k, struct span type, struct span value)
{
	return k->suppressor && suppression_has(&k->m->suppressed.list, k->suppressor, type, value);
}

/* Has somebody who leaves, or who has left, TYPE=VALUE? */
static bool is_leavers(const struct seeking *k, struct span type, struct span value)
{
	const struct merge *m = k->m;
	uint32_t number;
	size_t at = 0;

	while (identifiers_meant(&m->identifiers, type, value, &at, &number)) {
		uint32_t customer = m->customers.numbers[m->graph.roots[number]];

		if (customer != CUSTOMER_NONE && exclude_has(&m->exclude, customer))
			return true;
	}
	return is_listed(k, type, value);
}

static bool is_leavers_record(const struct seeking *k, struct hash128 key)
{
	const struct events *v = &k->m->events;

	for (size_t i = 0; k->m->exclude.count && i < v->count; i++) {
		if (!hash_128_compare(v->list[i].key, key) && v->list[i].home < HOME_DUPLICATE &&
		    exclude_has(&k->m->exclude, v->list[i].home))
			return true;
	}
	return k->suppressor && suppression_has_record_key(&k->m->suppressed.list, k->suppressor, key);
}

static bool is_end_leavers(const struct seeking *k, uint32_t number)
{
	const struct ledger_end *end = &k->m->ledger.ends[number];

	return span_absent(end->type) ? is_leavers_record(k, ledger_record_key(end))
				      : is_leavers(k, end->type, end->value);
}

static void add_line(struct seeking *k, uint32_t line)
{
	k->lines = mem_room(k->lines, k->count, &k->cap, sizeof *k->lines);
	k->lines[k->count++] = line;
}

static void seek_links(struct seeking *k, const struct ledger_link *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (is_end_leavers(k, list[i].a) || is_end_leavers(k, list[i].b))
			add_line(k, list[i].line);
	}
}

static void seek_pins(struct seeking *k)
{
	const struct ledger *l = &k->m->ledger;
	bool *theirs = mem_zero(l->pin_names.count + 1, sizeof *theirs);

	for (size_t i = 0; i < l->pin_names.count; i++)
		theirs[i] = is_leavers(k, l->pins[i].type, l->pins[i].value);
	for (size_t i = 0; i < l->pin_line_count; i++) {
		if (theirs[l->pin_lines[i].pin])
			add_line(k, l->pin_lines[i].line);
	}
	mem_free(theirs);
}

static int by_line(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

size_t merge_leavers_lines(const struct merge *m, uint32_t **lines)
{
	struct seeking k = {.m = m};

	*lines = NULL;
	if (!m->ledger.path || (!m->exclude.count && !suppressed_is_wanted(&m->suppressed)))
		return 0;
	if (suppressed_is_wanted(&m->suppressed))
		k.suppressor = suppressor_new(m->suppressed.key);
	seek_links(&k, m->ledger.must, m->ledger.must_count);
	seek_links(&k, m->ledger.cannot, m->ledger.cannot_count);
	seek_pins(&k);
	if (k.count > 1)
		qsort(k.lines, k.count, sizeof *k.lines, by_line);
	suppressor_free(k.suppressor);
	*lines = k.lines;
	return k.count;
}

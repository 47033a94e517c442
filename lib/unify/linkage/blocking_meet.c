#include "unify/linkage/blocking_meet.h"

/* The better known: a rule that has both, one that would, one whose block is too large. */
static bool is_better(const struct meeting *a, const struct meeting *b)
{
	if (a->kind != b->kind)
		return a->kind > b->kind;
	return b->rule && a->rule->pairs < b->rule->pairs;
}

/* How many records have KEY by RULE. */
static uint32_t count_records(const struct blocking *b, const struct block_rule *rule, uint64_t key)
{
	uint32_t count = 0;

	for (size_t i = 0; i < b->records; i++)
		count += block_key(b->columns, rule, i) == key;
	return count;
}

static void try_rule(const struct blocking *b, const struct block_rule *rule, bool kept,
		     uint32_t x, uint32_t y, struct meeting *best)
{
	uint64_t key = block_key(b->columns, rule, x);
	struct meeting m = {kept ? MEETING_MET : MEETING_LEFT_OUT, rule, 0};

	if (!key || key != block_key(b->columns, rule, y))
		return;
	m.size = rule->part_count ? count_records(b, rule, key) : (uint32_t)b->records;
	if (m.size > rule->cap)
		m.kind = MEETING_TOO_LARGE;
	if (is_better(&m, best))
		*best = m;
}

struct meeting blocking_meeting(const struct blocking *b, uint32_t x, uint32_t y)
{
	struct meeting best = {MEETING_NONE, NULL, 0};

	for (size_t i = 0; i < b->count && best.kind != MEETING_MET; i++)
		try_rule(b, &b->rules[i], true, x, y, &best);
	for (size_t i = 0; i < b->dropped_count && best.kind != MEETING_MET; i++)
		try_rule(b, &b->dropped[i], false, x, y, &best);
	return best;
}

#include "unify/golden/golden_value.h"
#include "unify/golden/survivorship_rule.h"

static int compare_counts(const struct golden_value *x, const struct golden_value *y)
{
	return (x->count < y->count) - (x->count > y->count);
}

const struct survivorship_rule rule_most_frequent = {
	.name = "most_frequent",
	.help = "the value that most events say",
	.compare = compare_counts,
};

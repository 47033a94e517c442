#include "unify/golden/golden_value.h"
#include "unify/golden/survivorship_rule.h"

static int compare_counts(const struct golden_value *x, const struct golden_value *y)
{
	return (x->count > y->count) - (x->count < y->count);
}

const struct survivorship_rule rule_least_frequent = {
	.name = "least_frequent",
	.help = "the value that fewest events say",
	.compare = compare_counts,
};

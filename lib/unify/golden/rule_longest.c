#include "unify/golden/golden_value.h"
#include "unify/golden/survivorship_rule.h"

static int compare_lengths(const struct golden_value *x, const struct golden_value *y)
{
	size_t a = golden_value_length(x), b = golden_value_length(y);

	return (a < b) - (a > b);
}

const struct survivorship_rule rule_longest = {
	.name = "longest",
	.help = "the one with most characters",
	.compare = compare_lengths,
};

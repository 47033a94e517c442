#include "unify/golden/golden_value.h"
#include "unify/golden/survivorship_rule.h"

static int compare_values(const struct golden_value *x, const struct golden_value *y)
{
	int classes;

	return golden_value_compare(x, y, &classes);
}

const struct survivorship_rule rule_min = {
	.name = "min",
	.help = "the smallest: numbers by size, times by moment, else the order of texts",
	.compare = compare_values,
};

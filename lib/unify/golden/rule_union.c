#include "unify/golden/golden_value.h"
#include "unify/golden/survivorship_rule.h"

static int compare_all(const struct golden_value *x, const struct golden_value *y)
{
	int classes, order = golden_value_compare(x, y, &classes);

	return order ? order : span_compare(x->meaning, y->meaning);
}

const struct survivorship_rule rule_union = {
	.name = "union",
	.help = "all different values, as a sorted list",
	.all = true,
	.compare = compare_all,
};

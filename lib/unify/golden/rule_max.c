#include "unify/golden/golden_value.h"
#include "unify/golden/survivorship_rule.h"

/* The largest goes first, but numbers still go before times, and times before texts. */
static int compare_reversed(const struct golden_value *x, const struct golden_value *y)
{
	int classes, order = golden_value_compare(x, y, &classes);

	return classes ? classes : -order;
}

const struct survivorship_rule rule_max = {
	.name = "max",
	.help = "the largest, as min compares",
	.compare = compare_reversed,
};

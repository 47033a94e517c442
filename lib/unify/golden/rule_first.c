#include "unify/golden/survivorship_rule.h"

const struct survivorship_rule rule_first = {
	.name = "first",
	.help = "the oldest dated one; an undated one where there is no other",
	.oldest = true,
};

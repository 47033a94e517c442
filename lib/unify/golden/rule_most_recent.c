#include "unify/golden/survivorship_rule.h"

const struct survivorship_rule rule_most_recent = {
	.name = "most_recent",
	.help = "the newest value",
};

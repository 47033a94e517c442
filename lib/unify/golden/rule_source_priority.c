#include "unify/golden/survivorship_rule.h"

const struct survivorship_rule rule_source_priority = {
	.name = "source_priority",
	.help = "that of the first source listed, else of the next, else of any other",
	.sources = RULE_SOURCES_NEEDED,
};

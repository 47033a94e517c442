#include "unify/golden/survivorship_rule.h"

const struct survivorship_rule rule_best_record = {
	.name = "best_record",
	.help = "of several traits that move as a unit: all from one event",
	.sources = RULE_SOURCES_ALLOWED,
	.unit = true,
};

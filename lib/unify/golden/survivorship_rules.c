#include "unify/golden/survivorship_rule.h"

#include <stddef.h>

/* In the order of messages and of the manual. */
#define RULES(RULE) \
	RULE(most_recent) \
	RULE(source_priority) \
	RULE(most_frequent) \
	RULE(least_frequent) \
	RULE(longest) \
	RULE(first) \
	RULE(min) \
	RULE(max) \
	RULE(any_true) \
	RULE(union) \
	RULE(best_record)

#define DECLARE(name) extern const struct survivorship_rule rule_##name;
#define POINT(name) &rule_##name,

RULES(DECLARE)

const struct survivorship_rule *const survivorship_rules[] = { RULES(POINT) NULL };

/*
 * A rule of survivorship: which of the values of a trait stands.
 *
 * To add one is a file rule_NAME.c, which defines `const struct survivorship_rule
 * rule_NAME` with its parts in the order below, and NAME in the list at the top of
 * survivorship_rules.c.  Messages, rules files and `lineage` know it by that; its
 * item in the manual begins with its `help`, word for word (a test compares them).
 *
 * Of all values that a rule takes, the one goes first that `compare` puts first, then
 * the one of the best source where the user lists sources, then the most recent (with
 * `oldest`: the least recent).  Values that say nothing never stand (validity.h).
 */
#ifndef GOLDEN_SURVIVORSHIP_RULE_H
#define GOLDEN_SURVIVORSHIP_RULE_H

#include <stdbool.h>

#include "base/buf.h"

struct golden_value;

/* May the name be followed by sources, the best first: crm, shop in parentheses? */
enum rule_sources {
	RULE_SOURCES_NONE,
	RULE_SOURCES_ALLOWED,
	RULE_SOURCES_NEEDED,
};

struct survivorship_rule {
	const char *name;
	const char *help;	/* what stands: a phrase without article and full stop */
	enum rule_sources sources;
	bool unit;		/* for several traits that move together: all of one event */
	bool all;		/* every value stands, as a list; elements of lists count alone */
	bool oldest;		/* of equals the oldest dated */
	/* < 0 when X goes before Y; 0 where their events decide.  NULL: always so. */
	int (*compare)(const struct golden_value *x, const struct golden_value *y);
	/* Can the rule take V?  NULL: any. */
	bool (*takes)(const struct golden_value *v);
	/* Appends V as it stands on the profile.  NULL: as its event writes it. */
	void (*put)(const struct golden_value *v, struct buf *out);
};

/* All rules; ends with NULL.  The first is that of traits without one. */
extern const struct survivorship_rule *const survivorship_rules[];

/* That of traits that move as a unit. */
extern const struct survivorship_rule rule_best_record;

#endif

/*
 * Survivorship: which of the values that a customer's events give for a trait
 * stands in the profile.  The rules are those of survivorship_rule.h; a trait that none
 * is given for has most_recent.
 *
 * Values that say nothing (validity.h) never survive.  Ties go to the more recent
 * value, undated ones being the oldest, and among events of one time to the
 * later in the order of `events`: source, id, bytes; with `first` the other way
 * round.
 *
 * A unit comes from the event that gives its first-named trait (else its second
 * ...), of the first source in the rule's list, the most recent.  What that
 * event leaves open is taken from the next ones in that order which contradict
 * nothing taken so far.
 */
#ifndef GOLDEN_SURVIVAL_H
#define GOLDEN_SURVIVAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/map.h"
#include "unify/golden/survivorship_rule.h"

/* Traits of one unit. */
#define SURVIVAL_UNIT_MAX 32

struct survival_rule {
	const struct survivorship_rule *how;
	struct span *sources;	/* the best first */
	size_t source_count;
	struct span *members;	/* of a unit: keys, the first named first */
	size_t member_count;
};

struct survival {
	struct survival_rule *rules;	/* [0] is most_recent */
	size_t count;
	size_t cap;
	size_t otherwise;	/* the rule of traits that none names */
	struct map of_trait;	/* key -> rule << 8 | place in its unit */
	struct arena arena;
	bool given;		/* the user wants another than the default */
	bool settled;
};

#define SURVIVAL_INIT ((struct survival){0})

void survival_release(struct survival *s);

/*
 * TEXT is "TRAIT=RULE", "TRAIT+TRAIT...=best_record" or "*=RULE".  0, or -1
 * with a usage error.  Of two rules for a trait the later counts.
 */
int survival_add(struct survival *s, struct span text, struct error *err);

/* The same in two halves, for a line of a file. */
int survival_set(struct survival *s, struct span traits, struct span rule,
		 struct error *err);

/*
 * No more rules come: an address becomes a unit, as far as no rule names its
 * traits.
 */
void survival_settle(struct survival *s);

/* Appends all rules as lines "survive TRAIT = RULE". */
void survival_put(const struct survival *s, struct buf *out);

/* The rule of KEY (as JSON, without quotes), its number, its place in a unit. */
size_t survival_of(const struct survival *s, struct span key, size_t *place);

#endif

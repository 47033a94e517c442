/*
 * Survivorship: which of the values that a customer's events give for a trait
 * stands in the profile.  Rules, by trait:
 *
 *	most_recent		the newest (the rule of traits without one)
 *	source_priority(a,b)	of source a, else b, else of any other
 *	most_frequent		that most events say
 *	longest			of most characters
 *	first			the oldest dated; else an undated one
 *	min, max		numbers as numbers, times as times, else by text
 *	any_true		true when any says so, else false
 *	union			all different ones, as a sorted list
 *	best_record		of several traits that move as a unit: from one event
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

enum survival_kind {
	SURVIVE_MOST_RECENT,
	SURVIVE_SOURCE_PRIORITY,
	SURVIVE_MOST_FREQUENT,
	SURVIVE_LONGEST,
	SURVIVE_FIRST,
	SURVIVE_MIN,
	SURVIVE_MAX,
	SURVIVE_ANY_TRUE,
	SURVIVE_UNION,
	SURVIVE_BEST_RECORD,
};

extern const char *const survival_names[];	/* by kind; ends with NULL */

/* Traits of one unit. */
#define SURVIVAL_UNIT_MAX 32

struct survival_rule {
	enum survival_kind kind;
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

/*
 * Learning the model from the data alone, without examples.
 *
 * u comes from counts (exact agreement: no sampling needed) and from all pairs
 * of a sample (the other levels): random pairs are nearly all of different
 * fragments, and those that are not are weighed out.  lambda starts with the
 * pairs that agree on what nearly proves a match, of which we assume to see
 * most.  m comes from sessions of expectation maximisation (Dempster and others
 * 1977) over the pairs of one blocking rule each, with the columns of the rule
 * switched off and u fixed.
 *
 * A blocked session can go astray: a rule whose pairs are nearly all chance, or
 * a block of a family's address, finds a "match" that is none.  So sessions are
 * judged, only the sound ones count, and each says why it did not.
 *
 * No column is left without: where the sessions that count say too little of one (a
 * register of names and dates of birth has only sparse blocks, and its doubles of one
 * slip each contradict one another), it is learned from the pairs of all rules together,
 * with all columns on.  Blocks choose pairs by what they agree in, so there the global
 * lambda and u hold for every pattern, and m is that of the matches that blocking finds.
 * On 10,000 such records with 1,000 doubles that takes F1 from .23 to .99.  With fewer
 * than MATCHES_LEAST matches m stays what is usual, and the column is named.
 *
 * lambda has a prior, too: where next to nothing is proven, DOUBLES matches a record.  In
 * all of this a pair may also be two of one home: see home.h.
 *
 * All is done on counts of patterns, sorted, so nothing depends on the order
 * of records or the number of threads.
 */
#ifndef LINKAGE_TRAINING_H
#define LINKAGE_TRAINING_H

#include "unify/linkage/blocking.h"
#include "unify/linkage/weights.h"

/* What became of a session. */
enum session_fate {
	SESSION_USED,
	SESSION_FEW,		/* too few pairs */
	SESSION_CHANCE,		/* hardly a match in the block */
	SESSION_MANY,		/* more matches than there can be */
	SESSION_SWAPPED,	/* matches that disagree: labels exchanged */
};

struct session {
	uint32_t rule;
	uint64_t pairs;		/* looked at */
	double lambda;		/* share of matches in the block */
	enum session_fate fate;
	uint32_t off;		/* a bit for each column of the rule: not learned */
	uint32_t odd;		/* for each column whose m is far from the others': it
				   goes with the rule's columns, and does not count */
	double exact[COLUMNS_MAX];	/* m of the exact level */
};

extern const char *const session_fates[];

/* What a column's m is made of. */
enum learned {
	LEARNED_NOTHING,	/* nothing could be learned: m is what is usual */
	LEARNED_SESSIONS,
	LEARNED_PAIRS,		/* all pairs together */
};

extern const char *const learned_names[];

struct training {
	struct session *sessions;	/* by rule */
	size_t count;
	uint64_t sampled;	/* pairs for u */
	uint64_t certain;	/* pairs that are nearly proven */
	uint64_t looked_at;	/* pairs for lambda */
	double most;		/* lambda at most, by what is nearly proven */
	double matches[COLUMNS_MAX][AGREEMENT_LEVELS];	/* expected, that m is made of */
	enum learned sources[COLUMNS_MAX];
};

/* Levels of fewer expected matches have a finding. */
#define TRAINING_FEW 100

void training_release(struct training *t);

/* Makes W from C and the pairs that B brings together. */
void training_run(struct training *t, struct weights *w,
		  const struct columns *c, const struct blocking *b,
		  unsigned workers);

#endif

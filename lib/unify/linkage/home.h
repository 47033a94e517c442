/*
 * Two people of one home: the third thing that a pair can be.
 *
 * Against two people of two homes, an address, a town and a last name that agree are strong
 * evidence; against father and son, twins or a couple they are none, for those share them as one
 * person's records do.  So a pair is weighed twice: against two of two homes, by m and u, and
 * against two of one home, by m and h.  What a home shares (its last name, its place, in
 * part its telephone) agrees among its people nearly as often as among one person's
 * records: h is near m there, and the agreement weighs nothing.  What each has for
 * himself (first name, date of birth, identifiers) agrees as it does by chance, but that
 * one son in fifty has his father's name, and one pair in fifty are twins.
 *
 *	P(match) = lambda M / (lambda M + rho H + (1 - lambda - rho) U)
 *
 * with rho, the share of pairs that are two of one home, learned like lambda, as if
 * HOME_PAIRS had been seen before: a sample without any does not prove that there are
 * none.  In bits, with S the score against two of two homes and T the one against two of
 * one home, the score is -log2(2^-S + 2^-T): the smaller of both, or a little less.
 *
 * That somebody's records have first names, or dates of birth, with nothing in common is
 * rare; but of twins in a small sample training cannot tell whether they are one person
 * who changed the name.  So m of `different` is learned there as if HOME_SEEN pairs of
 * one person, and as many as there are pairs of one home, had been seen before, of which
 * HOME_DIFFERENT were so (training.c): each of the latter can be taken for a match.  Where
 * many hundred matches differ, and there are hardly any homes, that is what counts.  On the twins of 360 records it
 * takes the cost of another first name from 5 to 9 bits, on FEBRL's it changes nothing.
 * But more than HOME_DIFFERENT_MOST is not believed, whatever is seen: where every family has
 * one number and one address, its couples and children agree better than anybody's own
 * doubles, and pass for the matches of a session; then another first name would cost nothing.
 * There a quarter to two fifths seem to differ; of one person's records in splink's fake_1000 a
 * fifth to a quarter really do.
 *
 * A pair that agrees in nothing that one has for himself (a bare last name and a town) is
 * no match, however few homes there are.
 *
 * Companies and sites have no homes: all this is for records of which some have a first
 * name or a date of birth.
 */
#ifndef LINKAGE_HOME_H
#define LINKAGE_HOME_H

#include "unify/linkage/weights.h"

#define HOME_PAIRS 10
#define HOME_SHARE 0.03		/* pairs a record, of few records */
#define HOME_MOST 2		/* pairs a record */
#define HOME_SEEN 100
#define HOME_DIFFERENT 0.003	/* share of them */
#define HOME_DIFFERENT_MOST 0.25	/* whatever is seen */

/* Makes the weights against two of one home from m, u, lambda and rho. */
void home_settle(struct weights *w, const struct columns *c);

/* From rho as it was seen to what homes can be. */
void home_limit(struct weights *w, const struct columns *c);

/* The weights against two of one home, without those of columns OFF; 0 without homes. */
double home_evidence(const struct weights *w, const struct columns *c, uint64_t pattern,
		     uint32_t off);

/* The score against two of one home. */
double home_score(const struct weights *w, const struct columns *c, uint64_t pattern);

/* The score of a pair of which S and T are known. */
double home_combine(double s, double t);

#endif

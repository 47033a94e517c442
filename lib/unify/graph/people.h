/*
 * Are two who have one value two people?  Names, dates of birth and numbers decide together.
 *
 * First names differ when neither may be the other: not by a slip, not as an initial, a
 * short form or a part of it (Anna Maria), nor with the last name in its place.  A last
 * name alone tells nothing: people marry.  Names of two scripts tell nothing either, where
 * one cannot be read in the letters of the other (text/latin.h).
 *
 * Two of one value are two people when their first names differ and so do their dates of
 * birth, beyond a slip, or the numbers that they have otherwise: user_id, the number that
 * one source gave, and of what people hold in their hands the e-mail address.  One with
 * different numbers and one name is one person who ordered as a guest.
 *
 * Parent and child are two whatever their names, by dates of birth a generation apart or by Sr. and
 * Jr., where they have no number in common: namesakes, where it is one name.
 */
#ifndef GRAPH_PEOPLE_H
#define GRAPH_PEOPLE_H

#include "base/map.h"
#include "unify/index/who.h"

struct people {
	struct map nicknames;	/* filled when first asked */
};

void people_release(struct people *p);

/* Do A and B, who both have a full name, have first names that differ? */
bool people_have_other_names(struct people *p, const struct who *a, const struct who *b);

/* Are they two of one name (who_are_generations_apart)? */
bool people_are_namesakes(const struct who *a, const struct who *b);

/* Are they two?  BY_EMAIL: their addresses tell them apart; not so where the value is one. */
bool people_are_two(struct people *p, const struct who *a, const struct who *b, bool by_email);

/* Both have a value that two people share: are they kept apart?  Not with one number. */
bool people_are_parted(struct people *p, const struct who *a, const struct who *b);

/*
 * Sorts LIST of COUNT, the named holders of one value, and makes those of one name, suffix and date
 * of birth one, with the numbers of all of them.  Returns how many are left, at most
 * PEOPLE_MAX; the result does not depend on the order.
 */
#define PEOPLE_MAX 64
size_t people_unite(struct who *list, size_t count);

/* How many people LIST, after people_unite, is by first names and dates of birth; those of one name
 * are several as namesakes alone. */
uint32_t people_count(struct people *p, const struct who *list, size_t count);

#endif

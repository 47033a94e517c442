/*
 * Traits whose meaning nobody knows: birth_place, occupation, tax_number.
 *
 * What they look like in a sample of the records says how they are compared:
 *
 *	text	words, as a town or a company is compared
 *	code	five letters or digits and more, with digits in most: a slip counts
 *	number	shorter numbers, and those with a fraction: the same or not
 *
 * A trait is left out when it says little of who somebody is: it has few values (plan,
 * newsletter, language), long ones (notes), times and days (updated_at; a date of birth
 * has a name of its own), or hardly any record has it.  What a trait weighs is learned,
 * as of any other; where nothing could be learned it weighs nothing.
 */
#ifndef LINKAGE_OTHER_TRAITS_H
#define LINKAGE_OTHER_TRAITS_H

#include <stdbool.h>

#include "base/map.h"
#include "base/span.h"
#include "unify/linkage/columns.h"

/* Records of the sample, the first ones: their order is that of a hash. */
#define OTHER_SAMPLE 2000

struct other_trait {
	struct span name;
	size_t seen;		/* records that say it, in the first pass */
	size_t filled, digits, dates, bytes, numbers, fractions, short_codes;
	struct map values;
	double same;		/* pairs of equal values, ordered */
};

struct other_traits {
	struct map names;	/* name -> its place in the list */
	struct other_trait *list;
	size_t count, cap;
};

#define OTHER_TRAITS_INIT ((struct other_traits){0})

void other_traits_release(struct other_traits *o);

/*
 * A record of the sample says trait NAME: once for all of them, so that of a source with a
 * name for each value none takes another's place, in whatever order they come.
 */
void other_traits_see(struct other_traits *o, struct span name);

/* Then again: the same record, of RECORDS, says VALUE, not blank.  Names that hardly any says are passed over. */
void other_traits_add(struct other_traits *o, struct span name, struct span value, size_t records);

/* Has more than hardly any of a sample of RECORDS a value of T? */
bool other_trait_is_frequent(const struct other_trait *t, size_t records);

/* The kind by which T is compared, of a sample of RECORDS; else why it is left out, in a word or two; NULL: it is
 * compared.  *EXACT: a number, the same or not. */
const char *other_trait_kind(const struct other_trait *t, size_t records, enum column_kind *kind,
		      bool *exact);

#endif

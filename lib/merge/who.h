/*
 * Who a person says it is, as hashes: enough to count how many different people
 * have one identifier.
 */
#ifndef MERGE_WHO_H
#define MERGE_WHO_H

#include <stdint.h>

#include "match/identity_rules.h"
#include "merge/persons.h"

struct who {
	uint64_t user;		/* the user_id; 0: none, here and below */
	uint64_t own;		/* a source's own number */
	uint64_t name;		/* first and last name, folded */
	uint32_t born;		/* year, month, day in digits: 19800102 */
	uint32_t family;	/* the last name */
	uint32_t place;		/* address and postcode */
	uint32_t initial;	/* first byte of the first name */
};

/* Scratch of who_read, which leaves the folded name in it. */
struct who_reader {
	struct buf text, key;
	struct buf name;
	struct buf first, last, whole, street, postcode;
	struct person_reader persons;
	struct arena texts;
};

void who_reader_release(struct who_reader *r);

/* What PERSON says of itself: r->name holds its full name, or nothing. */
struct who who_read(struct who_reader *r, const struct identity_rules *rules,
		    struct span person);

/* Are these two people, by first names and dates of birth that differ beyond a
 * slip, who have a last name or an address in common? */
bool who_are_household(const struct who *a, const struct who *b);

#endif

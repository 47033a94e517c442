/*
 * Who a fragment says it is, as hashes and numbers: enough to count how many
 * different people have one identifier.
 */
#ifndef INDEX_WHO_H
#define INDEX_WHO_H

#include <stdint.h>
#include <string.h>

#include "unify/identity/identifier.h"
#include "unify/identity/identity_rules.h"
#include "unify/index/fragments.h"

#define WHO_FIRST 18

struct who {
	uint64_t user;		/* the user_id; 0: none, here and below */
	uint64_t own;		/* a source's own number */
	uint64_t email;
	uint64_t name;		/* first and last name, folded, in Latin letters, without titles */
	uint32_t born;		/* year, month, day in digits: 19800102 */
	uint32_t family;	/* the last name */
	uint32_t place;		/* address and postcode */
	uint32_t given;		/* the first name, as family is the last */
	uint16_t own_type;	/* of `own` */
	unsigned char generation;	/* Sr., Jr.: person_name.h */
	char first[WHO_FIRST];	/* as much of the first name as goes in, folded; zeros */
};

/* Scratch of who_read, which leaves the folded name in it. */
struct who_reader {
	struct buf text, key;
	struct buf name;
	struct buf first, last, whole, street, postcode;
	struct arena texts;
};

void who_reader_release(struct who_reader *r);

/* What the traits of FRAGMENT say: r->name holds its full name, or nothing. */
struct who who_read(struct who_reader *r, struct span fragment);

/* By type of T: what its values say of who somebody is.  Owned: mem_free. */
enum { ROLE_NONE, ROLE_USER, ROLE_OWN, ROLE_EMAIL };

unsigned char *who_roles(const struct identity_rules *rules, const struct identifiers *t);

/* Adds what COUNT identifiers IDS, the strongest first, say to W. */
void who_add_identifiers(struct who *w, const struct identifiers *t, const unsigned char *roles,
			 const uint32_t *ids, size_t count);

/* Do two dates of birth, both known, differ beyond a slip, and beyond the first of January that
 * forms fill in for the day? */
bool who_are_born_apart(const struct who *a, const struct who *b);

/* Are they a parent and a child, where both have one name: by what stands behind it (Sr. and Jr.), or
 * by dates of birth that differ beyond a slip and by 13 years or more? */
bool who_are_generations_apart(const struct who *a, const struct who *b);

static inline struct span who_first(const struct who *w)
{
	return (struct span){w->first, strnlen(w->first, WHO_FIRST)};
}

#endif

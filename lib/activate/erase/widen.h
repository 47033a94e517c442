/*
 * From what a request names to all that is the person's: the profile that holds it has their other
 * identifiers, their customer id and their events.  What a profile of somebody else holds, too, as the phone
 * of an office, would take that one along: it is not sought unless that is asked for.
 */
#ifndef ERASE_WIDEN_H
#define ERASE_WIDEN_H

#include "activate/erase/subject.h"
#include "base/error.h"

struct widened {
	uint64_t profiles;	/* of those who are sought */
	uint64_t missing;	/* identifiers asked for that no profile holds */
};

/*
 * Adds to S, which has what is asked for and is not built, what the profiles of PATH say.  SHARED: also what
 * others hold.  -1 with *ERR: it cannot be read, or, a usage error, an identifier that is asked for is held
 * by several profiles.
 */
int widen(struct subject *s, const char *path, bool shared, struct widened *out, struct error *err);

#endif

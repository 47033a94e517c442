/*
 * Names as people write them: "Herr Dr. Jan Novak", "Novak, Jan", "Karl Weber Jr.", "Weber, Jr., Karl".
 *
 * Titles in front, also of two ("Mr & Mrs Weber"), and degrees behind say nothing of who it is, and are left out.  A suffix of a
 * generation (Sr., Jr., III) does: father and son have the same name otherwise.
 */
#ifndef IDENTITY_PERSON_NAME_H
#define IDENTITY_PERSON_NAME_H

#include <stdbool.h>

#include "base/span.h"

/* Of a generation; 0: the name does not say. */
enum { GENERATION_NONE, GENERATION_SENIOR, GENERATION_JUNIOR, GENERATION_THIRD, GENERATION_FOURTH };

struct person_name {
	struct span first;	/* all that stands before the last; may be empty */
	struct span last;	/* may be empty */
	unsigned char generation;
};

/*
 * TEXT, a name or a part of one, in any case, without titles, degrees and suffix; *GENERATION is
 * set where it has one.  Of a LAST name one word stays in any case: there are families Frau and
 * Prior; a first name that is a title alone is none.
 */
struct span person_name_strip(struct span text, bool last, unsigned char *generation);

/* A whole name into its parts, which are spans of it. */
struct person_name person_name_cut(struct span whole);

/* Is WORD what joins two names, "&" or "und"? */
bool person_name_joins(struct span word);

/* How a generation is written behind a first name, so that two of one name are two names; "": none. */
struct span person_name_suffix(unsigned char generation);

#endif

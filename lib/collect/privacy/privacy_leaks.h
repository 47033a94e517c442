/*
 * What stays in sight: a rule hides the fields of a name, and the same address stands in a note, a
 * path, or as somebody's user_id.  Texts that no rule names are looked through for e-mail addresses where
 * a rule hides `email` everywhere, and for international phone numbers where one hides `phone`.
 */
#ifndef PRIVACY_PRIVACY_LEAKS_H
#define PRIVACY_PRIVACY_LEAKS_H

#include "base/map.h"
#include "collect/privacy/privacy.h"

/* Fields that hold such values, by section and path, are counted apart up to so many. */
#define PRIVACY_LEAKS_MAX 100

/* Does TEXT hold an address, also with its sign as %40 in a URL?  A masked one is none. */
bool privacy_holds_email(struct span text);

/* Does it hold a number of 9 to 15 digits behind a + (spaces, points, hyphens and brackets between)? */
bool privacy_holds_phone(struct span text);

/* Notes in C what TEXT, of the field SECTION.PATH, shows. */
void privacy_watch(const struct privacy *p, struct span section, struct span path, struct span text,
		   struct privacy_counts *c);

#endif

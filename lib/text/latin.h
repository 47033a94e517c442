/*
 * Names of one person in two scripts: "Юлия Коваленко" in the CRM, "Yuliya Kovalenko" at the
 * till.  Letters of Cyrillic and Greek are written as the Latin ones that people most often
 * write for them, and so are the Latin letters that are no letter with a mark (ø, ł, æ).
 * Comparing forgives the rest: "iuliia" and "julia" are alike.
 *
 * Other scripts have no letters to put in their place: latin_can_be_read says so.
 */
#ifndef TEXT_LATIN_H
#define TEXT_LATIN_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/span.h"

/* S, folded and without marks (unicode.h), in Latin letters: itself where nothing changes, else a
 * text in the arena. */
struct span latin_letters(struct span s, struct arena *a);

/*
 * After latin_letters: has S a Latin letter, or nothing of another script?  A sign ("d’andre") or a rare
 * letter among others does not hide a name.
 */
bool latin_can_be_read(struct span s);

#endif

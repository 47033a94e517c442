/*
 * First names of which one is the other with an ending of women's: Jan and Jana, Martin and Martine, Mario and Maria.
 *
 * They look like a slip or a short form and are neither: a twin or a spouse has the other.  Where the
 * shorter one is a woman's name, too (Ann, Sophi, Christin), the pair is one name.
 */
#ifndef IDENTITY_FEMALE_FORM_H
#define IDENTITY_FEMALE_FORM_H

#include <stdbool.h>

#include "base/span.h"

/* Is one of A and B, folded first names, the female form of the other? */
bool female_form_parts(struct span a, struct span b);

#endif

/*
 * Short forms of first names: bob is robert, peggy is margaret.  A short list
 * of English and common European ones; it is worth more than a second phonetic
 * code, because short forms rarely sound like the long ones.
 */
#ifndef LINKAGE_NICKNAME_H
#define LINKAGE_NICKNAME_H

#include "base/map.h"
#include "base/span.h"

#define NICKNAME_GROUPS_MAX 2

/* Puts all names into TABLE, an empty map, for nickname_groups: it is asked for each
 * distinct name of the data. */
void nicknames_fill(struct map *table);

/*
 * The numbers, from 1, of the full names that NAME (folded) stands for, in
 * OUT; returns how many, at most NICKNAME_GROUPS_MAX.  A full name stands for
 * itself.  Two names agree when they share one.
 */
int nickname_groups(const struct map *table, struct span name,
		    unsigned char out[NICKNAME_GROUPS_MAX]);

#endif

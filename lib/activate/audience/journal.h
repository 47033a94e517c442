/*
 * What an endpoint has acknowledged since the state was written: lines as those of the state, and
 * {"id":...,"key":[...],"removed":true}.  A run that is killed is made good by the next: the state and its
 * journal are what has arrived.
 */
#ifndef AUDIENCE_JOURNAL_H
#define AUDIENCE_JOURNAL_H

#include "activate/audience/delta.h"

/* Appends the line of M. */
void journal_put(const struct roster_member *m, bool removed, struct buf *out);

/*
 * Puts what the journal TEXT says into R, which stays in the order of its keys.  A last line that was cut
 * never arrived.  -1 with a usage error for any other line that is none.
 */
int journal_replay(struct roster *r, struct span text, const char *path, struct error *err);

#endif

/*
 * The file that an output is written to before it takes its name: made beside
 * the target, so that the rename stays within one file system, and remembered
 * in a table that a signal handler can clear away.
 */
#ifndef IO_TEMPORARY_H
#define IO_TEMPORARY_H

#include <sys/stat.h>

#include "base/error.h"

/* No slot: what temporary_open never returns. */
#define TEMPORARY_NONE (-1)

/*
 * Makes ".BASE.XXXXXX.tmp" beside TARGET with the mode (and where it may, the
 * owner) of OLD, or with the usual mode of a new file when OLD is NULL.  Its
 * descriptor in *FD; returns its slot, or -1 with *ERR.
 */
int temporary_open(const char *target, const struct stat *old, int *fd,
		   struct error *err);

/* Renames it to TARGET, for good (the directory is synced).  The slot is free
 * after either outcome, and on failure the temporary is gone. */
int temporary_commit(int slot, const char *target, struct error *err);
void temporary_discard(int slot);

/* Where it is until then.  Borrowed. */
const char *temporary_path(int slot);

/* From now on neither a signal nor a rename that fails removes it. */
void temporary_keep(int slot);

/* Async-signal-safe: unlinks all that are in the table. */
void temporary_discard_all(void);

#endif

/*
 * The file that an output is written to before it takes its name: made beside
 * the target, so that the rename stays within one file system, and remembered
 * in a table that a signal handler can clear away.
 *
 * Where the file system can (O_TMPFILE), it has no name at all until
 * temporary_name: whatever kills the process, nothing stays.  Elsewhere, and
 * from temporary_name to temporary_commit, it is called ".BASE.XXXXXX.cdp-tmp",
 * only its owner can read it, and it is locked (flock) as long as its process
 * lives.  So temporary_open can tell what killed processes have left in the
 * folder, and removes it.
 */
#ifndef IO_TEMPORARY_H
#define IO_TEMPORARY_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/error.h"

/* No slot: what temporary_open never returns. */
#define TEMPORARY_NONE (-1)

/*
 * For TARGET, which will get the mode (and where it may, the owner) of OLD, or,
 * when OLD is NULL, MODE without the bits of the umask.  The descriptor in *FD is
 * the caller's to close; returns the slot, or -1 with *ERR.
 */
int temporary_open_mode(const char *target, const struct stat *old, mode_t mode, int *fd,
			struct error *err);
/* The same with the mode of a private file, 0600. */
int temporary_open(const char *target, const struct stat *old, int *fd,
		   struct error *err);

/*
 * Gives it a name to be renamed from; none is given twice.  -1 with *ERR.
 */
int temporary_name(int slot, struct error *err);

/* The name that temporary_name gave.  Borrowed. */
const char *temporary_path(int slot);

/* Renames it to TARGET, for good.  The slot is free after either outcome, and on
 * failure the temporary is gone. */
int temporary_commit(int slot, const char *target, struct error *err);
void temporary_discard(int slot);

/*
 * A file that was made empty, under its own name, to be locked: as long as it is empty
 * it goes as temporaries do.  A slot for temporary_discard, or for temporary_release,
 * behind which it stays; -1 when all are taken: then it stays anyway.
 */
int temporary_adopt(const char *path);
void temporary_release(int slot);

/* Async-signal-safe: unlinks all that are in the table. */
void temporary_discard_all(void);

#endif

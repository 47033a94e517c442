/*
 * The state file of --resume: which text of which files was read.  JSON that a person can
 * read, with a check of its own bytes at its end, mode 600, written whole or not at all.
 *
 * Output and state have to change together, and no system call does that.  So the
 * state is written twice.  When the output is complete and synced but still has its
 * temporary name, a pending state is: the old positions, the new ones, and the name and
 * inode of that temporary.  Then the output gets its name by one rename, which decides;
 * then the state is written with the new positions alone.  A run that finds a
 * pending state looks: while the temporary is there the rename did not happen, so
 * the old positions count and the temporary goes; else the new ones count.  The
 * temporary can vanish by that rename only: no signal removes it any more.
 *
 * One run at a time: a lock on STATE.lock, which the system gives back when the run
 * ends, however it does.
 */
#ifndef FOLLOW_RESUME_STATE_H
#define FOLLOW_RESUME_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/hash.h"
#include "io/input.h"
#include "io/output.h"

/* Some bytes of a text, known by their hash. */
struct resume_mark {
	uint64_t length;
	struct hash128 hash;
};

/* A text that was read; positions as in feed.h. */
struct resume_entry {
	char *path;			/* where it was last seen */
	struct input_identity file;	/* and what it was then */
	uint64_t offset;		/* read up to here */
	uint64_t line;			/* the number of the line there */
	uint64_t first;			/* what the first run saw of it, which decided how it is read */
	uint64_t waiting;		/* bytes behind offset that were no whole record yet */
	struct resume_mark head;	/* its first bytes */
	struct resume_mark tail;	/* its last bytes before offset */
	uint64_t rows_serial;		/* see resume_rows.h; 0: none are kept */
	uint64_t rows;			/* how many */
	char *before;			/* of web logs: the directives in force at offset */
	uint64_t seen;			/* the number of the last run that met it */
	bool quiet;			/* that run found nothing new in it */
};

struct resume_state {
	char *path;
	int lock;
	uint64_t runs;			/* that ended well */
	uint64_t serial;		/* the highest of any entry */
	bool fresh;			/* there was no file */
	struct resume_entry *entries;
	size_t count;
	size_t cap;
	struct buf old;			/* the entries as they were loaded, as JSON */
	char note[256];			/* what became of a run that was killed; "" for none */
	bool doubtful;			/* the note is a warning */
};

/*
 * Locks and loads the state at PATH, and settles what a killed run left.  -1 with *ERR: another
 * run has the lock, or the file is damaged or foreign.  Release in both cases.
 */
int resume_state_open(struct resume_state *s, const char *path, struct error *err);
void resume_state_release(struct resume_state *s);

/* One more entry, zeroed. */
struct resume_entry *resume_state_add(struct resume_state *s);
void resume_state_remove(struct resume_state *s, size_t i);

/* Writes the pending state, or, without PLACE, the new one. */
int resume_state_save(struct resume_state *s, const struct output_place *place,
		      struct error *err);

#endif

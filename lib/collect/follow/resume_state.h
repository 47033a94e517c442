/*
 * The state file of --resume: how far which text was read.  One JSON document, mode
 * 600, replaced whole or not at all.  It needs no check of its own bytes: where a position or
 * hash is not what it was, no text fits it, and the file is read from its beginning.
 *
 * Output and state have to change together, and no system call does that.  So the new
 * state is first written as STATE.next, with the name and inode of the temporary that
 * the output still is; then the output gets its name by one rename, which decides; then
 * STATE.next becomes STATE by another.  A run that finds a STATE.next looks: while the
 * temporary is there the output never got its name, so STATE counts, and both go; else
 * STATE.next does.  The temporary can vanish by that rename only: no signal removes it.
 * An output that is a stream has no temporary: STATE counts, and its last records come
 * once more.
 *
 * One run at a time: a lock on STATE.lock, which the system gives back when the run
 * ends, however it does.
 */
#ifndef FOLLOW_RESUME_STATE_H
#define FOLLOW_RESUME_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/hash.h"
#include "io/input.h"
#include "io/output.h"

/* A text that was read; positions as in feed.h. */
struct resume_text {
	char *path;			/* where it was last seen */
	struct input_identity file;	/* and what the file was then */
	uint64_t offset;		/* read up to here */
	struct hash128 hash;		/* of all before offset */
	uint64_t first;			/* what the first run read of it, which decided how it is read */
	uint64_t waiting;		/* bytes behind offset that were no whole record yet */
	uint64_t grew;			/* 1: there was something new in it when it was last met */
	bool met;			/* in this run; not in the file */
};

struct resume_state {
	char *path, *next;
	int lock;
	bool fresh;			/* there was no file */
	struct resume_text *texts;	/* those that were met last first */
	size_t count, cap;
	char note[256];			/* what became of a run that was killed; "" for none */
	bool doubtful;			/* the note is a warning */
};

/*
 * Locks and loads the state at PATH, and settles what a killed run left.  -1 with *ERR: another
 * run has the lock, or the file is damaged or foreign.  Release in both cases.
 */
int resume_state_open(struct resume_state *s, const char *path, struct error *err);
void resume_state_release(struct resume_state *s);

/* One more text, zeroed, of the file at PATH. */
struct resume_text *resume_state_add(struct resume_state *s, struct span path);

/* Writes STATE.next, for an output that is at PLACE; and lets it count. */
int resume_state_prepare(struct resume_state *s, const struct output_place *place,
			 struct error *err);
int resume_state_commit(struct resume_state *s, struct error *err);

#endif

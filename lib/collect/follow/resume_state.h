/*
 * The state file of --resume: how far which text was read.  One JSON document, mode
 * 600, replaced whole or not at all.  It needs no check of its own bytes: where a position or
 * hash is not what it was, no text fits it, and the file is read from its beginning.
 *
 * It is an output of its run, which takes its name behind all others (io/output_set.h): nothing is
 * lost.  A run that is killed between the two renames, or just behind a stream's last byte, has its records
 * read once more, with the ids they had.
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
	char *path;
	int lock;
	bool fresh;			/* there was no file */
	struct resume_text *texts;	/* those that were met last first */
	size_t count, cap;
};

/*
 * Locks and loads the state at PATH.  -1 with *ERR: another run has the lock, or the file is damaged or
 * foreign.  Release in both cases.
 */
int resume_state_open(struct resume_state *s, const char *path, struct error *err);
void resume_state_release(struct resume_state *s);

/* One more text, zeroed, of the file at PATH. */
struct resume_text *resume_state_add(struct resume_state *s, struct span path);

/* Appends the file's text: what was met in this run first. */
void resume_state_put(const struct resume_state *s, struct buf *out);

#endif

/*
 * A file from which people are taken: found, replaced as a whole, and searched again.
 *
 * The successor is written beside it, compressed as it is, synced, and gets its name by a rename: whatever
 * happens, there is the file as it was or the whole one without them.  It keeps owner and mode.  What changes
 * while it is read is noticed, by size, time, file number and content, and nothing is replaced then.
 */
#ifndef ERASE_FILE_H
#define ERASE_FILE_H

#include "activate/erase/pass.h"
#include "io/input.h"

enum erase_state {
	ERASE_FOUND,		/* searched */
	ERASE_REPLACED,
	ERASE_FAILED,		/* *WHY says why nothing was replaced */
};

struct erase_file {
	const char *path;	/* borrowed */
	enum erase_state state;
	struct error why;
	enum matter_kind kind;
	const char *packing;
	struct input_identity identity;
	struct hash128 content;
	struct pass_counts found;	/* before */
	struct pass_counts after;	/* of the file that is there now */
};

/* Searches F->path; F->kind is known when TAKEN (as in pass.h) is called.  -1: F->why. */
int erase_find(struct erase_file *f, struct record_check *j, size_t memory,
	       int (*taken)(void *context, uint64_t line, struct span record, struct error *err), void *context);

/* Is there anything that erase_replace would take out? */
bool erase_is_needed(const struct erase_file *f);

/*
 * Takes them out and searches the new file.  BACKUP (NULL: none) is a folder where the original goes first.
 * -1: F->why, and the file is as it was.
 */
int erase_replace(struct erase_file *f, struct record_check *j, size_t memory, const char *backup);

/* Records that still have something of theirs. */
uint64_t erase_left(const struct erase_file *f);

#endif

/*
 * Files that grow and rotate, read from where the last run stopped.
 *
 * Which text is it?  A name says nothing (access.log is another file tomorrow), and an
 * inode little (copies, and inodes that come back): a file goes on from a text of the state
 * when its first bytes are those that were read, by the hash of all of them; of several texts
 * from the one that was read farthest.  So a file that was renamed, copied, put back or
 * compressed is known again, and one that was truncated or rewritten is a new text.  A
 * file whose inode, size and time of change are what they were holds nothing new: of it only
 * the beginning is read, which says whether it is compressed.
 *
 * What was read before is parsed again, but not written: the ids of equal rows go by how
 * many came before, orders by how they began, rows of W3C logs by the last directives.  That
 * costs what reading it did, and spares a file with a hash of every row.  Format,
 * delimiter, dates and columns are told by what the first run saw, and nothing behind it.
 *
 * Of a text that grows, only whole records are read: an unfinished last line, a record
 * with an open quote and an order that may go on (folding) wait for the next run.  A
 * compressed file grows no more: it is read to its end, as is any file with `final`.
 *
 * Where a text was read twice (a copy from before its file grew, a run that was killed between its
 * output and its state) its records have the ids they had: cdp-merge keeps one of each.
 */
#ifndef FOLLOW_RESUME_H
#define FOLLOW_RESUME_H

#include "collect/follow/resume_state.h"
#include "collect/rows/feed.h"

/* For the balance. */
struct resume_counts {
	uint64_t files;		/* operands */
	uint64_t fresh;		/* of them: texts not met before */
	uint64_t known;		/* bytes of text that were read before */
	uint64_t read;		/* bytes read now */
	uint64_t waiting;	/* bytes left for the next run */
};

struct resume {
	struct resume_state state;
	struct resume_counts counts;
	bool final;
	char *const *paths;	/* of the operands */
	size_t path_count;
};

/* FINAL: unfinished last records count.  The OPERANDS of the run are borrowed.  As
 * resume_state_open.  Owned: resume_close. */
struct resume *resume_open(const char *path, bool final, char *const *operands,
			   size_t count, struct error *err);
void resume_close(struct resume *r);

/* One operand, and where it goes on. */
struct resume_file {
	const char *path;
	struct feed *feed;	/* the caller's once resume_begin gave 1 */
	bool final;		/* it grows no more */
	bool known;		/* the text before offset was read before */
	size_t text;		/* then this one of the state... */
	uint64_t offset;	/* ...up to here, with this hash... */
	struct hash128 hash;
	uint64_t first;		/* ...and how it is read was decided up to here */
	struct input_identity file;
};

/* 1: there may be text to read; 0: nothing is new; -1 with *ERR: it cannot be read, or
 * is no regular file. */
int resume_begin(struct resume *r, const char *path, const struct feed_options *options,
		 struct resume_file *file, struct error *err);
/* FILE was read up to OFFSET (0: nothing was, nothing is noted), where HASH is that of its text
 * so far and WAITING bytes follow. */
void resume_end(struct resume *r, const struct resume_file *file, uint64_t offset,
		struct hash128 hash, uint64_t waiting);
void resume_file_release(struct resume_file *file);

/*
 * The next text from *NEXT on that was under the name of an operand but that none has any more:
 * lines that it got meanwhile are lost.  So is one under any name of which bytes were waiting.
 * Each comes once.  NULL: no more.
 */
const struct resume_text *resume_lost(struct resume *r, size_t *next);

#endif

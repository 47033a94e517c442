/*
 * Files that grow and rotate, read from where the last run stopped.
 *
 * Which text is it?  A name says nothing (access.log is another file tomorrow), an inode
 * little (copies, restored files, and inodes that come back), so the content decides:
 * a file goes on from an entry of the state when it is at least as long as what
 * was read, begins with the same bytes (its first 1,024) and has the same bytes before the
 * position (4,096, or what there is).  Of several entries the one that was
 * read farthest counts.  So a file that was renamed, copied, restored or compressed is
 * known again; one that was truncated or rewritten is a new text.  A copy that was made
 * before its file grew is shorter than what was read: it is compared with that file.
 *
 * Of a text that grows, only whole records are read: an unfinished last line, a record
 * with an open quote and an order that may go on (folding) wait for the next run.  A
 * compressed file grows no more: it is read to its end, as is any file with `final`.
 *
 * How a text is read (format, delimiter, dates, columns) is decided by what the first run
 * saw of it, and by exactly these bytes again in every later run.
 */
#ifndef FOLLOW_RESUME_H
#define FOLLOW_RESUME_H

#include "collect/follow/resume_rows.h"
#include "collect/follow/resume_state.h"
#include "collect/rows/feed.h"

#define RESUME_TAIL 4096

/* Of texts shorter than this no rows are kept: they are soon parsed again. */
#define RESUME_ROWS_MIN ((uint64_t)64 << 10)

struct resume;

/* For the balance. */
struct resume_counts {
	uint64_t files;		/* operands */
	uint64_t fresh;		/* of them: texts not met before */
	uint64_t known;		/* bytes of text that were read before */
	uint64_t read;		/* bytes read now */
	uint64_t waiting;	/* bytes left for the next run */
};

/*
 * FINAL: unfinished last records count.  The OPERANDS of the run are borrowed.  As
 * resume_state_open.  Owned: resume_close.
 */
struct resume *resume_open(const char *path, bool final, char *const *operands,
			   size_t count, struct error *err);
void resume_close(struct resume *r);

/* What became of a run that was killed, or NULL; *DOUBTFUL: it is a warning. */
const char *resume_note(const struct resume *r, bool *doubtful);
bool resume_is_fresh(const struct resume *r);

/* One operand, and where it goes on. */
struct resume_file {
	const char *path;
	struct feed *feed;	/* the caller's once resume_begin gave 1 */
	bool final;		/* it grows no more */
	bool known;		/* it goes on from an entry: then offset > 0, and */
	uint64_t offset;	/* ...was read up to here, */
	uint64_t first;		/* ...how it is read was decided up to here, */
	struct resume_mark tail;/* ...and these bytes stand before offset */
	uint64_t line;		/* ...where this line begins, */
	uint64_t rows_serial, rows;	/* ...behind these rows, if they are kept, */
	const char *before;	/* ...and these directives; borrowed from the entry */
	struct input_identity file;
	size_t entry;		/* resume.c only */
};

/*
 * 1: there may be text to read; 0: nothing is new; -1 with *ERR: it cannot be read, or
 * is no regular file.
 */
int resume_begin(struct resume *r, const char *path,
		 const struct feed_options *options, struct resume_file *file,
		 struct error *err);

struct resume_position {
	uint64_t offset;	/* read up to here; 0: nothing was, nothing is noted */
	uint64_t line;		/* the number of the line that begins there */
	uint64_t seen;		/* the first run of a text: whole records that it looked at */
	uint64_t waiting;	/* bytes behind offset */
	struct span head, tail;	/* the first bytes, those before offset */
	uint64_t rows_serial, rows;
	struct span before;
};

/* The rows of FILE before its offset into O; as resume_rows_open. */
int resume_load_rows(struct resume *r, const struct resume_file *file, struct ordinals *o,
		     struct resume_rows **rows, struct error *err);
/* For all its rows from the first on; their serial in *SERIAL. */
struct resume_rows *resume_new_rows(struct resume *r, uint64_t *serial, struct error *err);

void resume_end(struct resume *r, struct resume_file *file,
		const struct resume_position *at);
/* What is odd about the last file begun, or NULL. */
const char *resume_file_note(struct resume *r);
void resume_file_release(struct resume_file *file);

/*
 * The next text that the last runs knew by a name among the operands of this one but that no
 * operand has any more: lines that it got meanwhile are lost.  So is one under any name that
 * was left with WAITING bytes behind OFFSET.  Each comes once.  False: no more.
 */
bool resume_lost(struct resume *r, size_t *next, const char **path, uint64_t *offset,
		 uint64_t *waiting);

const struct resume_counts *resume_counts(const struct resume *r);

/* See resume_state.h.  PLACE without a temporary: the output has no name to wait for. */
int resume_prepare(struct resume *r, const struct output_place *place, struct error *err);
int resume_commit(struct resume *r, struct error *err);

#endif

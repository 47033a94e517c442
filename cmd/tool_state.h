/* What cmd/tool*.c share; no tool includes it. */
#ifndef CMD_TOOL_STATE_H
#define CMD_TOOL_STATE_H

#include <time.h>

#include "base/buf.h"
#include "base/opt.h"
#include "io/spill.h"
#include "cmd/tool.h"

/* A block of piped input kept for the second pass. */
struct kept_block {
	char *bytes;		/* owned; NULL: in the spill at `offset` */
	uint64_t offset;
	size_t len;
	uint64_t line;
	const char *file;
	size_t operand;
	bool last;
};

struct kept_input {
	bool wanted;		/* tool_keep_input was called */
	bool complete;		/* the first pass is over: read from here */
	struct stream *stream;	/* rewindable operands */
	struct kept_block *blocks;
	size_t count, cap, next;
	size_t in_memory;
	struct spill *spill;
};

struct tool_state {
	/* The common options as given. */
	bool help, version, progress;
	const char *rejects_path, *max_rejects, *stats_path, *as_of, *tz;
	const char *output_path;
	uint64_t jobs, memory;
	bool quiet, strict, summary;

	/* Rejected rows. */
	uint64_t rows;
	uint64_t told;
	uint64_t lost_files;		/* left out as a whole */
	struct buf first_why;		/* of the first row rejected, for --summary */
	struct buf unreported;	/* of a quiet run, unless too many are rejected */
	struct output *rejects, *why;
	bool rejects_fresh;		/* neither file was there */
	struct buf header;		/* what has to stand above the next reject, if not written yet */
	struct buf above;		/* what was written above the last one */
	bool header_written;
	bool open_reject;		/* the last one in the file has no line end yet */
	bool limit_percent, limit_given;
	double limit;

	struct output_set outputs;	/* all of the run but --stats */
	struct buf placed;		/* lines of tool_say_placed */
	struct buf stats;		/* members of --stats */
	struct timespec began, shown;
	bool progress_on_screen;
	struct kept_input kept;
	struct tool_file *files;	/* that options name */
	size_t file_count, file_cap;
};

/* tool_output.c */
int tool_outputs_finish(struct tool *t, int status);
/* For a tool that is about to end with a failure. */
void tool_outputs_abort(struct tool *t);

/* tool_reject.c */
void tool_rejects_start(struct tool *t);
/* Behind a good run without rejected rows: those of an earlier one are not there any more. */
void tool_rejects_clear(struct tool *t, int status);
/* For --summary: what the balance does not say. */
void tool_rejects_sum_up(struct tool *t, struct buf *out);
/* Ends --rejects and returns the status that the rejected rows make. */
int tool_rejects_finish(struct tool *t);

/* tool_stats.c: the text of --stats. */
void tool_stats_put(struct tool *t, int status, struct buf *out);
void tool_progress_clear(struct tool *t);

/* tool_files.c: the files that the options of TABLE name; a usage error where one
 * of them would be lost by another, or an operand would be. */
void tool_files_gather(struct tool *t, const struct opt *table);
void tool_files_check(struct tool *t);
void tool_files_check_operands(struct tool *t);
/* Will the file at PATH take the place of an operand? */
bool tool_files_replaces_operand(const struct tool *t, const char *path);

/* Prints "name: MESSAGE" with the place of ERR. */
void tool_print_error(struct tool *t, const struct error *err);

#endif

/*
 * Output that is whole or absent.
 *
 * To a regular or missing file: a temporary (io/temporary.h) beside it (symlinks
 * resolved), synced and renamed by output_finish; devices, FIFOs and /dev/fd are
 * opened and written directly, as is stdout.  Names that end in .gz or .zst are
 * compressed (stdout never is).  An existing file keeps its mode.  A new one can
 * only be read by its owner, since customers stand in it, whatever the umask
 * allows; but for OUTPUT_FIGURES.
 *
 * A record stream (OUTPUT_RECORDS) keeps back its last two bytes, `}` and
 * newline, until output_finish, and writes one empty line when it ends well
 * without a record: so a reader of the pipe notices that its writer died, even
 * of a signal in the middle of a write.
 *
 * SIGPIPE keeps its default; where it is ignored EPIPE is an error like a full
 * disk.  Every write, flush and close is checked.
 */
#ifndef IO_OUTPUT_H
#define IO_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/span.h"

enum output_kind {
	OUTPUT_PLAIN,
	OUTPUT_RECORDS,
	OUTPUT_FIGURES,		/* plain, about nobody: a new file has the usual mode */
};

struct output;

/* PATH NULL or "-" is stdout.  Owned: output_finish or output_abort. */
struct output *output_open(const char *path, enum output_kind kind,
			   struct error *err);

/*
 * The same for the successor of the regular file PATH, which is compressed as that is, whatever its name:
 * PACKING is what input_packing says.
 */
struct output *output_replace(const char *path, const char *packing, struct error *err);

/*
 * The file that output_open would replace as a whole, symbolic links followed:
 * owned (mem_free).  NULL where PATH is written directly or cannot be written.
 */
char *output_target(const char *path);

/* 0, or -1 with *ERR; after a failure every later write fails likewise. */
int output_write(struct output *out, struct span bytes, struct error *err);

/*
 * Writes, syncs and closes everything, each with a check: what can fail has failed
 * behind this, and a whole file only waits for its name.  A stream is then complete.
 */
int output_ready(struct output *out, struct error *err);

/* Where a whole file that is ready waits for its name.  Borrowed from OUT. */
const char *output_temporary(const struct output *out);

/* Hands buffered bytes (save the two kept back) to the system. */
int output_flush(struct output *out, struct error *err);

/* Completes the stream and frees OUT.  -1: nothing of a file is left behind. */
int output_finish(struct output *out, struct error *err);

/* Gives up: the stream stays cut on purpose, a temporary is removed. */
void output_abort(struct output *out);

/* "<stdout>" or the path.  Borrowed from OUT. */
const char *output_name(const struct output *out);
bool output_is_terminal(const struct output *out);

/* A file that nobody sees before it is finished; else a stream, of which somebody has got bytes. */
bool output_is_whole(const struct output *out);

/*
 * Removes every unfinished temporary; for signal handlers and the handler of
 * mem_on_failure.  Async-signal-safe.
 */
void output_remove_temporaries(void);

#endif

/* The notes beside the rejects (collect/ingest/again.h), written and read by cdp-ingest. */
#ifndef CMD_INGEST_RETRY_H
#define CMD_INGEST_RETRY_H

#include "cmd/tool.h"
#include "collect/ingest/ingest.h"

/* The file of --rejects with ".retry" behind it; nothing without --rejects. */
struct retry_notes {
	struct output *out;		/* NULL: none */
	struct buf about;		/* of the file at hand */
	struct buf header;		/* what has to stand above its next reject */
	bool begun;			/* the file has its line in the notes */
	bool pending;			/* header and about are still to be written */
	struct {
		uint64_t line, bytes, lines;
		bool open;		/* it has no line end so far */
	} row;				/* the last one, which may go on; 0 lines: none */
};

void retry_notes_start(struct tool *t, struct retry_notes *n);
void retry_notes_finish(struct tool *t, struct retry_notes *n);

/* For the calls of ingest.h; each keeps the rejects and their notes in step. */
void retry_notes_about(struct retry_notes *n, struct span json);
void retry_notes_header(struct tool *t, struct retry_notes *n, struct span header);
void retry_notes_directives(struct tool *t, struct retry_notes *n, struct span text);
void retry_notes_reject(struct tool *t, struct retry_notes *n, struct span original,
			uint64_t lines, const struct error *why);
void retry_notes_rest(struct tool *t, struct retry_notes *n, struct span original);

/* Makes records of all rejects in PATH. */
void retry_run(struct tool *t, struct ingest *in, const char *path);

/* Ends the program where --retry PATH goes with nothing else that was given. */
void retry_check(struct tool *t, const char *path);

#endif

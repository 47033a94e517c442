/* How a run goes over files that an earlier run has read in part (collect/follow/resume.h), and where it stops. */
#ifndef INGEST_INGEST_RESUME_H
#define INGEST_INGEST_RESUME_H

#include "collect/ingest/ingest_run.h"

/* Begins in->hash, with what the source has read of its file; TEXT, which begins at in->offset, was read. */
void ingest_begin_text(struct ingest *in);
void ingest_note_text(struct ingest *in, struct span text);
/* Goes over what an earlier run has read: for the ordinals, the orders and the lines alone. */
int ingest_read_again(struct ingest *in, const struct resume_file *file);
/* Where the next run begins; ROWS were counted before this file. */
void ingest_note_position(struct ingest *in, const struct resume_file *file, uint64_t rows);
/* The part of PATH that no run has read, by S. */
int ingest_rest(struct ingest *in, struct source *s, const char *path, struct error *err);

#endif

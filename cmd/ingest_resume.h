/* The options of cdp-ingest for files that grow, and when their state is committed. */
#ifndef CMD_INGEST_RESUME_H
#define CMD_INGEST_RESUME_H

#include "cmd/tool.h"
#include "collect/ingest/ingest.h"
#include "collect/follow/resume.h"

/* As given; what the option table points to. */
struct resume_given {
	const char *state;
	bool final;
};

/*
 * With GIVEN->state: opens it into OPTIONS->resume (the caller's: resume_close) and lets T's
 * end commit it.  Before the output is opened.  Ends the program on mistakes.
 */
void resume_start(struct tool *t, const struct resume_given *given,
		  struct ingest_options *options);

/* Behind the last file: the new state becomes an output of the run, and how much was read is told, also for
 * --stats.  R NULL: nothing. */
void resume_finish(struct tool *t, struct resume *r);

#endif

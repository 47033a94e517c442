/* The options of cdp-ingest that judge records, and what they have counted. */
#ifndef CMD_INGEST_QUALITY_H
#define CMD_INGEST_QUALITY_H

#include "base/opt.h"
#include "cmd/key_file.h"
#include "cmd/tool.h"
#include "collect/ingest/ingest.h"

/* As given; what the option table points to. */
struct quality_given {
	const char *schema;
	const char *dedupe;		/* NULL: not given; "": without a window */
	const char *max_lateness;
	const char *max_future;
	const char *late;
	struct opt_list drop, mask, pseudonymize;
	const char *key_file;
	const char *anonymize_ip;	/* NULL: not given; "": as usual */
	const char *suppress, *suppress_key;
};

/* What they mean, for as long as records are made. */
struct quality {
	struct finish_steps steps;
	struct arrival arrival;
	struct privacy privacy;
	struct schema *schema;		/* owned; NULL: none */
	struct suppress *suppress;	/* owned; NULL: none */
	char key[KEY_FILE_MAX + 1];
};

extern const char *const quality_late_choices[];

/* Reads GIVEN into Q and OPTIONS, which borrow from them.  Ends the program on mistakes. */
void quality_start(struct tool *t, const struct quality_given *given,
		   struct quality *q, struct ingest_options *options);
void quality_release(struct quality_given *given, struct quality *q);

/* Says what was counted, and gives it to --stats. */
void quality_finish(struct tool *t, const struct quality *q,
		    const struct finish_counts *counts);

#endif

/* The options of cdp-ingest that add facts to records, and what they have counted. */
#ifndef CMD_INGEST_ENRICH_H
#define CMD_INGEST_ENRICH_H

#include "cmd/tool.h"
#include "collect/ingest/ingest.h"

/* As given; what the option table points to. */
struct enrich_given {
	struct opt_list names;
	const char *agents_file;
	const char *crawlers_file;
	const char *sites_file;
	const char *channels_file;
	const char *lexicon_file;
	struct opt_list own_hosts;
};

/*
 * Reads GIVEN into E and OPTIONS, which borrows from E, and loads what E needs.  Ends
 * the program on mistakes.
 */
void enrich_start(struct tool *t, const struct enrich_given *given,
		  struct enrichment *e, struct ingest_options *options);

/* Says what was done to the records, and gives it to --stats.  E NULL: nothing was. */
void enrich_finish(struct tool *t, const struct enrichment *e, const struct ingest *in);

#endif

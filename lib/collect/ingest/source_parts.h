/* The parts of opening a source, each in its file; private to source*.c. */
#ifndef INGEST_SOURCE_PARTS_H
#define INGEST_SOURCE_PARTS_H

#include "collect/ingest/source.h"

/* More columns than this are no header. */
#define COLUMNS_MAX 10000

struct header {
	struct span *names;
	size_t count;
	struct arena arena;
	bool found;
	const char *why;	/* it cannot be read... */
	uint64_t line;		/* ...from this line on */
};

/* source.c: the first block; LEN bytes off it; one more: 1, or 0 at the end. */
struct span source_head(const struct source *s);
void source_skip(struct source *s, size_t len);
int source_add_head(struct source *s, struct error *err);
/* Before the rows begin a line is too long: nothing can be made of the file. */
int source_refuse_long(const struct source *s, uint64_t line, struct error *err);

/* source_format.c: the mapping in force, by the format that the settings name... */
int format_given(struct source *s, const struct ingest_options *options,
		 struct error *err);
/* ...or the one that the head, JSON or CSV with DELIMITER, is in. */
int format_recognise(struct source *s, const struct ingest_options *options, bool json,
		     char delimiter, struct error *err);

/* source_plan.c: the plans of all parts of the mapping, settled. */
int source_make_plans(struct source *s, const char *path,
		      const struct ingest_options *options, const struct header *h,
		      struct error *err);

/*
 * source_header.c: reads the header off the head, or takes the names of
 * --header.  h->found: there is one.
 */
int header_read(struct source *s, struct header *h, struct error *err);
int header_given(const char *names, struct header *h, struct error *err);
void header_release(struct header *h);
/* What is odd about it, to s->warnings; once there is a plan. */
void header_check(struct source *s, const struct header *h);

/*
 * source_sample.c: looks at the first rows, reading as many blocks as that
 * takes; the names of JSON's members become the header.
 */
int sample_take(struct source *s, const struct ingest_options *options,
		struct header *h, struct error *err);
/* Once more, with the plan: totals that repeat on each line of an order. */
int sample_repeats(struct source *s, struct error *err);

#endif

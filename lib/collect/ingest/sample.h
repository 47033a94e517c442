/*
 * The first rows of a source: what the plan is made from, and what is asked about before the
 * first record is written.
 */
#ifndef INGEST_SAMPLE_H
#define INGEST_SAMPLE_H

#include "collect/ingest/source.h"

/* Rows looked at before the first is made a record. */
#define SAMPLE_ROWS 10000
/* ... unless they are very long. */
#define SAMPLE_BYTES ((size_t)16 << 20)

/*
 * Looks at the first rows for s->survey, reading as many blocks as that takes.  Of JSON the names of
 * the members that were met become the header H, unless RENUMBERED (NULL: never) says that columns
 * have got other numbers than before.
 */
int sample_take(struct source *s, const struct ingest_options *options,
		struct header *h, bool (*renumbered)(const void *reader), struct error *err);

/*
 * Looks at them once more, by the plan: a total that repeats on each line of an order is a
 * warning, or a usage error where rows are folded; so is a person who repeats with other
 * figures, a warning.  Only for tables.
 */
int sample_repeats(struct source *s, struct error *err);

/* Is the column or member `type` of nearly all of these rows a type of record?  Then rows say what they are. */
void sample_types(struct source *s, const struct header *h, struct plan_input *input);

#endif

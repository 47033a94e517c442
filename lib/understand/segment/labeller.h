/*
 * A labeller decides segments: by rules, by recency, frequency and monetary.
 * cdp-segment knows labellers by the table in labelling.c only.  To add one:
 * write its file with a `const struct labeller` at the end, the parts in the
 * order below, and give it a row there.
 *
 * A run calls the parts in their order.  `declare` names the segments; a
 * labeller that learns sees each profile once before the first is labelled
 * (`learn`, `absorb`, `settle`); then `label` decides its segments of one profile
 * after another, `explain` says why, and `finish` what is to be reported then.  Labellers
 * run in the order of the table, and rules come last: they may ask for what the others decided.
 *
 * A labeller's state is its own struct of `state_size` bytes, zeroed at the start.
 * Its options are kept in it.
 */
#ifndef SEGMENT_LABELLER_H
#define SEGMENT_LABELLER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/opt.h"
#include "record/profile.h"
#include "understand/segment/rules.h"

/* What a labeller is given of the run. */
struct labeller_run {
	struct rules *segments;	/* all segments of the run, by name */
	const struct zone *zone;
	unsigned workers;
	uint64_t memory;	/* that learning of one labeller may take: its share */
	uint64_t all_memory;	/* of the run, for one that cannot go to files */
	const char *scratch;	/* the scratch directory */
};

#define LABELLER_PARTS_MAX 8

/* A member of --stats, as raw JSON, or a file that the run writes. */
struct labeller_part {
	const char *name;	/* of the member, or the path; borrowed */
	struct buf text;
};

#define LABELLER_COLUMNS_MAX 16
#define LABELLER_TABLES_MAX 4

/* A table that is shown with the sizes of segments: names, then counts. */
struct labeller_table {
	const char *key;	/* "lifecycle_months" */
	const char *title;
	const char *note;
	const char *columns[LABELLER_COLUMNS_MAX];
	size_t count;		/* of columns, of which so many... */
	size_t labels;		/* ...name a row */
	struct buf cells;	/* texts, each ended by a NUL, row after row */
	size_t rows;
};

/* What labellers have to report, each line ended by a newline. */
struct labeller_notes {
	struct buf sentences;
	struct buf warnings;
	struct labeller_part stats[LABELLER_PARTS_MAX];
	size_t stat_count;
	struct labeller_part files[LABELLER_PARTS_MAX];
	size_t file_count;
	struct labeller_table tables[LABELLER_TABLES_MAX];
	size_t table_count;
};

/* Where the labeller writes its member NAME of --stats, or the file at PATH. */
struct buf *labeller_stat(struct labeller_notes *notes, const char *name);
struct buf *labeller_file(struct labeller_notes *notes, const char *path);
/* A table, empty so far; valid until the next. */
struct labeller_table *labeller_table(struct labeller_notes *notes, const char *key, const char *title);

enum {
	LABELLER_LEARNS = 1,
	LABELLER_READY = 2,
};

struct labeller {
	size_t state_size;

	/* Its options, ended by OPT_END; their values are in STATE. */
	size_t (*options)(void *state, struct opt *out);

	/*
	 * Declares its segments (rules_declare, or rules of their own) and takes what
	 * it needs of RUN.  LABELLER_LEARNS (1), LABELLER_READY when it takes part and has
	 * nothing to learn, 0 when no option asks for it and it takes no part, or -1 with *ERR.
	 */
	int (*declare)(void *state, const struct labeller_run *run,
		       struct labeller_notes *notes, struct error *err);

	/* Once all segments are declared and numbered, and again where SETTLE declared more;
	 * NULL: nothing to do. */
	void (*link)(void *state);

	/*
	 * Learning; all three NULL in a labeller that needs none.  LEARN, on the
	 * thread WORKER, appends to OUT what is to be known of P: 0, or -1 for a profile
	 * that cannot be read, which is passed over (labelling reports it).  ABSORB takes
	 * those bytes in the order of the input.  SETTLE comes last.
	 */
	int (*learn)(void *state, unsigned worker, const struct profile *p, struct buf *out);
	int (*absorb)(void *state, struct span bytes, struct error *err);
	int (*settle)(void *state, struct labeller_notes *notes, struct error *err);

	/* Sets the truths of its segments in RUN, the one of thread WORKER. */
	int (*label)(void *state, unsigned worker, const struct profile *p,
		     struct rules_run *run, struct error *err);

	/*
	 * Appends why the profile labelled last on WORKER is in segment NUMBER, as
	 * plain text; false when that segment is not one of its own.
	 */
	bool (*explain)(void *state, unsigned worker, struct rules_run *run,
			size_t number, struct buf *out);

	/* Behind the last profile; NULL: nothing to report. */
	void (*finish)(void *state, struct labeller_notes *notes);

	void (*release)(void *state);

	bool keeps_memory;	/* what it learns grows with the customers, and keeps to its share of memory */
};

extern const struct labeller rfm_labeller, lifecycle_labeller, abc_labeller, cohort_labeller, clusters_labeller,
	rules_labeller;

#endif

/* What merge.c, settle.c and report.c share; nobody else includes it. */
#ifndef MERGE_STATE_H
#define MERGE_STATE_H

#include "unify/merge/changes.h"
#include "unify/measure/eval.h"
#include "unify/measure/eval_types.h"
#include "unify/evidence/evidence.h"
#include "unify/graph/bystanders.h"
#include "unify/index/fact.h"
#include "unify/index/withdrawn.h"
#include "unify/graph/shared_values.h"
#include "unify/graph/joining.h"
#include "unify/merge/merge.h"
#include "unify/graph/moved.h"
#include "unify/graph/own_types.h"
#include "unify/graph/ledger_decisions.h"
#include "unify/graph/tombstones.h"

struct merge {
	struct merge_options options;
	struct identity_rules rules;
	struct survival survival;
	struct computed computed;
	struct fact_maker *makers;	/* one a worker */
	struct identifiers identifiers;
	struct sources sources;
	struct fragments fragments;
	struct store store;
	uint32_t *numbers;		/* scratch: identifiers of one event */
	size_t number_cap;
	struct fragment_reader reader;	/* scratch */
	struct dropped dropped;
	struct buf text;
	struct events events;
	struct changes changes;		/* only kept when they are wanted */
	struct links links;
	struct shared_values shared_values;
	struct ledger ledger;		/* path NULL: none */
	struct decisions decisions;	/* of the ledger */
	struct ledger_missing missing;
	struct graph graph;
	struct moved moved;
	struct withdrawn withdrawn;
	struct joining joining;
	struct customers customers;
	struct own_types own_types;
	struct exclude exclude;
	struct merge_sink excluded;	/* put NULL: they are just left out */
	struct suppressed suppressed;
	bool remembers;			/* those who leave */
	struct carriers carriers;
	struct tombstones tombstones;
	struct weights_file *model;	/* NULL: learn */
	struct truth truth;		/* labels; count 0: none */
	struct eval eval;
	struct eval_types eval_types;	/* of labels, too */
	struct duplicates duplicates;
	int64_t *newest;		/* by source */
	struct merge_report report;
};

/* A line "survive ..." or "trait ..." of a rules file, for CONTEXT, the merge. */
int merge_take_profile_line(void *context, struct span word, struct span rest,
			    const char *file, uint64_t line, uint64_t column,
			    struct error *err);

/* After merge_settle.  Owned: evidence_release. */
void merge_gather_evidence(const struct merge *m, struct evidence *e);

/* What profiles are made of; evidence apart. */
struct profile_inputs merge_profile_inputs(struct merge *m);

/* Bytes of a partition. */
size_t merge_room_for_partition(const struct merge *m);

/* *TAKES, by customer: a condition of the list of exclusions takes it; NULL: there is none.  Owned: mem_free.
 * After customers_settle and merge_look_at_times. */
int merge_look_for_leaving(struct merge *m, bool **takes, struct error *err);

/* Times: as_of, the newest of each source, strays. */
void merge_look_at_times(struct merge *m);

#endif

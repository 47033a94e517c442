/*
 * Makes event records of rows, by a plan.  One maker for each worker: it holds
 * the scratch memory and the counts of what it had to leave as it was.
 */
#ifndef MAPPING_MAKER_H
#define MAPPING_MAKER_H

#include "base/hash.h"
#include "collect/mapping/plan.h"
#include "collect/mapping/tally.h"

/* Times come in runs: the last text read, and its record form. */
struct moment_memo {
	char text[40];
	size_t len;
	char moment[MOMENT_TEXT];
};
#define MOMENT_MEMOS 64

/* A JSON member that the plan does not know, on its way into a record. */
struct extra {
	const struct target *target;
	struct cell cell;
};

/*
 * A row of an order: four pieces, one behind the other in the output.  KEPT and
 * PRODUCT are members with a comma before each.
 */
struct folded_row {
	size_t at;
	size_t head, kept, product, tail;	/* their lengths */
	size_t ids_at, ids;			/* the identifiers, within the head */
	struct span name;			/* the order's id, quoted for messages */
	struct decimal sums[FOLD_SUMS_MAX];
	unsigned summed;			/* a bit for each sum that is there */
	struct hash128 key;			/* of source, event and order id */
	bool keyed;
};

/* An identifier, or a consent, that is none: it is kept as a trait. */
struct demoted {
	const struct target *target;
	struct span text;
};

struct enricher;
struct late_member;

struct maker {
	const struct plan *plan;
	struct enricher *enricher;	/* NULL: none */
	struct enrich_inputs *inputs;	/* what it may ask for */
	struct expr_run run;
	struct arena scratch;
	struct buf text;		/* a value on its way */
	struct buf cells;		/* seed and cells, for the hash */
	struct tally **tallies;		/* of the plan's targets */
	bool uncounted;			/* what is made now is noted elsewhere, or was */
	struct moment_memo memos[MOMENT_MEMOS];
	struct demoted *demoted;	/* of this row */
	size_t demoted_count;
	size_t demoted_cap;
	uint64_t *present;		/* with plan->sparse: a bit for each target that may have
					   a value in this row */
	const struct row *given;	/* the row at hand */
	const struct row *row;		/* as targets read it: the one given, or `own` */
	struct row own;			/* see late_member.h */
	struct cell *own_cells;
	int *own_touched;
	struct late_member *lates;	/* its members that came late */
	size_t late_count;
	size_t late_cap;
	struct map late;		/* path -> what it means, in late_arena: late_member.h */
	struct map spread;		/* the same of spread objects */
	struct map late_names;		/* of members that came late: see free_key */
	struct arena late_arena;	/* targets of both */
	const struct span **new_late;	/* keys of targets made since the last look */
	size_t new_count;
	size_t new_cap;
	struct map keys;		/* of this row's extras */
	struct extra *extras;
	size_t extra_count;
	size_t extra_cap;
	struct error *err;
	struct hmac *id_key;		/* of hashed ids, see row_id; borrowed */
	size_t id_at;			/* of the hashed id, in the record */
	size_t time_at;			/* of the time's text; 0: it has none */
	bool owned;			/* the record has identifiers */
	char currency[CURRENCY_SIZE];	/* that the row's amounts are written with; "": none */
	struct buf member;		/* of it */
	bool by_row;			/* JSON: given with each row is whether... */
	bool says_order;		/* ...it is an order, where no event is named: row_kind.h */
	enum order_kind order;		/* what the row is, its status aside */
	bool odd_order;			/* it is one, and more than its revenue says what it is worth */
	int time_columns[2];		/* with plan->clocks: what the time is made of; -1 behind the last */
	struct zone *zone;		/* the last one that a zone column named */
	struct hash128 hash;		/* of the row; with hashed ids */
};

void maker_init(struct maker *m, const struct plan *plan, int64_t as_of);
void maker_release(struct maker *m);

/* The key of T with the next number behind *NUMBER, which it becomes, that the row at hand has not: KEY_2, _3, ...
 * In m->scratch. */
struct span maker_numbered_key(struct maker *m, const struct target *t, size_t *number);

/* Notes a value of T, but for an uncounted one. */
void maker_note(struct maker *m, const struct target *t, enum tally_kind kind, struct span text);

/* From now on E, borrowed, enriches the records. */
void maker_enrich(struct maker *m, struct enricher *e);

/*
 * Appends the record of ROW and a newline to OUT.  With hashed ids, m->hash is the
 * row's, and m->id_at says where in the record its 32 digits stand.  -1 with a
 * data error: nothing is appended.
 */
int maker_put(struct maker *m, const struct row *row, struct buf *out,
	      struct error *err);

/*
 * The same with the pieces of a row of an order.  After a failure fold->keyed
 * and fold->key may still say whose row it is.
 */
int maker_fold(struct maker *m, const struct row *row, struct buf *out,
	       struct folded_row *fold, struct error *err);

#endif

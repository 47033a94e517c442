/*
 * Why a customer is one: ties between identifiers and records, and for each
 * customer its maximum spanning forest, the strongest ties that hold all of it
 * together.  Between any two nodes there is one path in it, and that is the
 * explanation.
 *
 * Nodes are identifiers, and, where matching has run, records.  Ties:
 *
 *	TIE_LEDGER	the user's must-link
 *	TIE_RULE	two identifiers in one event, taken by the rules
 *	TIE_SAYS	a record and an identifier that it has
 *	TIE_SCORE	two records that are alike, by their weight
 *
 * The stronger kinds are taken first: as above, rules in the graph's total
 * order, scores by weight; where identifiers are evidence like any other
 * (MATCH_FUZZY) scores go before what records have, and that before rules.
 * Nothing is kept while matching runs: ties are worked out again from what is known, for
 * the customers that are asked for.
 */
#ifndef EVIDENCE_EVIDENCE_H
#define EVIDENCE_EVIDENCE_H

#include <stdint.h>

#include "base/map.h"
#include "unify/graph/customers.h"
#include "unify/graph/graph.h"
#include "unify/graph/joining.h"
#include "unify/identity/ledger.h"
#include "unify/graph/partitions.h"
#include "unify/index/sources.h"

enum tie_kind {
	TIE_LEDGER,
	TIE_RULE,
	TIE_SAYS,
	TIE_SCORE,
};

extern const char *const tie_kinds[];	/* "ledger", "rule", "record", "score" */

struct tie {
	enum tie_kind kind;
	uint32_t a, b;		/* nodes: identifiers, behind them records */
	uint32_t number;	/* link, or line of the ledger */
	uint32_t event;		/* that shows it; EVENTS_MAX: none known */
	double weight;		/* TIE_SCORE: for joining, in bits */
};

struct evidence {
	const struct identifiers *identifiers;
	const struct links *links;
	const struct graph *graph;
	const struct decisions *decisions;
	const struct customers *customers;
	const struct fragments *fragments;
	const struct events *events;
	const struct sources *sources;
	const struct moved *moved;
	const struct joining *joining;	/* NULL: identifiers alone */
	const struct store *store;	/* stored events are here, or... */
	const struct partitions *partitions;	/* ...on the open partition, when this is set */
	uint32_t identifier_count;	/* records are numbered behind them */
	bool *refused;			/* by link */
	struct parts link_parts;	/* links of each customer */
	struct parts record_parts;	/* records of each customer */
	struct parts must_parts;	/* places in decisions->together of each customer */
	struct parts apart_parts;	/* places in decisions->apart of both customers, ascending */
	struct parts refusal_parts;	/* places in graph->refusals of both customers, ascending */
};

/* All but the parts and `refused` are set.  Borrows them. */
void evidence_init(struct evidence *e);
void evidence_release(struct evidence *e);

/* Customer of a node, or CUSTOMER_NONE. */
uint32_t evidence_customer(const struct evidence *e, uint32_t node);

/* The node of the record that EVENT is part of, or of its home, where it is given back (moved.h) of who was
 * logged in; UINT32_MAX: none. */
uint32_t evidence_node_of_event(const struct evidence *e, uint32_t event);

/* Is T worth telling?  That a record without identifiers has one of its own
 * (joining.h) is not. */
bool evidence_shows(const struct evidence *e, const struct tie *t);

/*
 * Appends "type=value" of an identifier, "source/id" of a record's first event,
 * also for the identifier of a record without any.  -1 when that cannot be read.
 */
int evidence_name(const struct evidence *e, uint32_t node, struct buf *out, struct error *err);

/* Appends "source/id" of an event; nothing when it has no id. */
int evidence_event_name(const struct evidence *e, uint32_t event, struct buf *out,
			struct error *err);

/*
 * The fragment of EVENT, ids and traits, wherever they are; SCRATCH may hold them.  -1 when they cannot
 * be read.
 */
int evidence_fragment(const struct evidence *e, uint32_t event, struct buf *scratch,
		    struct span *out, struct error *err);

/*
 * Appends what the ledger calls an event, which EVENTS_MAX is not, or else NODE: a
 * record without an id goes by its identifier, and by nothing when it has none.
 */
int evidence_ledger_name(const struct evidence *e, uint32_t event, uint32_t node, struct buf *out,
			 struct error *err);

/* Appends T as an object; a score with its pair_evidence.h. */
int tie_put(const struct tie *t, const struct evidence *e, struct buf *out, struct error *err);

#endif

/*
 * The maximum spanning forest of one customer: what ties its identifiers and records
 * together, the strongest first, and nothing that they do not need.
 *
 * evidence.h says what ties there are and what goes before what.
 */
#ifndef EVIDENCE_FOREST_H
#define EVIDENCE_FOREST_H

#include "unify/evidence/evidence.h"
#include "unify/evidence/forest.h"

/* One for each thread, reused. */
struct forest {
	uint32_t *nodes;	/* ascending */
	size_t node_count, node_cap;
	uint32_t *parents;	/* by place in nodes */
	size_t parent_cap;
	struct tie *ties;	/* as they were taken */
	size_t count, cap;
	struct tie *candidates;
	size_t candidate_count, candidate_cap;
};

void forest_release(struct forest *f);
/* -1: an event that shows a tie cannot be read. */
int forest_grow(struct forest *f, const struct evidence *e, uint32_t customer,
		struct error *err);

/* The place of NODE in f->nodes, or SIZE_MAX. */
size_t forest_place(const struct forest *f, uint32_t node);

/*
 * The ties between nodes FROM and TO, in order, into PATH, which has room for all; returns how
 * many: 0 when they are not in one tree.
 */
size_t forest_path(const struct forest *f, uint32_t from, uint32_t to, const struct tie **path);

/* Appends the member `links` of a profile: cdp-records(5). */
int forest_put(const struct forest *f, const struct evidence *e, struct buf *out,
	       struct error *err);

#endif

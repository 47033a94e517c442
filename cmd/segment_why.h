/*
 * cdp-segment --explain=KEY: answers instead of profiles.  For each customer who has the key,
 * each segment, each part of it: did it hold, and on what values?
 */
#ifndef CMD_SEGMENT_WHY_H
#define CMD_SEGMENT_WHY_H

#include "cmd/tool.h"
#include "understand/report/show.h"
#include "understand/segment/labelling.h"

struct segment_why {
	struct opt_list keys;	/* of --explain; "" is the option alone */
	bool asked;		/* there is a key */
	uint64_t *found;	/* by key: customers */
	struct sheet sheet;
	struct section *rows;
};

/* Reads the keys; L->explain is set where --explain stood alone. */
void why_start(struct segment_why *w, struct labelling *l);
void why_release(struct segment_why *w);

/* A usage error where the first operand is no file and is meant to be a key: "--explain anna@example.com". */
void why_check_operands(struct tool *t, const struct segment_why *w);

/* On a worker: appends the rows of P to OUT where it has one of the keys.  -1: data error. */
int why_profile(const struct segment_why *w, struct labelling *l, unsigned worker,
		const struct profile *p, struct buf *out, struct error *err);

/* On the calling thread: takes them. */
void why_absorb(struct segment_why *w, struct span bytes);

/* Writes the answer to the output; the run ends with 1 when nobody has one of the keys. */
void why_finish(struct tool *t, struct segment_why *w);

#endif

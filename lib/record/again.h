/*
 * Customers that come more than once in one run: the same profiles given twice, or two
 * files that share customers, would count twice everywhere.
 *
 * Exact up to AGAIN_KEPT customers; of more a sample is kept that the ids alone decide:
 * those whose hash ends in enough zeros.  So memory is constant, and what is found does
 * not depend on who read what.
 */
#ifndef RECORD_AGAIN_H
#define RECORD_AGAIN_H

#include <stddef.h>
#include <stdint.h>

#include "record/profile.h"

#define AGAIN_KEPT 65536

/* One for each thread; zeroed at the start. */
struct again {
	struct again_slot *slots;	/* open addressing, 2 * AGAIN_KEPT */
	size_t count;
	unsigned zeros;		/* that a hash ends in to be kept */
};

void again_release(struct again *r);

/* Notes P's customer. */
void again_note(struct again *r, const struct profile *p);

/* A customer by the hash of the id, and how often it came. */
struct again_entry {
	uint64_t hash;
	uint32_t times;
};

/*
 * What R kept, thinned out to at most MOST, in the order of the hashes, for again_add in another run: *COUNT of them.
 * NULL: none.  Owned: mem_free.
 */
struct again_entry *again_list(struct again *r, size_t most, size_t *count);

/* Adds an entry of a sample of that many ZEROS, which thins R's out. */
void again_add(struct again *r, const struct again_entry *e, unsigned zeros);

/*
 * Of all that COUNT threads noted: how many customers were looked at, and how many of
 * them came again.  Adds to the first of LIST.
 */
struct again_found {
	uint64_t customers;
	uint64_t again;
	unsigned zeros;		/* 0: all were looked at */
};

struct again_found again_find(struct again *const *list, size_t count);

#endif

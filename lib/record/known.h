/*
 * The keys that a record knows, and the members that it does not; private to
 * lib/record.
 *
 * Records mostly have their keys in our order, so each look-up begins behind
 * the key found last: one comparison as a rule.
 */
#ifndef RECORD_KNOWN_H
#define RECORD_KNOWN_H

#include "record/event.h"
#include "record/scan.h"

#define KNOWN_NONE ((size_t)-1)
#define KINDS(kind) (1u << (kind))

struct known {
	struct span key;
	size_t offset;		/* of its struct value in the record */
	unsigned kinds;		/* KINDS() that it may have, besides null */
};

struct known_walk {
	const struct known *table;
	size_t count;
	size_t next;		/* where the next look-up begins */
	unsigned seen;		/* a bit for each key of the table */
};

/* The number of KEY in W's table, or KNOWN_NONE. */
size_t known_find(struct known_walk *w, struct span key, bool escaped);

/*
 * Puts M, whose key is number WHICH of the table (or KNOWN_NONE), into its
 * value of RECORD or behind OTHERS.  -1 with a data error, with the column in
 * S, when the key stands twice or its value is of a wrong kind, and when there
 * are too many unknown keys.  A null leaves the value absent.
 */
int known_take(struct known_walk *w, size_t which, const struct member *m,
	       void *record, struct members *others, const struct scan *s,
	       struct error *err);

/* Sets *ERR's column to AT; returns -1. */
int known_fault(const struct scan *s, const char *at, struct error *err);

#endif

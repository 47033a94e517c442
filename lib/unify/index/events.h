/*
 * The index of all events, 48 bytes each, and which of them are duplicates:
 * of equal (source, id) one stays, by versions.h.  That choice does not depend on the
 * order of coming.
 *
 * Duplicates are found (twins.h) and chosen among at the end.  Equal
 * keys are hashes: events that have one are duplicates only when their sources and
 * the texts of their ids are equal, too.
 */
#ifndef INDEX_EVENTS_H
#define INDEX_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/hash.h"
#include "unify/index/fragments.h"
#include "unify/index/store.h"

#define HOME_NONE UINT32_MAX		/* no usable identifier */
#define HOME_DUPLICATE (UINT32_MAX - 1)	/* not kept */

#define EVENTS_MAX (UINT32_MAX - 2)

struct entry {
	uint64_t place;		/* in the store */
	int64_t time;		/* MOMENT_NONE when undated */
	struct hash128 key;	/* of source and id; 0: without id */
	uint32_t home;		/* the strongest identifier, or HOME_... */
	uint32_t source;	/* number */
	uint32_t size;		/* of the stored event */
	uint32_t fragment;	/* number, or FRAGMENT_... */
};

struct events {
	struct entry *list;
	size_t count;
	size_t cap;
	bool in_files;
};

#define EVENTS_INIT ((struct events){0})

void events_release(struct events *v);

/* Adds an event; without a key (all zero) it can be no duplicate.  -1: too many. */
int events_add(struct events *v, const struct entry *e, struct error *err);

struct duplicates {
	uint64_t count;		/* events that are not kept */
	uint64_t differing;	/* of those: others than what is kept, and nothing tells which
				   is newer */
	uint32_t example;	/* a kept event with such a duplicate: the one with the smallest
				   key; or EVENTS_MAX */
	uint32_t rival;		/* that duplicate: of several the one that would be next */
};

struct twins;

/* Chooses among the duplicates, which are some of TWINS: sets `home` of those that go. */
int events_choose(struct events *v, const struct store *s,
		  const struct fragments *p, const struct twins *twins, struct duplicates *out,
		  struct error *err);

/* A large index goes to files, as what is only gone through in order. */
void events_to_files(struct events *v);

/* Memory that the index takes: none when it is in files. */
size_t events_bytes(const struct events *v);

#endif

/*
 * Labels: which records are really one person, as far as somebody knows.
 *
 * A label names a record, "source/id" of its event (the source ends at the first
 * slash), or an identifier, "type=value" (or "type:value"), and the person, any text.  Two
 * columns of a table (record/table.h): record or identifier, and person.
 */
#ifndef MEASURE_TRUTH_H
#define MEASURE_TRUTH_H

#include "base/arena.h"
#include "base/hash.h"
#include "base/map.h"
#include "unify/identity/identifier.h"
#include "unify/graph/customers.h"
#include "unify/linkage/records.h"

#define LABEL_NONE UINT32_MAX

struct label {
	struct hash128 key;	/* of the record; of an identifier 0 */
	struct span name;	/* as --explain takes it */
	uint32_t fragment;	/* number */
	uint32_t node;		/* of an identifier: its number, or IDENTIFIER_NONE */
	uint32_t event;		/* of a record: its kept event, or EVENTS_MAX */
	uint32_t customer;	/* CUSTOMER_NONE: not in the data; an unidentified
				   event is one of its own, from c->count on */
	bool identifier;
};

struct truth {
	struct label *list;
	size_t count;
	size_t cap;
	struct map fragments;
	struct arena names;
	uint32_t *slots;	/* by key: label + 1 */
	size_t mask;
};

#define TRUTH_INIT ((struct truth){0})

/* The key of "source/id", as fact.h makes it; false: there is no slash. */
bool truth_key(struct span name, struct buf *scratch, struct hash128 *out);

/* -1: a usage error with its place, or the file cannot be read. */
int truth_load(struct truth *t, const char *path, struct error *err);
void truth_release(struct truth *t);

/* The person of each record of R, or LABEL_NONE: owned, mem_free.  Finds the events. */
uint32_t *truth_of_records(struct truth *t, const struct events *v,
			   const struct records *r);

/* Finds the customers, when they are known: home of an event is its customer.
 * -1: a label's identifier is of several sources and customers. */
int truth_settle(struct truth *t, const struct events *v, const struct customers *c,
		 const struct identifiers *i, struct error *err);

#endif

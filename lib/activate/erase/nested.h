/*
 * People taken out of the lists in a JSON text, wherever a list stands: its elements are records.
 *
 * A list of which all elements leave is theirs, and so is the element that has it.  A document that is one
 * object and names them itself, outside of lists, is theirs as a whole: {} is what stays of it.
 */
#ifndef ERASE_NESTED_H
#define ERASE_NESTED_H

#include "activate/erase/record_check.h"
#include "base/error.h"

struct nested {
	struct record_check *check;
	struct span text;
	uint64_t line;		/* its first, from 1 */
	int (*keep)(void *context, struct span bytes, struct error *err);
	void *context;
	int (*taken)(void *context, uint64_t line, struct span record, struct error *err);	/* or NULL */
	void *taken_context;

	uint64_t theirs, mentioned, left, inside, near;
	uint64_t first_left, first_near;	/* lines */
	size_t at;		/* up to here all is passed on */
};

/* Is TEXT one JSON document? */
bool nested_is(struct span text);

int nested_run(struct nested *n, struct error *err);

/* The same for a record that is RELATION_NESTED: true in *GOES, and nothing passed on, where it is theirs. */
int nested_record(struct nested *n, bool *goes, struct error *err);

#endif

/*
 * People taken out of a JSON document: the elements of its lists are its records, wherever a list stands.
 * An element is theirs by what stands in it outside of further lists, whose elements are judged by themselves.
 * A document that is one object and names them itself is theirs as a whole: {} is what stays of it.
 */
#ifndef ERASE_NESTED_H
#define ERASE_NESTED_H

#include "activate/erase/judge.h"
#include "base/error.h"

struct nested {
	struct judge *judge;
	struct span text;
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

#endif

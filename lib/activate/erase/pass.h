/*
 * One pass over a file: which records have to do with those who are sought, and the file without them.
 *
 * Blocks of lines are searched for needles, and only the records around what is found are looked at; all
 * others go on as they are, in large pieces.  Memory is constant, but for what has to be seen whole: a JSON
 * document, text in UTF-16, and a row of a table over many lines.
 */
#ifndef ERASE_PASS_H
#define ERASE_PASS_H

#include "activate/erase/record_check.h"
#include "activate/erase/matter.h"
#include "base/hash.h"
#include "io/input.h"

struct pass_counts {
	uint64_t bytes;		/* read, without compression */
	uint64_t theirs;	/* records that go, or are blanked */
	uint64_t mentioned;	/* records of others of which a value goes */
	uint64_t left;		/* records with an identifier in the middle of a text */
	uint64_t near;		/* with what may be their phone number */
	uint64_t inside;	/* with one as a part of another value */
	uint64_t first_left, first_near;	/* lines, from 1 */
};

struct pass {
	struct record_check *check;
	size_t memory;		/* for what has to be seen whole, bytes */
	enum matter_kind kind;	/* found, unless KNOWN */
	bool known;
	enum matter_kind *found;	/* gets the kind before the first record; may be NULL */

	/* What stays, in order; NULL: nobody wants it. */
	int (*keep)(void *context, struct span bytes, struct error *err);
	/* A record that goes or is blanked, before it is; NULL: nobody wants it. */
	int (*taken)(void *context, uint64_t line, struct span record, struct error *err);
	void *context;

	struct pass_counts counts;
	struct hash128 content;	/* of what was read */
};

/* Reads IN, which begins, to its end.  -1 with *ERR and its place. */
int pass_run(struct pass *p, struct input *in, struct error *err);

#endif

/*
 * The outputs of one run, which take their names together when it ends well.
 *
 * First all are made ready: what can fail, a full disk above all, fails before any
 * file is replaced.  Then files take their names in an order of which every beginning
 * is safe, since a process may be killed, or the machine stop, between any two:
 *
 *	1. what stands beside the result, such as rejects and a feed of changes:
 *	   made again as long as the inputs are there;
 *	2. the result;
 *	3. what takes the place of an input: all that was read from it and is not in
 *	   it any more is in files that have their names by now;
 *	4. what later runs go by, such as a model, or how far files were read.
 *
 * Where the result and a side output both take the place of an input ("-u strangers
 * -o full" of both), no order will do: a record may have moved from either to the
 * other.  So the side output gets a bridge first, the old file and the new one in a
 * row; then the result is replaced, then the bridge by the new file.  That records
 * are in two files for a moment is harmless: equal ones count once.
 */
#ifndef IO_OUTPUT_SET_H
#define IO_OUTPUT_SET_H

#include <stddef.h>

#include "io/output.h"

enum output_role {
	OUTPUT_ASIDE,
	OUTPUT_RESULT,
	OUTPUT_STATE,
};

struct output_set {
	struct output_entry *entries;
	size_t count, cap;
};

#define OUTPUT_SET_INIT ((struct output_set){0})

/*
 * Takes OUT.  REPLACES_INPUT: OUT is a whole file that the run has read, of kind
 * OUTPUT_RECORDS.
 */
void output_set_add(struct output_set *s, struct output *out, enum output_role role,
		    bool replaces_input);

/* Hands OUT, which S has, to TO. */
void output_set_take(struct output_set *s, struct output *out, struct output_set *to);

/*
 * 0 when nothing but the renames is left to do; else -1 with *ERR.  Streams are completed
 * last, that of the result at the very end.
 */
int output_set_prepare(struct output_set *s, struct error *err);

/* Gives them their names; empties the set.  -1 with *ERR: some may have theirs. */
int output_set_place(struct output_set *s, struct error *err);

/* As output_abort of all; empties the set. */
void output_set_abort(struct output_set *s);

#endif

/*
 * The quick way of a value that goes out as it came in: nine of ten cells are copied,
 * or checked and copied, and for those one function does what otherwise a
 * chain of general ones would: room is asked for once, texts are looked at and
 * copied 16 bytes at a time.
 *
 * It never decides anything of its own.  Where a cell is not plainly right (a blank at
 * its end, an upper-case letter in an address, a number in an unusual form, an
 * identifier that a spreadsheet may have spoiled) it refuses, and value_put has the
 * word.  tests/prop/prop_quick.c holds the two together.
 */
#ifndef MAPPING_QUICK_H
#define MAPPING_QUICK_H

#include <stdbool.h>

#include "base/buf.h"
#include "collect/mapping/plan.h"
#include "collect/rows/cell.h"
#include "text/null_word.h"

/* A literal as the prefix of quick_put. */
#define QUICK_SPAN(literal) \
	((struct span){literal "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", sizeof(literal) - 1})

/* How T, a target of P, may be made; to be asked again where the style of P changes. */
enum quick quick_way(const struct plan *p, const struct target *t);

/*
 * Appends PREFIX (16 bytes from each of its bytes on may be read) and the value of T, made
 * of C, which is plain (see cell.h) and not missing, by the way T->quick.  False:
 * nothing is appended, value_put decides.
 */
bool quick_put(const struct target *t, struct span prefix, const struct cell *c,
	       struct buf *out);

struct quick_step quick_step_of(const struct target *t);

/*
 * The same for the next COUNT targets: their members, those of ROW's cells that are missing left out.
 * It stops before the first that it cannot tell; how many it has done.  NULLS as in struct plan_style.
 */
size_t quick_run(const struct quick_step *steps, size_t count, const struct row *row,
		 const struct null_words *nulls, struct buf *out);

#endif

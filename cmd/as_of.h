/*
 * One run, one "now": the profiles of a run must agree on as_of, or windows
 * and scores would not compare (cdp-records(5)).
 *
 * Workers see lines in any order, so each block begins with a header, the
 * as_of of its first line, which absorb takes off again in input order: what
 * is reported does not depend on the number of workers.
 */
#ifndef CMD_AS_OF_H
#define CMD_AS_OF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/span.h"
#include "cmd/tool.h"

struct as_of_check {
	bool any;
	int64_t as_of;		/* of the run, once any; may be MOMENT_NONE */
};

/*
 * For tool_pass's `line`: OUT is the block's.  Call for each line before
 * anything else is appended.  0, or -1 with a failed error.
 */
int as_of_put(struct buf *out, int64_t as_of, struct error *err);

/* For `absorb`: takes the header off *BYTES.  0, or -1 with a failed error. */
int as_of_take(struct as_of_check *check, struct span *bytes,
	       struct error *err);

/* As as_of_take, and writes what is left of BYTES to T's output. */
int as_of_write(struct as_of_check *check, struct tool *t, struct span bytes, struct error *err);

/* The same as as_of_take for a value from elsewhere, such as --as-of. */
int as_of_agree(struct as_of_check *check, int64_t as_of, struct error *err);

#endif

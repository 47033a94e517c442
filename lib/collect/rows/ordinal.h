/*
 * How many rows like this one came before?  Rows are known by a hash of 128 bits.
 * Those 16 bytes are kept in the order of coming, and found by an index of 4 bytes
 * a slot: nearly all rows are new, so a look into the small index and a hash written
 * behind the others is what each costs, not a look into a large table.
 *
 * One such table that doubled would need three times its memory while it grows; so
 * the hashes are spread over 256 small ones, which grow one at a time by half: 22 to 33
 * bytes a row, and 8 more where rows come again.  Beyond the limit of memory, of which the filter of
 * what was spilled takes three eighths, they go to a spill as sorted runs with how often each came: see runs.h.
 */
#ifndef ROWS_ORDINAL_H
#define ROWS_ORDINAL_H

#include <stdint.h>

#include "base/error.h"
#include "base/hash.h"

struct ordinals;

/* MEMORY: bytes to keep to.  SCRATCH: the directory of spills.  Owned: ordinals_free. */
struct ordinals *ordinals_new(uint64_t memory, const char *scratch);
void ordinals_free(struct ordinals *o);

/* Forgets all rows: the next file begins. */
void ordinals_clear(struct ordinals *o);

/* Fetches what ordinals_take of H will look at. */
void ordinals_prefetch(const struct ordinals *o, struct hash128 h);

/*
 * *ORDINAL: how many rows with the hash H were taken before this one.  -1 with
 * *ERR when the spill fails.
 */
int ordinals_take(struct ordinals *o, struct hash128 h, uint64_t *ordinal,
		  struct error *err);

#endif

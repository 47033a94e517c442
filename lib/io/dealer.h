/*
 * Deals bytes out to parts on disk, as a Grace join does: what belongs together goes to one part, in the
 * order in which it comes, and each part is read back as a whole when its turn comes.  A part's bytes
 * wait in memory until they fill a run, so the disk sees long runs only.
 */
#ifndef IO_DEALER_H
#define IO_DEALER_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/span.h"

struct dealer;

/*
 * COUNT parts; what waits takes about MEMORY bytes.  SCRATCH: the directory of spills.  Owned: dealer_free.
 * NULL and *ERR when there can be no spill.
 */
struct dealer *dealer_new(size_t count, size_t memory, const char *scratch, struct error *err);
void dealer_free(struct dealer *d);

/* Appends BYTES to PART.  -1 and *ERR when the spill fails, as in what follows. */
int dealer_put(struct dealer *d, size_t part, struct span bytes, struct error *err);

/* No more come: nothing waits any more. */
int dealer_end(struct dealer *d, struct error *err);

uint64_t dealer_size(const struct dealer *d, size_t part);

/* All of PART into BYTES, after dealer_end. */
int dealer_read(const struct dealer *d, size_t part, char *bytes, struct error *err);

#endif

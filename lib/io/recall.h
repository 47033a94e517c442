/*
 * A number for each of very many keys, of which nearly all are new: what was
 * kept, and when.  A key is a hash of 128 bits; one costs 24 bytes and room to
 * grow.  Beyond the limit of memory the table goes to a spill as a sorted run: see
 * runs.h.
 */
#ifndef IO_RECALL_H
#define IO_RECALL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/hash.h"

struct recall;

/* MEMORY: bytes to keep to.  SCRATCH: the directory of spills.  Owned: recall_free. */
struct recall *recall_new(uint64_t memory, const char *scratch);
void recall_free(struct recall *r);

/* 1 and *NUMBER when KEY is known, 0 when not, -1 with *ERR when the spill fails. */
int recall_get(struct recall *r, struct hash128 key, int64_t *number,
	       struct error *err);

/* Remembers NUMBER for KEY, which is not known yet.  0, or -1 with *ERR. */
int recall_put(struct recall *r, struct hash128 key, int64_t number,
	       struct error *err);

/* How often the table has gone to the spill. */
size_t recall_runs(const struct recall *r);

#endif

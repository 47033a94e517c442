/*
 * Entries that went to a spill: sorted runs of them, each with a filter that stays in memory
 * (Bloom 1970: 10 bits a key, 7 probes, 0.8 % false alarms), so that a key that is new,
 * as nearly all are, costs no reading.  An entry begins with its key, a hash of 128 bits.
 */
#ifndef IO_RUNS_H
#define IO_RUNS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/hash.h"

struct runs;

/* ENTRY: bytes of one.  SCRATCH: the directory of spills.  Owned: runs_free. */
struct runs *runs_new(size_t entry, const char *scratch);
void runs_free(struct runs *r);

/* Forgets all runs. */
void runs_clear(struct runs *r);

/* A run of COUNT entries begins.  -1 with *ERR when the spill fails, as in all that follow. */
int runs_begin(struct runs *r, size_t count, struct error *err);

/* Sorts ENTRIES, COUNT of them, which come behind all of this run that were put before. */
int runs_put(struct runs *r, void *entries, size_t count, struct error *err);

/* The run is whole. */
int runs_end(struct runs *r, struct error *err);

/* 1 with a copy of the entry of KEY in ENTRY; 0: there is none; -1. */
int runs_find(struct runs *r, struct hash128 key, void *entry, struct error *err);

size_t runs_count(const struct runs *r);

/* Memory that the filters take. */
uint64_t runs_bytes(const struct runs *r);

#endif

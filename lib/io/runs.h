/*
 * Entries that went to a spill: sorted runs of them.  An entry begins with its key, a hash of
 * 128 bits.  The entry of a key that was put last is the one that is found.
 *
 *	entries --> a sorted run --> FAN of one level are merged into one of the next level
 *
 * A filter over the keys of all runs stays in memory, so that a key that is new, as nearly all are,
 * costs no reading: a Bloom filter in blocks of a cache line each (Putze, Sanders, Singler 2007), so one
 * look is one line fetched.  Its size is fixed: at 10 bits a key 1 % of new keys are looked for in vain, at 4 bits 15 %.
 * Beside it the first key of each page of a run stays in memory: looking into a run reads one page.
 */
#ifndef IO_RUNS_H
#define IO_RUNS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/hash.h"

struct runs;

/* ENTRY: bytes of one.  MEMORY: of the filter.  SCRATCH: the directory of spills.  Owned: runs_free. */
struct runs *runs_new(size_t entry, uint64_t memory, const char *scratch);
void runs_free(struct runs *r);

/* Forgets all runs. */
void runs_clear(struct runs *r);

/* A run begins.  -1 with *ERR when the spill fails, as in all that follow. */
int runs_begin(struct runs *r, struct error *err);

/*
 * Sorts ENTRIES, COUNT of them with different keys, which come behind all of this run that were put
 * before.
 */
int runs_put(struct runs *r, void *entries, size_t count, struct error *err);

/* The run is whole. */
int runs_end(struct runs *r, struct error *err);

/* Fetches what runs_find of KEY will look at first. */
void runs_prefetch(const struct runs *r, struct hash128 key);

/* 1 with a copy of the entry of KEY in ENTRY; 0: there is none; -1. */
int runs_find(struct runs *r, struct hash128 key, void *entry, struct error *err);

/* How often a run began. */
size_t runs_count(const struct runs *r);

/* Memory that the filter will take with the first run, and the first keys do. */
uint64_t runs_bytes(const struct runs *r);

#endif

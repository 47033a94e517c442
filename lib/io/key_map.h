/*
 * A number for each of very many keys, of which nearly all are new: what was
 * kept, and when.  A key is a hash of 128 bits; one costs 24 bytes and room to
 * grow.  Beyond the limit of memory the table goes to a spill as a sorted run: see
 * runs.h.
 */
#ifndef IO_KEY_MAP_H
#define IO_KEY_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/hash.h"

struct key_map;

/* MEMORY: bytes to keep to.  SCRATCH: the directory of spills.  Owned: key_map_free. */
struct key_map *key_map_new(uint64_t memory, const char *scratch);
void key_map_free(struct key_map *r);

/* 1 and *NUMBER when KEY is known, 0 when not, -1 with *ERR when the spill fails. */
int key_map_get(struct key_map *r, struct hash128 key, int64_t *number,
	       struct error *err);

/* Remembers NUMBER for KEY, which is not known yet.  0, or -1 with *ERR. */
int key_map_put(struct key_map *r, struct hash128 key, int64_t number,
	       struct error *err);

/* How often the table has gone to the spill. */
size_t key_map_runs(const struct key_map *r);

#endif

/*
 * A scratch file (scratch.h): append, then read back at any offset.
 */
#ifndef IO_SPILL_H
#define IO_SPILL_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/span.h"

struct spill;

struct spill *spill_new(const char *directory, struct error *err);
void spill_free(struct spill *s);

/* Appends; *OFFSET, when not NULL, gets where the bytes begin. */
int spill_put(struct spill *s, struct span bytes, uint64_t *offset,
	      struct error *err);

/* Reads exactly LEN bytes at OFFSET into BYTES.  Safe from several threads
 * once nothing is appended any more and spill_flush was called. */
int spill_get(struct spill *s, uint64_t offset, char *bytes, size_t len,
	      struct error *err);
int spill_flush(struct spill *s, struct error *err);

uint64_t spill_size(const struct spill *s);

#endif

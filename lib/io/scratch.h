/*
 * Files in the scratch directory ($TMPDIR or /tmp) that have no name from their
 * first moment, so that they vanish with the process, however that ends: what
 * spills and paged memory are made of.  The directory is given by the program:
 * lib/ reads no environment.
 */
#ifndef IO_SCRATCH_H
#define IO_SCRATCH_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Open for reading and writing: close it.  -1 with *ERR, errno as open left it. */
int scratch_open(const char *directory, struct error *err);

/*
 * Makes sure that the disk has room for LEN bytes at OFFSET, so that a mapping
 * of them meets no full disk later; they read as zeros.  -1 with *ERR.
 */
int scratch_reserve(int fd, uint64_t offset, uint64_t len,
		    const char *directory, struct error *err);

/* Writes all of it there.  -1 with *ERR; *DONE, when not NULL, says how much. */
int scratch_write(int fd, const char *bytes, size_t len, uint64_t offset,
		  size_t *done, const char *directory, struct error *err);

/* "cannot VERB a scratch file in 'DIRECTORY': errno's text: set TMPDIR to
 * REMEDY"; returns -1. */
int scratch_failed(const char *directory, const char *verb, const char *remedy,
		   struct error *err);

#endif

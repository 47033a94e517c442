/*
 * The hashes of the rows of a text that grows, 16 bytes each, in a file beside the state:
 * what the ordinals of equal rows need of what earlier runs have read, so that a run
 * need not parse it again.  It is a cache: without it the text is parsed.
 *
 * The state counts the hashes that hold; what a killed run has added behind them is
 * cut off.  Files that no entry of the state names are removed when it is opened and
 * when it was written.
 */
#ifndef FOLLOW_RESUME_ROWS_H
#define FOLLOW_RESUME_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/hash.h"
#include "collect/rows/ordinal.h"

struct resume_rows;

/* Of the file STATE.rows.SERIAL: a new one.  NULL with *ERR.  Owned: resume_rows_close. */
struct resume_rows *resume_rows_new(const char *state, uint64_t serial, struct error *err);

/*
 * The one with COUNT rows, which go into O; more are added behind them.  0 with *ROWS NULL: it is
 * not there, or too short.  -1 with *ERR: it cannot be read, or O fails.
 */
int resume_rows_open(const char *state, uint64_t serial, uint64_t count,
		     struct ordinals *o, struct resume_rows **rows, struct error *err);

int resume_rows_put(struct resume_rows *r, struct hash128 h, struct error *err);

/* All are on the disk; *COUNT: how many there are. */
int resume_rows_sync(struct resume_rows *r, uint64_t *count, struct error *err);
void resume_rows_close(struct resume_rows *r);

/* The serial in the name ENTRY of the folder of the state called BASE, or 0. */
uint64_t resume_rows_serial(const char *base, const char *entry);

#endif

/*
 * Records of who is to stay forgotten (record/suppression.h) do not leave: those that carry a listed
 * identifier, or are a listed record.
 */
#ifndef INGEST_SUPPRESS_H
#define INGEST_SUPPRESS_H

#include "base/buf.h"
#include "base/error.h"

struct suppress;

/* With the list in the file PATH, made with KEY; NULL with *ERR.  Owned: suppress_free. */
struct suppress *suppress_new(const char *path, struct span key, struct error *err);
void suppress_free(struct suppress *s);

/* Takes lines out of RECORDS, whole ones; returns how many. */
uint64_t suppress_run(struct suppress *s, struct buf *records);

#endif

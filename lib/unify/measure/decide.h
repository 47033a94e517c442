/*
 * The list of --review, filled in, as lines of the ledger: a table
 * (record/table.h) with decision, must-link or cannot-link (empty: not known), and
 * record_a and record_b in the notation of the ledger.  The score, where there is
 * one, stands behind '#'.
 */
#ifndef MEASURE_DECIDE_H
#define MEASURE_DECIDE_H

#include "base/buf.h"
#include "base/error.h"

/*
 * Appends a line for each decision of the file at PATH.  -1: a usage error with its
 * place, or the file cannot be read.
 */
int decide_read(const char *path, struct buf *lines, struct error *err);

#endif

/*
 * Do rows that are taken for people, by their columns, have one person several times with
 * other figures?  Then each may be something that happened, of which a trait keeps only one.
 */
#ifndef INGEST_PEOPLE_REPEATS_H
#define INGEST_PEOPLE_REPEATS_H

#include "base/buf.h"
#include "collect/mapping/plan.h"

/* Looks at rows one after another. */
struct people_repeats;

/* NULL unless P was guessed to be of people, who have identifiers and no time.  Owned: people_repeats_free. */
struct people_repeats *people_repeats_new(const struct plan *p);
void people_repeats_free(struct people_repeats *r);

void people_repeats_take(struct people_repeats *r, const struct row *row);

/* What there is to say, as text without a line end behind OUT; nothing where no person has two figures. */
void people_repeats_put(const struct people_repeats *r, struct buf *out);

#endif

/*
 * Which format a file is in, by its first records.
 *
 * A format is a candidate when its `recognise` is true of more than half of the first
 * ten records that lie where its settings say.  Of several the most demanding counts:
 * the one whose condition names most members that must all be there (see
 * expr_demands); then the first by name.  So the result depends on the file and
 * the formats alone.
 */
#ifndef INGEST_RECOGNISE_H
#define INGEST_RECOGNISE_H

#include "time/zone.h"
#include "collect/mapping/format.h"
#include "collect/rows/dialect.h"

struct recognise_text {
	struct span head;	/* the beginning of the file... */
	bool last;		/* ...which is all of it */
	bool json;		/* else CSV... */
	struct dialect dialect;	/* ...written like this, unless a format says otherwise */
	const struct zone *zone;
};

/*
 * NULL: in none of F.  A format that is broken is left out, with a line in WARNINGS.
 *
 * A condition sees the columns, or the members, of a record; one that is missing is
 * unknown.  has('NAME', ...) is true when the record has all of them: a column that
 * is empty counts, a member that is null does not.
 */
struct format *recognise(struct formats *f, const struct recognise_text *text,
			 struct buf *warnings);

#endif

/*
 * The ledger's word in matching: which units of a contraction cannot be one,
 * and which records must be one unit.
 *
 * What a record mentions stands for all that the graph ties to it: so a record
 * is kept apart from whatever is tied to the other end of its cannot-link.
 */
#ifndef MERGE_APART_H
#define MERGE_APART_H

#include "match/contraction.h"
#include "merge/graph.h"
#include "merge/records.h"

/*
 * The ends of D's cannot-links by unit, into *TAGS and *STARTS (owned), from the
 * identifiers of each unit and their roots.  A unit with both ends of one keeps
 * the first.  Leaves both NULL where there are none.
 */
void apart_make(const struct decisions *d, const uint32_t *roots,
		const struct unit_list *identifiers, size_t units,
		uint32_t **tags, uint32_t **starts);

/*
 * OF_RECORD, by record, gets the number of its unit, by first records: those
 * that mention what D ties are one, all others for themselves.  Returns how many.
 */
size_t apart_group(const struct decisions *d, const uint32_t *roots,
		   const struct records *r, const struct persons *p, uint32_t *of_record);

#endif

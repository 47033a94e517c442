/*
 * The ledger's word beyond the graph: who cannot be one in matching, whose
 * profile a shared value cannot show on, and which records must be one.
 *
 * In the graph each identifier is at one place, and no tie brings both ends of a
 * cannot-link together.  But with MATCH_FUZZY a record has all identifiers that it
 * says itself, and values that many share show on several profiles.  So ends get
 * tags, the number of the cannot-link * 2 + which end it is, and:
 *
 * - what a record has stands for all that the graph ties to it.  A record is on
 *   the side of its strongest identifier; what is tied to the other side is foreign to
 *   it: the record makes nobody the owner of that, and is not one with it;
 * - records whose strongest identifier is tied by a must-link are one unit, and others
 *   that have what is tied go along, as far as their sides let them;
 * - units with both sides never become one;
 * - the other end itself, or what must be one with that, does not show on a profile.
 *
 * Decisions of households (shared_values.h, line 0) are none here: two of a household are
 * judged by all that they say.
 */
#ifndef GRAPH_APART_H
#define GRAPH_APART_H

#include "unify/linkage/contraction.h"
#include "unify/identity/numbers.h"
#include "unify/graph/identity_graph.h"
#include "unify/linkage/records.h"

/* That NUMBER, an identifier or a root, is on side TAG. */
struct tagged {
	uint32_t number;
	uint32_t tag;
};

struct apart {
	struct tagged *ends;	/* by identifier: ends, and what must be one with them */
	size_t end_count;	/* 0: the ledger keeps nobody apart */
	struct tagged *roots;	/* by root */
	size_t root_count;
	uint32_t *tags;		/* of records, ascending; after apart_group */
	uint32_t *starts;	/* by record; or NULL */
	struct tagged *claims;	/* by root that a must-link ties: its first record */
	size_t claim_count;
};

#define APART_INIT ((struct apart){0})

/* Owned: apart_release. */
void apart_begin(struct apart *a, const struct decisions *d, const uint32_t *roots);
void apart_release(struct apart *a);

/* Copies of ends (sharing.h) put their customers on sides, too. */
void apart_add_copies(struct apart *a, const struct identifiers *t, const uint32_t *roots);

/* Is what ROOT holds tied to the other side of any of TAGS; is IDENTIFIER itself? */
bool apart_is_foreign(const struct apart *a, uint32_t root, const struct numbers *tags);
bool apart_is_barred(const struct apart *a, uint32_t identifier, const struct numbers *tags);

/* Adds the sides of RECORD to TAGS, which are ascending; none before apart_group. */
void apart_add_record(const struct apart *a, uint32_t record, struct numbers *tags);

/* Adds those of an identifier, or of a root. */
void apart_add_end(const struct apart *a, uint32_t identifier, struct numbers *tags);
void apart_add_root(const struct apart *a, uint32_t root, struct numbers *tags);

/*
 * The sides by unit, ascending, into *TAGS and *STARTS (owned): those of its
 * records where these were read, else of the roots of its identifiers.  Leaves
 * both NULL where nobody is kept apart.
 */
void apart_of_units(const struct apart *a, const struct unit_list *records,
		    const struct unit_list *identifiers, const uint32_t *roots,
		    size_t units, uint32_t **tags, uint32_t **starts);

/*
 * Finds the sides of records, and which are one by must-links: OF_RECORD, by record,
 * gets the number of its unit, by first records.  Returns how many units there are.
 */
size_t apart_group(struct apart *a, const struct identity_graph *of, const struct records *r,
		   uint32_t *of_record);

/* The first record of those that ROOT belongs to by a must-link, or RECORD_NONE. */
uint32_t apart_claim(const struct apart *a, uint32_t root);

#endif

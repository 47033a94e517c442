/*
 * Who is to stay forgotten (record/suppression.h), in a run of cdp-merge.
 *
 * Events that carry a listed identifier, or are a listed record, are taken out before anything is linked,
 * alone: whoever only shares a phone with them stays, and so does who logs in on a listed browser by another
 * number or address.  So a run over yesterday's profiles, which do not have
 * them, makes the same customers as one over all events.  What those who left counted among the holders of a
 * shared value goes on counting there (shared_values.h).
 *
 * Who comes back under a new number leaves, too: once customers are settled, who holds a user_id, an address
 * or a source's own number that such an event had beside the listed one, unless the value is shared or the
 * customer has a pin and so is somebody else; who holds a browser beside it, and nothing that names a person;
 * and who has a listed name at a shared value.
 */
#ifndef GRAPH_SUPPRESSED_H
#define GRAPH_SUPPRESSED_H

#include <stdbool.h>

#include "record/suppression.h"
#include "unify/graph/identity_graph.h"
#include "unify/identity/identity_rules.h"
#include "unify/index/purchase.h"
#include "unify/index/store.h"

/* What those who left counted at IDENTIFIER. */
struct suppressed_share {
	uint32_t identifier;
	const struct suppression_share *share;	/* borrowed from the list */
};

/* Of an identifier. */
#define SUPPRESSED_LISTED 1	/* whoever carries it goes */
#define SUPPRESSED_BESIDE 2	/* stood beside such a one */

struct suppressed {
	struct span key;		/* borrowed; absent: there are no lists */
	struct suppression list;
	unsigned char *marks;		/* by identifier, below mark_count */
	size_t mark_count;
	struct suppressed_share *shares;	/* by identifier */
	size_t share_count, share_cap;
	uint64_t count;			/* events that are taken out */
	struct monies money;		/* of them */
};

void suppressed_release(struct suppressed *s);

static inline bool suppressed_is_wanted(const struct suppressed *s)
{
	return !span_absent(s->key);
}

/* Adds the list in the file PATH, made with KEY.  -1: it cannot be read, or a usage error. */
int suppressed_load(struct suppressed *s, const char *path, struct span key, struct error *err);

/*
 * Takes events out, as duplicates are: after own_types_turn, before links_see_fragments.  -1: the store cannot
 * be read, or a sum does not fit.
 */
int suppressed_take(struct suppressed *s, const struct identity_graph *of, const struct identity_rules *rules,
		    const struct store *store, struct error *err);

static inline unsigned suppressed_mark(const struct suppressed *s, uint32_t identifier)
{
	return identifier < s->mark_count ? s->marks[identifier] : 0;
}

/* A cookie or a device. */
bool suppressed_is_browser(const struct identifiers *t, uint32_t identifier);

/* After suppressed_take; NULL: none. */
const struct suppression_share *suppressed_share_of(const struct suppressed *s, uint32_t identifier);

#endif

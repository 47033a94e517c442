/*
 * A stored event: what the profile needs of one line of input.
 *
 * It is a head, a purchase where there is one, and the event's JSON with its
 * members in canonical order and the original bytes of all values:
 *
 *	{"type":..,"id":..
 *	,"version":..				not in profiles, as consent
 *	,"time":..,"source":..,"event":..
 *	,"ids":..,"traits":..			the fragment: not in the JSON
 *	,"props":..,"context":..
 *	,"consent":..				[consent, consent_end)
 *	,OTHERS}
 *
 * The fragment, the same bytes for most events of a customer, stands in the table
 * of fragments once; only where that table is full it stands behind the JSON.
 */
#ifndef INDEX_STORED_H
#define INDEX_STORED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "unify/index/purchase.h"

struct stored {
	uint32_t size;		/* of all, a multiple of 8 */
	uint32_t json;		/* length of the JSON */
	uint32_t id_len;	/* of the raw id; 0: none */
	uint32_t fragment;	/* where the fragment belongs in the JSON */
	uint32_t fragment_len;	/* of the fragment behind the JSON; 0: in the table */
	uint32_t consent, consent_end;
	uint32_t has_purchase : 1;
	uint32_t version_len : 31;	/* of the member; 0: none */
};

static inline const struct purchase *stored_purchase(const struct stored *s)
{
	return s->has_purchase ? (const struct purchase *)(s + 1) : NULL;
}

static inline struct span stored_json(const struct stored *s)
{
	const char *at = (const char *)(s + 1);

	return (struct span){at + (s->has_purchase ? sizeof(struct purchase) : 0),
			     s->json};
}

/* The fragment that stands behind the JSON. */
static inline struct span stored_fragment(const struct stored *s)
{
	struct span json = stored_json(s);

	return (struct span){json.ptr + json.len, s->fragment_len};
}

/* The id as it was written, in quotes; absent where there is none. */
struct span stored_id(const struct stored *s);

/* The member "version", behind the id. */
struct value stored_version(const struct stored *s);

/* The raw object; absent where there is none. */
struct span stored_consent(const struct stored *s);

/* Appends the stored form of E, without its fragment. */
void stored_make(const struct event *e, const struct purchase *p,
		 struct buf *out);

/* Appends the fragment part of E. */
void stored_make_fragment(const struct event *e, struct buf *out);

/* Appends to OUT (empty) stored event S with FRAGMENT behind it. */
void stored_join(const struct stored *s, struct span fragment, struct buf *out);

/*
 * Appends the event as it stands in a profile; or all of it, with its FRAGMENT; or that
 * without its version, to compare two.
 */
void stored_put(const struct stored *s, struct buf *out);
void stored_put_full(const struct stored *s, struct span fragment,
		     struct buf *out);
void stored_put_unversioned(const struct stored *s, struct span fragment, struct buf *out);

#endif

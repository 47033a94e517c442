/*
 * What one line of input becomes: a fact, made by a worker, for the one thread
 * that builds the index; and inside it the stored event, which is all that
 * the profile needs of the line.
 *
 * A stored event is a head, a purchase where there is one, and the event's
 * JSON in canonical order of members, with the original bytes of all values.
 * In the middle of that JSON stand the parts that a profile holds at its top
 * (ids and traits; consent), so they can be cut out without another parse:
 *
 *	{"type":..,"id":..,"time":..,"source":..,"event":..
 *	,"ids":..,"traits":..			[person, person_end)
 *	,"props":..,"context":..
 *	,"consent":..				[consent, consent_end)
 *	,OTHERS}
 */
#ifndef MERGE_FACT_H
#define MERGE_FACT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/hash.h"
#include "merge/blocked.h"
#include "merge/purchase.h"

struct stored {
	uint32_t size;		/* of all, a multiple of 8 */
	uint32_t json;		/* length of the JSON */
	uint32_t id_len;	/* of the raw id; 0: none */
	uint32_t person, person_end;
	uint32_t traits;	/* where the raw value begins; it ends at person_end; 0: none */
	uint32_t consent, consent_end;
	bool has_purchase;
	char unused[7];
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

/* The id as it was written, in quotes; absent where there is none. */
struct span stored_id(const struct stored *s);

/* The raw objects; absent where there are none. */
struct span stored_traits(const struct stored *s);
struct span stored_consent(const struct stored *s);

/* Appends the event as it stands in a profile, or all of it. */
void stored_put(const struct stored *s, bool full, struct buf *out);

struct fact {
	uint32_t size;		/* of all, a multiple of 8 */
	uint32_t stored;	/* where the stored event begins */
	int64_t time;		/* MOMENT_NONE when undated */
	struct hash128 key;	/* of source and id */
	uint32_t source_len;	/* the source's name stands behind this head... */
	uint32_t identifiers;	/* ...then so many fact_identifier, the strongest first */
	uint32_t blocked;	/* identifiers that were dropped */
	bool has_key;		/* it has an id, so it can be a duplicate */
	char unused[3];
};

/* Followed by LEN bytes, "type NUL value"; not aligned. */
struct fact_identifier {
	uint64_t hash;
	uint32_t len;
	uint32_t type_len;
};

/* What a worker keeps from line to line. */
struct fact_maker {
	struct event event;
	struct buf text;
	struct fact_found *found;
	size_t found_cap;
};

void fact_maker_release(struct fact_maker *m);

/*
 * Appends the fact of LINE to OUT, whose length is a multiple of 8 and stays
 * so.  0, or -1: a data error rejects the line; a profile is a failure.
 */
int fact_make(struct fact_maker *m, const struct blocked *blocked,
	      struct span line, struct buf *out, struct error *err);

#endif

/*
 * Who is to stay forgotten: a list of identifiers that no record may bring back, from which nobody can
 * read who they are.  cdp-forget writes it; cdp-ingest and cdp-merge leave out what names one of them.
 *
 *	# cdp-suppression 1 check=9c0f...	(32 digits: an HMAC of a fixed text, by which a wrong
 *						 key is noticed)
 *	5f70bf18a086...				(64 digits: one identifier)
 *	0c4e...  # 2026-03-01, ticket 12	(what stands behind '#' is for people, as blank lines are)
 *
 * An identifier's digits are HMAC-SHA-256 of "TYPE:VALUE" with the key, in lower-case hexadecimal.
 * TYPE is in small letters.  VALUE is, of an address and a phone number, what their spellings have in
 * common (text/spelling.h), of other types the value without blanks around it: there another case may be
 * another person.  Type and value stand as on the profile; a type that each source gives by itself is
 * "source.type" there.
 *
 * A value that several people share takes nobody out of the data.  What those who left counted among its
 * holders stands in a line of its own, so that it goes on being a shared value:
 *
 *	shared 77ab... people=1 records=2 household listed
 *
 * with "household" where it was one household's, and "listed" where the exclusion itself named it, which is
 * settled by that.
 *
 * Lines may come in any order and repeat, so lists of one key can be put together with cat: a second header
 * of the same key is a line for people.
 */
#ifndef RECORD_SUPPRESSION_H
#define RECORD_SUPPRESSION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/hash.h"
#include "record/scan.h"

/* One key at work.  Not for two threads at once: each has its own.  KEY is not kept.  Owned:
 * suppressor_free. */
struct suppressor;

struct suppressor *suppressor_new(struct span key);
void suppressor_free(struct suppressor *r);

/* Appends the first line of a list, the line of an identifier; with newline. */
void suppressor_put_header(struct suppressor *r, struct buf *out);
void suppressor_put_entry(struct suppressor *r, struct span type, struct span value, struct buf *out);

/* What those who left counted among the holders of a value. */
struct suppression_share {
	struct hash128 entry;
	uint32_t people, records;
	bool household, listed;
};

void suppressor_put_share(struct suppressor *r, struct span type, struct span value,
			  const struct suppression_share *share, struct buf *out);

/* A list in memory: 16 bytes an entry, for all threads to read. */
struct suppression {
	struct hash128 *entries;	/* the first half of each HMAC, ascending */
	size_t count, cap;
	struct suppression_share *shares;	/* by entry, one each */
	size_t share_count, share_cap;
};

#define SUPPRESSION_INIT ((struct suppression){0})

void suppression_release(struct suppression *s);

/*
 * Adds the entries of the file PATH.  -1 with *ERR, place included: it cannot be read, or, a usage
 * error, is no such list or was made with another key.
 */
int suppression_load(struct suppression *s, const char *path, struct suppressor *r, struct error *err);

/* Is VALUE of TYPE listed?  Never, where the value is empty. */
bool suppression_has(const struct suppression *s, struct suppressor *r, struct span type,
		     struct span value);

/* The first half of the HMAC of an identifier, for suppression_has_entry and suppression_share_of. */
struct hash128 suppressor_entry(struct suppressor *r, struct span type, struct span value);

bool suppression_has_entry(const struct suppression *s, struct hash128 entry);

/* NULL: none. */
const struct suppression_share *suppression_share_of(const struct suppression *s, struct hash128 entry);

/*
 * Records are listed like identifiers of a type that no data has, by a digest of source and id, KEY, which is the
 * hash_128 of both as JSON writes them, in quotes: for those of an erased person that a later export brings
 * without any of the identifiers.
 */
void suppressor_put_record(struct suppressor *r, struct hash128 key, struct buf *out);
bool suppression_has_record_key(const struct suppression *s, struct suppressor *r, struct hash128 key);

/* The same for the raw SOURCE and ID of an event; absent ones are never listed. */
bool suppression_has_record(const struct suppression *s, struct suppressor *r, struct span source,
			    struct span id);

/*
 * Is any identifier of IDS listed: the `ids` of an event of SOURCE (type -> text or number), where a type
 * also goes by "SOURCE.type", or of a profile (SOURCE absent; type -> array)?  IDS may be absent.  Not where
 * only the browser is (anonymous_id, device_id), and another identifier but a phone number is not: then
 * somebody else is logged in there.
 */
bool suppression_has_ids(const struct suppression *s, struct suppressor *r, struct span source,
			 struct value ids);

#endif

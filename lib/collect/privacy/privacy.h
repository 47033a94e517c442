/*
 * Privacy at the door: what of a record leaves in another form, or not at all.
 *
 * A rule names a field: `email` is every member of that name, or whose last words it is,
 * whatever their case and what stands between them (`Email`, `e_mail`, `E-Mail`,
 * `contact_email`, `contactEmail`), in ids, traits, props and context, at any depth
 * (`products[].email`), and the parameters of such names in the query or fragment of any text
 * (`/login?email=...`); `props.email` is that member alone, elements of arrays included.
 * The first rule that fits counts.
 *
 *	drop		the member or parameter goes
 *	mask		an e-mail address keeps its first letter and its domain, a phone
 *			number its last two digits, all else becomes ***.  What is
 *			masked identifies nobody: it moves from ids to traits, or people
 *			with the same first letter would be merged
 *	pseudonymize	KEYID.HEX: HMAC-SHA-256 of "NAME:" and the normalized value.
 *			Equal values give equal pseudonyms in all sources of one key, so
 *			they stay in ids
 *
 * Addresses of the internet lose their last bits wherever a member or parameter by its
 * name holds one (ip, ..._ip, ..._addr, remote_host, forwarded_for).
 */
#ifndef PRIVACY_PRIVACY_H
#define PRIVACY_PRIVACY_H

#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/map.h"
#include "record/event.h"

#define PRIVACY_RULES_MAX 64
#define PRIVACY_KEY_MIN 32	/* bytes */
#define PRIVACY_KEY_ID 8	/* hexadecimal digits */

enum privacy_action {
	PRIVACY_DROP,
	PRIVACY_MASK,
	PRIVACY_PSEUDONYMIZE,
};

struct privacy_rule {
	enum privacy_action action;
	struct span path;	/* as given */
	struct span section;	/* "props"; empty: any */
	struct span key;	/* behind it, with dots; a bare rule's has none */
	struct span name;	/* the last part of the key */
};

struct privacy {
	struct privacy_rule rules[PRIVACY_RULES_MAX];
	size_t count;
	struct span secret;	/* the key; empty: none */
	char key_id[PRIVACY_KEY_ID];
	unsigned address_bits;	/* 0: addresses stay */
	bool hides_email, hides_phone;	/* everywhere: see privacy_leaks.h */
};

/* How often what was done; of rules by their number. */
struct privacy_counts {
	uint64_t values[PRIVACY_RULES_MAX];
	uint64_t addresses;
	struct map leaks;	/* "email" or "phone" NUL field -> values that show one: privacy_leaks.h */
};

/* SUM += PART.  In the order of the input, for any number of workers. */
void privacy_counts_add(struct privacy_counts *sum, const struct privacy_counts *part);
void privacy_counts_clear(struct privacy_counts *c);
void privacy_counts_release(struct privacy_counts *c);

/* "--drop": for messages. */
const char *privacy_option(enum privacy_action action);

/* FIELD is borrowed.  -1 with a usage error for a field that cannot be hidden. */
int privacy_add(struct privacy *p, enum privacy_action action,
		const char *field, struct error *err);

/* SECRET: at least PRIVACY_KEY_MIN bytes, borrowed. */
void privacy_set_key(struct privacy *p, struct span secret);

/* What a worker needs for it. */
struct privacy_scratch {
	struct buf text;	/* decoded */
	struct buf value;	/* its new form */
	struct buf moved;	/* members on their way from ids to traits */
	struct buf ids, traits;
	struct arena arena;
	struct hmac *hmac;	/* made when it is first needed */
};

void privacy_scratch_release(struct privacy_scratch *s);

/* Appends E's record in its new form to OUT. */
void privacy_put(const struct privacy *p, struct privacy_scratch *s,
		 const struct event *e, struct buf *out,
		 struct privacy_counts *counts);

/* privacy_value.c: appends the new form of TEXT, a value of the field NAME. */
void privacy_mask(struct span text, struct arena *scratch, struct buf *out);
void privacy_pseudonym(const struct privacy *p, struct privacy_scratch *s,
		       struct span name, struct span text, struct buf *out);

/* Does NAME say that its value is an address? */
bool privacy_is_address(struct span name);

/* Appends TEXT, addresses separated by commas, blurred; false: nothing to do. */
bool privacy_blur(const struct privacy *p, struct span name, struct span text,
		  struct buf *out);

/* privacy_url.c: the parameters in TEXT; true: it has changed, *OUT gets it. */
bool privacy_url(const struct privacy *p, struct privacy_scratch *s,
		 struct span text, struct buf *out, struct privacy_counts *counts);

/* The rule for the member KEY (path behind the section, decoded) of SECTION, or NULL. */
const struct privacy_rule *privacy_find(const struct privacy *p,
					struct span section, struct span path,
					struct span name);

/* The rule for a parameter NAME, decoded and folded, or NULL. */
const struct privacy_rule *privacy_find_bare(const struct privacy *p,
					     struct span name);

#endif

/*
 * Who is asked about: their identifiers, and every spelling in which a file may have one.
 *
 * An identifier is distinctive where its value alone says whose it is: an address, a phone number, a long
 * token.  Others, such as customer number 17, only count under their own name: as a member or in a column
 * of that name, or written "shop_id=17".
 *
 * Spellings: any case; +12025550143 with and without plus and with blanks, dots, hyphens and brackets;
 * each form of an audience (activate/audience/hashed.h) plain, as SHA-256 and MD5, and in base64 at any
 * place of a longer text.  Escapes (escapes.h) and UTF-16 are undone by who reads the file.
 */
#ifndef ERASE_SUBJECT_H
#define ERASE_SUBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "activate/erase/needles.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"

#define SUBJECT_NONE UINT32_MAX

/* What the customer id of a profile goes by as an identifier. */
#define SUBJECT_CUSTOMER_ID "customer id"

enum subject_use {
	SUBJECT_ASKED,		/* by the request */
	SUBJECT_WIDENED,	/* the profile has it */
	SUBJECT_SHARED,		/* so have other profiles: it is not sought */
};

struct subject_identifier {
	struct span type, value;	/* borrowed from the subject, with a NUL behind */
	enum subject_use use;
	bool distinctive;
	bool phone;
	uint64_t others;	/* profiles of others that hold it */
	uint32_t same;		/* another one of that value; SUBJECT_NONE */
};

/* By where they are sought: what a weak value looks like depends on it. */
enum subject_matter {
	MATTER_JSON,
	MATTER_TABLE,
	MATTER_LINES,
	MATTERS,
};

struct subject {
	struct arena texts;
	struct subject_identifier *list;
	size_t count, cap;
	struct map names;		/* type NUL value */
	struct map wholes;		/* values that are theirs: identifier */
	struct map traits;		/* what else is known of them, in small letters: for blanking */
	struct map records;		/* source NUL id of their events */
	struct needles needles[MATTERS];
	bool each[MATTERS];		/* a value too short for a needle: each record is looked at */
};

#define SUBJECT_INIT ((struct subject){0})

void subject_release(struct subject *s);

/* Adds an identifier; the number of the one that is there already, whose use becomes the lower. */
uint32_t subject_add(struct subject *s, struct span type, struct span value, enum subject_use use);

/* The number of the identifier, or SUBJECT_NONE. */
uint32_t subject_find(const struct subject *s, struct span type, struct span value);

/* A text that says something about them. */
void subject_add_trait(struct subject *s, struct span text);

/* An event that their profile has: of SOURCE, with ID. */
void subject_add_record(struct subject *s, struct span source, struct span id);

/* Once, when all are known and no longer change. */
void subject_build(struct subject *s);

/*
 * Whose is VALUE, a whole value, under the name KEY in a record of SOURCE (either may be absent)?
 * SUBJECT_NONE: nobody's who is sought.
 */
uint32_t subject_match(const struct subject *s, struct span key, struct span source, struct span value);

/* Would some value count under the name KEY alone? */
bool subject_has_weak(const struct subject *s, struct span key);

/* Is VALUE what a trait says, and not so short that it could be anything? */
bool subject_has_trait(const struct subject *s, struct span value);
bool subject_has_record(const struct subject *s, struct span source, struct span id);

/* What a needle found in TEXT is. */
enum subject_found {
	FOUND_NOTHING,
	FOUND_INSIDE,	/* a part of another value: jane@example.com in maryjane@example.com */
	FOUND_NEAR,	/* a phone number that may be theirs: without its calling code */
	FOUND,
};

enum subject_found subject_weigh(const struct subject *s, struct span text, const struct needle_hit *hit);

/* The most that any needle of MATTER in TEXT is, escapes undone at every depth.  *WHO (may be NULL):
 * whose. */
enum subject_found subject_search(const struct subject *s, enum subject_matter matter, struct span text,
				  uint32_t *who);

#endif

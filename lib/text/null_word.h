/*
 * Words that mean nothing: what databases, spreadsheets, programs and people write where there is
 * no value ("NULL", "\N", "#N/A", "(not set)", "keine Angabe", "guest").  One list for the whole
 * toolkit; what a word means depends on where it stands:
 *
 *	NULL_CELL	in any column: an empty cell.  Only what no answer looks like
 *	NULL_FORM	where a value must have a form (number, date, address): no value, rather than
 *			a bad one.  "unknown", "none", "NA", "TBD"
 *	NULL_ID		in an identifier: it names nobody.  Also "guest", "test", 0, and templates
 *			that nobody filled ("{{user_id}}")
 *	NULL_TRAIT	in a trait: a form's way to say nothing, which replaces no value
 *
 * A word of NULL_CELL has all of them.  Some words are names as well (Null, Nan, None): those that
 * NULL_PERSON or NULL_TOWN mark are values where people or places are named.
 *
 * Case, blanks around, and what joins words ("not_set", "Not-Set") do not count, nor do brackets
 * and quotes around a word.  A text of zeros and signs alone is of NULL_ID; dashes, dots, question marks,
 * and three x or more, are of all kinds but NULL_CELL, which has dashes alone.
 */
#ifndef TEXT_NULL_WORD_H
#define TEXT_NULL_WORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/map.h"
#include "base/span.h"

enum null_kind {
	NULL_CELL = 1,
	NULL_FORM = 2,
	NULL_ID = 4,
	NULL_TRAIT = 8,
	NULL_PERSON = 16,	/* of a name of people it is no word for nothing */
	NULL_TOWN = 32,		/* the same of places */
};

/* What TEXT is: a set of kinds, 0: a value.  Safe from several threads. */
unsigned null_word_kinds(struct span text);

#define NULL_LENGTH_MAX 31

/* What words look like at first sight, by their first byte: texts that look otherwise are none. */
struct null_looks {
	uint32_t lengths[256];	/* a bit for each length */
	uint64_t seconds[256];	/* a bit for each second byte, of its lowest six bits */
};

/* Of the words of all kinds; for null_looks_fit, once null_words_new was called. */
extern struct null_looks null_word_looks;

/* The list above, or what a user makes of it. */
struct null_words {
	struct null_looks looks;	/* of words of NULL_CELL */
	struct map own;		/* the user's, folded */
	bool only;		/* these and no others */
};

/*
 * SETTING is a list of words, separated by commas.  They add to the built-in ones: a word of the
 * user's has all kinds, in names as well.  Behind "only" they replace them ("only" alone: nothing
 * but an empty cell is empty).  NULL: the built-in list.  Owned: null_words_free; NULL is allowed.
 */
struct null_words *null_words_new(const char *setting);
void null_words_free(struct null_words *w);

/* As null_word_kinds, by the list W. */
unsigned null_words_kinds(const struct null_words *w, struct span text);

static inline bool null_looks_fit(const struct null_looks *l, struct span text)
{
	size_t length = text.len < NULL_LENGTH_MAX ? text.len : NULL_LENGTH_MAX;
	unsigned char first = (unsigned char)text.ptr[0];

	return (l->lengths[first] >> length & 1) &&
	       (length < 2 || (l->seconds[first] >> (text.ptr[1] & 63) & 1));
}

/* May TEXT be a word of NULL_CELL?  For the many values that are none, at the cost of one look. */
static inline bool null_words_suspect(const struct null_words *w, struct span text)
{
	return text.len && null_looks_fit(&w->looks, text);
}

/* The same of a word of any kind: what this refuses, null_words_kinds finds to be a value. */
static inline bool null_words_suspect_any(const struct null_words *w, struct span text)
{
	return text.len && (null_looks_fit(&null_word_looks, text) ||
			    (w->own.count && null_looks_fit(&w->looks, text)));
}

/* Built-in word I with its kinds; NULL behind the last. */
const char *null_word_at(size_t i, unsigned *kinds);

#endif

/*
 * How two records agree, column by column, as small numbers: levels, from
 * AGREEMENT_NULL (either is missing), AGREEMENT_ELSE (nothing alike) to the
 * kind's `exact`.  All levels of a pair fit into one 64-bit pattern, four bits
 * a column, so that what is learned about pairs is learned about patterns.
 *
 *	name      exact, Jaro-Winkler >= .92, nickname or initial, >= .88,
 *	          sounds alike (Soundex or Double Metaphone), >= .70, else;
 *	          first and last name exchanged
 *	text      exact, edit similarity >= .9, same words, >= .8, >= .6, else;
 *	          exchanged
 *	code      exact, one edit, two (of at least six), else; running numbers
 *	          (running.h) exact, else
 *	date      exact, one edit or day and month exchanged, two of the three
 *	          parts (years less than ten apart), within a year, else
 *	email     exact, same user part, Jaro-Winkler >= .92, user part >= .88,
 *	          else
 *	category  exact, one edit (of at least three), else
 *
 * Texts have the same words when all words of one, two at least, are in the other,
 * in any order, themselves or cut short: "art s deli" and "art s delicatessen".
 *
 * Exchanged values show as one level of the first column; the second is then
 * AGREEMENT_NULL, so that one fact counts once.  So is an address of mail that
 * is merely alike where the names agree: it was made from the name.
 */
#ifndef LINKAGE_AGREEMENT_H
#define LINKAGE_AGREEMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "unify/linkage/columns.h"

#define AGREEMENT_BITS 4
#define AGREEMENT_LEVELS (1 << AGREEMENT_BITS)
#define AGREEMENT_NULL 0
#define AGREEMENT_ELSE 1

/* Levels of a kind, from 1 up to `count`; `exact` is one of them. */
struct agreement_scale {
	unsigned count;
	unsigned exact;
	unsigned exchanged;	/* 0: the kind has none */
	const char *const *names;	/* by level */
};

const struct agreement_scale *agreement_scale(enum column_kind kind);

/* Results for pairs of words met before.  One for each thread. */
struct agreement_cache;

struct agreement_cache *agreement_cache_new(void);	/* owned: _free */
void agreement_cache_free(struct agreement_cache *c);

/* The level of words A and B, neither 0, of COLUMN; symmetric. */
unsigned agreement_of_words(const struct column *column, uint32_t a, uint32_t b);

/* The same for column I, remembered in CACHE unless that is NULL. */
unsigned agreement_level_of(const struct columns *c, size_t i,
			    struct agreement_cache *cache, uint32_t a, uint32_t b);

/* Do rows A and B say in column I what the other says in its twin? */
bool agreement_exchanged(const struct columns *c, size_t i, const uint32_t *a,
			 const uint32_t *b);

/* Is it a name that agrees; is it an address that may be alike for that reason? */
bool agreement_names_agree(enum column_kind kind, unsigned level);
bool agreement_like_name(enum column_kind kind, unsigned level);

/* Is it a name that is written a little differently, and no short form? */
bool agreement_nearly_same(enum column_kind kind, unsigned level);

/* The pattern of records A and B.  CACHE may be NULL. */
uint64_t agreement_pattern(const struct columns *c, struct agreement_cache *cache,
			   uint32_t a, uint32_t b);

static inline unsigned agreement_level(uint64_t pattern, size_t column)
{
	return (unsigned)(pattern >> (column * AGREEMENT_BITS)) &
	       (AGREEMENT_LEVELS - 1);
}

#endif

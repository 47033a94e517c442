/*
 * What records say, as columns of numbers: a word for each distinct value of a
 * column, made comparable (case, accents, punctuation), with what comparing
 * needs worked out once a word and not once a record.
 *
 * Columns are the traits whose meaning is known (first_name, birth_date, ...), the
 * types of identifiers, and other traits that are worth it (other_traits.h).  Columns that hardly any record fills, or that
 * say the same everywhere, are left out; so are a source's own running numbers, when
 * no two records have the same one.
 *
 * A missing value is word 0; so is one that means nothing ("n/a"), and a date of birth
 * that forms fill in.  Word 0 agrees with nothing and disagrees with nothing.
 *
 * Words are numbered as they come: put records in an order that does not depend
 * on the input's.
 */
#ifndef LINKAGE_COLUMNS_H
#define LINKAGE_COLUMNS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "unify/identity/blocked.h"
#include "unify/linkage/linking.h"
#include "unify/linkage/nickname.h"

#define COLUMNS_MAX 16
#define COLUMN_NONE (-1)

enum column_kind {
	COLUMN_NAME,		/* first or last name */
	COLUMN_TEXT,		/* several words: a street, a town, a company */
	COLUMN_CODE,		/* letters and digits: a postcode, a phone, an id */
	COLUMN_DATE,		/* year, month, day */
	COLUMN_EMAIL,
	COLUMN_CATEGORY,	/* one of few: state, gender */
};

struct word {
	struct span text;
	uint64_t letters;	/* which it has: see letters.h */
	union {			/* by kind of the column */
		uint32_t sound;	/* COLUMN_NAME: Soundex; 0: none */
		uint32_t user;	/* COLUMN_EMAIL: what stands before @ */
		uint32_t day;	/* COLUMN_DATE: orders dates; about days */
		uint32_t starts;	/* COLUMN_TEXT: a bit for what each of its words
					   begins with */
	};
	unsigned char nicknames[NICKNAME_GROUPS_MAX];
	unsigned char rest;	/* bytes that have no bit in LETTERS */
};

/* Shared by the two columns of a pair that people mix up. */
struct vocabulary {
	struct map map;		/* text -> word number - 1, until columns_settle */
	struct map users;
	struct map nicknames;	/* of names: see nickname.h */
	struct word *words;	/* from 1 */
	uint32_t *codes;	/* COLUMN_NAME: by word, Double Metaphone, packed */
	size_t count;
	size_t cap, code_cap;
};

struct column {
	struct span name;
	enum column_kind kind;
	bool identifier;
	bool strong;		/* says much of who it is: no category */
	bool running;		/* numbers given one after the other (running.h), or a measure:
				   the same or not */
	bool other;		/* a trait whose meaning nobody knows: other_traits.h */
	int twin;		/* people write one for the other; or COLUMN_NONE */
	struct vocabulary *vocabulary;
	uint32_t *cells;	/* by record, until columns_settle */
	uint32_t *counts;	/* by word: records of this column */
	size_t filled;		/* records */
};

/* A trait whose meaning nobody knows, and that is not compared. */
struct left_out {
	struct span name;
	const char *why;
};

struct columns {
	struct left_out *left_out;	/* by name */
	size_t left_out_count, left_out_cap;
	struct column list[COLUMNS_MAX];
	size_t count;
	size_t records;
	uint32_t *rows;		/* after columns_settle: the words of each record */
	struct linking linking;	/* LINK_BOTH unless columns_link says otherwise */
	double pairs;		/* of records that may be one person */
	struct columns_maker *maker;	/* until columns_settle */
	struct vocabulary *vocabularies[COLUMNS_MAX];
	size_t vocabulary_count;
	struct arena arena;
};

/* BLOCKED names values that mean nothing; borrowed until columns_settle. */
void columns_init(struct columns *c, size_t records,
		  const struct blocked *blocked);
void columns_release(struct columns *c);

/* How many of RECORDS have to fill a column that is kept. */
size_t columns_least(size_t records);

/* The place of trait NAME before columns_settle, or COLUMN_NONE: not compared. */
int columns_trait(struct span name);

/* The same of identifiers of TYPE; made when it is new. */
int columns_type(struct columns *c, struct span type);

/* Makes a column of the trait NAME, which is no known one; twice: nothing. */
void columns_other(struct columns *c, struct span name, enum column_kind kind, bool exact);

/* The trait NAME, which is no known one, is left out, for the reason WHY, a constant. */
void columns_leave_out(struct columns *c, struct span name, const char *why);

/* The place of trait NAME, known or made by columns_other, or COLUMN_NONE. */
int columns_place(const struct columns *c, struct span name);

/*
 * Values on their way: one thread gathers them in a batch and makes them
 * comparable, another may put them into the columns.  Owned: _free.  New when all
 * types are known.
 */
struct columns_batch;

struct columns_batch *columns_batch_new(const struct columns *c);
void columns_batch_free(struct columns_batch *b);
void columns_batch_clear(struct columns_batch *b);

/* RECORD says TEXT, decoded, in the column at that place; COLUMN_NONE: ignored. */
void columns_add(struct columns_batch *b, uint32_t record, int column, struct span text);

/*
 * Adds what COUNT batches have for the columns of JOB, one of columns_jobs, which
 * threads may do at once.  Words are numbered in the order of the values.
 */
size_t columns_jobs(const struct columns *c);
void columns_put(struct columns *c, struct columns_batch *const *batches,
		 size_t count, size_t job);

/* No more comes: chooses the columns and counts words. */
void columns_settle(struct columns *c);

/* After columns_settle: L's sources are borrowed as long as C lives. */
void columns_link(struct columns *c, const struct linking *l);

/* Is NAME a trait that says much of who somebody is? */
bool columns_is_telling(struct span name);

/* The number of the trait column NAME, or COLUMN_NONE. */
int columns_find(const struct columns *c, struct span name);

/* The words of RECORD, by column; the same record's words lie together. */
static inline const uint32_t *columns_row(const struct columns *c, size_t record)
{
	return c->rows + record * c->count;
}

static inline const struct word *column_word(const struct column *c,
					     uint32_t word)
{
	return &c->vocabulary->words[word];
}

#endif

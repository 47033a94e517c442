/*
 * Which pairs of records are worth comparing.
 *
 * A rule makes a key of each record, out of one to three parts (the last name,
 * how the first name sounds, ...); records with equal keys are a block, and
 * the pairs within blocks are compared.  A record that lacks a part is in no
 * block of that rule.
 *
 * Pairs are counted before any is made.  A rule takes its small blocks first
 * and stops at the block size where it would exceed its share of the budget, so
 * a rare last name alone brings records together, and a frequent one does not.
 * Rules that another one covers are left out.  Few records are compared all with all.
 *
 * Why so many loose rules, rather than the two or three that look best: a double has
 * its slip anywhere, and a pair that no rule brings together is lost before anything
 * is weighed.  The budget makes it cheap: a generated million of records is compared in
 * 33 million pairs and not in 481,000 million, and .976 of its matches are found.
 *
 * No pair comes twice, and none is remembered: each record keeps the number of
 * its block for each rule, and a pair of a rule is left out when an earlier
 * rule has both in one block.
 */
#ifndef LINKAGE_BLOCKING_H
#define LINKAGE_BLOCKING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "unify/linkage/columns.h"

#define BLOCKING_PARTS 3
#define BLOCK_SIZE_MAX 1000

enum key_form {
	KEY_WORD,		/* the value itself */
	KEY_SOUND,		/* COLUMN_NAME: Soundex */
	KEY_PAIR,		/* both of two twins, in either order */
	KEY_USER,		/* COLUMN_EMAIL: the user part */
	KEY_MONTH_DAY,		/* COLUMN_DATE */
};

struct key_part {
	int column;
	enum key_form form;
};

struct block_rule {
	struct key_part parts[BLOCKING_PARTS];
	int part_count;		/* 0: all records are one block */
	uint32_t blocks;
	uint32_t *starts;	/* by block; one more than there are */
	uint32_t *members;	/* record numbers, ascending in a block */
	uint64_t pairs;		/* within blocks; some in earlier rules, too */
	uint32_t cap;		/* the largest block taken */
	uint32_t left_out;	/* blocks that were larger */
};

struct blocking {
	struct block_rule *rules;	/* fewest pairs first */
	size_t count;
	uint32_t *numbers;	/* record * count + rule: its block + 1, or 0 */
	size_t records;
	const struct columns *columns;	/* borrowed */
	struct block_rule *dropped;	/* for the budget; without blocks */
	size_t dropped_count;
};

void blocking_release(struct blocking *b);

/* Only what the rules are stays; no pair can be made any more. */
void blocking_keep_rules(struct blocking *b);

/* Chooses rules for columns C with about BUDGET pairs in all. */
void blocking_choose(struct blocking *b, const struct columns *c,
		     uint64_t budget, unsigned workers);

/*
 * The rules whose agreement alone nearly proves a match: an identifier, or the
 * whole name and the date of birth or the address.  To estimate how many
 * matches there are.
 */
void blocking_certain(struct blocking *b, const struct columns *c,
		      unsigned workers);

/* All pairs of the first RECORDS records. */
void blocking_all_pairs(struct blocking *b, const struct columns *c, size_t records);

/* Is column K part of RULE's key? */
bool block_rule_uses(const struct columns *c, const struct block_rule *rule,
		     size_t k);

/* "first_name + sound of last_name" */
void block_rule_put(const struct columns *c, const struct block_rule *rule,
		    struct buf *out);

/* The key of RECORD by RULE; 0: the record lacks a part of it. */
uint64_t block_key(const struct columns *c, const struct block_rule *rule, size_t record);

#endif

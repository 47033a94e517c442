/*
 * Which pairs of records may be one person at all, by their sources.
 *
 *	LINK_BOTH	any
 *	LINK_DEDUPE	records of one source only
 *	LINK_BETWEEN	records of different sources only: each source is said to
 *			be free of duplicates, so a person has at most one
 *			record of each
 *
 * A record that several sources have (all say the same) is one of each.
 */
#ifndef LINKAGE_LINKING_H
#define LINKAGE_LINKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINK_SOURCES_MAX 64

enum link_mode { LINK_BOTH, LINK_DEDUPE, LINK_BETWEEN };

struct linking {
	enum link_mode mode;
	const uint64_t *sources;	/* by record: a bit a source; borrowed; not of LINK_BOTH */
};

/* May what has the sources A and what has B be one person? */
static inline bool linking_fits(enum link_mode mode, uint64_t a, uint64_t b)
{
	return mode == LINK_BOTH || (mode == LINK_DEDUPE) == ((a & b) != 0);
}

static inline bool linking_allows(const struct linking *l, uint32_t a, uint32_t b)
{
	return l->mode == LINK_BOTH || linking_fits(l->mode, l->sources[a], l->sources[b]);
}

/*
 * Pairs of COUNT records that may be one person and agree in what they say:
 * WORDS[i * STEP] of record i, 0 says nothing, up to WORD_COUNT.  With WORD_COUNT 1
 * all that say something agree, with WORDS NULL all records.
 */
double linking_pairs(const struct linking *l, const uint32_t *words, size_t step,
		     size_t count, size_t word_count);

#endif

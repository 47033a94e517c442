/*
 * Why two records are, or are not, one person: the evidence of a pair, column
 * by column, as matching weighs it.
 */
#ifndef MERGE_PAIR_EVIDENCE_H
#define MERGE_PAIR_EVIDENCE_H

#include "merge/matching.h"

/* "first_name same +9.5, last_name closer (0.92) +11.1; prior -18.9, score 1.7" */
void pair_evidence_tell(const struct matching *m, uint32_t a, uint32_t b, struct buf *out);

/*
 * {"score":..,"probability":..,"prior":..,"columns":{"first_name":{"values":
 * ["ann","anne"],"level":"closer (0.92)","m":..,"u":..,"weight":..,"rarity":..},..}}
 * Values are in their comparable form; a column that either lacks is left out.
 */
void pair_evidence_put(const struct matching *m, uint32_t a, uint32_t b, struct buf *out);

double pair_evidence_probability(double score);

#endif

/*
 * Why two records are, or are not, one person: the evidence of a pair, column by
 * column, as matching weighs it.  One form for all that show pairs: links of
 * profiles, --explain, --eval (cdp-records(5), Links), and one sentence for
 * people.
 */
#ifndef EVIDENCE_PAIR_EVIDENCE_H
#define EVIDENCE_PAIR_EVIDENCE_H

#include "unify/linkage/comparison.h"
#include "unify/linkage/matching.h"

/* "first_name same +9.5, last_name closer (0.92) +11.1; prior -18.9, score +1.7" */
void pair_evidence_describe(const struct matching *m, uint32_t a, uint32_t b, struct buf *out);

/*
 * Members of an object: "prior":..,"score":..,"probability":..,"comparisons":
 * [{"column":"first_name","a":"ann","b":"anne","level":"closer (0.92)","m":..,"u":..,
 * "weight":..,"frequency":..},..].  Values are in their comparable form, null where
 * missing.
 */
void pair_evidence_put(const struct matching *m, uint32_t a, uint32_t b, struct buf *out);

#endif

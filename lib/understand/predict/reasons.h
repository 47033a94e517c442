/*
 * Why a learned model says what it says of one case, in words and numbers: the columns that move the log-odds
 * most, with what each adds (learned_explain).
 */
#ifndef PREDICT_REASONS_H
#define PREDICT_REASONS_H

#include "base/buf.h"
#include "understand/predict/learned.h"

#define REASONS_MAX 3

/*
 * The numbers of the columns with the largest contributions in ADDS (of COUNT), largest first; those below 0.05 in
 * absolute value are none.  Returns how many, at most REASONS_MAX.
 */
size_t reasons_find(const double *adds, size_t count, size_t out[REASONS_MAX]);

/*
 * For a buyer (buyer.h), behind other words, in a JSON text: "; 61 days silent (+1.10), 6 orders (-0.41)".
 * RAW is his row.
 */
void buyer_put_reasons(const struct learned *m, const double *raw, struct buf *out);

#endif

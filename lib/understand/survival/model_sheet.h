/* What the models of lifetimes found, as tables of a sheet. */
#ifndef SURVIVAL_MODEL_SHEET_H
#define SURVIVAL_MODEL_SHEET_H

#include "understand/report/sheet.h"
#include "understand/survival/aft.h"
#include "understand/survival/cases.h"
#include "understand/survival/cox.h"
#include "understand/survival/logrank.h"

/* "comparison" and "tests". */
void sheet_add_logrank(struct sheet *sheet, const struct logrank *r, const struct cases *c);

/* "coefficients" and "model". */
void sheet_add_cox(struct sheet *sheet, const struct cox *m, const struct cases *c);

/* "hazards": CHECKS of the terms of C's layout, and of all. */
void sheet_add_checks(struct sheet *sheet, const struct cox_check *checks, const struct cases *c, const char *transform);

/* "baseline": at TIMES, or, of COUNT 0, at each time with an event. */
void sheet_add_baseline(struct sheet *sheet, const struct cox *m, const struct cases *c, const double *times, size_t count);

/* "distributions": COUNT fits, the one with the least AIC first among equals; its number. */
size_t sheet_add_distributions(struct sheet *sheet, const struct aft *fits, size_t count);

/* "distribution" and "fit", and at TIMES "expected". */
void sheet_add_aft(struct sheet *sheet, const struct aft *a, const struct cases *c, const double *times, size_t count);

#endif

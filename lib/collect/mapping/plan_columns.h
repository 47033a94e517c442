/*
 * The columns that no rule copies: by the table of headers, else by their names.
 */
#ifndef MAPPING_PLAN_COLUMNS_H
#define MAPPING_PLAN_COLUMNS_H

#include "collect/mapping/plan.h"

/* Adds their targets to P, whose type is settled.  TYPED: the member `type` says what a record is. */
void plan_add_columns(struct plan *p, bool typed);

#endif

/* A column that a mapping names and a table does not have. */
#ifndef MAPPING_MISSING_COLUMN_H
#define MAPPING_MISSING_COLUMN_H

#include "collect/mapping/plan.h"

/*
 * Of rule R of P, which names the column p->missing, *ERR says where: makes it one about the file, with its
 * header and the column that may be meant: by its spelling, its meaning, or as one name is a part of the
 * other.  -1, having set *p->lacks.
 */
int missing_column_refuse(struct plan *p, const struct map_rule *r, struct error *err);

#endif

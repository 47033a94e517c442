/*
 * The version of a record, where no rule gives it: which of several deliveries counts.
 *
 * A column that says when the row was changed (updated_at, lastModified, ...), else the
 * date in the file's name.  Only records whose id is their source's own come in versions: an id that is
 * a hash of the row is another one when the row is changed.  A contact whose time is that
 * column needs no version, for the time of an identify record says when it was so.
 *
 * A column of that name stays a property or a trait, too; what in it is no time is no
 * version.
 */
#ifndef MAPPING_VERSION_COLUMN_H
#define MAPPING_VERSION_COLUMN_H

#include "collect/mapping/maker.h"
#include "collect/mapping/plan.h"

/* Finds the columns of P, whose targets stand; FILE is the name or NULL. */
void version_columns_find(struct plan *p, const char *file);

/* The rank of a column by its header, from 1, the best; 0: it says nothing of changes. */
unsigned version_rank(struct span header);

/* Appends `,"version":...` of ROW, or nothing. */
void version_column_put(struct maker *m, const struct row *row, struct buf *out);

/* "2024-03-01T00:00:00" */
#define VERSION_STAMP 20

/*
 * The last day in the name of the file at PATH, "orders_2024-03-01.csv.gz", with the time behind it
 * (20240301T0930), into OUT; absent where there is none.  NULL has none.
 */
struct span version_of_name(const char *path, char out[VERSION_STAMP]);

#endif

/*
 * Lists of columns as options write them: "Email Address=email,Tags=segments", an
 * expression each, with a label or without; also lists of sort keys.
 *
 *	while (!span_absent(rest)) {
 *		struct span item = column_list_next(&rest);
 *		struct span label = column_list_label(&item);
 */
#ifndef EXPR_COLUMN_LIST_H
#define EXPR_COLUMN_LIST_H

#include "base/span.h"

/* Cuts the next item off *REST at a comma that no quote or bracket holds, without blanks
 * around it.  Behind the last *REST is absent. */
struct span column_list_next(struct span *rest);

/*
 * Cuts the label off *ITEM, at a first '=' that is no comparison: what stands before it
 * may hold blanks and letters but no operator, bracket or quote.  SPAN_NONE: there is
 * none, and *ITEM is as it was.
 */
struct span column_list_label(struct span *item);

#endif

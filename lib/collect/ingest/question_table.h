/*
 * Where a table says nothing that a record could be made of, the user is asked instead of given
 * rows that mean nothing.
 */
#ifndef INGEST_QUESTION_TABLE_H
#define INGEST_QUESTION_TABLE_H

#include "collect/ingest/source.h"

/*
 * -1 with a usage error: S is one column of which nothing is known, its header is shorter than its rows
 * by a title's look, no name of it is known, or none says whose the rows are, when they were, what
 * was paid, or what people are called.  Nothing is asked where a mapping, an option or a format says what columns are.
 */
int question_table(const struct source *s, struct error *err);

/* Does a column of S, if only by a mapping, say whose the rows are? */
bool question_identifies(const struct source *s);

#endif

/* What the ending of a file's name says it holds. */
#ifndef IO_ENDING_H
#define IO_ENDING_H

#include "base/span.h"

/*
 * The ending of PATH with its dot, ".csv" of "a/b.c/d.csv.gz": behind the last dot of the
 * last part, without a compression that output_open knows.  Empty where there is none: no
 * dot, one at the beginning only, or something that is no word of letters and digits.
 */
struct span path_ending(struct span path);

/*
 * Why a stream of records is not written to a name with ENDING, for a message that goes
 * on after the name ("holds no records: ..."); NULL where it may be.
 */
const char *ending_not_records(struct span ending);

/* The same of any output: compressions, workbooks and the like. */
const char *ending_not_written(struct span ending);

#endif

/*
 * JSON objects as rows: each member is a column, named by its path ("customer.email").
 * Objects are opened, arrays and empty objects stay as they are, texts are decoded, numbers keep their
 * digits.
 *
 * Paths that were not known get column numbers of their own as they come; they
 * are this reader's, not the plan's.
 */
#ifndef ROWS_OBJECTS_H
#define ROWS_OBJECTS_H

#include "collect/rows/rows.h"

/*
 * Columns that are remembered beyond the given ones: a source that makes up keys must
 * not fill the memory.  Behind a row with more, all but the given ones are forgotten, and their
 * numbers are given anew.
 */
#define OBJECTS_LATE_MAX 10000

struct objects;

/*
 * NAMES: the columns 0 to COUNT - 1; WHOLE[i]: an object there is one value
 * (CELL_RAW), and is opened only for the columns inside it.  Both are borrowed until
 * objects_free.  Owned: objects_free.
 */
struct objects *objects_new(const struct span *names, const bool *whole,
			    size_t count, const struct rows_calls *calls);
void objects_free(struct objects *o);

/*
 * Reads TEXT: a value a line (LINES), or values with blanks between them.
 * What is not an object is a bad row.  *LINE as for rows_read.
 */
void objects_read(struct objects *o, struct span text, bool lines,
		  uint64_t *line);

/*
 * From now on records lie inside the values read: at one of PATHS ("batch",
 * "data, items", "orders.edges.node"), separated by commas, the first that
 * a value has.  A path goes through objects by their members and through arrays by
 * all their elements.  A value that has none of them is a record itself; where it
 * must not be (INNER: it is a record already) it has none.  `null` is a blank line then.
 *
 * Columns below `outer` are the members of the object that holds the array, those
 * below `outer.outer` of the one that holds the array around that, and so on.
 */
void objects_nest(struct objects *o, struct span paths, bool inner);

/* The same with no value unpacked: those read from now on are records (or not). */
void objects_nest_pause(struct objects *o, bool paused);

/* Has O met more columns than it remembers, so that numbers mean others than before? */
bool objects_has_forgotten(const struct objects *o);

/* The records of the one value VALUE, an object that has been read before. */
void objects_read_inner(struct objects *o, struct span value, uint64_t line);

/* What stands before each value of a JSON text sequence (RFC 7464); no value holds it. */
#define OBJECTS_SEPARATOR '\x1e'

/*
 * Where the value that begins at P ends by its brackets and quotes alone; END when
 * they do not close.  One that was cut off ends at the separator of the next.
 */
const char *objects_value_end(const char *p, const char *end);

#endif

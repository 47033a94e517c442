/*
 * The sums of a report on their way between runs: a run over a part of the customers writes them,
 * another one adds those of all parts up and shows the report of the whole.
 *
 * Each report that can names what it has counted in one function (counting.carry), which serves
 * both ways: what is written is what is read, in the same order.  So a summary cannot lack what
 * the report needs, and a summary of another order is refused by its names.  Sums are exact and
 * adding them up is commutative, so the report of all summaries is that of one run.
 *
 * A summary is NDJSON.  Each line has a name, and, as far as it has them, a key, numbers and a
 * text; a table begins with a line that has the number of its rows.  Tables are written in the order of
 * their keys: a summary does not show how many workers counted.
 *
 *	{"of":"without_events","numbers":[3]}
 *	{"of":"cells","rows":1}
 *	{"of":"cells","key":"%01DE","numbers":[12,10,14,0,10,4,129.5]}
 *
 * In keys and texts %XX is a byte: keys may hold any.  Numbers that are 0 at the end of a line are left out.
 *
 * After a failure, which partial_failed tells of, nothing is written, read or added any more.
 */
#ifndef REPORT_PARTIAL_H
#define REPORT_PARTIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "base/error.h"
#include "base/map.h"
#include "record/scan.h"
#include "understand/report/tally.h"

/* A number more means that a field of a line, or what a report names, means something else. */
#define PARTIAL_VERSION 2

#define PARTIAL_NUMBERS 32

struct partial;

/* Owned: partial_free. */
struct partial *partial_writer(struct buf *out);
/* Of summaries, one behind the other, in files; COUNT 0 is stdin.  PATHS are borrowed.  NULL: a failed or usage error. */
struct partial *partial_reader(char *const *paths, size_t count, struct error *err);
void partial_free(struct partial *p);

/* Does it read? */
bool partial_reads(const struct partial *p);

/* ---- a summary's first line and its last ---- */

/* Writes the first line: HEAD's members, without braces. */
void partial_put_head(struct partial *p, struct span head);
/*
 * The first line of the next summary: 1 and *HEAD, an object that is valid until the next read, *FILE where it is;
 * 0: there is none; -1 with *ERR: the file is no summary, or one of another version, or is cut.
 */
int partial_next_head(struct partial *p, struct value *head, const char **file, struct error *err);
/* Writes the last line, without which a summary is cut; or reads it.  -1 with *ERR, also where something failed before. */
int partial_end(struct partial *p, struct error *err);

bool partial_failed(const struct partial *p);
/* The summary does not fit: printf. */
void partial_fail(struct partial *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- what reports name ---- */

/* A heading: the lines behind it are of NAME.  Reading: no other may be. */
void partial_section(struct partial *p, const char *name);

/* Each of the COUNT numbers of LIST is written; or what is read is added to it. */
void partial_counts(struct partial *p, const char *of, uint64_t *list, size_t count);
#define partial_count(p, of, number) partial_counts((p), (of), (number), 1)
/* The earliest and the latest of moments, MOMENT_NONE aside. */
void partial_first(struct partial *p, const char *of, int64_t *moment);
void partial_last(struct partial *p, const char *of, int64_t *moment);
/* Once true it stays. */
void partial_flag(struct partial *p, const char *of, bool *flag);
/* Counts, money and examples by key.  Writing sorts the rows: T takes no keys after that. */
void partial_tally(struct partial *p, const char *of, struct tally *t);
/* The numbers of a map's entries. */
void partial_map(struct partial *p, const char *of, struct map *m);

/* Any other table.  A row has a key (absent: none), up to PARTIAL_NUMBERS numbers, and a text (absent: none). */
struct partial_row {
	struct span key, text;
	struct decimal numbers[PARTIAL_NUMBERS];
	size_t count;
};

/* How many rows follow: COUNT, which is written, or what is read. */
size_t partial_rows(struct partial *p, const char *of, size_t count);
/* Writes ROW. */
void partial_put(struct partial *p, const char *of, const struct partial_row *row);
/* Reads the next row, of COUNT numbers; its texts are borrowed until the next read.  False after a failure. */
bool partial_take(struct partial *p, const char *of, size_t count, struct partial_row *row);

/* The places of M's entries in the order of their keys; owned: mem_free. */
size_t *partial_order(const struct map *m);

static inline struct decimal partial_wide(__int128 number)
{
	return (struct decimal){number, 0};
}

/* A number that was written by partial_wide, or a whole count.  Another one fails. */
__int128 partial_whole(struct partial *p, struct decimal number);
uint64_t partial_natural(struct partial *p, struct decimal number);

#endif

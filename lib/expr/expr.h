/*
 * The expression language of mappings, segment rules and report filters:
 * cdp-expr(7).  A text is compiled once against a scope, which says what names
 * mean; types are checked then, with line, column and a suggestion.  Evaluation
 * works on one row after another, on any thread, without allocation per field
 * beyond the run's arena.
 *
 * Truth is three-valued (Kleene): unknown is a datum of its own, and never a
 * match.  Numbers are exact decimals.
 */
#ifndef EXPR_EXPR_H
#define EXPR_EXPR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/decimal.h"
#include "base/error.h"
#include "base/span.h"
#include "time/zone.h"

enum datum_type {
	TYPE_UNKNOWN,	/* missing; as a static type: only null */
	TYPE_TEXT,
	TYPE_NUMBER,
	TYPE_TIME,
	TYPE_DURATION,
	TYPE_TRUTH,
	TYPE_LIST,	/* of texts: split(), segments, email[] */
	TYPE_JSON,	/* an array or object, its bytes in `text`; never static */
	TYPE_WINDOW,	/* a stretch of time by the calendar; a duration is one, too */
	TYPE_ANY,	/* static only: known when the row is read (a JSON value) */
};

const char *datum_type_name(enum datum_type type);	/* "text", ... */

struct duration {
	int32_t months;		/* 1y is 12 */
	int64_t ms;		/* 1w is 7 d; a day is 24 h */
};

struct period;
struct node;
struct value_list;

struct datum {
	enum datum_type type;
	/* A number that was read, not computed: its own text, which is what a
	 * copy must show (106.50 stays 106.50).  Else SPAN_NONE. */
	struct span written;
	union {
		struct span text;
		struct decimal number;
		int64_t time;
		struct duration duration;
		bool truth;
		const struct period *period;	/* of a window: period.h */
		struct {
			const struct span *items;
			size_t count;
		} list;
	};
};

#define DATUM_UNKNOWN ((struct datum){0})

/* What evaluation needs beside the expression; one for each thread. */
struct expr_run {
	const void *row;	/* what the scope's fetch and functions read */
	struct arena *scratch;	/* results live here until the caller clears it */
	int64_t as_of;		/* "now"; MOMENT_NONE: days_since & co. are unknown */
	const struct zone *zone;	/* of dates without offset; never NULL */
	const struct node *filter;	/* the `where` of the call at hand; NULL: it has none */
	enum zone_hour odd_hour;	/* set by date() where it has read such a time of the zone... */
	struct span odd_time;		/* ...from this text, in scratch or the row */
};

/* Does RUN's row pass the filter of the call at hand?  1; 0: no, or unknown; -1: *ERR. */
int expr_run_passes(struct expr_run *run, struct error *err);

#define EXPR_ARGS_MAX 8

enum expr_function_flags {
	FUNCTION_FILTER = 1,	/* takes `where CONDITION`, of the scope that `filter` gives */
	FUNCTION_NAMES = 2,	/* its first argument may stand several times */
	FUNCTION_CURRENCY = 4,	/* its first argument is the code of a currency */
};

/*
 * A function that a scope adds: count("Order Completed", 90d).  Several may have
 * one name: the one that takes so many arguments, of such types, is meant.  Where a
 * builtin has the name the scope's is meant, if its texts stand there in quotes.
 */
struct expr_function {
	const char *name;
	enum datum_type result;
	size_t min_args;
	size_t max_args;
	enum datum_type args[EXPR_ARGS_MAX];	/* TYPE_ANY takes all */
	/* 0 with *OUT (perhaps unknown), or -1 with a data error. */
	int (*call)(struct expr_run *run, const struct datum *args,
		    size_t count, struct datum *out, struct error *err);
	unsigned flags;
};

/* What names mean. */
struct expr_scope {
	/*
	 * The slot (>= 0) of NAME, or -1 when there is no such name.  QUOTED:
	 * it stood in backticks, so only an exact header counts.  Dotted paths
	 * come as one name.  *TYPE gets the static type.
	 */
	int (*find)(void *context, struct span name, bool quoted,
		    enum datum_type *type);
	/* All names for "did you mean", NULL-terminated; may be NULL. */
	const char *const *(*names)(void *context);
	/* The datum of SLOT for run->row. 0, or -1 with a data error. */
	int (*fetch)(struct expr_run *run, int slot, struct datum *out,
		     struct error *err);
	const struct expr_function *functions;	/* ends with a NULL name; may be NULL */
	void *context;
	/*
	 * May be NULL.  F is called in an expression; CONSTANTS[i] is its
	 * argument i where that is a constant, else unknown.
	 */
	void (*used)(void *context, const struct expr_function *f,
		     const struct datum *constants, size_t count);
	/*
	 * May be NULL.  What names mean in the condition behind `where` in a call of F; its
	 * functions are the builtin ones.
	 */
	struct expr_scope (*filter)(void *context, const struct expr_function *f,
				    const struct datum *constants, size_t count);
	/*
	 * May be NULL: there are no files here.  The values of the file PATH (with a NUL behind it) that
	 * the name in SLOT (-1: something else) is looked for in; NULL with *ERR.  The scope's.
	 */
	const struct value_list *(*file)(void *context, int slot, struct span path, struct error *err);
	/* Said of an unknown name that is near no other; may be NULL. */
	const char *hint;
	/*
	 * How people write numbers in this scope's texts: '.' or ',' is the
	 * decimal separator of decimal_parse_local; 0: plain decimals only.
	 */
	char point;
	/*
	 * A text that must be a number or a time and is not: unknown here, else
	 * an error of the row.
	 */
	bool lenient;
};

struct expr;

/*
 * Compiles TEXT, which begins at FILE:LINE:COLUMN (for messages; FILE may be
 * NULL).  WANT is the type that the result must have (TYPE_ANY: whatever).
 * NULL with a usage error: "segments.rules:3:14: unknown name 'recensy'; did
 * you mean 'recency'?".  TEXT and SCOPE are not kept (the scope's functions
 * and context are).  Owned: expr_free.
 */
struct expr *expr_compile(struct span text, const char *file, uint64_t line,
			  uint64_t column, const struct expr_scope *scope,
			  enum datum_type want, struct error *err);
void expr_free(struct expr *e);

enum datum_type expr_type(const struct expr *e);

/* When E is nothing but a name: its slot; else -1.  A plain copy can bypass us. */
int expr_column(const struct expr *e);

/* When E is a constant: true and *OUT (borrowed from E). */
bool expr_constant(const struct expr *e, struct datum *out);

/* Calls VISIT with each slot that E reads. */
void expr_slots(const struct expr *e, void (*visit)(void *context, int slot),
		void *context);

/*
 * How much E demands: the number of different names that it must look at before it
 * can be true; an argument of a function of the scope is one.  Of `or` the alternative
 * with fewest counts.
 */
size_t expr_demands(const struct expr *e);

/* 0 with *OUT (its spans live in run->scratch, the row or E), or -1: *ERR. */
int expr_eval(const struct expr *e, struct expr_run *run, struct datum *out,
	      struct error *err);

/* Truth of a condition: 1 true, 0 false, -1 unknown; -2 with *ERR. */
int expr_test(const struct expr *e, struct expr_run *run, struct error *err);

/* Appends E in canonical form: parsing it again gives an equal expression. */
void expr_put(const struct expr *e, struct buf *out);

/* Appends D as text: numbers as written or shortest, times in RFC 3339, lists
 * joined with ";" , truths as true/false, unknown as nothing. */
void datum_put_text(const struct datum *d, struct buf *out);
/* The same as a JSON value; unknown is null, a list an array. */
void datum_put_value(const struct datum *d, struct buf *out);

/*
 * A header folded to a name: NFC, lower case, marks kept, every run of
 * characters that are neither letters nor digits one "_", none at the ends:
 * "Ort der Lieferung" -> ort_der_lieferung.
 */
void expr_fold_name(struct span header, struct buf *out);

#endif

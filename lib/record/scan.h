/*
 * The JSON scanner: one validating pass over a text that yields spans of it
 * and copies nothing.  It accepts exactly what RFC 8259 allows (with any
 * number of digits, lone surrogate escapes and repeated keys, which the RFC
 * leaves to its readers), and refuses the rest with the byte column: bytes
 * that are not UTF-8, control characters in texts, and what follows a value.
 * Nesting is capped at SCAN_DEPTH_MAX.
 *
 * It is the hot loop of the toolkit: texts are skipped 16 bytes at a time.
 *
 *	struct scan s;
 *	struct member m;
 *	int got;
 *
 *	scan_start(&s, line);
 *	if (scan_enter(&s, '{', err))
 *		return -1;
 *	while ((got = scan_member(&s, &m, err)) > 0)
 *		...
 *	if (got < 0 || scan_finish(&s, err))
 *		return -1;
 */
#ifndef RECORD_SCAN_H
#define RECORD_SCAN_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "base/error.h"
#include "base/span.h"
#include "record/text.h"

#define SCAN_DEPTH_MAX 1000

enum value_kind {
	VALUE_NONE,	/* absent */
	VALUE_NULL,
	VALUE_FALSE,
	VALUE_TRUE,
	VALUE_NUMBER,
	VALUE_TEXT,
	VALUE_ARRAY,
	VALUE_OBJECT,
};

/* One value as it stands in its text.  Borrowed from that text. */
struct value {
	struct span raw;	/* all its bytes, quotes and brackets included */
	enum value_kind kind;
	bool escaped;		/* VALUE_TEXT: holds a backslash */
};

#define VALUE_ABSENT ((struct value){0})

struct member {
	struct span key;	/* raw, without its quotes */
	bool key_escaped;
	struct value value;
};

struct scan {
	const char *begin;
	const char *at;
	const char *end;
	int depth;		/* containers around AT */
	bool first;		/* nothing read of the innermost container yet */
	char close;		/* '}' or ']': what ends it */
};

void scan_start(struct scan *s, struct span text);

/* Skips blanks and the opening '{' or '['. */
int scan_enter(struct scan *s, char open, struct error *err);

/* 1: *M holds the next member of the object entered; 0: its end; -1: *ERR. */
int scan_member(struct scan *s, struct member *m, struct error *err);

/*
 * The key alone, with scan_member's results, to decide about the value: read it
 * by scan_value; or copy *S, scan_enter the copy and walk it to its end, then
 * take over its `at`; or stop here.
 */
int scan_key(struct scan *s, struct span *key, bool *escaped, struct error *err);
int scan_value(struct scan *s, struct value *v, struct error *err);

/*
 * Is the next key the one that KEY, `"name":`, holds as a compact writer writes it?  True:
 * the value is next, as after scan_key.  False: nothing has happened; scan_key knows.
 * 16 bytes from each byte of KEY on may be read.
 */
bool scan_guess(struct scan *s, struct span key);

/* 1: *V holds the next element of the array entered; 0: its end; -1: *ERR. */
int scan_element(struct scan *s, struct value *v, struct error *err);

/*
 * Over the comma to where the next key or element begins: 1; over the closing
 * bracket: 0; -1: *ERR.  For those who read an element by a copy of *S.
 */
int scan_step(struct scan *s, struct error *err);

/* Nothing but blanks may follow. */
int scan_finish(struct scan *s, struct error *err);

/* TEXT is one value with nothing but blanks around it. */
int scan_whole(struct span text, struct value *v, struct error *err);

/*
 * The member KEY (UTF-8) of an OBJECT that has been validated, or
 * VALUE_ABSENT; the first of repeated keys.  A dotted PATH walks nested
 * objects, and array elements by number: "products.0.price".
 */
struct value value_member(struct value object, struct span key);
struct value value_path(struct value object, struct span path);

/* Is V a text equal to S (UTF-8)? */
bool value_is_text(struct value v, struct span s);

/*
 * The text of V.  Without escapes a span of the line itself; otherwise decoded
 * behind what is in SCRATCH, and borrowed from it until its next change.  A
 * lone surrogate becomes U+FFFD.  VALUE_NUMBER gives its digits, true and
 * false their words; null, containers and absent values SPAN_NONE.
 */
struct span value_text(struct value v, struct buf *scratch);

/* The text of M's key, as value_text gives it. */
struct span member_key(const struct member *m, struct buf *scratch);
/* Is M's key, decoded, KEY? */
bool member_is(const struct member *m, struct span key);

/* Appends the decoded text of V (kinds as above) to OUT. */
void value_decode(struct value v, struct buf *out);

/* A number, or a text that holds one ("19.99"): true and *OUT. */
bool value_decimal(struct value v, struct decimal *out);
bool value_double(struct value v, double *out);

/* A text that holds a time in the records' form. */
bool value_moment(struct value v, int64_t *out);

#endif

/*
 * A span is a view of bytes that somebody else owns: a pointer and a length,
 * not NUL-terminated, possibly holding NUL bytes.  It is passed by value.  It
 * is valid as long as its owner says; functions here never keep one.
 */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
	const char *ptr;
	size_t len;
};

/* A span of a string literal; the empty span that points nowhere. */
#define SPAN(literal) ((struct span){"" literal, sizeof(literal) - 1})
#define SPAN_NONE ((struct span){NULL, 0})

/* For printf: printf("%.*s", SPAN_ARG(s)). */
#define SPAN_ARG(s) ((int)(s).len), ((s).ptr)

/* SPAN_NONE is "absent"; an empty text has a pointer and no length. */
static inline bool span_absent(struct span s)
{
	return s.ptr == NULL;
}

/* ASCII only, whatever the locale. */
static inline char span_lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

/* The bytes of a C string without its NUL; NULL gives SPAN_NONE. */
struct span span_of(const char *text);

/* The bytes from BEGIN up to END. */
static inline struct span span_between(const char *begin, const char *end)
{
	return (struct span){begin, (size_t)(end - begin)};
}

/* Most texts of one length differ in their first byte, which needs no call. */
static inline bool span_equal(struct span a, struct span b)
{
	return a.len == b.len && (!a.len || (a.ptr[0] == b.ptr[0] && !memcmp(a.ptr, b.ptr, a.len)));
}

bool span_equal_nocase(struct span a, struct span b);	/* ASCII case only */

/* Byte order, shorter first among equal prefixes: < 0, 0 or > 0. */
int span_compare(struct span a, struct span b);

bool span_starts(struct span s, struct span prefix);
bool span_ends(struct span s, struct span suffix);

/* Where the byte or text first stands, or s.len when it does not. */
size_t span_find_byte(struct span s, char byte);
size_t span_find(struct span s, struct span needle);

/* From offset FROM, at most LEN bytes; both are cut to what is there. */
struct span span_sub(struct span s, size_t from, size_t len);

/* Without blanks (space, \t, \r, \n, \v, \f) at both ends. */
struct span span_trim(struct span s);

/*
 * Cuts the text before the next SEPARATOR off the front of *REST and returns
 * it; the last piece leaves *REST absent.  Call it while !span_absent(*rest).
 */
struct span span_cut(struct span *rest, char separator);

/* The whole span as a decimal number without sign: true and *out, or false. */
bool span_number(struct span s, uint64_t *out);

/* Is every byte part of valid UTF-8 (no surrogates, no overlong forms)? */
bool span_is_utf8(struct span s);

/*
 * The length in bytes (1 to 4) of the UTF-8 character that S begins with, and
 * its code point in *POINT; 0 when S is empty or begins with anything else.
 */
size_t span_utf8_char(struct span s, uint32_t *point);

#endif

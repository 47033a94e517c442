/*
 * A growing buffer of bytes with a largest size.
 *
 * Invariants: len <= cap, and cap <= max where there is one; ptr is NULL only
 * while cap is 0, and has BUF_SLACK bytes more than cap: for the NUL of buf_text, and
 * for those who read and write 16 bytes at a time.  A
 * put that would exceed max adds nothing and sets `full`, which stays true until
 * buf_clear: put everything, then check it once at the end (the content of a
 * full buffer has holes and is good for nothing).  BUF_INIT has no limit but
 * memory.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/span.h"

struct buf {
	char *ptr;
	size_t len;
	size_t cap;
	size_t max;	/* 0: no limit */
	bool full;	/* a put was refused since the last clear */
};

#define BUF_SLACK 16

#define BUF_INIT ((struct buf){0})

void buf_init(struct buf *b, size_t max);
void buf_release(struct buf *b);
void buf_clear(struct buf *b);		/* keeps the memory */

/* Grows B by LEN bytes, for which it has no room: buf_reserve. */
bool buf_grow(struct buf *b, size_t len);

/* Makes room for LEN more bytes; false and `full` when that exceeds max. */
static inline bool buf_reserve(struct buf *b, size_t len)
{
	return len <= b->cap - b->len || buf_grow(b, len);
}

void buf_put(struct buf *b, const void *ptr, size_t len);
void buf_text_put(struct buf *b, const char *text);
void buf_printf(struct buf *b, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *format, va_list ap)
	__attribute__((format(printf, 2, 0)));
void buf_u64(struct buf *b, uint64_t number);	/* decimal */
void buf_i64(struct buf *b, int64_t number);

static inline void buf_char(struct buf *b, char c)
{
	if (b->len == b->cap && !buf_reserve(b, 1))
		return;
	b->ptr[b->len++] = c;
}

static inline void buf_span(struct buf *b, struct span s)
{
	if (s.len > b->cap - b->len && !buf_reserve(b, s.len))
		return;
	if (s.len)
		memcpy(b->ptr + b->len, s.ptr, s.len);
	b->len += s.len;
}

/* A literal. */
#define buf_lit(b, literal) buf_span((b), SPAN(literal))

/* The content, valid until the next change of B. */
static inline struct span buf_view(const struct buf *b)
{
	return (struct span){b->ptr ? b->ptr : "", b->len};
}

/* The content from offset FROM. */
static inline struct span buf_since(const struct buf *b, size_t from)
{
	return (struct span){(b->ptr ? b->ptr : "") + from, b->len - from};
}

/* The content as a C string, valid until the next change of B. */
const char *buf_text(struct buf *b);

#endif

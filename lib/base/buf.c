#include "base/buf.h"

#include <stdio.h>

#include "base/mem.h"

#define SMALLEST 64

void buf_init(struct buf *b, size_t max)
{
	*b = BUF_INIT;
	b->max = max;
}

void buf_release(struct buf *b)
{
	mem_free(b->ptr);
	buf_init(b, b->max);
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	b->full = false;
}

bool buf_grow(struct buf *b, size_t len)
{
	size_t limit = b->max ? b->max : SIZE_MAX - BUF_SLACK;
	size_t cap;

	if (len > limit - b->len) {
		if (!b->max)
			mem_fail(len);
		b->full = true;
		return false;
	}
	cap = b->cap < SMALLEST / 2 ? SMALLEST : b->cap;
	cap = cap > limit / 2 ? limit : cap * 2;
	if (cap < b->len + len)
		cap = b->len + len;
	b->ptr = mem_grow(b->ptr, cap + BUF_SLACK, 1);
	b->cap = cap;
	return true;
}

void buf_put(struct buf *b, const void *ptr, size_t len)
{
	buf_span(b, (struct span){ptr, len});
}

void buf_text_put(struct buf *b, const char *text)
{
	buf_span(b, span_of(text));
}

void buf_printf(struct buf *b, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	buf_vprintf(b, format, ap);
	va_end(ap);
}

/* vsnprintf's NUL goes into the byte behind cap. */
void buf_vprintf(struct buf *b, const char *format, va_list ap)
{
	va_list again;
	int len;

	va_copy(again, ap);
	len = b->ptr ? vsnprintf(b->ptr + b->len, b->cap - b->len + 1, format,
				 ap)
		     : vsnprintf(NULL, 0, format, ap);
	if (len > 0 && (size_t)len > b->cap - b->len) {
		if (buf_reserve(b, (size_t)len))
			vsnprintf(b->ptr + b->len, (size_t)len + 1, format,
				  again);
		else
			len = 0;
	}
	va_end(again);
	if (len > 0)
		b->len += (size_t)len;
}

/* Two digits at a time halve the divisions, which are the cost. */
static const char pairs[] =
	"00010203040506070809101112131415161718192021222324"
	"25262728293031323334353637383940414243444546474849"
	"50515253545556575859606162636465666768697071727374"
	"75767778798081828384858687888990919293949596979899";

/* Writes NUMBER so that it ends before END; returns where it begins. */
static char *put_digits(char *end, uint64_t number)
{
	while (number >= 100) {
		end -= 2;
		memcpy(end, pairs + 2 * (number % 100), 2);
		number /= 100;
	}
	if (number >= 10) {
		end -= 2;
		memcpy(end, pairs + 2 * number, 2);
	} else {
		*--end = (char)('0' + number);
	}
	return end;
}

void buf_u64(struct buf *b, uint64_t number)
{
	char text[20];
	char *end = text + sizeof text;

	buf_span(b, span_between(put_digits(end, number), end));
}

void buf_i64(struct buf *b, int64_t number)
{
	char text[20];
	char *end = text + sizeof text;
	char *begin;

	if (number >= 0) {
		begin = put_digits(end, (uint64_t)number);
	} else {
		begin = put_digits(end, -(uint64_t)number);
		*--begin = '-';
	}
	buf_span(b, span_between(begin, end));
}

const char *buf_text(struct buf *b)
{
	if (!b->ptr)
		return "";
	b->ptr[b->len] = '\0';
	return b->ptr;
}

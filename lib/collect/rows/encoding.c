#include "collect/rows/encoding.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

#include "base/mem.h"

#define INVALID_MARK '\xfe'
/* The longest character that iconv gives in UTF-8 for one it reads. */
#define CHARACTER_MAX 16

struct encoding {
	iconv_t decode;
	iconv_t encode;
	char *name;
	size_t unit;	/* bytes of "A": more than 1 in UTF-16 and the like */
};

bool encoding_is_utf8(const char *name)
{
	struct span s = span_of(name);

	return span_equal_nocase(s, SPAN("utf-8")) ||
	       span_equal_nocase(s, SPAN("utf8"));
}

/* By the second letter: a byte order mark may go before the first. */
static size_t unit_of(const struct encoding *e)
{
	char *in = (char[]){"AA"};
	char out[2 * CHARACTER_MAX];
	char *at = out;
	char *first;
	size_t in_len = 1, out_len = sizeof out;
	bool failed = iconv(e->encode, &in, &in_len, &at, &out_len) == (size_t)-1;

	first = at;
	in_len = 1;
	failed |= iconv(e->encode, &in, &in_len, &at, &out_len) == (size_t)-1;
	iconv(e->encode, NULL, NULL, NULL, NULL);
	return failed || at == first ? 1 : (size_t)(at - first);
}

struct encoding *encoding_new(const char *name, struct error *err)
{
	struct encoding *e = mem_zero(1, sizeof *e);
	char quoted[ERROR_QUOTE_MAX];

	e->decode = iconv_open("UTF-8", name);
	e->encode = iconv_open(name, "UTF-8");
	if (e->decode == (iconv_t)-1 || e->encode == (iconv_t)-1) {
		encoding_free(e);
		error_usage(err, "unknown encoding %s: try latin1, windows-1252 or utf-16le ('iconv -l' lists all)",
			    error_quote(span_of(name), quoted));
		return NULL;
	}
	e->name = mem_text(name, strlen(name));
	e->unit = unit_of(e);
	return e;
}

void encoding_free(struct encoding *e)
{
	if (!e)
		return;
	if (e->decode != (iconv_t)-1)
		iconv_close(e->decode);
	if (e->encode != (iconv_t)-1)
		iconv_close(e->encode);
	mem_free(e->name);
	mem_free(e);
}

const char *encoding_name(const struct encoding *e)
{
	return e->name;
}

/* Converts all of *IN that it can; false where it met something invalid. */
static bool convert_text(iconv_t cd, struct span *in, struct buf *out)
{
	while (in->len) {
		char *from = (char *)in->ptr;
		char *to;
		size_t room;
		size_t done;
		int why;

		buf_reserve(out, in->len + CHARACTER_MAX);
		to = out->ptr + out->len;
		room = out->cap - out->len;
		done = iconv(cd, &from, &in->len, &to, &room);
		why = errno;
		in->ptr = from;
		out->len = (size_t)(to - out->ptr);
		if (done == (size_t)-1 && why != E2BIG)
			return why == EINVAL;
	}
	return true;
}

/*
 * What could not be converted, at the front of *REST.  A whole unit goes, or all that
 * follows would be read shifted; its bytes do not, as one of them may look like a line end.
 */
static void mark_invalid(const struct encoding *e, struct span *rest, struct buf *out)
{
	buf_char(out, INVALID_MARK);
	buf_char(out, e->unit > 1 ? INVALID_MARK : *rest->ptr);
	*rest = span_sub(*rest, e->unit, rest->len);
}

size_t encoding_decode(struct encoding *e, struct span bytes, bool last,
		       struct buf *out)
{
	struct span rest = bytes;

	for (;;) {
		bool valid = convert_text(e->decode, &rest, out);

		if (!rest.len || (valid && !last))
			return bytes.len - rest.len;
		mark_invalid(e, &rest, out);
	}
}

bool encoding_encode(struct encoding *e, struct span utf8, struct buf *out)
{
	struct span rest = utf8;

	if (e->unit > 1)
		return false;
	while (rest.len) {
		size_t before = rest.len;

		if (*rest.ptr == INVALID_MARK && rest.len > 1) {
			buf_char(out, rest.ptr[1]);
			rest = span_sub(rest, 2, rest.len);
			continue;
		}
		convert_text(e->encode, &rest, out);
		/* No character, or one that the encoding lacks, which cannot come out of it. */
		if (rest.len == before)
			rest = span_sub(rest, 1, rest.len);
	}
	return true;
}
